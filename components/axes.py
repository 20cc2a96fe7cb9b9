"""What part of the numbers a panel shows, and where its ticks stand."""

import math
from dataclasses import dataclass

import torch

OUTLIERS = 0.03  # share of the values, on each side, that a panel may leave out where a pole would flatten the rest
FLATTENED = 8.0  # how many times larger with its outliers a range must be before they are left out
PADDING = 0.06  # of the range, free above and below


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with ticks as (value, text)."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


def fit(values: torch.Tensor, ticks: int) -> Axis:
    """Return an axis that shows the finite values, with about so many ticks. 0 is always on it."""
    finite = values[values.isfinite()].double()
    if not len(finite):
        return axis(-1.0, 1.0, ticks)
    low, high = finite.min().item(), finite.max().item()
    core = torch.quantile(finite, torch.tensor([OUTLIERS, 1 - OUTLIERS], dtype=torch.float64)).tolist()
    if high - low > FLATTENED * (core[1] - core[0]) > 0:
        low, high = core
    low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * PADDING or 1.0
    return axis(low - room, high + room, ticks)


def axis(low: float, high: float, ticks: int) -> Axis:
    """Return the axis from low to high with about so many ticks at round numbers: 1, 2 or 5 times a power of ten."""
    raw = (high - low) / ticks
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Axis(low, high, tuple((number * step, f"{number * step:.6g}") for number in range(first, last + 1)))
