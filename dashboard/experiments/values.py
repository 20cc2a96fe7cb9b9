"""Several values of x, as the learner types them or as a seed rolls them."""

from collections.abc import Sequence

import torch

COURSE_VALUES = (-1.2365, 1.8245, -1.0701, 0.0869, -0.0376)
MAX_VALUES = 12
MAX_X = 10.0  # in size, of every x


def read(text: str, most: int = MAX_VALUES, largest: float = MAX_X) -> tuple[float, ...]:
    """Read the values of a text such as "1.5, -2, 0.25".

    Args:
        most: how many there may be.
        largest: how large each may be, in size.

    Raises:
        ValueError: with a message that says which of them is wrong, and what is possible.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > most:
        raise ValueError(f"These are {len(parts)} values: at most {most} are possible")
    return tuple(_read_one(part, place, largest) for place, part in enumerate(parts, start=1))


def _read_one(text: str, place: int, largest: float) -> float:
    if not text:
        raise ValueError(f"Value {place} is missing: write numbers with commas between them")
    try:
        value = float(text)
    except ValueError:
        raise ValueError(
            f"Value {place}, {text[:20]!r}, is not a number: write numbers with commas between them"
        ) from None
    if not abs(value) <= largest:
        raise ValueError(f"Value {place}, {text[:20]}, is not between {-largest:g} and {largest:g}")
    return value


def write(values: Sequence[float]) -> str:
    """Return the text that `read` reads."""
    return ", ".join(f"{value:.6g}" for value in values)


def roll(seed: int, count: int) -> tuple[float, ...]:
    """Return `count` values from a normal distribution, rounded to four decimals; the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(count, generator=generator).clamp(-MAX_X, MAX_X)
    return tuple(round(value, 4) for value in drawn.tolist())
