"""Data to train on: made here by a few lines of torch, or a dataset of the Datasets page; always the same samples."""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from dashboard.experiments import samples

HELD_OUT = 3  # every third of the shuffled samples is held out
DATA_SEED, SPLIT_SEED = 0, 1  # the seed of the settings is about the training alone, so that runs can be compared

Maker = Callable[[torch.Generator], tuple[Tensor, Tensor]]


def moons(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    y = torch.arange(300) % 2
    angle, sign = math.pi * torch.rand(300, generator=generator), 1 - 2 * y
    x = torch.stack([y + sign * angle.cos(), 0.5 * y + sign * angle.sin()], 1)
    return x + 0.15 * torch.randn(300, 2, generator=generator), y


def circles(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    y = torch.arange(300) % 2
    angle, radius = 2 * math.pi * torch.rand(300, generator=generator), 1 - 0.5 * y
    x = torch.stack([radius * angle.cos(), radius * angle.sin()], 1)
    return x + 0.08 * torch.randn(300, 2, generator=generator), y


def spiral(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    y = torch.arange(300) % 3
    radius = 0.1 + 0.9 * torch.rand(300, generator=generator)
    angle = 2 * math.pi * y / 3 + 4 * radius + 0.15 * torch.randn(300, generator=generator)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1), y


def xor(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    x = 2 * torch.rand(300, 2, generator=generator) - 1
    x = x + 0.08 * x.sign()  # a little room along the axes
    return x, (x[:, 0] * x[:, 1] > 0).long()


def line(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    x = 4 * torch.rand(300, 1, generator=generator) - 2
    return x, 1.5 * x - 0.5 + 0.6 * torch.randn(300, 1, generator=generator)


# Of the Datasets page: all but what has several labels at once, which would need another loss, and its moons, which
# are made without scikit-learn above. Of iris the two petal measurements are kept: they can be drawn.
FROM_DATASETS = ("iris", "iris 30", "ramp", "digits", "classification")
KEPT = {"iris": slice(2, 4), "iris 30": slice(2, 4)}
MAKERS: dict[str, Maker] = {maker.__name__: maker for maker in (moons, circles, spiral, xor, line)}


@dataclass(frozen=True, eq=False)
class Split:
    """The samples in shuffled order, standardised by the training part's mean and standard deviation.

    Attributes:
        x: (N, F) float32.
        y: (N,) int64 class numbers; or (N, 1) float32, standardised, where a number is to be predicted.
        held: the first so many samples are held out, the others are for training.
        feature_names: F names.
        class_names: empty where a number is to be predicted.
    """

    x: Tensor
    y: Tensor
    held: int
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    @property
    def train_part(self) -> tuple[Tensor, Tensor]:
        """x and y of the samples to train on."""
        return self.x[self.held :], self.y[self.held :]

    @property
    def held_part(self) -> tuple[Tensor, Tensor]:
        """x and y of the samples held out."""
        return self.x[: self.held], self.y[: self.held]

    @property
    def outputs(self) -> int:
        """How many numbers the model gives for a sample."""
        return len(self.class_names) or 1

    @property
    def is_drawn(self) -> bool:
        """Whether a picture can show what the model does: a line over one feature, or areas over two."""
        return self.x.shape[1] == (2 if self.class_names else 1)


DATA = (*MAKERS, *FROM_DATASETS)


@lru_cache(maxsize=len(DATA))
def split(name: str) -> Split:
    """Return the data of that name, split and standardised.

    Raises:
        KeyError: if there is no such data.
    """
    x, y, features, classes = _made(name) if name in MAKERS else _loaded(name)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(SPLIT_SEED))
    x, y = x[order], y[order]
    held = len(x) // HELD_OUT
    return Split(_standardised(x, held), y if classes else _standardised(y, held), held, features, classes)


def _standardised(values: Tensor, held: int) -> Tensor:
    """Return the values with mean 0 and standard deviation 1 over the training part; what never varies becomes 0."""
    train = values[held:]
    spread = train.std(0)
    return (values - train.mean(0)) / spread.where(spread > 0, 1)


def _made(name: str) -> tuple[Tensor, Tensor, tuple[str, ...], tuple[str, ...]]:
    x, y = MAKERS[name](torch.Generator().manual_seed(DATA_SEED))
    if y.is_floating_point():
        return x, y, ("x",), ()
    return x, y, ("x0", "x1"), tuple("ABC"[: int(y.max()) + 1])


def _loaded(name: str) -> tuple[Tensor, Tensor, tuple[str, ...], tuple[str, ...]]:
    loaded = samples.load(name)
    kept = KEPT.get(name, slice(None))
    x = loaded.features.float().flatten(1)[:, kept]
    y = loaded.targets if loaded.class_names else loaded.targets.float()[:, None]
    return x, y, loaded.feature_names[kept], loaded.class_names


_SPLIT = """\
# A third is held out; all is standardised by what is left to train on.
order = torch.randperm(len(x), generator=torch.Generator().manual_seed({seed}))
x, y = x[order], y[order]
held, train = slice(0, len(x) // {share}), slice(len(x) // {share}, None)
spread = x[train].std(0)
x = (x - x[train].mean(0)) / spread.where(spread > 0, 1)
"""


def code(name: str) -> str:
    """Return plain Python that makes `x`, `y`, `held` and `train`, after `import math` and `import torch`."""
    shared = _SPLIT.format(seed=SPLIT_SEED, share=HELD_OUT)
    numbers = "" if split(name).class_names else "y = (y - y[train].mean(0)) / y[train].std(0)\n"
    return f"{_made_code(name) if name in MAKERS else _loaded_code(name)}\n{shared}{numbers}"


def _made_code(name: str) -> str:
    source = inspect.getsource(MAKERS[name]).replace(") -> tuple[Tensor, Tensor]:", "):")
    source = source.replace("(generator: torch.Generator)", "(generator)")
    return f"{source}\n\nx, y = {name}(torch.Generator().manual_seed({DATA_SEED}))\n"


def _loaded_code(name: str) -> str:
    numpy = "import numpy as np\n\n" if "np." in samples.SOURCES[name].code else ""
    kept = "[:, 2:4]  # petal length and width" if name in KEPT else ""
    targets = "torch.from_numpy(targets)" + ("" if split(name).class_names else ".float()[:, None]")
    made = f"x = torch.from_numpy(features).float().flatten(1){kept}\ny = {targets}\n"
    return f"{numpy}{samples.SOURCES[name].code}\n\n{made}"
