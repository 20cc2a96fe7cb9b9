"""A tensor is a shape, a dtype and a view onto storage."""

import streamlit as st

from components.code import Answers
from components.course import link_to_next
from components.head import head
from components.predict import predict
from components.scene import put
from components.tensors.questions import QUESTIONS
from components.tensors.scenes import BENCHES, FIRST, SCENE, SCENES


def change_bench() -> None:
    """Note how the closing bench was left, for controls that are not drawn forget, and put the opening one back so."""
    left: dict[str, object] = st.session_state.setdefault("tensors_left", {})
    left.update({key: st.session_state[key] for key in SCENE if key in st.session_state})
    bench = BENCHES[st.session_state["tensors_bench"] or FIRST]
    put({key: left[key] for key in bench.SCENE if key in left})


@st.fragment
def bench(name: str, answers: Answers) -> None:
    """Show one bench; moving a control of it runs nothing else of the page."""
    BENCHES[name].show(answers)


head("tensors", SCENE, SCENES)
st.markdown(
    "A tensor is a **shape**, a **dtype** and a :blue[**view onto storage**]. "
    "Point at an element to see the cell that it reads."
)
predict("tensors", QUESTIONS)
chosen = st.segmented_control(
    "Bench",
    tuple(BENCHES),
    default=FIRST,
    required=True,
    key="tensors_bench",
    bind="query-params",
    on_change=change_bench,
    label_visibility="collapsed",
)
stage = st.container()
answers = Answers("tensors")
with stage:
    bench(chosen or FIRST, answers)
with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(BENCHES[chosen or FIRST].WHY)

st.header("Next")
st.markdown(
    "Create x with four dimensions and find `x[1, 2, 0, 1]`. Under *Views and storage*, chain `T` and `view` and read "
    "what torch refuses. Under *Two tensors*, see why (3, 4) + (3,) does not fit. Then go on to what tensors are for."
)
link_to_next("tensors")
