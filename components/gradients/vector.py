"""Why a vector: for a y of several elements, backward wants a weight for each of them, and returns v @ J."""

import streamlit as st

from components.code import Answers
from components.gradients import product
from components.gradients.bench import DOCS, choose
from components.numbers import whole_number
from components.scene import Scene
from components.texts import checked_text
from dashboard.experiments import values, vector
from dashboard.experiments.vector import FUNCTIONS, MAX_OWN, MAX_SEED, MAX_SIZE, NO_VECTOR, VECTORS, Settings

FIRST = Settings()
SCENE: Scene = {
    "gradients_function": FIRST.function,
    "gradients_vector_x": values.write(FIRST.values),
    "gradients_v": FIRST.kind,
    "gradients_one_hot": float(FIRST.index),
    "gradients_v_seed": float(FIRST.seed),
    "gradients_own_v": values.write(FIRST.own),
}
MAX_TEXT = 120
NARROW = 4  # elements of x up to which the picture leaves room for words beside it


def show(text: str, answers: Answers) -> None:
    """Show the bench. It has functions of its own, whatever the loss; `answers` is where PyTorch speaks."""
    settings = _controls()
    picture, words = st.columns([3, 2]) if settings.size <= NARROW else (st.container(), st.container())
    with picture:
        product.stage(settings, key="gradients_product")
    with words:
        _verdict(settings)
    answers.show(vector.multiply(settings).says, vector.snippet(settings))


def _controls() -> Settings:
    left, right = st.columns([3, 2])
    with left:
        function = choose("y =", tuple(FUNCTIONS), FIRST.function, "gradients_function")
        kind = choose("v", tuple(VECTORS), FIRST.kind, "gradients_v")
    with right:
        _, chosen = checked_text(
            f"Values of x (1 to {MAX_SIZE})",
            key="gradients_vector_x",
            default=values.write(FIRST.values),
            read=vector.read,
            max_chars=MAX_TEXT,
            help=f"Numbers between {-values.MAX_X:g} and {values.MAX_X:g}, with commas between them.",
        )
        index, seed, own = _choices_of_v(kind)
    return Settings(function, chosen, kind, min(index, len(chosen) - 1), seed, own)


def _choices_of_v(kind: str) -> tuple[int, int, tuple[float, ...]]:
    """Show what there is to choose of a v of this kind."""
    index, seed, own = FIRST.index, FIRST.seed, FIRST.own
    if kind == "one-hot":
        index = whole_number(
            "Where the 1 stands (at most the last place)", 0, MAX_SIZE - 1, index, key="gradients_one_hot", width=300
        )
    elif kind == "random":
        seed = whole_number("Seed of v", 0, MAX_SEED, seed, key="gradients_v_seed")
    elif kind == "own numbers":
        _, own = checked_text(
            "Your v",
            key="gradients_own_v",
            default=values.write(own),
            read=values.read,
            max_chars=MAX_TEXT,
            help=f"1 to {MAX_OWN} numbers; torch wants as many as y has.",
        )
    return index, seed, own


def _verdict(settings: Settings) -> None:
    """Say in words what the picture shows."""
    result, function = vector.multiply(settings), FUNCTIONS[settings.function]
    if result.refusal:
        st.error(f"**PyTorch refuses.** {REFUSED[settings.kind == NO_VECTOR]}", icon=":material/block:")
        return
    assert result.product is not None and result.other is not None
    same = result.product.allclose(result.other, rtol=1e-4, atol=1e-5)
    other = "the same numbers" if same else f"**{_list(result.other.tolist())}**: it adds up rows, not columns"
    st.markdown(
        f"**`x.grad` is :orange[`v @ J`] = :orange[{_list(result.product.tolist())}]**: each column of J, weighed "
        f"with v and added up.\n\n`J @ v` would be {other}.\n\n{function.note}"
    )


def _list(numbers: list[float]) -> str:
    return f"\\[{', '.join(map(product.number, numbers))}\\]"


REFUSED = {
    True: "y has several elements, and each has a slope of its own. Which of them should `x.grad` be about? `backward` "
    "fills in v = 1 only where y is a single number.",
    False: "v must have the shape of y: one weight for each element, not more and not less.",
}
WHY = f"""
A loss of one element has one slope for every x. A y of n elements has n of them for every x: they make a table, the
**Jacobian** J, with a row for each y and a column for each x. `backward(gradient=v)` does not return the table: it
returns **the vector-Jacobian product `v @ J`**, one number for each x, as if the loss were `(v * y).sum()`.

That is no accident. The chain rule hands each operation the gradient of the loss by its result (that is v), and wants
the gradient by its input (that is `v @ J`). So every node of the graph needs to know only how to multiply by its
Jacobian from the left; the table itself is never built. A one-hot v picks one row of J: n products give all of it, and
that is how `torch.autograd.functional.jacobian` finds the table on this page.

More in PyTorch's own words:
[torch.Tensor.backward]({DOCS}/generated/torch.Tensor.backward.html),
[torch.autograd.functional.jacobian]({DOCS}/generated/torch.autograd.functional.jacobian.html) and
[a gentle introduction to autograd](https://docs.pytorch.org/tutorials/beginner/blitz/autograd_tutorial.html).
"""
NEXT = (
    "Take *one-hot* and move the 1: each v picks one row of J. Take *wrong length*, and *no v*, and read what torch "
    "says. Then `x**2 - 5` with ones: the same numbers as on the first bench, and J is why."
)
