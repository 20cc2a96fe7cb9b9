"""Numbers have limits: what a cast loses, where the steps are, and which dtype wins when two meet."""

from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.promotion import KINDS, OPERATORS, PROMOTED, columns_of
from dashboard.experiments.tensors import DTYPES
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import read

MAX_VALUES = 12
LARGEST = 10.0**18
CASTS = tuple(name for name in DTYPES if name != "complex64")  # back from there the imaginary part is thrown away
FLOATS = ("float16", "bfloat16", "float32", "float64")
SAMPLES = (0.1, 2.5, 100.0, 128.0, 300.0, 65504.0, 70000.0, 16777217.0)


@dataclass(frozen=True)
class Settings:
    """Everything that Limits can be set to.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    values: tuple[float, ...] = SAMPLES
    start: str = "float64"
    target: str = "float16"
    operation: str = "/"
    kind: str = KINDS[0]

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MAX_VALUES or not all(abs(value) <= LARGEST for value in self.values):
            raise ValueError(f"1 to {MAX_VALUES} values, none beyond {LARGEST:g}")
        if not {self.start, self.target} <= set(CASTS):
            raise ValueError(f"dtypes out of {', '.join(CASTS)}")
        if self.operation not in OPERATORS or self.kind not in KINDS:
            raise ValueError("an operation and a kind out of the tables")


def read_values(text: str) -> tuple[float, ...]:
    """Read numbers with commas between them.

    Raises:
        ValueError: with a message that says which of them is wrong.
    """
    return read(text, MAX_VALUES, LARGEST)


def write_values(values: tuple[float, ...]) -> str:
    """Return the text that `read_values` reads."""
    return ", ".join(str(value).removesuffix(".0") for value in values)


@dataclass(frozen=True)
class Cast:
    """Values cast to another dtype and back.

    Attributes:
        x, y, back: (n,) in the first dtype, in the second one, and in the first one again.
        kept: for every value whether it came back as it was.
        error: torch's words where x itself could not be made.
        says: the session.
    """

    x: torch.Tensor
    y: torch.Tensor
    back: torch.Tensor
    kept: tuple[bool, ...]
    error: str
    says: tuple[Exchange, ...]


@lru_cache(maxsize=128)
def cast(values: tuple[float, ...], start: str, target: str) -> Cast:
    """Make the values in one dtype, cast them to another and back."""
    error = ""
    try:
        x = torch.tensor(_python(values, start), dtype=DTYPES[start])
    except transcript.REFUSALS as live:
        error = transcript.refusal("", live).answer
        x = torch.tensor(values, dtype=torch.float64)
    y = x.to(DTYPES[target])
    back = y.to(x.dtype)
    says = (
        Exchange(_made(values, start if not error else "float64")),
        transcript.say(f"y = x.to(torch.{target}); y", y),
        transcript.say(f"y.to({x.dtype}) == x", back == x),
    )
    return Cast(x, y, back, tuple((back == x).tolist()), error, says)


def _python(values: tuple[float, ...], dtype: str) -> list[float]:
    """Return whole numbers as ints where the dtype holds ints: torch then refuses what does not fit."""
    return [value if DTYPES[dtype].is_floating_point or not value.is_integer() else int(value) for value in values]


def _made(values: tuple[float, ...], dtype: str) -> str:
    return f"x = torch.tensor({_python(values, dtype)}, dtype=torch.{dtype})"


def exactly(value: torch.Tensor) -> str:
    """Return one element with all digits that tell it from its neighbours."""
    return str(value.item())


@dataclass(frozen=True)
class Step:
    """What a float dtype stores near a number.

    Attributes:
        dtype: its name.
        stored: the nearest number that it has.
        above: the next one above.
        step: their distance.
        largest: the largest finite number that it has.
    """

    dtype: str
    stored: str
    above: str
    step: str
    largest: str


@lru_cache(maxsize=128)
def steps(near: float) -> tuple[Step, ...]:
    """Return what each float dtype stores near a number, and how far it is to its next one (torch.nextafter)."""
    return tuple(_step(near, name) for name in FLOATS)


def _step(near: float, name: str) -> Step:
    dtype = DTYPES[name]
    stored = torch.tensor(near, dtype=torch.float64).to(dtype)
    above = torch.nextafter(stored, torch.tensor(torch.inf, dtype=dtype))
    step = above.double() - stored.double()
    return Step(name, exactly(stored), exactly(above), f"{step.item():.6g}", f"{torch.finfo(dtype).max:.6g}")


_SNIPPET = """\
import torch

x = torch.tensor({values}, dtype=torch.{start})
y = x.to(torch.{target})
print(y)
print(y.to(x.dtype) == x)

# Which dtype wins? The operation itself says it best.
for row in {rows}:
    for column in {columns}:
        a = torch.ones(2, dtype=getattr(torch, row))
        b = {b}
        try:
            print(row, column, (a {operation} b).dtype)
        except RuntimeError as error:
            print(row, column, error)
"""
_SECOND = {
    KINDS[0]: "torch.ones(2, dtype=getattr(torch, column))",
    KINDS[1]: "torch.ones((), dtype=getattr(torch, column))",
    KINDS[2]: '{"bool": True, "int": 1, "float": 1.0}[column]',
}


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does the cast and performs the operation for every two dtypes."""
    start = "float64" if cast(settings.values, settings.start, settings.target).error else settings.start
    return _SNIPPET.format(
        values=_python(settings.values, start),
        start=start,
        target=settings.target,
        rows=PROMOTED,
        columns=columns_of(settings.kind),
        b=_SECOND[settings.kind],
        operation=settings.operation,
    )


def cells(result: Cast) -> tuple[tuple[str, ...], ...]:
    """Return a row for every value: as it was made, after the cast, and what came back, with all their digits."""
    rows = zip(result.x, result.y, result.back, strict=True)
    return tuple((exactly(x), exactly(y), exactly(back)) for x, y, back in rows)
