"""What goes wrong between a dataset and its batches: each mistake really made, and the way out really taken."""

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboard.experiments import mistakes
from dashboard.experiments.listing import listing
from dashboard.experiments.transcript import Exchange, refusal, say

# What torch and Python answer to the mistakes below.
ERRORS = (RuntimeError, TypeError, ValueError, AttributeError)


# What the code may use, and the line that imports it; the names of torch.utils.data share one.
IMPORTS = {
    "np": "import numpy as np",
    "torch": "import torch",
    "nn": "from torch import nn",
    "pad_sequence": "from torch.nn.utils.rnn import pad_sequence",
}
DATA = ("DataLoader", "Dataset", "WeightedRandomSampler", "default_collate")

Shown = Callable[[], object]


@dataclass(frozen=True)
class Pitfall:
    """A mistake and its way out.

    Attributes:
        does: what one does, in a sentence.
        why: what is behind it.
        way_out: what to do instead.
        fails, works: the functions that run.
        needs: the classes and functions that `fails` uses, and those that `works` uses.
    """

    does: str
    why: str
    way_out: str
    fails: Shown
    works: Shown
    needs: tuple[tuple[Any, ...], tuple[Any, ...]]


PITFALLS: dict[str, Pitfall] = {
    "ragged samples": Pitfall(
        "Batch samples of different lengths.",
        "To collate is to **stack**: one tensor with a new first dimension. Rows of different lengths make no tensor.",
        "Give the loader a `collate_fn` that pads, and keep the lengths: a padding of 0 looks like a word 0.",
        mistakes.ragged_fails,
        mistakes.ragged_works,
        ((mistakes.Sentences,), (mistakes.Sentences, mistakes.pad)),
    ),
    "None in a batch": Pitfall(
        "Return None for a sample that is missing.",
        "`default_collate` stacks tensors, arrays and numbers, also within tuples and dicts. It knows no gaps.",
        "Better: leave such samples out of the dataset. Or drop them while collating; the batch is then smaller.",
        mistakes.none_fails,
        mistakes.none_works,
        ((mistakes.Measurements,), (mistakes.Measurements, mistakes.drop_missing)),
    ),
    "sampler and shuffle": Pitfall(
        "Ask for a sampler and for `shuffle=True`.",
        "Both decide the order. `shuffle=True` is short for a `RandomSampler`, and there can be one sampler only.",
        "Keep one of them. A sampler that draws at random needs a generator of its own to be repeatable.",
        mistakes.sampler_fails,
        mistakes.sampler_works,
        ((mistakes.Ten,), (mistakes.Ten,)),
    ),
    "no length": Pitfall(
        "Write a dataset without `__len__`.",
        "The sampler deals the indices from 0 to `len(dataset) - 1`. Without a length there is nothing to deal.",
        "Write `__len__`. For a stream without an end, PyTorch has `IterableDataset`, which has no index either.",
        mistakes.length_fails,
        mistakes.length_works,
        ((mistakes.Squares,), (mistakes.FiveSquares,)),
    ),
    "loader[0]": Pitfall(
        "Ask a loader for its first batch by an index.",
        "A **dataset** answers `[i]`. A **loader** is walked through, and shuffling changes its first batch.",
        "Take the first batch from a fresh iterator; take a sample from the dataset.",
        mistakes.index_fails,
        mistakes.index_works,
        ((mistakes.Ten,), (mistakes.Ten,)),
    ),
    ".next()": Pitfall(
        "Call `.next()` on the loader's iterator, as old examples do.",
        "Python 3 asks an iterator through the function `next`, which calls its `__next__`.",
        "Write `next(iterator)`; most often a `for` loop says it better.",
        mistakes.next_fails,
        mistakes.next_works,
        ((mistakes.Ten,), (mistakes.Ten,)),
    ),
    "float64 meets float32": Pitfall(
        "Feed rows of a numpy array to a model.",
        "numpy's floats are float64, and `from_numpy` keeps that. A model's weights are float32, and a product of "
        "matrices takes no two dtypes.",
        "Convert once, in the dataset: `.to(torch.float32)`.",
        mistakes.dtype_fails,
        mistakes.dtype_works,
        ((mistakes.Table,), (mistakes.Table,)),
    ),
    "the same batch": Pitfall(
        "Write `next(iter(loader))` in every training step.",
        "`iter(loader)` begins a new epoch each time. Without shuffling every step sees the first batch, and no error "
        "tells.",
        "Call `iter` once, or let a `for` loop do it.",
        mistakes.restart_fails,
        mistakes.restart_works,
        ((mistakes.Ten,), (mistakes.Ten,)),
    ),
    "no batch": Pitfall(
        "Ask for batches larger than the dataset, with `drop_last=True`.",
        "The only batch is not full, so it is dropped. An epoch has no steps then; training does nothing, silently.",
        "Keep the last batch, or choose a smaller `batch_size`. Look at `len(loader)` first.",
        mistakes.drop_fails,
        mistakes.drop_works,
        ((mistakes.Ten,), (mistakes.Ten,)),
    ),
}


@dataclass(frozen=True)
class Run:
    """What came of a function: its code, and the live answer to its last line.

    Attributes:
        code: runs on its own; prints what `answer` says, or raises it.
        answer: the last line with its value's repr, or with the error.
    """

    code: str
    answer: Exchange


@lru_cache(maxsize=len(PITFALLS))
def make(name: str) -> tuple[Run, Run]:
    """Make the mistake, then take the way out; return both."""
    pitfall = PITFALLS[name]
    return _run(pitfall.fails, pitfall.needs[0]), _run(pitfall.works, pitfall.needs[1])


def _run(function: Shown, needs: tuple[Any, ...]) -> Run:
    body, asked = _plain(listing(function)), _asked(function)
    ending = f"{body}\nprint({f'({asked})' if _is_tuple(asked) else asked})\n"
    code = "\n\n".join([*(inspect.getsource(used).rstrip() for used in needs), ending])
    code = f"{_imports(code)}\n\n{code}"
    try:
        return Run(code, say(asked, function()))
    except ERRORS as error:
        return Run(code, refusal(_failing_line(function, error), error))


def _imports(code: str) -> str:
    used = set(re.findall(r"\w+", code))
    data = ", ".join(name for name in DATA if name in used)
    return "\n".join(
        [*(line for name, line in IMPORTS.items() if name in used), f"from torch.utils.data import {data}"]
    )


def _asked(function: Shown) -> str:
    """Return the expression behind the function's final `return`."""
    return inspect.getsource(function).rstrip().rpartition("return ")[2]


def _is_tuple(asked: str) -> bool:
    return isinstance(ast.parse(asked, mode="eval").body, ast.Tuple)


def _failing_line(function: Shown, error: Exception) -> str:
    """Return the function's line that raised."""
    place = error.__traceback__
    while place and place.tb_frame.f_code is not function.__code__:
        place = place.tb_next
    assert place
    lines, first = inspect.getsourcelines(function)
    return _plain(lines[place.tb_lineno - first].strip()).removeprefix("return ")


def _plain(source: str) -> str:
    """Leave out what only our own checks of style and types read."""
    return re.sub(r"  # (type: ignore|noqa).*", "", source)
