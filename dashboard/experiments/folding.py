"""Numbers that are known before x is: worked out under bounds, and never as Python's endless integers."""

import math
from typing import Any

import torch

from dashboard.experiments.spelling import write
from dashboard.experiments.tree import CONSTANTS, FUNCTIONS, OPERATIONS, Apply, Constant, Node, Number

MAX_CONSTANT = 1_000_000  # of every number, typed or worked out from typed ones


class ExpressionError(ValueError):
    """A text that is not an expression. The message says what is wrong, where (1-based), and what is possible."""

    def __init__(self, problem: str, advice: str = "", position: int | None = None) -> None:
        where = "" if position is None else f" (position {position})"
        super().__init__(f"{problem}{where}. {advice}".strip())
        self.problem, self.advice, self.position = problem, advice, position


def fold(node: Node) -> int | float:
    """The value of a constant part as a Python number. Raises ExpressionError where that is not real or too large."""
    match node:
        case Number(value):
            return _bounded(value, node)
        case Constant(name):
            return CONSTANTS[name]
        case Apply(operation, arguments):
            return _compute(operation, [fold(argument) for argument in arguments], node)
    raise TypeError(f"{node.name} is not a constant")


def _compute(operation: str, numbers: list[int | float], node: Node) -> int | float:
    apply = OPERATIONS[operation]
    if operation in FUNCTIONS:  # torch's functions for numbers too: there is no second table that could disagree
        return _bounded(apply(torch.tensor(numbers[0], dtype=torch.float64)).item(), node)
    try:
        _bounded(apply(*map(float, numbers)), node)  # floats first: they overflow where integers would grow and grow
        return _bounded(apply(*numbers), node)
    except ZeroDivisionError:
        raise ExpressionError(f"{write(node)} divides by zero") from None
    except OverflowError:
        return _bounded(math.inf, node)


def _bounded(number: Any, node: Node) -> int | float:
    if isinstance(number, complex) or math.isnan(number):
        raise ExpressionError(f"{write(node)} is not a real number")
    if abs(number) > MAX_CONSTANT:
        raise ExpressionError(f"{write(node)} is too large", f"A number may be {MAX_CONSTANT} at most.")
    result: int | float = number
    return result
