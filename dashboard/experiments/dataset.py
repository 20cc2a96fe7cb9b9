"""A Dataset answers `len(dataset)` and `dataset[i]`. The classes here are shown as they stand, and are what runs."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch.nn.functional import one_hot
from torch.utils.data import Dataset

from dashboard.experiments.samples import Samples

Transform = Callable[[torch.Tensor], torch.Tensor]


class SampleDataset(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    def __init__(
        self,
        features: torch.Tensor,
        targets: torch.Tensor,
        transforms: Iterable[Transform] = (),
        target_transforms: Iterable[Transform] = (),
    ) -> None:
        self.features = features
        self.targets = targets
        self.transforms = tuple(transforms)
        self.target_transforms = tuple(target_transforms)

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        x, y = self.features[index], self.targets[index]
        for transform in self.transforms:
            x = transform(x)
        for transform in self.target_transforms:
            y = transform(y)
        return x, y


class Standardise:
    def __init__(self, features: torch.Tensor) -> None:
        self.mean = features.mean(0)
        spread = features.std(0, correction=0)
        self.spread = spread.where(spread > 0, 1.0)  # a column that never changes

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.spread


class OneHot:
    def __init__(self, classes: int) -> None:
        self.classes = classes

    def __call__(self, y: torch.Tensor) -> torch.Tensor:
        return one_hot(y, self.classes)


def to_float32(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.float32)


@dataclass(frozen=True)
class Transforms:
    """Which transforms are switched in."""

    standardise: bool = False
    one_hot: bool = False
    float32: bool = True


def has_classes(samples: Samples) -> bool:
    """Return whether each target is the number of one class."""
    return bool(samples.class_names) and samples.targets.ndim == 1


def make(samples: Samples, transforms: Transforms) -> SampleDataset:
    """Return the samples as a dataset. A switch that does not fit the targets (one-hot of a number) does nothing."""
    of_x: list[Transform] = []
    of_y: list[Transform] = []
    if transforms.standardise:
        of_x.append(Standardise(samples.features))
    if transforms.float32:
        of_x.append(to_float32)
    if transforms.one_hot and has_classes(samples):
        of_y.append(OneHot(len(samples.class_names)))
    if transforms.float32 and samples.targets.is_floating_point():
        of_y.append(to_float32)
    return SampleDataset(samples.features, samples.targets, of_x, of_y)


def source(dataset: SampleDataset) -> str:
    """Return the source of the dataset's class and of the transforms that are switched in."""
    used: list[object] = [type(dataset)]
    for transform in (*dataset.transforms, *dataset.target_transforms):
        part = transform if inspect.isfunction(transform) else type(transform)
        if part not in used:
            used.append(part)
    return "\n\n".join(map(_source, used))


@lru_cache(maxsize=16)
def _source(part: Any) -> str:
    return inspect.getsource(part)


def made_by(samples: Samples, transforms: Transforms) -> str:
    """Return the line that makes the dataset from the tensors `features` and `targets`."""
    names = {
        Standardise: "Standardise(features)",
        OneHot: f"OneHot({len(samples.class_names)})",
    }
    dataset = make(samples, transforms)
    lists = [
        f"{name}=[{', '.join(names.get(type(part), 'to_float32') for part in parts)}]"
        for name, parts in (("transforms", dataset.transforms), ("target_transforms", dataset.target_transforms))
        if parts
    ]
    return f"dataset = SampleDataset({', '.join(['features', 'targets', *lists])})"
