"""Create: a factory, sizes, a dtype; the tensor they make, and what torch says of it."""

import math

import streamlit as st

from components.code import Answers
from components.numbers import whole_number
from components.tensors import pictures, stage
from components.tensors.bench import DOCS, refused
from dashboard.experiments import tensors
from dashboard.experiments.tensors import FACTORIES, INFERRED, MAX_ARGUMENT, MAX_DIMS, MAX_ELEMENTS, MAX_SEED, MAX_SIZE
from dashboard.experiments.typed_lists import MAX_TEXT, read_list

FIRST = tensors.Settings()
SIZES = (*FIRST.sizes, 2, 2)
SCENE = {
    "tensors_factory": FIRST.factory,
    "tensors_dims": len(FIRST.sizes),
    **{f"tensors_size_{number}": size for number, size in enumerate(SIZES, start=1)},
    **{
        f"tensors_{name}_{argument}": float(default)
        for name, factory in FACTORIES.items()
        for argument, default in factory.arguments
    },
    "tensors_list": FIRST.listed,
    "tensors_dtype": FIRST.dtype,
    "tensors_seed": float(FIRST.seed),
    "tensors_requires_grad": FIRST.requires_grad,
}


def show(answers: Answers) -> None:
    """Show the bench, and what PyTorch says to it."""
    stage_column, control_column = st.columns([5, 2], gap="medium")
    with control_column:
        settings = _controls()
        result = tensors.inspect(settings)
        if result.refused:
            refused(result.error)
            st.markdown(f"Until then the page shows x without it: change **{result.refused}** or the factory.")
    with stage_column:
        panels = pictures.created(settings)
        stage(
            panels,
            key="tensors_created",
            label="The new tensor, and the storage that it reads",
            pick=panels[-2].name if len(panels) > 1 else "x",
            selected=1,
        )
    answers.show(result.says, tensors.snippet(settings))


def _controls() -> tensors.Settings:
    name = st.selectbox("Factory", tuple(FACTORIES), key="tensors_factory", bind="query-params") or FIRST.factory
    factory = FACTORIES[name]
    listed = FIRST.listed
    sizes = FIRST.sizes
    if "list" in factory.needs:
        _, listed = _list()
    else:
        sizes = _sizes("matrix" in factory.needs)
    arguments = _arguments(name)
    dtype = _dtype("numpy" in factory.needs)
    seed = FIRST.seed
    if "generator" in factory.needs:
        seed = whole_number("Seed of the generator", 0, MAX_SEED, FIRST.seed, key="tensors_seed")
    tracked = st.toggle("requires_grad", FIRST.requires_grad, key="tensors_requires_grad", bind="query-params")
    return tensors.Settings(name, sizes, arguments, dtype, seed, tracked, listed)


def _dtype(is_numpy: bool) -> str:
    if is_numpy:
        st.markdown("`from_numpy` takes no dtype: numpy's own stays, and the memory is numpy's, too.")
        return INFERRED
    return st.selectbox("dtype", (*tensors.DTYPES, INFERRED), key="tensors_dtype", bind="query-params") or FIRST.dtype


def _list() -> tuple[str, str]:
    from components.texts import checked_text

    def read(text: str) -> str:
        read_list(text)
        return text

    return checked_text(
        "The list",
        key="tensors_list",
        default=FIRST.listed,
        read=read,
        max_chars=MAX_TEXT,
        help="Numbers, with commas between them; brackets make dimensions. The list decides the shape.",
    )


def _sizes(is_matrix: bool) -> tuple[int, ...]:
    """Show a slider for each dimension; where they give too many elements, shrink the last ones and say so."""
    dims = 2
    if not is_matrix:
        dims = (
            st.segmented_control(
                "Dimensions", range(1, MAX_DIMS + 1), default=2, required=True, key="tensors_dims", bind="query-params"
            )
            or 2
        )
    asked = [
        st.slider(
            f"Size of dim {number}", 1, MAX_SIZE, SIZES[number], key=f"tensors_size_{number + 1}", bind="query-params"
        )
        for number in range(dims)
    ]
    sizes = fit(asked)
    if sizes != tuple(asked):
        st.error(f"{_product(asked)} elements: at most {MAX_ELEMENTS:,} are possible. The page shows {sizes}.")
    else:
        st.markdown(f":gray[{_product(sizes)} of at most {MAX_ELEMENTS:,} elements]")
    return sizes


def _product(sizes: tuple[int, ...] | list[int]) -> str:
    product = f"{math.prod(sizes):,}"
    return f"{' × '.join(map(str, sizes))} = {product}" if len(sizes) > 1 else product


def fit(sizes: list[int]) -> tuple[int, ...]:
    """Return the sizes, each as large as those before it leave room for."""
    fitted: list[int] = []
    for size in sizes:
        fitted.append(min(size, MAX_ELEMENTS // math.prod(fitted)))
    return tuple(fitted)


def _arguments(name: str) -> tuple[int, ...]:
    arguments = FACTORIES[name].arguments
    if not arguments:
        return ()
    with st.container(horizontal=True):
        return tuple(
            whole_number(argument, -MAX_ARGUMENT, MAX_ARGUMENT, default, key=f"tensors_{name}_{argument}", width=95)
            for argument, default in arguments
        )


WHY = f"""
A tensor is three things: a **shape** (how many elements along each dimension), a **dtype** (what each element is, and
how many bytes it takes) and a **view onto storage**: which cells of one flat row of memory it reads, and in what order.
`x` and `y` above have two shapes and one storage: nothing was copied.

Leave the dtype to torch (`inferred`) and whole numbers become `int64`, numbers with a point `float32`. Only numbers
that can change a little can have a gradient: floats and complex ones. A generator with a seed of its own makes random
numbers that come again, and disturbs nobody else's.

More in PyTorch's own words: [torch.Tensor]({DOCS}/tensors.html),
[creation ops]({DOCS}/torch.html#creation-ops) and [tensor views]({DOCS}/tensor_view.html).
"""
