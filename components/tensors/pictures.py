"""Results as panels: what each element is called, which elements it is tied to, and what there is to say of it."""

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch

from components.tensors import Panel
from dashboard.experiments import combining, promotion, tensors, views
from dashboard.experiments.layouts import Layout, layout, storage
from dashboard.experiments.printing import shades, texts

SAID = 256  # elements up to which each has its sentence about where it came from
NAMED = 8  # elements that such a sentence names
LEVELS = 12  # heat.js draws as many
AS_TEXT = 100  # elements up to which every value stands in its cell
TWO_VIEWS = 64  # elements up to which the storage is drawn


def names(name: str, shape: Sequence[int]) -> list[str]:
    """Return what each element is called: `x[0, 1]`, in row-major order."""
    places = itertools.product(*map(range, shape))
    return [f"{name}[{', '.join(map(str, place))}]" if place else name for place in places]


def tensor(name: str, title: str, note: str, x: torch.Tensor, *, always_text: bool = False) -> Panel:
    """Return a tensor's panel: its values as text, or a heatmap where they are many."""
    shape = tuple(x.shape)
    return Panel(
        name=name,
        kind="grid" if always_text or x.numel() <= AS_TEXT else "heat",
        title=title,
        note=note,
        shape=shape,
        texts=texts(x),
        outer=names(name, shape[:-2]) if len(shape) > 2 else ("",),
        shades=shades(x, LEVELS),
    )


# A second view of the same storage, for each number of dimensions; any other number is flattened.
SECOND: dict[int, tuple[str, Callable[[torch.Tensor], torch.Tensor], str]] = {
    1: ("x[::2]", lambda x: x[::2], "every second cell"),
    2: ("x.T", lambda x: x.T, "the same cells in another order"),
}
FLAT = ("x.flatten()", torch.Tensor.flatten, "the same cells in one row")


@lru_cache(maxsize=64)
def created(settings: tensors.Settings) -> list[Panel]:
    """Return the new tensor; where it is small, also a second view of its storage, and the storage."""
    x = tensors.inspect(settings).x
    note = f"shape {tuple(x.shape)}, dtype {x.dtype}"
    if not 0 < x.numel() <= TWO_VIEWS:
        return [tensor("x", "x", note, x)]
    code, look_again, reads = SECOND.get(x.ndim, FLAT)
    y = look_again(x)
    layouts = {"x": layout("x", x, x), "y": layout(code, y, x)}
    return [
        *_tied(
            _view("x", "x", note, x, layouts["x"], plain=True),
            _view("y", f"y = {code}", f"shape {tuple(y.shape)}: {reads}", y, layouts["y"], plain=True),
        ),
        _storage("storage", "the cells, numbered; x and y both read from them", storage(x), layouts, frozenset()),
    ]


@lru_cache(maxsize=64)
def looked(settings: views.Settings) -> list[Panel]:
    """Return x, y and the storage that both read; two storages where an operation copied."""
    result = views.look(settings)
    first, last = result.layouts[0], result.layouts[-1]
    home = "storage" if result.shares else "storage of y"
    chain = "".join(made.line for made in result.layouts[1:])
    panels = [
        _view("x", "x", _strides(first), result.x, first, "storage" if result.shares else "storage of x"),
        _view("y", f"y = x{chain}", _strides(last), result.y, last, home),
    ]
    if result.shares:
        note = f"{len(result.x_storage)} cells, shared by x and y; beneath each, its number"
        both = {"x": first, "y": last}
        return [*_tied(*panels), _storage("storage", note, result.x_storage, both, result.x_changed)]
    mine = f"{len(result.x_storage)} cells, read by x only"
    other = f"{len(result.y_storage)} cells, read by y only: this was copied"
    return [
        *panels,
        _storage("storage of x", mine, result.x_storage, {"x": first}, result.x_changed),
        _storage("storage of y", other, result.y_storage, {"y": last}, result.y_changed),
    ]


def _strides(made: Layout) -> str:
    return f"shape {made.shape}, stride {made.stride}, offset {made.offset}"


def _view(
    name: str, title: str, note: str, x: torch.Tensor, made: Layout, home: str = "storage", plain: bool = False
) -> Panel:
    """Return a tensor with each element tied to the cell that it reads."""
    drawn = tensor(name, title, note, x, always_text=True)
    reads = [f"cell {cell}" for cell in made.cells] if plain else arithmetic(made)
    says = [
        f"{element} = {text} reads {read}"
        for element, text, read in zip(names(name, made.shape), drawn.texts, reads, strict=True)
    ]
    return Panel(**{**vars(drawn), "links": {home: [[cell] for cell in made.cells]}, "says": says})


def _tied(x: Panel, y: Panel) -> list[Panel]:
    """Tie the elements of two views that read the same cell of the one storage."""
    cells = {panel.name: [cell for (cell,) in panel.links["storage"]] for panel in (x, y)}
    for one, other in ((x, y), (y, x)):
        readers = _readers(cells[other.name])
        one.links[other.name] = [readers.get(cell, []) for cell in cells[one.name]]
    return [x, y]


def _readers(cells: Sequence[int]) -> dict[int, list[int]]:
    """Return the elements that read each cell."""
    readers: dict[int, list[int]] = {}
    for element, cell in enumerate(cells):
        readers.setdefault(cell, []).append(element)
    return readers


def arithmetic(made: Layout) -> list[str]:
    """Return, for every element, offset + index times stride, written out: `cell 0 + 1*1 + 2*4 = 9`."""
    sums = []
    for place, cell in zip(itertools.product(*map(range, made.shape)), made.cells, strict=True):
        terms = [f"{index}*{stride}" for index, stride in zip(place, made.stride, strict=True)]
        sums.append(f"cell {' + '.join([str(made.offset), *terms])} = {cell}")
    return sums


def _storage(name: str, note: str, cells: torch.Tensor, readers: dict[str, Layout], changed: frozenset[int]) -> Panel:
    """Return a storage with each cell tied to the elements that read it."""
    links: dict[str, list[list[int]]] = {reader: [[] for _ in cells] for reader in readers}
    called: list[list[str]] = [[] for _ in cells]
    for reader, made in readers.items():
        for element, (cell, called_so) in enumerate(zip(made.cells, names(reader, made.shape), strict=True)):
            links[reader][cell].append(element)
            called[cell].append(called_so)
    values = texts(cells)
    return Panel(
        name=name,
        kind="storage",
        title=name,
        note=note + (": outlined cells were changed by the write" if changed else ""),
        shape=(len(cells),),
        texts=values,
        changed=sorted(changed),
        links=links,
        says=[
            f"cell {number} holds {value}, read by {', '.join(readers) or 'nobody'}"
            for number, (value, readers) in enumerate(zip(values, called, strict=True))
        ],
    )


@lru_cache(maxsize=64)
def combined(settings: combining.Settings) -> list[Panel]:
    """Return a, b and what was made of them, each element of the result tied to those that it came from."""
    result = combining.combine(settings)
    has_b = "b" in combining.OPERATIONS[settings.operation].takes
    given = {"a": result.a, **({"b": result.b} if has_b else {})}
    came = {"a": result.from_a, "b": result.from_b}
    panels = {name: tensor(name, name, f"shape {tuple(x.shape)}", x, always_text=True) for name, x in given.items()}
    if result.c is None:
        return list(panels.values())
    c = tensor("c", "c, the result", f"shape {tuple(result.c.shape)}", result.c)
    for name, panel in panels.items():
        c.links[name] = list(map(list, came[name]))
        panel.links["c"] = [[] for _ in panel.texts]
        for place, elements in enumerate(came[name]):
            for element in elements:
                panel.links["c"][element].append(place)
    says = _came_from(c, panels) if result.c.numel() <= SAID else None
    return [*panels.values(), Panel(**{**vars(c), "says": says})]


def _came_from(c: Panel, given: dict[str, Panel]) -> list[str]:
    """Return a sentence for every element of c: `c[1, 2] = -17. from a[2] = 3. and b[1, 0] = 20.`"""
    called = {
        name: [f"{element} = {text}" for element, text in zip(names(name, panel.shape), panel.texts, strict=True)]
        for name, panel in given.items()
    }
    says = []
    for place, (element, text) in enumerate(zip(names("c", c.shape), c.texts, strict=True)):
        parts = [called[name][index] for name in given for index in c.links[name][place]]
        more = f", and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
        says.append(f"{element} = {text} from {', '.join(parts[:NAMED])}{more}")
    return says


@lru_cache(maxsize=len(promotion.OPERATORS) * len(promotion.KINDS))
def promoted(operation: str, kind: str) -> Panel:
    """Return the table of winners: a's dtype down, b's across."""
    result = promotion.promotion(operation, kind)
    pairs = itertools.product(result.rows, result.columns)
    return Panel(
        name="winner",
        kind="grid",
        title=f"a {operation} b",
        note="a's dtype down, b's across; in the cell the result's",
        shape=(len(result.rows), len(result.columns)),
        texts=result.winners,
        labels={"rows": result.rows, "columns": result.columns},
        says=[
            f"{a} {operation} {b} gives {winner}" + (f". {result.errors[place]}" if place in result.errors else "")
            for place, ((a, b), winner) in enumerate(zip(pairs, result.winners, strict=True))
        ],
    )
