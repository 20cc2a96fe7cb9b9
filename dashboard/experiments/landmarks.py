"""Where a curve does something worth a mark: its loss is 0, its slope is 0, or it has a kink."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from dashboard.experiments.expressions import Expression

KINKED = frozenset({"relu", "abs"})  # operations that torch differentiates although they have a corner at 0
PARTS, ROUNDS = 64, 10  # a gap of the grid is divided into 64, ten times: 2**60, beyond float64's resolution
FLAT = 1e-9  # what counts as 0 beside values of size 1: a pole changes sign too, but never comes near 0


@dataclass(frozen=True)
class Landmarks:
    """Marked places of one curve; float64 tensors.

    Attributes:
        loss_zero: where the loss is 0.
        loss_zero_slope: the slope there, which is rarely 0.
        slope_zero: where the slope is 0, and really is a slope (not torch's choice at a kink).
        slope_zero_loss: the loss there, which is rarely 0.
    """

    loss_zero: torch.Tensor
    loss_zero_slope: torch.Tensor
    slope_zero: torch.Tensor
    slope_zero_loss: torch.Tensor


def find(expression: Expression, xs: torch.Tensor) -> Landmarks:
    """Return the landmarks of the expression between the first and last of the increasing values `xs`."""
    xs = xs.double()
    loss_zero = zeros(lambda x: expression(x=x), xs)
    slope_zero = zeros(lambda x: slope(expression, x), xs)
    loss_zero = loss_zero[slope(expression, loss_zero).isfinite()]
    slope_zero = slope_zero[~kinks(expression, slope_zero) & expression(x=slope_zero).isfinite()]
    return Landmarks(loss_zero, slope(expression, loss_zero), slope_zero, expression(x=slope_zero))


def slope(expression: Expression, x: torch.Tensor) -> torch.Tensor:
    """Return autograd's derivative of the expression at every element of x, in the shape and dtype of x."""
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(expression(x=x).sum(), x)
    return gradient


def kinks(expression: Expression, x: torch.Tensor) -> torch.Tensor:
    """Tell at which elements of x the expression has a corner: a boolean tensor in the shape of x.

    There relu or abs reads exactly 0, and the slopes just left and right of it differ: `relu(x)**2` has none.
    """
    x = x.double()
    corner = torch.zeros_like(x, dtype=torch.bool)
    for step in expression.steps(x=x):
        if step.node.operation in KINKED:
            corner |= torch.as_tensor(step.inputs[0]) == 0
    if not corner.any():
        return corner
    near = 1e-6 * x.abs().clamp(min=1.0)
    left, right = slope(expression, x - near), slope(expression, x + near)
    return corner & ((left - right).abs() > 1e-3 * torch.maximum(left.abs(), right.abs()).clamp(min=1.0))


def zeros(function: Callable[[torch.Tensor], torch.Tensor], xs: torch.Tensor) -> torch.Tensor:
    """Return where the function is 0: exact hits on the grid `xs`, and sign changes between, found by dividing
    each gap again and again, all gaps in one call.

    A stretch on which the function stays 0 is no place, and a pole or a jump is no zero: neither is returned.
    """
    with torch.no_grad():
        ys = function(xs).expand_as(xs)
    hit = ys == 0
    flat = torch.zeros_like(hit)
    flat[1:] |= hit[:-1]
    flat[:-1] |= hit[1:]
    crossing = ys[:-1] * ys[1:] < 0
    low, high = xs[:-1][crossing], xs[1:][crossing]
    rising = ys[1:][crossing] > 0
    gap, part = torch.arange(len(low)), torch.linspace(0, 1, PARTS + 1, dtype=xs.dtype)
    with torch.no_grad():
        for _ in range(ROUNDS if len(low) else 0):
            points = low[:, None] + (high - low)[:, None] * part
            beyond = (function(points) > 0) == rising[:, None]
            first = beyond.int().argmax(1).clamp(min=1)
            low, high = points[gap, first - 1], points[gap, first]
        scale = torch.minimum(ys[:-1][crossing].abs(), ys[1:][crossing].abs())
        real = function(high).abs() <= FLAT * scale.clamp(min=1.0)
    return torch.cat([xs[hit & ~flat], high[real]]).sort().values
