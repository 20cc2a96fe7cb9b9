"""Two tensors: shapes aligned from the right, an operation, and what each element of the result came from."""

import streamlit as st

from components.code import Answers
from components.numbers import whole_number
from components.scene import Scene, put
from components.tensors import pictures, stage
from components.tensors.bench import DOCS, refused
from components.texts import checked_text
from dashboard.experiments import combining
from dashboard.experiments.broadcasting import Dim, align, result_shape
from dashboard.experiments.combining import DIMS, MAX_BOUND, OPERATIONS, read_shape, write_shape

FIRST = combining.Settings()
MAX_TEXT = 40
MAX_RESULT = 4095
SCENE: Scene = {
    "tensors_a": write_shape(FIRST.a),
    "tensors_b": write_shape(FIRST.b),
    "tensors_operation": FIRST.operation,
    "tensors_dim": FIRST.dim,
    "tensors_keepdim": FIRST.keepdim,
    "tensors_low": float(FIRST.low),
    "tensors_high": float(FIRST.high),
    "tensors_result": 0.0,
}
PRESETS: dict[str, Scene] = {
    "(4,) - (4, 1)": {"tensors_a": "4", "tensors_b": "4, 1", "tensors_operation": "-"},
    "(3, 4) + (4,)": {"tensors_a": "3, 4", "tensors_b": "4", "tensors_operation": "+"},
    "(3, 4) + (3,)": {"tensors_a": "3, 4", "tensors_b": "3", "tensors_operation": "+"},
    "(3, 4) @ (4, 2)": {"tensors_a": "3, 4", "tensors_b": "4, 2", "tensors_operation": "@"},
    "sum over dim 0": {"tensors_a": "3, 4", "tensors_operation": "sum", "tensors_dim": "0"},
    "mean, keepdim": {"tensors_a": "3, 4", "tensors_operation": "mean", "tensors_dim": "1", "tensors_keepdim": True},
}


def show(answers: Answers) -> None:
    """Show the bench, and what PyTorch says to it."""
    st.pills("Presets", tuple(PRESETS), key="tensors_preset", on_change=_take_preset, label_visibility="collapsed")
    settings = _controls()
    result = combining.combine(settings)
    if OPERATIONS[settings.operation].broadcasts:
        st.markdown(_rule(settings))
    if result.error:
        refused(result.error)
    picture = st.container()
    element = 0
    if result.c is not None:
        element = whole_number("Element of c, counted from 0", 0, MAX_RESULT, 0, key="tensors_result", width=220)
    with picture:
        stage(
            pictures.combined(settings),
            key="tensors_combined",
            label="The tensors and the result of the operation",
            pick="c" if result.c is not None else "",
            selected=element,
            picked=_take_element,
        )
    answers.show(result.says, combining.snippet(settings))


def _take_preset() -> None:
    if preset := st.session_state["tensors_preset"]:
        put({**PRESETS[preset], "tensors_result": 0.0, "tensors_preset": None})


def _take_element(index: int) -> None:
    put({"tensors_result": float(min(max(index, 0), MAX_RESULT))})


def _controls() -> combining.Settings:
    operation = (
        st.segmented_control(
            "Operation",
            tuple(OPERATIONS),
            default=FIRST.operation,
            required=True,
            key="tensors_operation",
            bind="query-params",
        )
        or FIRST.operation
    )
    takes = OPERATIONS[operation].takes
    left, right, more = st.columns([2, 2, 3], vertical_alignment="top")
    with left:
        a = _shape("a", "1, 2, 3, …", FIRST.a)
    b = FIRST.b
    if "b" in takes:
        with right:
            b = _shape("b", "10, 20, 30, …", FIRST.b)
    with more, st.container(horizontal=True, vertical_alignment="bottom"):
        dim, keepdim = _dim(takes)
        low, high = _bounds(takes)
    return combining.Settings(a, b, operation, dim, keepdim, low, high)


def _shape(name: str, holds: str, default: tuple[int, ...]) -> tuple[int, ...]:
    return checked_text(
        f"Shape of {name} ({holds})",
        key=f"tensors_{name}",
        default=write_shape(default),
        read=read_shape,
        max_chars=MAX_TEXT,
        help="Up to 4 sizes between 1 and 8, with commas between them, at most 64 elements; empty for a single number.",
    )[1]


def _dim(takes: frozenset[str]) -> tuple[str, bool]:
    if "dim" not in takes:
        return FIRST.dim, FIRST.keepdim
    dim = st.selectbox("dim", DIMS, key="tensors_dim", bind="query-params", width=110) or FIRST.dim
    if "keepdim" not in takes:
        return dim, FIRST.keepdim
    return dim, st.toggle("keepdim", FIRST.keepdim, key="tensors_keepdim", bind="query-params")


def _bounds(takes: frozenset[str]) -> tuple[int, int]:
    if "bounds" not in takes:
        return FIRST.low, FIRST.high
    low = whole_number("min", -MAX_BOUND, MAX_BOUND, FIRST.low, key="tensors_low", width=120)
    return low, whole_number("max", -MAX_BOUND, MAX_BOUND, FIRST.high, key="tensors_high", width=120)


def _rule(settings: combining.Settings) -> str:
    """Draw the broadcasting rule as a Markdown table: sizes aligned at the right, stretched and unfit ones marked."""
    dims = align(settings.a, settings.b)
    shape = result_shape(settings.a, settings.b)
    rows = (
        ("sizes", [f"dim {dim.number}" for dim in dims]),
        ("---", ["---:" for _ in dims]),
        ("**a**", [_size(dim, "a") for dim in dims]),
        ("**b**", [_size(dim, "b") for dim in dims]),
        ("**result**", [str(dim.result) if dim.result else ":red[**do not fit**]" for dim in dims]),
    )
    table = "\n".join(f"| {' | '.join([head, *cells])} |" for head, cells in rows)
    wrong = [f"**{dim.a} and {dim.b}** at dim {dim.number}" for dim in dims if dim.result is None]
    said = (
        f":red[Sizes must be equal, or one of them 1. Here {' and '.join(wrong)} do not fit.]"
        if wrong
        else f"Aligned from the right, a size of 1 is stretched, and a missing one counts as 1: the result is {shape}."
    )
    return f"{said}\n\n{table}" if dims else "Two single numbers: nothing to align."


def _size(dim: Dim, name: str) -> str:
    size = dim.a if name == "a" else dim.b
    if dim.result is None:
        return f":red[**{size}**]"
    if dim.stretched != name:
        return str(size or "–")
    return f":blue[**{size or 'none'} → {dim.result}** stretched]"


WHY = f"""
**Broadcasting** lets two shapes meet. Write them one above the other, aligned at the *right*. At each dimension the
sizes must be equal, or one of them 1 or missing: that one is stretched, with a stride of 0, so nothing is copied.
`(4,)` and `(4, 1)` are both stretched, and the difference of two "lists of four" is a table of sixteen. That is a
famous bug, and no error tells you.

`sum`, `mean` and `max` fold the dimension `dim` away; `keepdim=True` leaves it with size 1, so that the result can
still be broadcast against what it came from. `cat` joins along a dimension that is there, `stack` makes a new one.
`item()` needs a tensor of exactly one element.

More in PyTorch's own words: [broadcasting semantics]({DOCS}/notes/broadcasting.html),
[torch.matmul]({DOCS}/generated/torch.matmul.html) and [torch.sum]({DOCS}/generated/torch.sum.html).
"""
