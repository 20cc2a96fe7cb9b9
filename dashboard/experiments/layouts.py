"""How a tensor lies in its storage: shape, stride and offset say which cell each element reads."""

import math
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Layout:
    """How a tensor lies in its storage.

    Attributes:
        line: the code that made it.
        shape, stride, offset: torch's own; stride and offset count cells.
        cells: for each element in row-major order, the cell that it reads.
        is_contiguous: whether its elements stand in row-major order without gaps.
        shares: whether its storage is the base's.
        same_pointer: whether its data_ptr() is the base's: where its first element is, not whose storage it is.
    """

    line: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    cells: tuple[int, ...]
    is_contiguous: bool
    shares: bool
    same_pointer: bool


def base(sizes: tuple[int, ...]) -> torch.Tensor:
    """Return 10, 20, 30, ... in that shape: a value is never the number of its cell."""
    count = math.prod(sizes)
    return torch.arange(10.0, 10.0 * count + 10, 10.0).reshape(sizes)


def storage(x: torch.Tensor) -> torch.Tensor:
    """Return all cells of the storage that x reads from, (cells,)."""
    size = x.untyped_storage().nbytes() // x.element_size()
    return x.detach().as_strided((size,), (1,), 0)


def layout(line: str, x: torch.Tensor, base: torch.Tensor) -> Layout:
    """Return how x lies in its storage, and whether that is the base's."""
    numbers = torch.arange(len(storage(x))).as_strided(x.shape, x.stride(), x.storage_offset())
    return Layout(
        line=line,
        shape=tuple(x.shape),
        stride=x.stride(),
        offset=int(x.storage_offset()),
        cells=tuple(numbers.reshape(-1).tolist()),
        is_contiguous=x.is_contiguous(),
        shares=x.untyped_storage().data_ptr() == base.untyped_storage().data_ptr(),
        same_pointer=x.data_ptr() == base.data_ptr(),
    )
