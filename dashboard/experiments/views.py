"""Views: shape, stride and offset say which cell of a storage each element reads. Operations on them copy or share."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.layouts import Layout, base, layout, storage
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.view_operations import OPERATIONS, LimitError, Numbers, written

MAX_STEPS = 3
MAX_DIMS = 3
MAX_SIZE = 6
MAX_ELEMENTS = 216  # of a view: expand may show one cell many times
MAX_TEXT = 60
WRITES = ("nothing", "y[...] = 100", "y.add_(1)")
NONE = "none"


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
    shape = written(arguments)
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
    shape = f".reshape({written(sizes)})" if len(sizes) > 1 else ""
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
