"""What a trained network looked like along the way: its decisions, its weights and its mistakes, at some epochs."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dashboard.experiments.training import Run, build, linear_layers

MAX_KEPT = 41  # epochs that are kept; all of them where a run has no more
GRID = 38  # points along each side of the picture of decisions
LINE = 61  # points along the fitted line
BINS = 16  # of a histogram of weights
LEVELS = 64  # of sureness in one byte beside the class: byte = class * LEVELS + level
MARGIN = 1.08  # how far the pictures reach beyond the outermost sample


@dataclass(frozen=True, eq=False)
class Snapshots:
    """The kept epochs of a run. K is their number.

    Attributes:
        epochs: which are kept: the first, the last, and evenly between.
        reach: the pictures show each feature from -reach to reach.
        kind: what the pictures are.
        pictures: "areas", for two features and classes, (K, GRID, GRID) uint8: the likeliest class and how sure the
            model is of it, from 0 (all classes alike) to LEVELS - 1; rows go upwards, columns to the right.
            "line", for one feature and a number, (K, LINE): the prediction along x.
            "confusion", for all other data, (K, classes, classes): held-out samples by true and predicted class.
        histograms: for every layer, how many weights lie in each of BINS bins, (layers, K, BINS).
        spreads: for every layer, the largest weight of all kept epochs: its bins reach from -spread to spread.
    """

    epochs: tuple[int, ...]
    reach: float
    kind: str
    pictures: Tensor
    histograms: Tensor
    spreads: tuple[float, ...]


def kept_epochs(last: int) -> tuple[int, ...]:
    """Return at most MAX_KEPT epochs from 0 to the last, evenly spaced."""
    count = min(last + 1, MAX_KEPT)
    return tuple(round(number * last / max(count - 1, 1)) for number in range(count))


@torch.no_grad()
def look_back(run: Run) -> Snapshots:
    """Put the weights of the kept epochs back into the model, and look at it each time."""
    finite = int(run.weights.isfinite().all(1).sum())  # weights that are not finite are the last ones
    epochs = kept_epochs(finite - 1)
    reach = MARGIN * run.split.x.abs().max().item()
    model, picture = build(run.settings, torch.Generator()), _picture(run, reach)
    pictures, weights = [], []
    for epoch in epochs:
        nn.utils.vector_to_parameters(run.weights[epoch], model.parameters())
        pictures.append(picture.take(model))
        weights.append([layer.weight.flatten() for layer in linear_layers(model)])
    layers = [torch.stack(of_layer) for of_layer in zip(*weights, strict=True)]  # each (K, weights)
    spreads = tuple(of_layer.abs().max().item() for of_layer in layers)
    counts = [_histograms(of_layer, spread) for of_layer, spread in zip(layers, spreads, strict=True)]
    return Snapshots(epochs, reach, picture.kind, torch.stack(pictures), torch.stack(counts), spreads)


@dataclass(frozen=True)
class _Picture:
    """What is kept of a model."""

    kind: str
    take: Callable[[nn.Sequential], Tensor]


def _picture(run: Run, reach: float) -> _Picture:
    if not run.split.is_drawn:
        return _Picture("confusion", lambda model: _confusion(model, run))
    if run.split.class_names:
        return _Picture("areas", lambda model: _decisions(model, reach))
    return _Picture("line", lambda model: _line(model, reach))


def _line(model: nn.Module, reach: float) -> Tensor:
    return torch.as_tensor(model(_steps(reach, LINE)[:, None])[:, 0])


def _steps(reach: float, count: int) -> Tensor:
    return torch.linspace(-reach, reach, count)


def _decisions(model: nn.Sequential, reach: float) -> Tensor:
    steps = _steps(reach, GRID)
    up, right = torch.meshgrid(steps, steps, indexing="ij")
    chances = model(torch.stack([right.flatten(), up.flatten()], 1)).softmax(1)
    chance, winner = chances.max(1)
    alike = 1 / chances.shape[1]
    level = ((chance - alike) / (1 - alike) * (LEVELS - 1)).round()
    cells: Tensor = (winner * LEVELS + level).to(torch.uint8)
    return cells.reshape(GRID, GRID)


def _confusion(model: nn.Sequential, run: Run) -> Tensor:
    x, y = run.split.held_part
    classes = run.split.outputs
    return torch.bincount(y * classes + model(x).argmax(1), minlength=classes**2).reshape(classes, classes)


def _histograms(weights: Tensor, spread: float) -> Tensor:
    """Return the counts of each row's weights, (K, BINS)."""
    bins = ((weights / spread + 1) / 2 * BINS).long().clamp(0, BINS - 1)
    counts: Tensor = nn.functional.one_hot(bins, BINS).sum(1)
    return counts
