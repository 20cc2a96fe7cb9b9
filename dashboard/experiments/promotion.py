"""Which dtype wins when two meet: the operation itself, performed for every pair."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from dashboard.experiments import transcript
from dashboard.experiments.tensors import DTYPES

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "==": operator.eq,
}
KINDS = ("both 1-D", "b is 0-D", "b is a Python number")
PYTHON = {"bool": True, "int": 1, "float": 1.0}
PROMOTED = ("bool", "uint8", "int8", "int64", "float16", "bfloat16", "float32", "float64", "complex64")


@dataclass(frozen=True)
class Promotion:
    """Which dtype wins: the operation performed for every pair.

    Attributes:
        rows, columns: the names of a's and b's dtypes.
        winners: for every pair in row-major order the result's dtype; "refused" where torch does not do it.
        errors: torch's live words for each pair that it refuses, by its place.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    winners: tuple[str, ...]
    errors: dict[int, str]


@lru_cache(maxsize=len(OPERATORS) * len(KINDS))
def promotion(operation: str, kind: str) -> Promotion:
    """Perform the operation on ones of every two dtypes. (torch.result_type would ignore the operation.)"""
    columns = columns_of(kind)
    winners: list[str] = []
    errors: dict[int, str] = {}
    for row in PROMOTED:
        for column in columns:
            winner, error = _winner(operation, row, column, kind)
            if error:
                errors[len(winners)] = error
            winners.append(winner)
    return Promotion(PROMOTED, columns, tuple(winners), errors)


def columns_of(kind: str) -> tuple[str, ...]:
    """b's dtypes. A complex number without dimensions is left out: with float16 torch warns that it is experimental."""
    return {KINDS[0]: PROMOTED, KINDS[1]: PROMOTED[:-1], KINDS[2]: tuple(PYTHON)}[kind]


def _winner(operation: str, row: str, column: str, kind: str) -> tuple[str, str]:
    a = torch.ones(2, dtype=DTYPES[row])
    b = PYTHON[column] if kind == KINDS[2] else torch.ones((2,) if kind == KINDS[0] else (), dtype=DTYPES[column])
    try:
        return str(OPERATORS[operation](a, b).dtype).removeprefix("torch."), ""
    except transcript.REFUSALS as live:
        return "refused", transcript.refusal("", live).answer
