"""Forward gives the loss, backward gives its slope."""

import streamlit as st

from components import comparison
from components.benches import choose
from components.code import Answers
from components.course import link_to_next
from components.explorer import explorer
from components.gradients import accumulation, downhill, vector
from components.gradients.questions import QUESTIONS
from components.gradients.scenes import BENCHES, FIRST, HAVE_A_LOSS, SCENE, SCENES
from components.gradients.words import NEXT, WHY
from components.head import head
from components.numbers import whole_number
from components.predict import predict
from components.scene import put
from components.texts import checked_text, said
from dashboard.experiments import gradients, three_ways, values
from dashboard.experiments.expressions import MAX_LENGTH, parse

MAX_STEP = 99
MAX_SEED = 9999


# What shows the loss while one x and several are on the stage: another loss draws these anew, not the whole page.
SHOW_THE_LOSS = ("gradients_loss", "gradients_one", "gradients_several")


def take_preset() -> None:
    if preset := st.session_state["gradients_preset"]:
        put({"gradients_expression": preset})
    take_loss()


def take_loss() -> None:
    if bench == BENCHES[0]:
        st.rerun(SHOW_THE_LOSS)


def take_move(x: float, step: int) -> None:
    bounded = min(max(x, -values.MAX_X), values.MAX_X)
    put({"gradients_x": round(bounded, 4), "gradients_step": float(min(max(step, 0), MAX_STEP))})


def roll(seed: int, count: int) -> None:
    rolled = values.write(values.roll(seed, count))
    put({"gradients_values": rolled, "gradients_seed": float((seed + 1) % (MAX_SEED + 1))})
    st.rerun()  # of the whole page: the values stand in another fragment


head("gradients", SCENE, SCENES)
st.markdown(
    ":blue[**Forward**] turns x into the loss. :orange[**Backward**] asks how the loss changes when x moves, "
    "and leaves the answer in `x.grad`."
)
predict("gradients", QUESTIONS)

bench = choose("gradients", BENCHES, SCENE)


def the_loss() -> str:
    return said("gradients_expression", FIRST.expression)


@st.fragment(key="gradients_loss")
def choose_loss() -> None:
    """The box for the loss. The presets stand above it and show what it says, so they are drawn after it."""
    presets = st.container()
    text, _ = checked_text(
        "The loss, as a function of x",
        key="gradients_expression",
        default=FIRST.expression,
        read=parse,
        on_change=take_loss,
        max_chars=MAX_LENGTH,
        help="Numbers, x, pi, e, + - * / ** ( ), and sin cos tan tanh exp log sqrt abs relu sigmoid softplus.",
    )
    with presets:
        st.session_state["gradients_preset"] = text if text in gradients.PRESETS else None
        st.pills(
            "Presets", gradients.PRESETS, key="gradients_preset", on_change=take_preset, label_visibility="collapsed"
        )


@st.fragment(key="gradients_one")
def show_one() -> None:
    """The stage, what torch says at its x, and the code."""
    text = the_loss()
    stage = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed_x = st.number_input(
            "x",
            -values.MAX_X,
            values.MAX_X,
            FIRST.x,
            step=0.1,
            format="%g",
            key="gradients_x",
            bind="query-params",
            width=150,
        )
        step = whole_number("Step (0: all)", 0, MAX_STEP, 0, key="gradients_step")
        chosen_reach = st.segmented_control(
            "Range of x (±)",
            gradients.REACHES,
            default=FIRST.reach,
            required=True,
            key="gradients_reach",
            bind="query-params",
        )
    reach = chosen_reach or FIRST.reach  # a link can clear it
    x = min(max(typed_x, -float(reach)), float(reach))
    if x != typed_x:
        st.info(f"x = {typed_x:g} lies outside ±{reach}: the stage shows its edge, {x:g}.")
    with stage:
        explorer(text, reach, x, key="gradients_explorer", step=step, moved=take_move)
    answers.show(gradients.point(text, x).says, gradients.snippet_at_one(gradients.Settings(text, reach, x)))


@st.fragment
def roller() -> None:
    """New values, as many as one likes."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = whole_number("How many", 1, values.MAX_VALUES, len(FIRST.values), key="gradients_count", width=120)
        seed = whole_number("Seed", 0, MAX_SEED, 0, key="gradients_seed", width=120)
        st.button("Roll new values", key="gradients_roll", icon=":material/casino:", on_click=roll, args=(seed, count))


@st.fragment(key="gradients_several")
def show_several() -> None:
    """Several values, and the gradient of each in three ways."""
    text = the_loss()
    _, chosen = checked_text(
        f"Values of x (1 to {values.MAX_VALUES})",
        key="gradients_values",
        default=values.write(FIRST.values),
        read=values.read,
        max_chars=200,
        help=f"Numbers between {-values.MAX_X:g} and {values.MAX_X:g}, with commas between them.",
    )
    requires_grad = st.toggle("requires_grad", FIRST.requires_grad, key="gradients_requires_grad", bind="query-params")
    settings = gradients.Settings(text, values=chosen, requires_grad=requires_grad)
    comparison.table(settings)
    on_curve = st.expander(
        "See them on the curve",
        icon=":material/scatter_plot:",
        key="gradients_chart",
        on_change="rerun",
        bind="query-params",
    )
    if on_curve.open:
        with on_curve:
            comparison.chart(settings)
    several_answers.show(three_ways.compare(text, chosen, requires_grad).says, gradients.snippet_at_several(settings))


@st.fragment
def show_other() -> None:
    """One of the other benches."""
    OTHERS[bench].show(the_loss(), answers)


OTHERS = dict(zip(BENCHES[1:], (vector, accumulation, downhill), strict=True))
if bench in HAVE_A_LOSS:
    choose_loss()
# The fragments fill the answers beneath them, so these are laid out first.
one = st.container()
answers = Answers("gradients")
if bench == BENCHES[0]:
    st.header("Several values, three ways to the same gradient")
    several = st.container()
    several_answers = Answers("gradients_several", headings=False)
    with one:
        show_one()
    with several:
        roller()
        show_several()
else:
    with one:
        show_other()

with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(WHY[bench])

st.header("Next")
st.markdown(NEXT[bench])
link_to_next("gradients")
