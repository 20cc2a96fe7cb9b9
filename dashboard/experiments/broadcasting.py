"""Broadcasting: two shapes are aligned from the right, and sizes of 1 are stretched (the rule of PyTorch's notes).

https://docs.pytorch.org/docs/stable/notes/broadcasting.html
"""

from dataclasses import dataclass
from itertools import zip_longest

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Dim:
    """One dimension of an alignment, counted from the right.

    Attributes:
        number: -1 for the last one, -2 for the one before it, and so on.
        a, b: the two sizes; None where a tensor has no such dimension.
        result: the size of the result; None where the two do not fit.
    """

    number: int
    a: int | None
    b: int | None
    result: int | None

    @property
    def stretched(self) -> str:
        """Which of the two is stretched here: "a", "b" or neither, ""."""
        if self.result is None or self.a == self.b:
            return ""
        return "b" if self.a == self.result else "a"


def align(a: Shape, b: Shape) -> tuple[Dim, ...]:
    """Return the dimensions of two shapes, first to last, aligned at their right ends."""
    pairs = zip_longest(reversed(a), reversed(b))
    dims = [Dim(-place, one, other, _size(one, other)) for place, (one, other) in enumerate(pairs, start=1)]
    return tuple(reversed(dims))


def _size(a: int | None, b: int | None) -> int | None:
    if a is None or b is None:
        return b if a is None else a
    if a == b or b == 1:
        return a
    return b if a == 1 else None


def result_shape(a: Shape, b: Shape) -> Shape | None:
    """Return the shape that both are stretched to; None where they do not fit."""
    sizes = [dim.result for dim in align(a, b)]
    return None if None in sizes else tuple(size for size in sizes if size is not None)
