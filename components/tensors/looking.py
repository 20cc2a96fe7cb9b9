"""Views and storage: a chain of operations, the cells that its result reads, and what a write does."""

from functools import partial

import streamlit as st

from components.code import Answers, session
from components.numbers import whole_number
from components.scene import put
from components.tensors import pictures, stage
from components.tensors.bench import DOCS, refused
from components.texts import checked_text
from dashboard.experiments import views
from dashboard.experiments.view_operations import OPERATIONS, nothing
from dashboard.experiments.views import MAX_DIMS, MAX_ELEMENTS, MAX_SIZE, MAX_STEPS, MAX_TEXT, NONE, WRITES

FIRST = views.Settings()
SIZES = (3, 4, 2)
STARTS = ("T", NONE, NONE)
SCENE = {
    "tensors_base_dims": 2,
    **{f"tensors_base_{number}": size for number, size in enumerate(SIZES, start=1)},
    **{f"tensors_op_{number}": name for number, name in enumerate(STARTS, start=1)},
    **{f"tensors_in_{number}": "" for number in range(1, MAX_STEPS + 1)},
    "tensors_write": WRITES[0],
    "tensors_element": 0.0,
}

Chain = tuple[tuple[str, str], ...]


def show(answers: Answers) -> None:
    """Show the bench, and what PyTorch says to it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sizes = _base()
    operations = _chain(sizes)
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        write = (
            st.segmented_control(
                "Write into y", WRITES, default=WRITES[0], required=True, key="tensors_write", bind="query-params"
            )
            or WRITES[0]
        )
        element = whole_number("Element of y, counted from 0", 0, MAX_ELEMENTS - 1, 0, key="tensors_element", width=220)
    settings = views.Settings(sizes, operations, write, element)
    result = views.look(settings)
    with picture:
        _refusal(result)
        stage(
            pictures.looked(settings),
            key="tensors_looked",
            label="Two tensors and the storage that they read",
            pick="y",
            selected=element,
            picked=_take_element,
        )
    st.markdown(_verdict(result, write))
    st.markdown(_steps(result))
    answers.show(result.says, views.snippet(settings))


def _take_element(index: int) -> None:
    put({"tensors_element": float(min(max(index, 0), MAX_ELEMENTS - 1))})


def _base() -> tuple[int, ...]:
    dims = (
        st.segmented_control(
            "Dimensions of x",
            range(1, MAX_DIMS + 1),
            default=2,
            required=True,
            key="tensors_base_dims",
            bind="query-params",
        )
        or 2
    )
    return tuple(
        st.slider(
            f"Size of dim {number}",
            1,
            MAX_SIZE,
            SIZES[number],
            key=f"tensors_base_{number + 1}",
            bind="query-params",
            width=180,
        )
        for number in range(dims)
    )


def _chain(sizes: tuple[int, ...]) -> Chain:
    """Show a box for each operation, and one for what stands in its brackets."""
    chain: Chain = ()
    for number, column in enumerate(st.columns(MAX_STEPS), start=1):
        with column, st.container(horizontal=True, vertical_alignment="top"):
            name = (
                st.selectbox(
                    f"Operation {number}",
                    (NONE, *OPERATIONS),
                    (NONE, *OPERATIONS).index(STARTS[number - 1]),
                    key=f"tensors_op_{number}",
                    bind="query-params",
                    width=140,
                    on_change=_suggest,
                    args=(sizes, chain, number),
                )
                or NONE
            )
            if name != NONE:
                text = _brackets(sizes, chain, number, name)
                chain = (*chain, (name, text))
    return chain


def _suggest(sizes: tuple[int, ...], before: Chain, number: int) -> None:
    """Put into the brackets what fits here: a learner who has chosen an operation should see it work."""
    name = st.session_state[f"tensors_op_{number}"]
    if name in OPERATIONS:
        put({f"tensors_in_{number}": views.suggestion(sizes, before, name)})


def _brackets(sizes: tuple[int, ...], before: Chain, number: int, name: str) -> str:
    if OPERATIONS[name].suggest is nothing:
        return ""

    def read(text: str) -> str:
        OPERATIONS[name].read(text)
        return text

    box = partial(checked_text, "In its brackets", key=f"tensors_in_{number}", max_chars=MAX_TEXT, read=read)
    return box(default=views.suggestion(sizes, before, name), help=HELP)[1]


HELP = "Whole numbers with commas between them; for a slice what stands in x[...], such as 1: or :, ::2."


def _refusal(result: views.Look) -> None:
    if result.limit:
        st.info(result.limit)
    if result.error:
        refused(f"{result.error.line}\n{result.error.answer}")
    if result.way_out:
        st.markdown("`view` never copies. It needs strides that can step through the new shape; **the way out** is:")
        session(result.way_out)


def _verdict(result: views.Look, write: str) -> str:
    """Say what was shared, and what the write did to the base."""
    shared = (
        ":material/link: **y shares x's storage**: nothing was copied."
        if result.shares
        else ":material/content_copy: **y has a storage of its own**: an operation copied."
    )
    if write == WRITES[0]:
        return shared
    changed = len(result.x_changed)
    cells = "1 cell" if changed == 1 else f"{changed} cells"
    return f"{shared} The write **changed {cells} of x**." if changed else f"{shared} The write **left x as it was**."


def _steps(result: views.Look) -> str:
    """Return an entry for every tensor of the chain: it wraps on a phone, where a table would scroll sideways."""
    return "\n".join(
        f"1. `{made.line}`: shape **{made.shape}**, stride **{made.stride}**, offset **{made.offset}**; "
        f"{CONTIGUOUS[made.is_contiguous]}; {SHARED[made.shares]}; {POINTER[made.same_pointer]}"
        for made in result.layouts
    )


CONTIGUOUS = {True: "contiguous", False: "not contiguous"}
SHARED = {True: "in x's storage", False: "in a storage of its own"}
POINTER = {True: "same `data_ptr()` as x", False: "another `data_ptr()` than x"}
WHY = f"""
A storage is one flat row of cells. A tensor adds a **shape**, a **stride** (how many cells to go on for one step along
each dimension) and an **offset** (the cell of its first element). Element `y[i, j]` reads cell
`offset + i*stride[0] + j*stride[1]`. So `.T` swaps two strides, a slice changes the offset or multiplies a stride, and
`expand` gives a dimension the stride 0: no element moves.

`reshape` makes a view where strides allow it, and copies where they do not. `view` never copies: it refuses. It does
not need contiguous elements, only strides that can step through the new shape. `clone` always copies, `contiguous` only
where it must, and `detach` shares.

To ask whether two tensors share, compare `untyped_storage().data_ptr()`. `data_ptr()` alone is the address of the
*first element*: `x[1:]` shares and has another.

More in PyTorch's own words: [tensor views]({DOCS}/tensor_view.html),
[torch.Tensor.view]({DOCS}/generated/torch.Tensor.view.html) and
[torch.Tensor.stride]({DOCS}/generated/torch.Tensor.stride.html).
"""
