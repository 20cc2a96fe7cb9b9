"""The tree of an expression, and the one table of what can be computed with it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch


@dataclass(frozen=True)
class Number:
    """A number as it was typed: an int stays an int."""

    value: int | float


@dataclass(frozen=True)
class Constant:
    """pi or e."""

    name: str


@dataclass(frozen=True)
class Variable:
    """A name that gets its tensor when the expression is evaluated."""

    name: str


@dataclass(frozen=True)
class Apply:
    """One operation of the table `OPERATIONS` on one or two arguments."""

    operation: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Constant | Variable | Apply

# What can be computed, and with what. A constant stays a Python number, so that x**2 records PowBackward0.
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
}
OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "detach": torch.detach,  # nobody types it: it is put into a tree to cut it
    **FUNCTIONS,
}


def walk(node: Node) -> Iterator[Node]:
    """The node and everything beneath it, arguments first, left to right."""
    for argument in node.arguments if isinstance(node, Apply) else ():
        yield from walk(argument)
    yield node


def is_constant(node: Node) -> bool:
    """Whether there is no variable in this part."""
    return not any(isinstance(part, Variable) for part in walk(node))
