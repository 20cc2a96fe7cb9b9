"""One sample: what `dataset[i]` answers, and the class that answers it."""

import streamlit as st

from components.code import session
from components.datasets.controls import transform_switches
from components.tensors import Panel, stage
from dashboard.experiments import batch, dataset, printing
from dashboard.experiments.dataset import Transforms
from dashboard.experiments.samples import Samples

SHADES = 12
MANY = 12  # columns beyond which their names stand in words only


def bench(samples: Samples) -> None:
    """Show one sample as a picture or a row, what PyTorch says of it, and the source of its class."""
    last = len(samples) - 1
    if last:
        index = st.slider(f"i, of dataset[i]: 0 to {last}", 0, last, 0, key="datasets_i", bind="query-params")
    else:
        index = 0
    switches = transform_switches(samples)
    sample(samples, switches, index)
    st.header("What PyTorch says")
    session(batch.say_sample(samples, switches, index))
    st.header("The class that answers")
    st.markdown(
        "Two questions are all that a Dataset must answer: `len(dataset)` and `dataset[i]`. Transforms run inside "
        "`dataset[i]`, each time it is asked: the stored tensors stay as they came."
    )
    made = dataset.make(samples, switches)
    code = f"{dataset.source(made)}\n\n{dataset.made_by(samples, switches)}"
    st.code(code, language=None, wrap_lines=True)


def sample(samples: Samples, switches: Transforms, index: int) -> None:
    """Draw x and y of one sample."""
    made = dataset.make(samples, switches)
    x, y = made[index]
    columns = samples.feature_names if x.ndim == 1 and len(samples.feature_names) <= MANY else None
    stage(
        [
            Panel(
                "x",
                "grid",
                f"x, {tuple(x.shape)}",
                f"{x.dtype}: {'a picture' if x.ndim == 2 else 'a row of features'}",
                tuple(x.shape),
                printing.texts(x),
                shades=printing.shades(x, SHADES) if x.ndim == 2 else None,
                labels={"columns": columns, "rows": ()} if columns else None,
            ),
            Panel(
                "y",
                "grid",
                f"y, {tuple(y.shape)}",
                f"{y.dtype}: {_meaning(samples, index)}",
                tuple(y.shape),
                printing.texts(y),
            ),
        ],
        key="datasets_sample",
        label=f"Sample {index}: its features x and its target y",
    )


def _meaning(samples: Samples, index: int) -> str:
    target = samples.targets[index]
    if not samples.class_names:
        return "a number"
    if target.ndim:
        has = [name for name, flag in zip(samples.class_names, target.tolist(), strict=True) if flag]
        return " and ".join(has) or "no label"
    return f"class {samples.class_names[target]}"
