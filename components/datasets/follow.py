"""Follow one batch into a linear model: the shapes on the way there and back."""

import pandas as pd
import streamlit as st
import torch

from components.code import Answers
from dashboard.experiments import follow
from dashboard.experiments.follow import Followed, Stage
from dashboard.experiments.samples import Samples


def bench(samples: Samples, indices: tuple[int, ...]) -> None:
    """Show the bench for the samples with these indices; none where the loader dealt no batch."""
    if not indices:
        st.info(
            "The loader deals no batch, so there is none to follow: make `batch_size` smaller, or keep the last one."
        )
        return
    followed = follow.follow(samples, indices)
    way = follow.stages(followed)
    st.markdown(f"{_way(way, followed)}\n\n{_back(way)}")
    st.table(
        _table(way),
        hide_index=True,
        border="horizontal",
        alt="Every tensor on the way, forward and back: its shape, what makes it, and what it is",
    )
    st.markdown(
        f"The weight's gradient has the **weight's** shape, {_shape(followed.weight)}, whatever the size of the batch: "
        "training will subtract a part of it from the weight."
    )
    Answers("datasets_follow").show(followed.says, follow.snippet(samples, indices))


def _way(way: tuple[Stage, ...], followed: Followed) -> str:
    """Draw the way forward: tensors in colour, with what is done to them between."""
    x, z, loss = (_coloured(stage, "blue") for stage in way[:3])
    weight = f":blue[**weight {_shape(followed.weight)}**]"
    return f"**Forward** {x} → `Linear` with {weight} → {z} → loss against y {_shape(followed.y)} → {loss}"


def _back(way: tuple[Stage, ...]) -> str:
    loss, z, weight, bias = way[2:]
    z_grad, weight_grad, bias_grad = (_coloured(stage, "orange") for stage in (z, weight, bias))
    return f"**Backward** {_coloured(loss, 'blue')} → `backward()` → {z_grad} → {weight_grad} and {bias_grad}"


def _coloured(stage: Stage, colour: str) -> str:
    return f":{colour}[**{stage.name} {_shape(stage.tensor)}**]"


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape)).replace(" ", "\u00a0")  # a shape is not broken into two lines


def _table(way: tuple[Stage, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "tensor": [f":{'orange' if stage.is_gradient else 'blue'}[**{stage.name}**]" for stage in way],
            "shape": [_shape(stage.tensor) for stage in way],
            "made by, and what it is": [f"`{stage.code}`: {stage.meaning}" for stage in way],
        }
    )
