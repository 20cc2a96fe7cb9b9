"""Forward gives the loss, backward gives its slope."""

import math

import streamlit as st

from components import comparison
from components.code import Answers
from components.course import link_to_next
from components.explorer import explorer
from components.gradients.scenes import FIRST, SCENE, SCENES
from components.head import head
from components.numbers import whole_number
from components.predict import Question, predict
from components.scene import put
from components.texts import checked_text
from dashboard.experiments import gradients, three_ways, values
from dashboard.experiments.expressions import MAX_LENGTH, parse
from dashboard.experiments.transcript import Exchange

MAX_STEP = 99
MAX_SEED = 9999


def asked(text: str, x: float) -> tuple[Exchange, ...]:
    """Return what torch says at one x, as short as an answer should be."""
    return tuple(said for said in gradients.point(text, x).says if said.line != "loss.grad_fn")


QUESTIONS = (
    Question(
        "At x = √5 the loss `x**2 - 5` is 0. And the gradient there?",
        {
            "0": "That is the height. The gradient is the slope, and the curve is steep here. The slope is 0 where "
            "x = 0, and the loss is -5 there.",
            "4.47": "The slope of `x**2 - 5` is 2x, and 2·√5 is 4.47, whatever the height.",
            "-5": "That is the smallest loss, at x = 0. The gradient says how the loss changes when x moves.",
        },
        "4.47",
        lambda: asked("x**2 - 5", math.sqrt(5)),
        {"gradients_expression": "x**2 - 5", "gradients_x": 2.24, "gradients_reach": 4},
    ),
    Question(
        "Replace the -5 by +100. What is the gradient at x = 1.5 now?",
        {
            "3": "A constant lifts the whole curve and tilts it nowhere: the slope stays 2x = 3.",
            "103": "The constant lifts the loss and not its slope: what is added does not change when x moves.",
            "102.25": "That is the loss at 1.5. The gradient asks how it changes when x moves.",
        },
        "3",
        lambda: asked("x**2 + 100", 1.5),
        {"gradients_expression": "x**2 + 100", "gradients_x": 1.5, "gradients_reach": 4},
    ),
    Question(
        "`abs(x)` has a corner at x = 0. What does PyTorch put into `x.grad` there?",
        {
            "an error": "Every operation brings a rule for its slope, and the rule for abs has an answer at 0, too.",
            "1": "That is the slope to the right of the corner. To the left it is -1; neither is right at 0.",
            "0": "A corner has no derivative. Torch needs some number to go on with, and its rule for abs says 0.",
            "nan": "Honest, but it would spoil every training run that touches a corner. Torch chooses a number.",
        },
        "0",
        lambda: asked("abs(x)", 0.0),
        {"gradients_expression": "abs(x)", "gradients_x": 0.0, "gradients_reach": 4},
    ),
)


def take_preset() -> None:
    if preset := st.session_state["gradients_preset"]:
        put({"gradients_expression": preset})


def take_move(x: float, step: int) -> None:
    bounded = min(max(x, -values.MAX_X), values.MAX_X)
    put({"gradients_x": round(bounded, 4), "gradients_step": float(min(max(step, 0), MAX_STEP))})


def roll(seed: int, count: int) -> None:
    rolled = values.write(values.roll(seed, count))
    put({"gradients_values": rolled, "gradients_seed": float((seed + 1) % (MAX_SEED + 1))})


head("gradients", SCENE, SCENES)
st.markdown(
    ":blue[**Forward**] turns x into the loss. :orange[**Backward**] asks how the loss changes when x moves, "
    "and leaves the answer in `x.grad`."
)
predict("gradients", QUESTIONS)

# Which loss. The presets stand above the box and show what it says, so they are drawn after it.
presets = st.container()
text, expression = checked_text(
    "The loss, as a function of x",
    key="gradients_expression",
    default=FIRST.expression,
    read=parse,
    max_chars=MAX_LENGTH,
    help="Numbers, x, pi, e, + - * / ** ( ), and sin cos tan tanh exp log sqrt abs relu sigmoid softplus.",
)
with presets:
    st.session_state["gradients_preset"] = text if text in gradients.PRESETS else None
    st.pills("Presets", gradients.PRESETS, key="gradients_preset", on_change=take_preset, label_visibility="collapsed")


@st.fragment
def show_one() -> None:
    """The stage, what torch says at its x, and the code."""
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
def show_several() -> None:
    """Several values, and the gradient of each in three ways."""
    left, right = st.columns([3, 2], vertical_alignment="top")
    with left:
        _, chosen = checked_text(
            f"Values of x (1 to {values.MAX_VALUES})",
            key="gradients_values",
            default=values.write(FIRST.values),
            read=values.read,
            max_chars=200,
            help=f"Numbers between {-values.MAX_X:g} and {values.MAX_X:g}, with commas between them.",
        )
        requires_grad = st.toggle(
            "requires_grad", FIRST.requires_grad, key="gradients_requires_grad", bind="query-params"
        )
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        count = whole_number("How many", 1, values.MAX_VALUES, len(FIRST.values), key="gradients_count", width=120)
        seed = whole_number("Seed", 0, MAX_SEED, 0, key="gradients_seed", width=120)
        st.button("Roll new values", key="gradients_roll", icon=":material/casino:", on_click=roll, args=(seed, count))
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


# The fragments fill the answers beneath them, so these are laid out first.
one = st.container()
answers = Answers("gradients")
st.header("Several values, three ways to the same gradient")
several = st.container()
several_answers = Answers("gradients_several", headings=False)
with one:
    show_one()
with several:
    show_several()

with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(
        """
While the line `loss = ...` runs, torch computes the numbers and, because `x` requires grad, writes down every
operation. `backward()` walks that record from the loss back to `x`. At each node it multiplies what arrives by the
node's own derivative: that is the chain rule, one factor a node. At the leaf, `AccumulateGrad` *adds* the product to
`x.grad`.

With several values the loss has several elements, and `backward` must be told how much each of them counts: the vector
`v`, here `torch.ones(n)`. What comes out is `v @ J`, the vector-Jacobian product. Here each loss depends on its own x
only, so the Jacobian is diagonal and ones simply give each slope.

More in PyTorch's own words: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html) and
[torch.Tensor.backward](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html).
"""
    )

st.header("Next")
st.markdown(
    "Try `1/x` and see two nodes where you typed one operation. Walk `x*sin(x)` step by step: two paths reach x, and "
    "their gradients are added. Type `log(x)` and move x below 0."
)
link_to_next("gradients")
