"""Gradients: a loss of one variable, its slope by autograd, and the same slope found in two other ways."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import landmarks, transcript
from dashboard.experiments.expressions import Expression, Step, parse, shorten
from dashboard.experiments.graph import Trace, trace
from dashboard.experiments.landmarks import Landmarks
from dashboard.experiments.transcript import Exchange

COURSE_VALUES = (-1.2365, 1.8245, -1.0701, 0.0869, -0.0376)
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
MAX_X = 10.0
MAX_VALUES = 12

# Autograd works in float32, the other two ways in float64: they agree where they differ by less than this share.
TOLERANCE = 1e-3


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
class Comparison:
    """The gradient at a few values, found in three ways.

    Attributes:
        x, loss, grad: (n,) float32, as autograd sees them; grad is None where nothing was tracked.
        v: what backward starts from, (n,) float32: ones.
        by_hand: the derivative's formula at x, (n,) float64.
        finite_difference: (loss(x + h) - loss(x - h)) / 2h, (n,) float64.
        verdicts: per value, one of `VERDICTS`.
        formula: the derivative in LaTeX; None where it is nowhere defined.
        says: the session that made it.
    """

    x: torch.Tensor
    loss: torch.Tensor
    grad: torch.Tensor | None
    v: torch.Tensor
    by_hand: torch.Tensor
    finite_difference: torch.Tensor
    verdicts: tuple[str, ...]
    formula: str | None
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
    return Curve(x, _trace(expression, x), landmarks.kinks(expression, x), landmarks.find(expression, x))


@lru_cache(maxsize=256)
def point(text: str, at: float) -> Point:
    """Run the expression at one x."""
    expression = parse(text)
    x = torch.tensor(at)
    is_kink = bool(landmarks.kinks(expression, x))
    return Point(x, _trace(expression, x), is_kink, _session(expression, x, requires_grad=True))


@lru_cache(maxsize=64)
def compare(text: str, values: tuple[float, ...], requires_grad: bool) -> Comparison:
    """Find the gradient at the values by autograd, by hand and by finite differences."""
    from dashboard.experiments import symbolic  # sympy takes a while to import: only when first needed

    expression = parse(text)
    x = torch.tensor(values)
    derivative = symbolic.derivative(expression)
    run = _trace(expression, x)
    grad = run.grads["x"]
    by_hand, difference = derivative(x.double()), finite_difference(expression, x)
    kinks = landmarks.kinks(expression, x)
    return Comparison(
        x=x,
        loss=run.root.value,
        grad=grad if requires_grad else None,
        v=run.root.arrives,
        by_hand=by_hand,
        finite_difference=difference,
        verdicts=tuple(map(_verdict, grad.tolist(), by_hand.tolist(), difference.tolist(), kinks.tolist())),
        formula=derivative.latex,
        says=_session(expression, x, requires_grad),
    )


def read_values(text: str) -> tuple[float, ...]:
    """Read the values of a text such as "1.5, -2, 0.25".

    Raises:
        ValueError: with a message that says which of them is wrong, and what is possible.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MAX_VALUES:
        raise ValueError(f"These are {len(parts)} values: at most {MAX_VALUES} are possible")
    return tuple(_read_value(part, place) for place, part in enumerate(parts, start=1))


def _read_value(text: str, place: int) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(
            f"Value {place}, {text[:20]!r}, is not a number: write numbers with commas between them"
        ) from None
    if not abs(value) <= MAX_X:
        raise ValueError(f"Value {place}, {text[:20]}, is not between {-MAX_X:g} and {MAX_X:g}")
    return value


def write_values(values: Sequence[float]) -> str:
    """Return the text that `read_values` reads."""
    return ", ".join(f"{value:.6g}" for value in values)


def roll(seed: int, count: int) -> tuple[float, ...]:
    """Return `count` values from a normal distribution, rounded to four decimals; the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(count, generator=generator).clamp(-MAX_X, MAX_X)
    return tuple(round(value, 4) for value in drawn.tolist())


def finite_difference(expression: Expression, x: torch.Tensor) -> torch.Tensor:
    """Return the central difference at every element of x, computed in float64.

    The step is the cube root of float64's resolution, where rounding and curvature err about equally:
    https://en.wikipedia.org/wiki/Numerical_differentiation#Step_size
    """
    x = x.double()
    h = torch.finfo(torch.float64).eps ** (1 / 3) * x.abs().clamp(min=1.0)
    with torch.no_grad():
        difference: torch.Tensor = (expression(x=x + h) - expression(x=x - h)) / (2 * h)
    return difference


def _kink(grad: float, by_hand: float, difference: float, kink: bool) -> bool:
    return kink


def _undefined(grad: float, by_hand: float, difference: float, kink: bool) -> bool:
    return not all(map(math.isfinite, (grad, by_hand, difference)))


def _agree(grad: float, by_hand: float, difference: float, kink: bool) -> bool:
    return all(math.isclose(grad, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for other in (by_hand, difference))


# The first that holds is the verdict.
VERDICTS: dict[str, Callable[[float, float, float, bool], bool]] = {
    "kink": _kink,
    "undefined": _undefined,
    "agree": _agree,
    "differ": lambda *_: True,
}


def _verdict(grad: float, by_hand: float, difference: float, kink: bool) -> str:
    return next(name for name, holds in VERDICTS.items() if holds(grad, by_hand, difference, kink))


def _trace(expression: Expression, x: torch.Tensor) -> Trace:
    """Trace the expression with each node labelled by the part of the expression that made it."""
    steps: list[Step] = []

    def program(x: torch.Tensor) -> torch.Tensor:
        steps.extend(expression.steps(x=x))
        return steps[-1].result if steps else x

    def label(result: torch.Tensor, operation: str) -> str:
        typed = (shorten(step.node) for step in steps if step.result is result)
        return next(typed, operation)  # an operation that nobody typed, such as 1/x's reciprocal, goes by torch's name

    return trace(program, label, x=x)


def _session(expression: Expression, x: torch.Tensor, requires_grad: bool) -> tuple[Exchange, ...]:
    """Do it once more as one would at the prompt, and keep what torch answers."""
    x = x.detach().clone().requires_grad_(requires_grad)
    loss = expression(x=x)
    gradient = f"gradient=torch.ones({x.numel()})" if x.ndim else ""
    return (
        transcript.say("x", x),
        Exchange(f"loss = {expression.code()}"),
        transcript.say("loss", loss),
        transcript.say("loss.grad_fn", loss.grad_fn),
        transcript.attempt(f"loss.backward({gradient})", lambda: loss.backward(gradient=torch.ones_like(loss))),
        transcript.say("x.grad", x.grad),
    )


_SNIPPET = """\
{imports}

# One x: the point on the stage.
x = torch.tensor({x!r}, requires_grad=True)
loss = {code}
loss.backward()  # starts with 1 at the loss
print("loss:", loss)
print("x.grad:", x.grad)

# Several at once. The loss is no single number now, so backward needs a gradient to start from.
x = torch.tensor({values}, requires_grad={requires_grad})
loss = {code}
print("loss:", loss)
{backward}
"""

_BACKWARD = {
    True: 'loss.backward(gradient=torch.ones({n}))\nprint("x.grad:", x.grad)',
    False: """\
try:
    loss.backward(gradient=torch.ones({n}))
except RuntimeError as error:
    print("backward:", error)""",
}


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that computes what the page shows: it runs on its own and prints the same numbers."""
    expression = parse(settings.expression)
    return _SNIPPET.format(
        imports="import math\n\nimport torch" if expression.needs_math() else "import torch",
        x=settings.x,
        code=expression.code(),
        values=list(settings.values),
        requires_grad=settings.requires_grad,
        backward=_BACKWARD[settings.requires_grad].format(n=len(settings.values)),
    )
