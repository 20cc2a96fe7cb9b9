"""Views: shape, stride and offset say which cell of a storage each element reads. Operations on them copy or share."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from dashboard.experiments import transcript
from dashboard.experiments.transcript import Exchange

MAX_STEPS = 3
MAX_DIMS = 3
MAX_SIZE = 6
MAX_ELEMENTS = 216  # of a view: expand may show one cell many times
MAX_NUMBERS = 6  # in an operation's brackets
LARGEST = 9999
MAX_TEXT = 60
WRITES = ("nothing", "y[...] = 100", "y.add_(1)")
NONE = "none"

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
        raise ValueError(f"{text.strip()[:20]!r} is not a whole number between {-LARGEST} and {LARGEST}")
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


def _written(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _stretched(x: torch.Tensor) -> str:
    return _written((2, *x.shape)) if x.ndim < 3 else _written(x.shape)


OPERATIONS = {
    "T": Operation(_no_numbers, lambda _: ".T", _transposed, nothing),
    "reshape": _method("reshape", lambda x: str(x.numel())),
    "view": _method("view", lambda x: str(x.numel())),
    "transpose": _method("transpose", lambda x: "0, 1"),
    "permute": _method("permute", lambda x: _written(tuple(reversed(range(x.ndim))))),
    "slice": Operation(
        read_index, lambda i: f"[{write_index(i)}]", lambda x, i: x[i], lambda x: "1:" if x.ndim < 2 else ":, ::2"
    ),
    "select": _method("select", lambda x: f"{max(x.ndim - 1, 0)}, 1"),
    "unsqueeze": _method("unsqueeze", lambda x: "0"),
    "squeeze": _method("squeeze", lambda x: _written(tuple(d for d in range(x.ndim) if x.shape[d] == 1)[:1])),
    "expand": _method("expand", _stretched),
    "flatten": _plain("flatten"),
    "contiguous": _plain("contiguous"),
    "clone": _plain("clone"),
    "detach": _plain("detach"),
}


@dataclass(frozen=True)
class Settings:
    """A base tensor, a chain of operations, and a write.

    Raises:
        ValueError: if a setting is out of bounds, or an operation's arguments have no meaning.
    """

    sizes: tuple[int, ...] = (3, 4)
    operations: tuple[tuple[str, str], ...] = (("T", ""),)
    write: str = WRITES[0]
    element: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.sizes) <= MAX_DIMS or not all(1 <= size <= MAX_SIZE for size in self.sizes):
            raise ValueError(f"1 to {MAX_DIMS} sizes, each between 1 and {MAX_SIZE}")
        if len(self.operations) > MAX_STEPS or not all(name in OPERATIONS for name, _ in self.operations):
            raise ValueError(f"at most {MAX_STEPS} operations, out of {', '.join(OPERATIONS)}")
        if self.write not in WRITES:
            raise ValueError(f"the write must be one of {WRITES}")
        if not 0 <= self.element < MAX_ELEMENTS:
            raise ValueError(f"the element must lie between 0 and {MAX_ELEMENTS - 1}")
        for name, text in self.operations:
            OPERATIONS[name].read(text)


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


@dataclass(frozen=True)
class Look:
    """A base x, what a chain of operations made of it, and what a write did.

    Attributes:
        x, y: after the write, detached and apart from each other.
        layouts: x's, then one for every operation that worked; the last is y's.
        x_storage, y_storage: the storages' cells after the write; the same cells where y shares.
        x_changed, y_changed: the cells that the write changed.
        error: the refused operation with torch's live words; None where all worked.
        limit: what this page does not do though torch would; "" otherwise.
        way_out: a session that does what the refused view could not.
        index: the element of y that a write is for.
        says: the session.
    """

    x: torch.Tensor
    y: torch.Tensor
    layouts: tuple[Layout, ...]
    x_storage: torch.Tensor
    y_storage: torch.Tensor
    x_changed: frozenset[int]
    y_changed: frozenset[int]
    error: Exchange | None
    limit: str
    way_out: tuple[Exchange, ...]
    index: tuple[int, ...]
    says: tuple[Exchange, ...]

    @property
    def shares(self) -> bool:
        """Whether y's storage is x's."""
        return self.layouts[-1].shares


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


@lru_cache(maxsize=256)
def look(settings: Settings) -> Look:
    """Do the operations one after the other, then the write, and compare storages."""
    x = y = base(settings.sizes)
    layouts = [layout("x", x, x)]
    error, limit = None, ""
    way_out: tuple[Exchange, ...] = ()
    for name, text in settings.operations:
        arguments = OPERATIONS[name].read(text)
        code = OPERATIONS[name].code(arguments)
        try:
            after = _bounded(OPERATIONS[name].run(y, arguments))
        except LimitError as own:
            limit = str(own)
            break
        except transcript.REFUSALS as live:
            error = transcript.refusal(f"y{code}", live)
            way_out = _way_out(y, name, arguments)
            break
        y = after
        layouts.append(layout(code, y, x))
    return _write(settings, x, y, tuple(layouts), error, limit, way_out)


def _bounded(y: torch.Tensor) -> torch.Tensor:
    if y.numel() > MAX_ELEMENTS:
        raise LimitError(f"{y.numel():,} elements are more than this page draws: at most {MAX_ELEMENTS}.")
    return y


def _way_out(y: torch.Tensor, name: str, arguments: Numbers) -> tuple[Exchange, ...]:
    """Where a view cannot be, the same shape as a copy; nothing where the shape itself is wrong."""
    if name != "view":
        return ()
    try:
        made = y.reshape(arguments)
    except transcript.REFUSALS:
        return ()
    shape = _written(arguments)
    shares = made.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()
    return (
        Exchange(f"z = y.reshape({shape})"),
        transcript.say("z", made),
        transcript.say("z.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()", shares),
    )


def _write(
    settings: Settings,
    x: torch.Tensor,
    y: torch.Tensor,
    layouts: tuple[Layout, ...],
    error: Exchange | None,
    limit: str,
    way_out: tuple[Exchange, ...],
) -> Look:
    index = _index(settings.element, tuple(y.shape))
    chain = f"y = x{''.join(made.line for made in layouts[1:])}"
    says = [*_pointers(x, y, chain)]
    before = storage(x).clone(), storage(y).clone()
    if settings.write != WRITES[0] and y.numel():
        says.append(_perform(settings.write, y, index))
        says += [transcript.say("y", y), transcript.say("x", x)]
    return Look(
        x=x.clone(),
        y=y.detach().clone(),
        layouts=layouts,
        x_storage=storage(x).clone(),
        y_storage=storage(y).clone(),
        x_changed=_differ(before[0], storage(x)),
        y_changed=_differ(before[1], storage(y)),
        error=error,
        limit=limit,
        way_out=way_out,
        index=index,
        says=tuple(says),
    )


def _pointers(x: torch.Tensor, y: torch.Tensor, chain: str) -> tuple[Exchange, ...]:
    shares = x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()
    return (
        Exchange(f"x = {base_code(tuple(x.shape))}"),
        Exchange(chain),
        transcript.say("x", x),
        transcript.say("y", y),
        transcript.say("y.shape, y.stride(), y.storage_offset()", (tuple(y.shape), y.stride(), y.storage_offset())),
        transcript.say("y.is_contiguous()", y.is_contiguous()),
        transcript.say("y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()", shares),
        transcript.say("y.data_ptr() == x.data_ptr()", y.data_ptr() == x.data_ptr()),
    )


def _perform(write: str, y: torch.Tensor, index: tuple[int, ...]) -> Exchange:
    def assign() -> None:
        y[index] = 100

    if write == "y.add_(1)":
        return transcript.attempt(write, lambda: y.add_(1))
    return transcript.attempt(write_code(write, index), assign)


def write_code(write: str, index: tuple[int, ...]) -> str:
    """Return the write as a line of code."""
    return write.replace("...", ", ".join(map(str, index)) or "...")


def _index(element: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return where the element with this row-major number stands; the last one where there are fewer."""
    count = math.prod(shape)
    place = torch.tensor(max(min(element, count - 1), 0))
    return tuple(int(part) for part in torch.unravel_index(place, shape)) if count else ()


def _differ(before: torch.Tensor, after: torch.Tensor) -> frozenset[int]:
    return frozenset(torch.nonzero(before != after).flatten().tolist())


def base_code(sizes: tuple[int, ...]) -> str:
    """Return the code that makes the base."""
    count = math.prod(sizes)
    shape = f".reshape({_written(sizes)})" if len(sizes) > 1 else ""
    return f"torch.arange(10.0, {10.0 * count + 10}, 10.0){shape}"


def suggestion(sizes: tuple[int, ...], before: tuple[tuple[str, str], ...], name: str) -> str:
    """Return arguments that fit the operation after those before it."""
    return OPERATIONS[name].suggest(look(Settings(sizes, before)).y)


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does what the page shows, the refused operation included."""
    result = look(settings)
    codes = "".join(made.line for made in result.layouts[1:])
    lines = [
        "import torch",
        "",
        f"x = {base_code(settings.sizes)}",
        f"y = x{codes}",
        'print("shape:", tuple(y.shape), "stride:", y.stride(), "offset:", y.storage_offset())',
        'print("shared storage:", y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr())',
    ]
    if result.error:
        lines += _tried(result.error.line)
    if settings.write != WRITES[0] and result.y.numel():
        lines += ["", *_tried(write_code(settings.write, result.index), "write")]
    return "\n".join([*lines, "", 'print("x:", x)', 'print("y:", y)']) + "\n"


def _tried(line: str, name: str = "refused") -> list[str]:
    return [
        "try:",
        f"    {line}",
        "except (RuntimeError, IndexError, ValueError, TypeError) as error:",
        f'    print("{name}:", error)',
    ]
