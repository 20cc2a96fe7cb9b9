"""A DataLoader decides which samples travel together: its batches, epoch by epoch, as torch deals them.

Which samples a loader draws depends on its sampler, its generator and the number of samples, never on what is in them.
So the order is found by the same loader over the indices `range(len(dataset))`: a real DataLoader, and cheap.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import torch
from torch.utils.data import DataLoader

from dashboard.experiments import dataset
from dashboard.experiments.csv_files import CsvSamples
from dashboard.experiments.dataset import Transforms, has_classes
from dashboard.experiments.samplers import WAYS, Drawn, kept
from dashboard.experiments.samples import SOURCES, Samples

MAX_BATCH, MAX_EPOCHS, MAX_SEED, MAX_FAVOUR = 256, 5, 9999, 10


@dataclass(frozen=True)
class Settings:
    """Everything that a loader can be set to. `favour` counts for the weighted sampler only.

    Raises:
        ValueError: if a setting is out of bounds. (`shuffle` with a sampler is refused by torch, not here.)
    """

    batch_size: int = 8
    shuffle: bool = True
    sampler: str = "none"
    drop_last: bool = True
    seed: int = 0
    epochs: int = 2
    favour: int = 1
    transforms: Transforms = field(default_factory=Transforms)

    def __post_init__(self) -> None:
        if self.sampler not in WAYS:
            raise ValueError(f"{self.sampler!r} is not one of {', '.join(WAYS)}")
        bounds = {
            "batch_size": (1, MAX_BATCH),
            "seed": (0, MAX_SEED),
            "epochs": (1, MAX_EPOCHS),
            "favour": (1, MAX_FAVOUR),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}")


@dataclass(frozen=True)
class Epoch:
    """One deal of all that the sampler draws.

    Attributes:
        batches: the indices in each batch that the loader hands over.
        dropped: the indices that were drawn last and left out, since they do not fill a batch.
        never: the indices that the sampler did not draw.
        repeated: the indices drawn more than once, each with how often.
    """

    batches: tuple[tuple[int, ...], ...]
    dropped: tuple[int, ...]
    never: tuple[int, ...]
    repeated: tuple[tuple[int, int], ...]

    @property
    def order(self) -> tuple[int, ...]:
        """All indices in the order in which they were drawn."""
        return (*(index for batch in self.batches for index in batch), *self.dropped)


@dataclass(frozen=True, eq=False)
class Deal:
    """What a loader hands over in some epochs.

    Attributes:
        length: `len(dataset)`.
        drawn: how many indices the sampler draws in an epoch.
        loader_length: `len(loader)`, as the loader says it.
        arithmetic: how that number comes about.
        repeats: whether a new loader with the same seed deals the first epoch again.
    """

    length: int
    drawn: int
    loader_length: int
    arithmetic: str
    epochs: tuple[Epoch, ...]
    repeats: bool

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """(epoch, batch) of every step, both counted from 0."""
        return tuple((epoch, batch) for epoch, one in enumerate(self.epochs) for batch in range(len(one.batches)))


def batches(samples: Samples, settings: Settings) -> Deal:
    """Return what a real DataLoader with these settings hands over.

    Raises:
        ValueError: torch's own, for `shuffle` with a sampler; ours, for a sampler that needs classes without any.
    """
    if not WAYS[settings.sampler].needs_classes:
        return _deal(len(samples), None, settings)
    if not has_classes(samples):
        raise ValueError("These samples have no single class each, so there is nothing to weight them by")
    return _deal(len(samples), samples.targets.numpy().tobytes(), settings)


def refusal(settings: Settings) -> str:
    """Return torch's own words where it refuses the settings, else ""."""
    try:
        loader(range(1), torch.zeros(1, dtype=torch.int64), settings)
    except ValueError as error:
        return str(error)
    return ""


def loader(
    items: Sequence[Any],
    classes: torch.Tensor | None,
    settings: Settings,
    *,
    collate_fn: Callable[[list[Any]], Any] | None = None,
    whole: bool = False,
) -> "DataLoader[Any]":
    """Return a new loader over a dataset, or over its indices. It and its sampler have generators of their own.

    Args:
        whole: hand over all that the sampler draws in one batch; the generators make the same moves.
    """
    drawn = Drawn(len(items), classes, settings.favour, settings.seed)
    return DataLoader(
        items,  # type: ignore[arg-type]
        batch_size=len(items) if whole else settings.batch_size,
        shuffle=settings.shuffle,
        sampler=WAYS[settings.sampler].make(drawn),
        drop_last=settings.drop_last and not whole,
        generator=torch.Generator().manual_seed(settings.seed),
        collate_fn=collate_fn,
    )


@lru_cache(maxsize=128)
def _deal(length: int, classes: bytes | None, settings: Settings) -> Deal:
    known = torch.frombuffer(bytearray(classes), dtype=torch.int64) if classes is not None else None

    def fresh(whole: bool) -> "DataLoader[Any]":
        return loader(range(length), known, settings, collate_fn=list, whole=whole)

    # The witness drops nothing, and so tells what the dealer dropped. Both run to the end of each epoch: torch's
    # RandomSampler draws once more there.
    dealer, witness = fresh(whole=False), fresh(whole=True)
    epochs = tuple(_epoch(length, list(dealer), list(witness)) for _ in range(settings.epochs))
    drawn = len(epochs[0].order)
    repeats = tuple(map(tuple, fresh(whole=False))) == epochs[0].batches
    return Deal(length, drawn, len(dealer), _arithmetic(drawn, settings), epochs, repeats)


def _epoch(length: int, dealt: list[list[int]], whole: list[list[int]]) -> Epoch:
    (order,) = whole
    handed_over = sum(map(len, dealt))
    counts = Counter(order)
    return Epoch(
        tuple(map(tuple, dealt)),
        tuple(order[handed_over:]),
        tuple(index for index in range(length) if index not in counts),
        tuple((index, count) for index, count in sorted(counts.items()) if count > 1),
    )


def _arithmetic(drawn: int, settings: Settings) -> str:
    size = settings.batch_size
    if settings.drop_last:
        return f"{drawn} // {size} = {drawn // size}"
    return f"ceil({drawn} / {size}) = {math.ceil(drawn / size)}"


_SNIPPET = """\
from collections.abc import Callable, Iterable

import numpy as np
import torch
from torch.nn.functional import one_hot
from torch.utils.data import {imports}

{data}
features, targets = torch.from_numpy(features), torch.from_numpy(targets)

Transform = Callable[[torch.Tensor], torch.Tensor]


{classes}


{made}


def loader_over(samples, **more):
{sampler}    generator = torch.Generator().manual_seed({seed})
    return DataLoader(
        samples, batch_size={batch_size}, {drawn_by}, drop_last={drop_last}, generator=generator, **more
    )


loader = loader_over(dataset)
# The same loader over the indices tells which samples travel together.
indices = loader_over(range(len(dataset)), collate_fn=list)
print("len(dataset):", len(dataset))
print("len(loader):", len(loader))
for epoch in range({epochs}):
    left = set(range(len(dataset)))
    for (x, y), drawn in zip(loader, indices, strict=True):
        print("epoch", epoch + 1, drawn, tuple(x.shape), x.dtype, tuple(y.shape), y.dtype)
        left -= set(drawn)
    print("epoch", epoch + 1, "in no batch:", sorted(left))
"""


def snippet(samples: Samples, settings: Settings) -> str:
    """Return plain PyTorch that runs on its own (an upload wants its file beside it) and prints the page's batches."""
    way = WAYS[settings.sampler]
    made = dataset.make(samples, settings.transforms)
    lines = way.code.format(seed=settings.seed, kept=kept(len(samples)), favour=settings.favour).splitlines()
    return _SNIPPET.format(
        imports=", ".join(sorted({"DataLoader", "Dataset", *way.imports})),
        data=samples.code if isinstance(samples, CsvSamples) else SOURCES[samples.name].code,
        classes=dataset.source(made).rstrip(),
        made=dataset.made_by(samples, settings.transforms),
        sampler="".join(f"    {line}\n" for line in lines),
        drawn_by="sampler=sampler" if lines else f"shuffle={settings.shuffle}",
        **{name: getattr(settings, name) for name in ("seed", "batch_size", "drop_last", "epochs")},
    )
