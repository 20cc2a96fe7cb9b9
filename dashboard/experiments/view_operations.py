"""The operations that make a view or a copy of a tensor: how each is typed, read, and done."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

MAX_NUMBERS = 6  # in an operation's brackets

Numbers = tuple[int, ...]
Index = tuple[int | slice, ...]


@dataclass(frozen=True)
class Operation:
    """An operation of a chain.

    Attributes:
        read: the text in its brackets -> its arguments; ValueError where it has no meaning.
        code: arguments -> how it is written after the tensor.
        run: does it.
        suggest: arguments that fit a tensor, as text.
    """

    read: Callable[[str], Any]
    code: Callable[[Any], str]
    run: Callable[[torch.Tensor, Any], torch.Tensor]
    suggest: Callable[[torch.Tensor], str]


class LimitError(ValueError):
    """What this page does not do, though torch would."""


def read_numbers(text: str) -> Numbers:
    """Read whole numbers with commas between them; nothing at all is no number."""
    parts = [part.strip() for part in text.strip("() ").split(",") if part.strip()]
    if len(parts) > MAX_NUMBERS:
        raise ValueError(f"At most {MAX_NUMBERS} numbers are possible")
    return tuple(map(_whole, parts))


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", text.strip()):
        raise ValueError(f"{text.strip()[:20]!r} is not a whole number of at most four digits")
    return int(text)


def read_index(text: str) -> Index:
    """Read what stands in a tensor's square brackets: `1:, ::2` or `0, 1:3`."""
    parts = [part.strip() for part in text.strip("[] ").split(",") if part.strip()]
    if not 1 <= len(parts) <= MAX_NUMBERS:
        raise ValueError("Write an index such as 1: or ::2, with commas between the dimensions")
    return tuple(_slice(part) if ":" in part else _whole(part) for part in parts)


def _slice(text: str) -> slice:
    ends = text.split(":")
    if len(ends) > 3:
        raise ValueError(f"{text[:20]!r} is no slice: write start:stop:step")
    return slice(*(_whole(end) if end.strip() else None for end in ends))


def write_index(index: Index) -> str:
    """Return the index as it stands between the brackets."""
    return ", ".join(_write_slice(part) if isinstance(part, slice) else str(part) for part in index)


def _write_slice(part: slice) -> str:
    ends = ["" if end is None else str(end) for end in (part.start, part.stop, part.step)]
    return ":".join(ends if ends[2] else ends[:2])


def nothing(x: torch.Tensor) -> str:
    """What fits an operation that takes no numbers."""
    return ""


def _method(name: str, suggest: Callable[[torch.Tensor], str] = nothing) -> Operation:
    """A method that takes whole numbers."""
    return Operation(
        read_numbers,
        lambda numbers: f".{name}({', '.join(map(str, numbers))})",
        lambda x, numbers: getattr(x, name)(*numbers),
        suggest,
    )


def _plain(name: str) -> Operation:
    """A method with empty brackets."""
    return Operation(_no_numbers, lambda _: f".{name}()", lambda x, _: getattr(x, name)(), nothing)


def _no_numbers(text: str) -> Numbers:
    if text.strip():
        raise ValueError("Nothing stands in this operation's brackets")
    return ()


def _transposed(x: torch.Tensor, numbers: Numbers) -> torch.Tensor:
    if x.ndim != 2:
        raise LimitError(
            f"On this page .T is for two dimensions, and here are {x.ndim}: transpose and permute take any."
        )
    return x.T


def written(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _stretched(x: torch.Tensor) -> str:
    return written((2, *x.shape)) if x.ndim < 3 else written(x.shape)


OPERATIONS = {
    "T": Operation(_no_numbers, lambda _: ".T", _transposed, nothing),
    "reshape": _method("reshape", lambda x: str(x.numel())),
    "view": _method("view", lambda x: str(x.numel())),
    "transpose": _method("transpose", lambda x: "0, 1"),
    "permute": _method("permute", lambda x: written(tuple(reversed(range(x.ndim))))),
    "slice": Operation(
        read_index, lambda i: f"[{write_index(i)}]", lambda x, i: x[i], lambda x: "1:" if x.ndim < 2 else ":, ::2"
    ),
    "select": _method("select", lambda x: f"{max(x.ndim - 1, 0)}, 1"),
    "unsqueeze": _method("unsqueeze", lambda x: "0"),
    "squeeze": _method("squeeze", lambda x: written(tuple(d for d in range(x.ndim) if x.shape[d] == 1)[:1])),
    "expand": _method("expand", _stretched),
    "flatten": _plain("flatten"),
    "contiguous": _plain("contiguous"),
    "clone": _plain("clone"),
    "detach": _plain("detach"),
}
