"""Mistakes between a dataset and its batches, and the ways out. These functions are what runs and what is shown.

A function that ends in `fails` makes the mistake: torch raises, or silently returns what nobody wanted. The one that
ends in `works` takes the way out. What `return` gives is what the page prints.
"""

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler, default_collate


class Sentences(Dataset[torch.Tensor]):
    """Words as numbers: sentences of different lengths."""

    words = ([3, 1, 4], [1, 5], [9, 2, 6, 5])

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, i: int) -> torch.Tensor:
        return torch.tensor(self.words[i])


def pad(sentences: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Fill up with zeros; keep the lengths."""
    lengths = torch.tensor([len(sentence) for sentence in sentences])
    return pad_sequence(sentences, batch_first=True), lengths


def ragged_fails() -> object:
    loader = DataLoader(Sentences(), batch_size=3)
    batch = next(iter(loader))
    return batch


def ragged_works() -> object:
    loader = DataLoader(Sentences(), batch_size=3, collate_fn=pad)
    batch, lengths = next(iter(loader))
    return batch, lengths


class Measurements(Dataset[torch.Tensor | None]):
    """Measurements. The first one is missing."""

    values = (None, 1.5, 2.5, 3.5)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, i: int) -> torch.Tensor | None:
        value = self.values[i]
        return None if value is None else torch.tensor(value)


def drop_missing(samples: list[torch.Tensor | None]) -> torch.Tensor:
    """Collate what is there: the batch gets smaller."""
    kept: torch.Tensor = default_collate([sample for sample in samples if sample is not None])
    return kept


def none_fails() -> object:
    loader = DataLoader(Measurements(), batch_size=4)
    batch = next(iter(loader))
    return batch


def none_works() -> object:
    loader = DataLoader(Measurements(), batch_size=4, collate_fn=drop_missing)
    batch = next(iter(loader))
    return batch


class Ten(Dataset[int]):
    """The numbers from 0 to 9."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, i: int) -> int:
        return i


def sampler_fails() -> object:
    sampler = WeightedRandomSampler([1.0] * 5 + [9.0] * 5, num_samples=10)
    loader = DataLoader(Ten(), batch_size=5, sampler=sampler, shuffle=True)
    return list(loader)


def sampler_works() -> object:
    generator = torch.Generator().manual_seed(0)
    sampler = WeightedRandomSampler([1.0] * 5 + [9.0] * 5, num_samples=10, generator=generator)
    loader = DataLoader(Ten(), batch_size=5, sampler=sampler)
    return list(loader)


class Squares(Dataset[int]):
    """Squares, but nobody said how many."""

    def __getitem__(self, i: int) -> int:
        return i**2


class FiveSquares(Dataset[int]):
    """Five squares."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> int:
        return i**2


def length_fails() -> object:
    loader = DataLoader(Squares(), batch_size=2)
    return list(loader)


def length_works() -> object:
    loader = DataLoader(FiveSquares(), batch_size=2)
    return list(loader)


def index_fails() -> object:
    loader = DataLoader(Ten(), batch_size=4)
    batch = loader[0]  # type: ignore[index]
    return batch


def index_works() -> object:
    loader = DataLoader(Ten(), batch_size=4)
    batch = next(iter(loader))  # the first batch
    sample = Ten()[0]  # a sample: that is what a dataset answers
    return batch, sample


def next_fails() -> object:
    iterator = iter(DataLoader(Ten(), batch_size=4))
    batch = iterator.next()  # type: ignore[attr-defined]
    return batch


def next_works() -> object:
    iterator = iter(DataLoader(Ten(), batch_size=4))
    batch = next(iterator)
    return batch


class Table(Dataset[torch.Tensor]):
    """The rows of a numpy array, in a dtype of our choice."""

    rows = np.arange(8.0).reshape(4, 2)

    def __init__(self, dtype: torch.dtype | None = None) -> None:
        self.x = torch.from_numpy(self.rows).to(dtype)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, i: int) -> torch.Tensor:
        return self.x[i]


def dtype_fails() -> object:
    model = nn.Linear(2, 1)
    batch = next(iter(DataLoader(Table(), batch_size=4)))
    output = model(batch)
    return output.dtype


def dtype_works() -> object:
    model = nn.Linear(2, 1)
    batch = next(iter(DataLoader(Table(torch.float32), batch_size=4)))
    output = model(batch)
    return batch.dtype, output.dtype


def restart_fails() -> object:
    loader = DataLoader(Ten(), batch_size=4)
    batches = [next(iter(loader)) for step in range(3)]
    return batches


def restart_works() -> object:
    loader = DataLoader(Ten(), batch_size=4)
    batches = [batch for batch in loader]  # noqa: C416
    return batches


def drop_fails() -> object:
    loader = DataLoader(Ten(), batch_size=16, drop_last=True)
    batches = list(loader)
    return len(loader), batches


def drop_works() -> object:
    loader = DataLoader(Ten(), batch_size=16)
    batches = list(loader)
    return len(loader), [len(batch) for batch in batches]
