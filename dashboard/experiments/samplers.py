"""Who decides which sample comes next: the loader's own two ways, and samplers that one hands to it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.utils.data import RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler

NAMES = ("RandomSampler", "SequentialSampler", "SubsetRandomSampler", "WeightedRandomSampler")
SHARE = 0.8  # of the samples, from the first, that the subset keeps


@dataclass(frozen=True)
class Drawn:
    """What a sampler may draw from.

    Attributes:
        classes: the class number of every sample, or None where samples have no single class.
        favour: how many times the first class's weight is taken.
    """

    length: int
    classes: torch.Tensor | None
    favour: float
    seed: int

    def generator(self) -> torch.Generator:
        """Return the sampler's own generator."""
        return torch.Generator().manual_seed(self.seed)


@dataclass(frozen=True)
class Way:
    """A way to draw.

    Attributes:
        says: what it does, in a sentence.
        code: the lines that make `sampler` over `samples`, with {seed}, {kept} and {favour} to fill in; "" for none.
        make: makes the sampler, or None where `shuffle` alone decides.
        needs_classes: whether every sample must have one class.
    """

    says: str
    code: str
    make: Callable[[Drawn], Sampler[int] | None]
    needs_classes: bool = False

    @property
    def imports(self) -> tuple[str, ...]:
        """What the code needs from torch.utils.data."""
        return tuple(name for name in NAMES if f" {name}(" in self.code)


def kept(length: int) -> int:
    """Return how many samples the subset keeps: at least one."""
    return max(1, int(length * SHARE))


def weights(classes: torch.Tensor, favour: float) -> torch.Tensor:
    """Return every sample's weight, (N,): one over the size of its class, the first class `favour` times that."""
    counts = classes.bincount()
    per_class = 1 / counts.clamp(min=1)
    per_class[classes.min()] *= favour
    return per_class[classes]


def _weighted(drawn: Drawn) -> Sampler[int]:
    assert drawn.classes is not None, "these samples have no single class"
    chances = weights(drawn.classes, drawn.favour).tolist()
    return WeightedRandomSampler(chances, drawn.length, generator=drawn.generator())


WAYS = {
    "none": Way("No sampler: `shuffle` decides.", "", lambda drawn: None),
    "sequential": Way(
        "One after the other, in dataset order.",
        "sampler = SequentialSampler(samples)",
        lambda drawn: SequentialSampler(range(drawn.length)),
    ),
    "random": Way(
        "Every sample once, in an order drawn by the sampler's own generator.",
        "sampler = RandomSampler(samples, generator=torch.Generator().manual_seed({seed}))",
        lambda drawn: RandomSampler(range(drawn.length), generator=drawn.generator()),
    ),
    "weighted": Way(
        "Drawn with replacement, small classes as often as large ones: some samples never come, some twice.",
        """\
per_class = 1 / targets.bincount().clamp(min=1)
per_class[targets.min()] *= {favour}
weights = per_class[targets].tolist()
sampler = WeightedRandomSampler(weights, len(samples), generator=torch.Generator().manual_seed({seed}))""",
        _weighted,
        needs_classes=True,
    ),
    "subset": Way(
        "Only the first 80 % of the samples, in random order: a sorted dataset loses its last class.",
        "sampler = SubsetRandomSampler(range({kept}), generator=torch.Generator().manual_seed({seed}))",
        lambda drawn: SubsetRandomSampler(range(kept(drawn.length)), generator=drawn.generator()),
    ),
}
