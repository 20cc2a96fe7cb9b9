"""Gradients: a loss of one variable and its slope, over a range, at one x, and at several values."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import landmarks
from dashboard.experiments.expressions import parse
from dashboard.experiments.landmarks import Landmarks
from dashboard.experiments.running import run, session
from dashboard.experiments.three_ways import Comparison, compare
from dashboard.experiments.trace import Trace
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import COURSE_VALUES, MAX_VALUES, MAX_X

PRESETS = (
    "x**2 - 5",
    "x**3 - 3*x",
    "sin(x)",
    "x*sin(x)",
    "exp(-x**2)",
    "relu(x)",
    "abs(x)",
    "sigmoid(x)",
    "log(x)",
    "1/x",
)
REACHES = (1, 2, 4, 10)  # the stage shows x from -reach to reach
HALF_GRID = 200  # points on each side of 0, so that 0 itself, where kinks and poles are, is one of them


@dataclass(frozen=True)
class Settings:
    """Everything that the page can be set to.

    Raises:
        ExpressionError: if the expression is not one of the language's.
        ValueError: if another setting is out of bounds.
    """

    expression: str = PRESETS[0]
    reach: int = 4
    x: float = 1.5
    values: tuple[float, ...] = COURSE_VALUES
    requires_grad: bool = True

    def __post_init__(self) -> None:
        parse(self.expression)
        if self.reach not in REACHES:
            raise ValueError(f"reach must be one of {REACHES}")
        if not 1 <= len(self.values) <= MAX_VALUES:
            raise ValueError(f"between 1 and {MAX_VALUES} values")
        if not all(math.isfinite(value) and abs(value) <= MAX_X for value in (self.x, *self.values)):
            raise ValueError(f"x and the values must lie between {-MAX_X:g} and {MAX_X:g}")


@dataclass(frozen=True)
class Curve:
    """The loss on a grid.

    Attributes:
        x: the grid, (401,) float32, symmetric about an exact 0.
        trace: the run over the whole grid at once; its tensors are (401,).
        kinks: where the curve has a corner, (401,) bool.
        landmarks: where loss or slope is 0.
    """

    x: torch.Tensor
    trace: Trace
    kinks: torch.Tensor
    landmarks: Landmarks


@dataclass(frozen=True)
class Point:
    """The loss at the one x of the stage: a run whose tensors have shape ()."""

    x: torch.Tensor
    trace: Trace
    is_kink: bool
    says: tuple[Exchange, ...]


@dataclass(frozen=True)
class Evaluation:
    """All that the page shows for its settings."""

    curve: Curve
    point: Point
    comparison: Comparison


def evaluate(settings: Settings) -> Evaluation:
    """Run the settings' expression in torch, on the grid, at x and at the values."""
    return Evaluation(
        curve(settings.expression, settings.reach),
        point(settings.expression, settings.x),
        compare(settings.expression, settings.values, settings.requires_grad),
    )


@lru_cache(maxsize=64)
def curve(text: str, reach: int) -> Curve:
    """Run the expression over the whole grid in one vectorised forward and backward."""
    expression = parse(text)
    x = torch.arange(-HALF_GRID, HALF_GRID + 1) / (HALF_GRID // reach)
    return Curve(x, run(expression, x), landmarks.kinks(expression, x), landmarks.find(expression, x))


@lru_cache(maxsize=256)
def point(text: str, at: float) -> Point:
    """Run the expression at one x."""
    expression = parse(text)
    x = torch.tensor(at)
    is_kink = bool(landmarks.kinks(expression, x))
    return Point(x, run(expression, x), is_kink, session(expression, x, requires_grad=True))


_ONE = """\
# One x: the point on the stage.
x = torch.tensor({x!r}, requires_grad=True)
loss = {code}
loss.backward()  # starts with 1 at the loss
print("loss:", loss)
print("x.grad:", x.grad)
"""

_SEVERAL = """\
# Several values: the loss is no single number,
# so backward wants a gradient to start from.
x = torch.tensor(
    {values},
    requires_grad={requires_grad},
)
loss = {code}
print("loss:", loss)
"""

_BACKWARD = {
    True: """\
loss.backward(gradient=torch.ones({n}))
print("x.grad:", x.grad)
""",
    False: """\
try:
    loss.backward(gradient=torch.ones({n}))
except RuntimeError as error:
    print("backward:", error)
""",
}


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that computes what the page shows: it runs on its own and prints the same numbers."""
    return f"{snippet_at_one(settings)}\n{_several(settings)}"


def snippet_at_one(settings: Settings) -> str:
    """Return the part of the snippet that is about the stage's x; it runs on its own, too."""
    return f"{_imports(settings)}\n{_fill(_ONE, settings)}"


def snippet_at_several(settings: Settings) -> str:
    """Return the part of the snippet that is about the several values; it runs on its own, too."""
    return f"{_imports(settings)}\n{_several(settings)}"


def _imports(settings: Settings) -> str:
    return "import math\n\nimport torch\n" if parse(settings.expression).needs_math() else "import torch\n"


def _several(settings: Settings) -> str:
    return _fill(_SEVERAL + _BACKWARD[settings.requires_grad], settings)


def _fill(template: str, settings: Settings) -> str:
    return template.format(
        x=settings.x,
        code=parse(settings.expression).code(),
        values=list(settings.values),
        requires_grad=settings.requires_grad,
        n=len(settings.values),
    )
