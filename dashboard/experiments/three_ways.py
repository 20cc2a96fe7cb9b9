"""The same gradient found in three ways: by autograd, by hand, and by finite differences."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import landmarks
from dashboard.experiments.expressions import Expression, parse
from dashboard.experiments.running import run, session
from dashboard.experiments.transcript import Exchange

# Autograd works in float32, the other two ways in float64: they agree where they differ by less than this share.
TOLERANCE = 1e-3


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


@lru_cache(maxsize=64)
def compare(text: str, values: tuple[float, ...], requires_grad: bool) -> Comparison:
    """Find the gradient at the values by autograd, by hand and by finite differences."""
    from dashboard.experiments import symbolic  # sympy takes a while to import: only when first needed

    expression = parse(text)
    x = torch.tensor(values)
    derivative = symbolic.derivative(expression)
    traced = run(expression, x)
    grad = traced.grads["x"]
    by_hand, difference = derivative(x.double()), finite_difference(expression, x)
    kinks = landmarks.kinks(expression, x)
    return Comparison(
        x=x,
        loss=traced.root.value,
        grad=grad if requires_grad else None,
        v=traced.root.arrives,
        by_hand=by_hand,
        finite_difference=difference,
        verdicts=tuple(map(_verdict, grad.tolist(), by_hand.tolist(), difference.tolist(), kinks.tolist())),
        formula=derivative.latex,
        says=session(expression, x, requires_grad),
    )


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
