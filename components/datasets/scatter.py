"""Where each sample stands in a scatter of the dataset, ready for the browser, and which columns it is over."""

import base64
from typing import Any

import streamlit as st
import torch

from components.datasets.marks import kinds
from dashboard.experiments.remembered import remembered
from dashboard.experiments.samples import Samples

LEVELS = 255  # places along each axis: finer than the picture's pixels
LONGEST = 20  # letters of a column's name at an axis
BEST, TARGET = "the best", -1


def choose_columns(samples: Samples) -> tuple[str, str]:
    """Show the choice of the scatter's two columns where there are more than two; return them, BEST for the page's."""
    if samples.features.ndim != 2 or len(samples.feature_names) <= 2:
        return BEST, BEST
    options = [BEST, *(name for name in samples.feature_names if name != BEST)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        across, up = (
            st.selectbox(label, options, key=key, bind="query-params", width=220)
            for label, key in (("scatter, across", "datasets_scatter_x"), ("scatter, up", "datasets_scatter_y"))
        )
    return across or BEST, up or BEST


@remembered
def scatter(samples: Samples, across: str = BEST, up: str = BEST) -> dict[str, Any] | None:
    """Return the samples over two of their columns; None for pictures.

    Args:
        across, up: the columns' names. Whatever is no column's name stands for those that tell the kinds apart best;
            where the target is a number, or there is one column only, the target stands upwards.
    """
    if samples.features.ndim != 2:
        return None
    first, second = _columns(samples, across, up)
    horizontal = _column(samples, first)
    vertical = _column(samples, second)
    return {
        "places": base64.b64encode(
            torch.stack([_place(horizontal), _place(vertical)], dim=1).numpy().tobytes()
        ).decode(),
        "across": _axis(samples, first, horizontal),
        "up": _axis(samples, second, vertical),
    }


def _columns(samples: Samples, across: str, up: str) -> tuple[int, int]:
    """Return the numbers of the two columns, TARGET for the target."""
    asked = [samples.feature_names.index(name) if name in samples.feature_names else None for name in (across, up)]
    best = [number for number in _separation(samples).tolist() if number not in asked]
    if samples.targets.is_floating_point() or len(samples.feature_names) == 1:
        best = [*best[: asked[0] is None], TARGET]
    elif asked == [None, None]:
        best = sorted(best[:2])
    first, second = (best.pop(0) if number is None else number for number in asked)
    return first, second


def _column(samples: Samples, number: int) -> torch.Tensor:
    """Return a column as float64, (N,)."""
    if number == TARGET:
        return samples.targets.double().reshape(len(samples), -1)[:, 0]
    return samples.features[:, number].double()


def _separation(samples: Samples) -> torch.Tensor:
    """Return the columns' numbers, best first: by how much of a column's variance lies between the kinds."""
    columns = samples.features.double()
    numbers = kinds(samples)[1]
    counts = numbers.bincount().clamp(min=1)[:, None]
    means = torch.zeros(len(counts), columns.shape[1], dtype=torch.float64).index_add_(0, numbers, columns) / counts
    between = (means[numbers] - columns.mean(0)).square().mean(0)
    return (between / columns.var(0, correction=0).clamp(min=1e-12)).sort(descending=True, stable=True).indices


def _place(column: torch.Tensor) -> torch.Tensor:
    low, spread = column.min(), (column.max() - column.min()).clamp(min=1e-12)
    return ((column - low) / spread * LEVELS).round().to(torch.uint8)


def _axis(samples: Samples, number: int, column: torch.Tensor) -> dict[str, str]:
    name = "y" if number == TARGET else samples.feature_names[number]
    shortened = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    return {"name": shortened, "low": f"{column.min():.4g}", "high": f"{column.max():.4g}"}
