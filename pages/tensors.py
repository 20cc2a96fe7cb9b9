"""A tensor is a shape, a dtype and a view onto storage."""

import streamlit as st

from components.course import STOPS
from components.predict import Question, predict
from components.scene import reset_button
from components.tensors import create, looking, lossy, two
from dashboard.experiments import views
from dashboard.experiments.transcript import Exchange

BENCHES = {"Create": create, "Views and storage": looking, "Two tensors": two, "Limits": lossy}
FIRST = "Create"
SCENE = {"tensors_bench": FIRST, **{key: value for bench in BENCHES.values() for key, value in bench.SCENE.items()}}


@st.fragment
def benches() -> None:
    """Show one bench at a time; moving a control of it runs nothing else of the page."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Bench", tuple(BENCHES), default=FIRST, required=True, key="tensors_bench", bind="query-params"
        )
        reset_button("tensors", SCENE)
    BENCHES[chosen or FIRST].show()


def written(chain: tuple[tuple[str, str], ...]) -> tuple[Exchange, ...]:
    """Return what torch says of a write through a chain of operations, without the talk about pointers."""
    says = views.look(views.Settings((3, 4), chain, "y[...] = 100", 0)).says
    return tuple(said for said in says if "(" not in said.line or said.line.startswith("x ="))


QUESTIONS = (
    Question(
        "`y = x.T`, then `y[0, 0] = 100`. Does x change?",
        {
            "yes": "`.T` copies nothing. y is another view onto the same storage, so a write into y is a write into x.",
            "no": "That would need a copy, and `.T` makes none: it only swaps the strides.",
        },
        "yes",
        lambda: written((("T", ""),)),
        {
            "tensors_bench": "Views and storage",
            "tensors_op_1": "T",
            "tensors_op_2": "none",
            "tensors_op_3": "none",
            "tensors_write": "y[...] = 100",
            "tensors_element": 0.0,
        },
    ),
)

st.title("Tensors")
st.markdown(
    "A tensor is a **shape**, a **dtype** and a :blue[**view onto storage**]. "
    "Point at an element to see the cell that it reads."
)
predict("tensors", QUESTIONS)
benches()

st.header("Next")
st.markdown(
    "Give x four dimensions and find `x[1, 2, 0, 1]`. Chain `T` and `view` and read what torch refuses. Then go on to "
    "what tensors are for: gradients."
)
following = STOPS[1]
st.page_link(following.path, label=f"Next: {following.title}", icon=following.icon)
