"""Two tensors: what an operation makes of them, and which of their elements each element of the result came from."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from dashboard.experiments import transcript
from dashboard.experiments.broadcasting import Shape
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.view_operations import read_numbers

MAX_DIMS = 4
MAX_SIZE = 8
MAX_ELEMENTS = 64
ALL = "all"
DIMS = (ALL, "0", "1", "2", "3", "-1", "-2")
MAX_BOUND = 999


Places = tuple[tuple[int, ...], ...]  # for every element of a result, elements of another tensor


@dataclass(frozen=True)
class Operation:
    """An operation on a, or on a and b.

    Attributes:
        code: how it is written, with {dim}, {keepdim}, {low} and {high}.
        run: does it, given a, b and the settings.
        takes: what it has besides a: "b", "dim", "keepdim", "bounds".
        broadcasts: whether shapes are stretched to each other.
    """

    code: str
    run: "Callable[[torch.Tensor, torch.Tensor, Settings], Any]"
    takes: frozenset[str]
    broadcasts: bool = False


def _elementwise(sign: str, run: Callable[[Any, Any], Any]) -> Operation:
    return Operation(f"a {sign} b", lambda a, b, _: run(a, b), frozenset({"b"}), broadcasts=True)


def _reduction(name: str) -> Operation:
    def run(a: torch.Tensor, b: torch.Tensor, settings: "Settings") -> torch.Tensor:
        method = getattr(a, name)
        if settings.dim == ALL:
            reduced: torch.Tensor = method()
        else:
            reduced = method(dim=int(settings.dim), keepdim=settings.keepdim)
        return reduced

    return Operation(f"a.{name}({{dim}})", run, frozenset({"dim", "keepdim"}))


def _max(a: torch.Tensor, b: torch.Tensor, settings: "Settings") -> torch.Tensor:
    """max along a dim answers twice, with values and their indices: these are the values."""
    return a.max() if settings.dim == ALL else a.max(dim=int(settings.dim), keepdim=settings.keepdim).values


OPERATIONS = {
    "+": _elementwise("+", operator.add),
    "-": _elementwise("-", operator.sub),
    "*": _elementwise("*", operator.mul),
    "/": _elementwise("/", operator.truediv),
    "@": Operation("a @ b", lambda a, b, _: a @ b, frozenset({"b"})),
    "matmul": Operation("torch.matmul(a, b)", lambda a, b, _: torch.matmul(a, b), frozenset({"b"})),
    "cat": Operation("torch.cat([a, b]{dim})", lambda a, b, s: torch.cat([a, b], s.joined), frozenset({"b", "dim"})),
    "stack": Operation(
        "torch.stack([a, b]{dim})", lambda a, b, s: torch.stack([a, b], s.joined), frozenset({"b", "dim"})
    ),
    "clip": Operation("a.clip({low}, {high})", lambda a, b, s: a.clip(s.low, s.high), frozenset({"bounds"})),
    "sum": _reduction("sum"),
    "mean": _reduction("mean"),
    "max": Operation("a.max({dim}){values}", _max, frozenset({"dim", "keepdim"})),
    "item": Operation("a.item()", lambda a, b, _: a.item(), frozenset()),
}


@dataclass(frozen=True)
class Settings:
    """Two shapes, an operation and what it takes.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    a: Shape = (4,)
    b: Shape = (4, 1)
    operation: str = "-"
    dim: str = ALL
    keepdim: bool = False
    low: int = 2
    high: int = 6

    def __post_init__(self) -> None:
        for shape in (self.a, self.b):
            _check(shape)
        if self.operation not in OPERATIONS:
            raise ValueError(f"the operation must be one of {', '.join(OPERATIONS)}")
        if self.dim not in DIMS:
            raise ValueError(f"dim must be one of {', '.join(DIMS)}")
        if not all(abs(bound) <= MAX_BOUND for bound in (self.low, self.high)):
            raise ValueError(f"bounds between {-MAX_BOUND} and {MAX_BOUND}")

    @property
    def joined(self) -> int:
        """The dimension along which cat and stack join: the first where none is named."""
        return 0 if self.dim == ALL else int(self.dim)

    @property
    def code(self) -> str:
        """The operation as it is written."""
        operation = OPERATIONS[self.operation]
        dim = "" if self.dim == ALL else f"dim={self.dim}"
        if dim and "keepdim" in operation.takes and self.keepdim:
            dim += ", keepdim=True"
        if dim and "b" in operation.takes:
            dim = f", {dim}"
        return operation.code.format(dim=dim, values=".values" if dim else "", low=self.low, high=self.high)


@dataclass(frozen=True)
class Combination:
    """What an operation made.

    Attributes:
        a, b: the tensors.
        c: the result; None where torch refused, or what it answered is no tensor.
        from_a, from_b: for every element of c in row-major order, the elements that it was computed from.
        error: torch's live words where it refused.
        says: the session.
    """

    a: torch.Tensor
    b: torch.Tensor
    c: torch.Tensor | None
    from_a: Places
    from_b: Places
    error: str
    says: tuple[Exchange, ...]


def read_shape(text: str) -> Shape:
    """Read `3, 4` or `(3, 4)`; nothing is the shape of a single number, ().

    Raises:
        ValueError: with what is possible.
    """
    return _check(read_numbers(text))


def _check(shape: Shape) -> Shape:
    if len(shape) > MAX_DIMS or not all(1 <= size <= MAX_SIZE for size in shape):
        raise ValueError(f"A shape is at most {MAX_DIMS} sizes, each between 1 and {MAX_SIZE}")
    if math.prod(shape) > MAX_ELEMENTS:
        raise ValueError(f"{math.prod(shape)} elements are too many here: at most {MAX_ELEMENTS} are possible")
    return shape


def write_shape(shape: Shape) -> str:
    """Return the text that `read_shape` reads."""
    return ", ".join(map(str, shape))


def _values(shape: Shape, step: float) -> torch.Tensor:
    count = math.prod(shape)
    return torch.arange(step, step * count + step, step).reshape(shape)


@lru_cache(maxsize=256)
def combine(settings: Settings) -> Combination:
    """Do the operation: a holds 1, 2, 3, ... and b holds 10, 20, 30, ..."""
    a, b = _values(settings.a, 1.0), _values(settings.b, 10.0)
    operation = OPERATIONS[settings.operation]
    says = [*(Exchange(line) for line in _lines(settings))]
    try:
        c = operation.run(a, b, settings)
    except transcript.REFUSALS as live:
        answer = transcript.refusal(settings.code, live)
        return Combination(a, b, None, (), (), answer.answer, (*says, answer))
    says += [Exchange(f"c = {settings.code}"), transcript.say("c", c)]
    if not isinstance(c, torch.Tensor):
        return Combination(a, b, None, (), (), "", tuple(says))
    says.append(transcript.say("c.shape", c.shape))
    from_a = sources(lambda one: operation.run(one, b, settings), a, c)
    from_b = sources(lambda other: operation.run(a, other, settings), b, c)
    return Combination(a, b, c, from_a, from_b, "", tuple(says))


def sources(
    run: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, c: torch.Tensor
) -> tuple[tuple[int, ...], ...]:
    """Return, for every element of c = run(x), the elements of x that it was computed from.

    Each element of x in turn becomes nan, and what turns to nan with it was computed from it. (A gradient would miss
    those that a maximum or a clip looked at and did not take.)
    """
    found: list[list[int]] = [[] for _ in range(c.numel())]
    for element in range(x.numel()):
        spoilt = x.clone()
        spoilt.view(-1)[element] = math.nan
        for place in run(spoilt).isnan().reshape(-1).nonzero().flatten().tolist():
            found[place].append(element)
    return tuple(map(tuple, found))


def _lines(settings: Settings) -> tuple[str, ...]:
    lines = [f"a = {_code(settings.a, 1)}"]
    if "b" in OPERATIONS[settings.operation].takes:
        lines.append(f"b = {_code(settings.b, 10)}")
    return tuple(lines)


def _code(shape: Shape, step: int) -> str:
    count = math.prod(shape)
    reshaped = "" if len(shape) == 1 else f".reshape({write_shape(shape) or '()'})"
    return f"torch.arange({step}.0, {step * count + step}.0, {step}.0){reshaped}"


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does the same, and prints what torch answers or refuses."""
    lines = "\n".join(_lines(settings))
    if not combine(settings).error:
        return f"import torch\n\n{lines}\nc = {settings.code}\nprint(c)\n"
    return (
        f"import torch\n\n{lines}\ntry:\n    print({settings.code})\n"
        "except (RuntimeError, IndexError) as error:\n    print(type(error).__name__, error, sep=': ')\n"
    )
