"""Where each sample stands in a scatter of the dataset, ready for the browser."""

import base64
from typing import Any

import torch

from components.datasets.marks import kinds
from dashboard.experiments.remembered import remembered
from dashboard.experiments.samples import Samples

LEVELS = 255  # places along each axis: finer than the picture's pixels


@remembered
def scatter(samples: Samples) -> dict[str, Any] | None:
    """Return the samples over the two columns that tell their kinds apart best; None for pictures.

    Where the target is a number, or there is one column only, the target stands upwards.
    """
    if samples.features.ndim != 2:
        return None
    columns = samples.features.double()
    if samples.targets.is_floating_point() or columns.shape[1] == 1:
        across, up, up_name = (
            int(_separation(samples)[0]),
            samples.targets.double().reshape(len(samples), -1)[:, 0],
            "y",
        )
    else:
        across, second = sorted(_separation(samples)[:2].tolist())
        up, up_name = columns[:, second], samples.feature_names[second]
    places = torch.stack([_place(columns[:, across]), _place(up)], dim=1)
    return {
        "places": base64.b64encode(places.numpy().tobytes()).decode(),
        "across": _axis(samples.feature_names[across], columns[:, across]),
        "up": _axis(up_name, up),
    }


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


def _axis(name: str, column: torch.Tensor) -> dict[str, str]:
    return {"name": name, "low": f"{column.min():.4g}", "high": f"{column.max():.4g}"}
