"""Bugs to switch on: each is run beside the loop as it should be, on the same data and from the same first weights."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.buggy import (
    by_hand,
    detached,
    edited,
    evaluation,
    in_bce,
    in_mse_loss,
    new_w,
    no_grad,
    rate,
    sorted_data,
    zero_grad,
)
from dashboard.experiments.buggy.bug import Bug, Log
from dashboard.experiments.listing import listing
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.warned import warned

_FILES = (
    zero_grad,
    no_grad,
    new_w,
    by_hand,
    in_mse_loss,
    in_bce,
    detached,
    rate,
    edited,
    sorted_data,
    evaluation,
)
BUGS: Mapping[str, Bug] = {file.BUG.name: file.BUG for file in _FILES}
SHOWS, HARMLESS = "it shows", "it looks harmless"
MAX_SEED = 999
LAST = 5  # numbers of a series that are shown as torch prints them


@dataclass(frozen=True)
class Settings:
    """Which bug, with the setting where it shows or where it looks harmless, and the seed of data and weights.

    Raises:
        ValueError: if there is no such bug, or the seed is out of bounds.
    """

    bug: str = zero_grad.BUG.name
    where: str = SHOWS
    seed: int = 0

    def __post_init__(self) -> None:
        if self.bug not in BUGS:
            raise ValueError(f"the bug must be one of {tuple(BUGS)}")
        if self.where not in (SHOWS, HARMLESS):
            raise ValueError(f"a bug is looked at where {SHOWS}, or where {HARMLESS}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"the seed must lie between 0 and {MAX_SEED}")

    @property
    def arguments(self) -> dict[str, float]:
        """What both loops are called with."""
        bug = BUGS[self.bug]
        setting = bug.harmless if self.where == HARMLESS and bug.harmless else bug.setting
        return {"seed": self.seed, **setting}


@dataclass(frozen=True)
class Outcome:
    """What came of a loop.

    Attributes:
        log: what it noted, series by series, as far as it came.
        error: torch's own words where it raised; else nothing.
        warnings: torch's own warnings, each once.
    """

    log: Mapping[str, tuple[float, ...]]
    error: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A bug beside the loop as it should be.

    Attributes:
        right, wrong: the outcomes.
        words: the symptom, or when it looks harmless; in words, with the numbers of these runs.
        says: what torch says.
    """

    right: Outcome
    wrong: Outcome
    words: str
    says: tuple[Exchange, ...]


@lru_cache(maxsize=128)
def compare(settings: Settings) -> Comparison:
    """Run both loops."""
    bug = BUGS[settings.bug]
    with tracking():
        right, wrong = (_run(loop, bug.warning, settings.arguments) for loop in (bug.right, bug.wrong))
    tell = bug.looks if settings.where == HARMLESS else bug.symptom
    words = tell(_log(right), _log(wrong))
    return Comparison(right, wrong, words, (*_says("right", right, settings), *_says("wrong", wrong, settings)))


def _log(outcome: Outcome) -> Log:
    return defaultdict(list, {name: list(series) for name, series in outcome.log.items()})


def looks(settings: Settings) -> str:
    """Say when the bug looks harmless; the numbers are those of a run with the harmless setting."""
    return compare(replace(settings, where=HARMLESS)).words


def _run(loop: Callable[..., None], warning: str, arguments: Mapping[str, float]) -> Outcome:
    log: Log = defaultdict(list)

    def action() -> Exchange:
        return transcript.attempt("", lambda: loop(log, **arguments))

    answer, warnings = warned(action, warning) if warning else (action(), ())
    kept = {name: tuple(series) for name, series in log.items()}
    return Outcome(kept, answer.answer, tuple(dict.fromkeys(warnings)))


def _says(name: str, outcome: Outcome, settings: Settings) -> tuple[Exchange, ...]:
    answer = "\n".join((*outcome.warnings, *[outcome.error] * bool(outcome.error)))
    series = (
        transcript.say(f'torch.tensor(log["{key}"][-{LAST}:])', torch.tensor(values[-LAST:]))
        for key, values in outcome.log.items()
    )
    return Exchange(f"log = run({name}, {written(settings)})", answer), *series


def written(settings: Settings) -> str:
    """Return what both loops are called with, as one writes it."""
    return ", ".join(f"{name}={value}" for name, value in settings.arguments.items())


@lru_cache(maxsize=2 * len(BUGS))
def lines(loop: Callable[..., None]) -> str:
    """Return the lines of a loop, as they ran."""
    return listing(loop)


_SNIPPET = '''\
"""{name}: the loop as it should be, and with the bug."""

from collections import defaultdict
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

Log = dict[str, list[float]]  # what a loop notes, step by step


{functions}


def run(loop, **setting):
    log = defaultdict(list)
    try:
        loop(log, **setting)
    except (RuntimeError, TypeError, ValueError) as error:
        print(f"{{type(error).__name__}}: {{error}}")
    return log


for loop in (right, wrong):
    log = run(loop, {arguments})
    for name, series in log.items():
        print(loop.__name__, name, torch.tensor(series[-{last}:]))
'''


def snippet(settings: Settings) -> str:
    """Return both loops with all that they call: it runs on its own and prints the same numbers."""
    bug = BUGS[settings.bug]
    return _SNIPPET.format(name=bug.name, functions=_functions(bug.name), arguments=written(settings), last=LAST)


@lru_cache(maxsize=len(BUGS))
def _functions(name: str) -> str:
    """Return the source of all that a bug's script needs."""
    bug = BUGS[name]
    return "\n\n".join(inspect.getsource(function) for function in (*bug.helpers, bug.right, bug.wrong)).rstrip()
