"""The experiments behind the questions about datasets: each is run when it is asked."""

from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

from dashboard.experiments import transcript
from dashboard.experiments.transcript import Exchange

SEED = 0


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(SEED)


def _over_ten(batch_size: int, shuffle: bool, generator: torch.Generator) -> "DataLoader[Any]":
    return DataLoader(range(10), batch_size, shuffle=shuffle, generator=generator)  # type: ignore[arg-type]


def larger_than_the_dataset() -> tuple[Exchange, ...]:
    """Ask for batches of 16 where there are ten samples, and drop the last."""
    dataset = TensorDataset(torch.arange(10.0))
    loader = DataLoader(dataset, batch_size=16, drop_last=True, generator=_generator())
    return (
        Exchange("dataset = TensorDataset(torch.arange(10.0))"),
        Exchange("loader = DataLoader(dataset, batch_size=16, drop_last=True)"),
        transcript.say("len(loader)", len(loader)),
        transcript.say("list(loader)", list(loader)),
    )


def two_epochs() -> tuple[Exchange, ...]:
    """Deal ten indices twice from one loader, then once from a new one."""
    loader, new = (_over_ten(10, True, _generator()) for _ in range(2))
    return (
        Exchange(f"loader = DataLoader(range(10), 10, shuffle=True, generator=torch.Generator().manual_seed({SEED}))"),
        transcript.say("next(iter(loader))  # epoch 1", next(iter(loader))),
        transcript.say("next(iter(loader))  # epoch 2", next(iter(loader))),
        Exchange(f"new = DataLoader(range(10), 10, shuffle=True, generator=torch.Generator().manual_seed({SEED}))"),
        transcript.say("next(iter(new))     # its epoch 1", next(iter(new))),
    )


def weighted() -> tuple[Exchange, ...]:
    """Draw ten times out of ten samples of equal weight."""
    sampler = WeightedRandomSampler([1.0] * 10, 10, generator=_generator())
    drawn = list(sampler)
    return (
        Exchange(f"sampler = WeightedRandomSampler([1.0] * 10, 10, generator=torch.Generator().manual_seed({SEED}))"),
        Exchange("drawn = list(sampler)"),
        transcript.say("drawn", drawn),
        transcript.say("sorted(set(range(10)) - set(drawn))  # never drawn", sorted(set(range(10)) - set(drawn))),
    )


def against_randperm() -> tuple[Exchange, ...]:
    """Compare a loader's order with a plain randperm of the same seed, and with one after an int64."""
    loader = _over_ten(10, True, _generator())
    plain, moved_on = _generator(), _generator()
    first = torch.empty((), dtype=torch.int64).random_(generator=moved_on)
    seeded = f"torch.Generator().manual_seed({SEED})"
    return (
        Exchange(f"loader = DataLoader(range(10), 10, shuffle=True, generator={seeded})"),
        transcript.say("next(iter(loader))", next(iter(loader))),
        transcript.say(f"torch.randperm(10, generator={seeded})", torch.randperm(10, generator=plain)),
        Exchange(f"generator = {seeded}"),
        transcript.say("torch.empty((), dtype=torch.int64).random_(generator=generator)", first),
        transcript.say("torch.randperm(10, generator=generator)", torch.randperm(10, generator=moved_on)),
    )


def without_shuffle() -> tuple[Exchange, ...]:
    """Look at a generator before and after an epoch in which nothing is shuffled."""
    generator = _generator()
    before = generator.get_state()
    list(_over_ten(5, False, generator))
    return (
        Exchange(f"generator = torch.Generator().manual_seed({SEED})"),
        Exchange("before = generator.get_state()"),
        Exchange("for batch in DataLoader(range(10), 5, shuffle=False, generator=generator): pass"),
        transcript.say("generator.get_state().equal(before)", generator.get_state().equal(before)),
    )
