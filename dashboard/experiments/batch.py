"""One sample, and one batch: what `dataset[i]` and the loader hand over, and what PyTorch says of it."""

from dataclasses import dataclass

import torch
from torch.utils.data import default_collate

from dashboard.experiments import dataset, transcript
from dashboard.experiments.dataset import Transforms
from dashboard.experiments.remembered import remembered
from dashboard.experiments.samples import Samples
from dashboard.experiments.transcript import Exchange

LONG = 24  # lines of a tensor's repr beyond which only its first element is printed


@dataclass(frozen=True, eq=False)
class Batch:
    """What travels together: x (B, ...) and y (B, ...), collated by torch's own default_collate."""

    indices: tuple[int, ...]
    x: torch.Tensor
    y: torch.Tensor


@remembered
def collate(samples: Samples, transforms: Transforms, indices: tuple[int, ...]) -> Batch:
    """Return the batch of these samples, as a DataLoader without a `collate_fn` of one's own makes it."""
    made = dataset.make(samples, transforms)
    x, y = default_collate([made[index] for index in indices])
    return Batch(indices, x, y)


def shapes(batch: Batch) -> str:
    """Return dtypes and shapes in one line."""
    return f"x: {_brief(batch.x)}   y: {_brief(batch.y)}"


def balance(samples: Samples, indices: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many of the samples each class (or label) has; () where targets are numbers."""
    if not samples.class_names:
        return ()
    targets = samples.targets[list(indices)]
    counts = targets.sum(0) if targets.ndim == 2 else targets.bincount(minlength=len(samples.class_names))
    return tuple(counts.tolist())


def say_sample(samples: Samples, transforms: Transforms, index: int) -> tuple[Exchange, ...]:
    """Ask the dataset for one sample, as one would at the prompt."""
    made = dataset.make(samples, transforms)
    x, y = made[index]
    return (
        transcript.say("len(dataset)", len(made)),
        Exchange(f"x, y = dataset[{index}]"),
        transcript.say("x", x),
        transcript.say("x.shape, x.dtype", (x.shape, x.dtype)),
        transcript.say("y", y),
        transcript.say("y.shape, y.dtype", (y.shape, y.dtype)),
        transcript.attempt(f"dataset[{len(made)}]", lambda: made[len(made)]),
    )


def say_loader(length: int, loader_length: int, epochs: int) -> tuple[Exchange, ...]:
    """Ask for the lengths and let the loader deal."""
    return (
        transcript.say("len(dataset)", length),
        transcript.say("len(loader)", loader_length),
        Exchange(f"epochs = [list(loader) for _ in range({epochs})]"),
    )


def say_batch(samples: Samples, batch: Batch, epoch: int, number: int) -> tuple[Exchange, ...]:
    """Look at one batch, its epoch and number counted from 0, as one would at the prompt."""
    x, y = batch.x, batch.y
    return (
        Exchange(f"x, y = epochs[{epoch}][{number}]"),
        transcript.say("x.shape, x.dtype", (x.shape, x.dtype)),
        transcript.say("y.shape, y.dtype", (y.shape, y.dtype)),
        _short("x", x),
        _short("y", y),
        *_counted(len(samples.class_names), y),
    )


def _counted(classes: int, y: torch.Tensor) -> tuple[Exchange, ...]:
    """Count the classes, or the labels, in y; a number has nothing to count."""
    if not classes:
        return ()
    if y.ndim == 2:
        return (transcript.say("y.sum(0)", y.sum(0)),)
    return (transcript.say(f"y.bincount(minlength={classes})", y.bincount(minlength=classes)),)


def _short(name: str, tensor: torch.Tensor) -> Exchange:
    whole = transcript.say(name, tensor)
    return whole if whole.answer.count("\n") < LONG else transcript.say(f"{name}[0]", tensor[0])


def _brief(tensor: torch.Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
