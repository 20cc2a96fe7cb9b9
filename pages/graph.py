"""Autograd records a graph as the code runs, and walks it backwards."""

import math
from dataclasses import replace

import streamlit as st

from components import ledgers
from components.benches import choose
from components.code import Answers, session
from components.course import link_to_next
from components.graph.questions import QUESTIONS
from components.graph.scenes import (
    BENCHES,
    CUT_SCENE,
    DEFAULTS,
    FIRST,
    HAVE_A_PROGRAM,
    NOTHING,
    SCENE,
    SCENES,
    scene_of,
)
from components.graph.stage import graph_stage
from components.head import head
from components.numbers import whole_number
from components.predict import predict
from components.scene import Scene, keep, put
from components.texts import checked_text, said
from dashboard.experiments import lifetimes, programs, rounds
from dashboard.experiments.drawn_uses import drawn_uses
from dashboard.experiments.lines import MAX_TEXT, Program, read
from dashboard.experiments.programs import MAX_VALUE, PRESETS

MAX_STEP = 199
BOX, STAGE = "graph_box", "graph_shown"  # two fragments, so that a leaf moves without drawing the program's box anew


def take_preset() -> None:
    if preset := st.session_state["graph_preset"]:
        put(scene_of(preset) | {"graph_cut": NOTHING})
    take_program()


def take_program() -> None:
    st.rerun((BOX, STAGE))


def take_bench(page: str, scene: Scene) -> None:
    """The first program has a single way back: cutting shows more where there are two."""
    keep(page, scene)
    is_first = st.session_state.get("graph_program", FIRST) == FIRST
    if st.session_state["graph_bench"] == BENCHES[1] and is_first:
        put(CUT_SCENE)


def take_move(step: int) -> None:
    put({"graph_step": float(min(max(step, 0), MAX_STEP))})


def step_box() -> int:
    """Show the number of the step that the stage shows."""
    return whole_number("Step (0: all)", 0, MAX_STEP, 0, key="graph_step")


def take_cut(use: str) -> None:
    """Cut the edge that the learner pointed at; one that is cut is healed."""
    put({"graph_cut": NOTHING if st.session_state["graph_cut"] == use else use})


@st.fragment(key=BOX)
def program_box() -> None:
    """The presets and the program's lines."""
    presets, box = st.columns([3, 2], vertical_alignment="bottom")
    with box:
        text, _ = checked_text(
            "The program, in x, y, w, b",
            key="graph_program",
            default=FIRST,
            read=read,
            on_change=take_program,
            max_chars=MAX_TEXT,
            help="The loss, or several lines with ; between them: y_hat = w * x; loss = (y_hat - y)**2. There are "
            "numbers, pi, e, + - * / ** ( ), and sin cos tan tanh exp log sqrt abs relu sigmoid softplus.",
        )
    with presets:
        st.session_state["graph_preset"] = next((name for name, it in PRESETS.items() if it.text == text), None)
        st.pills(
            "Programs", PRESETS, key="graph_preset", on_change=take_preset, label_visibility="collapsed", wrap=True
        )


def the_program() -> tuple[str, Program]:
    text = said("graph_program", FIRST)
    return text, read(text)


def leaf_control(name: str) -> tuple[float, bool]:
    """Show a leaf's value and whether it requires grad."""
    with st.container(width=150, gap="small"):
        value = st.number_input(
            name, -MAX_VALUE, MAX_VALUE, DEFAULTS[name], step=0.5, format="%g", key=f"graph_{name}", bind="query-params"
        )
        tracked = st.toggle("requires_grad", True, key=f"graph_{name}_grad", bind="query-params")
    return (value if math.isfinite(value) else DEFAULTS[name]), tracked


def leaf_controls(text: str, program: Program) -> programs.Settings:
    """Show a control for every leaf, and return the settings that all controls make."""
    set_to = {name: leaf_control(name) for name in program.leaves}
    values = tuple((name, value) for name, (value, _) in set_to.items())
    return programs.Settings(text, values, tuple(name for name, (_, tracked) in set_to.items() if tracked))


@st.fragment(key=STAGE)
def the_graph(answers: Answers) -> None:
    text, program = the_program()
    stage = st.container()
    with st.container(horizontal=True, vertical_alignment="top"):
        settings = leaf_controls(text, program)
        step = step_box()
    with stage:
        graph_stage(programs.run(settings), key="graph_stage", step=step, moved=take_move)
    answers.show(programs.session(settings), programs.snippet(settings))


@st.fragment(key=STAGE)
def cut_it(answers: Answers) -> None:
    text, program = the_program()
    choice, table = st.columns([3, 2], vertical_alignment="center")
    names = [use.name for use in program.uses()]
    cut = choice.selectbox(
        "Put .detach() on an edge: click it, or choose it here",
        [NOTHING, *names],
        key="graph_cut",
        bind="query-params",
    )
    stage = st.container()
    with st.container(horizontal=True, vertical_alignment="top"):
        settings = leaf_controls(text, program)
        step = step_box()
    after = replace(settings, cut=cut or NOTHING)
    with table:
        ledgers.gradients_cut(programs.run(settings).trace, programs.run(after).trace)
    with stage:
        graph_stage(
            programs.run(after),
            key="graph_stage",
            step=step,
            moved=take_move,
            uses=drawn_uses(after),
            cut=after.cut,
            pointed_at=lambda use: take_cut(use) if use in names else None,
        )
    answers.show(programs.session(after), programs.snippet(after))


@st.fragment
def built(answers: Answers) -> None:
    st.markdown(
        "**Recorded as it runs, not declared in advance:** every round, Python's own `if` asks the data, and autograd "
        "writes down the operation that ran. Move n or x: it is another graph."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = whole_number("n, rounds", 0, rounds.MAX_ROUNDS, 4, key="graph_rounds")
        start = st.number_input(
            "x, the data",
            -rounds.MAX_START,
            rounds.MAX_START,
            1.5,
            step=0.5,
            format="%g",
            key="graph_start",
            bind="query-params",
            width=150,
        )
        step = step_box()
    settings = rounds.Settings(number, start if math.isfinite(start) else 1.5)
    result = rounds.run(settings)
    st.markdown(f"{number} rounds, and autograd recorded **{result.size} node{'s' * (result.size > 1)}**.")
    graph_stage(result.recording, key="graph_stage", step=step, moved=take_move)
    ledgers.rounds_run(result.rounds)
    answers.show(rounds.session(settings), rounds.snippet(settings))


@st.fragment
def after_backward(answers: Answers) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        program = st.segmented_control(
            "loss =", lifetimes.PROGRAMS, default="2*x", required=True, key="graph_life", bind="query-params", wrap=True
        )
        retain = st.toggle("retain_graph=True", False, key="graph_retain_graph", bind="query-params")
    result = lifetimes.live(program or "2*x", retain)
    ledgers.life(result)
    session(result.says)
    st.header("In the middle of the graph")
    keeps = st.toggle("y.retain_grad()", False, key="graph_retain_grad", bind="query-params")
    st.markdown(
        "A tensor in the middle passes its gradient on. "
        + ("Asked to, before `backward()`, it keeps a copy." if keeps else "It keeps none, and asking for it warns.")
    )
    settings = lifetimes.Settings(program or "2*x", retain, keeps)
    answers.show(lifetimes.middle(keeps), lifetimes.snippet(settings))


SHOW = dict(zip(BENCHES, (the_graph, cut_it, built, after_backward), strict=True))

head("graph", SCENE, SCENES)
st.markdown(
    "While your line runs, PyTorch computes the :blue[**values**] and writes down how to go back: a graph. "
    "`backward()` walks it, and brings the :orange[**gradients**] to the leaves."
)
predict("graph", QUESTIONS)
bench = choose("graph", BENCHES, SCENE, change=take_bench)
stage = st.container()
answers = Answers("graph")
with stage:
    if bench in HAVE_A_PROGRAM:
        program_box()
    SHOW[bench](answers)

with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(
        """
**It records what ran.** A result that comes from something that requires grad gets a `grad_fn`: a node that knows the
way back, with `next_functions` to the nodes before it. The node's name is about the gradient (`PowBackward0` computes
the gradient of a power); the value in the box is the forward result. `x**2` with a Python number is `PowBackward0`,
`x*x` is `MulBackward0`, `1/x` is two nodes: the graph is what ran, not what was typed.

**A leaf** is a tensor before which nothing was recorded. If it requires grad, its node is `AccumulateGrad`, which
adds to `.grad` once per `backward()`: several ways into one leaf are summed by the engine before it. **The root** is
the loss.

**Recorded as it runs.** A graph can also be declared in advance, and the data sent through it later. Autograd's graph
is recorded anew at every forward pass, so a loop or an `if` needs nothing special: what Python does is recorded.

**Saved tensors.** A node whose slope depends on the values saves them: `x**2` saves x. `backward()` frees each node's
tensors as soon as it has run, unless `retain_graph=True`. A second `backward()` fails at the first node that needs a
freed one; what it has added elsewhere before that stays added.

In PyTorch's own words: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html), with
[how autograd encodes the history](https://docs.pytorch.org/docs/stable/notes/autograd.html#how-autograd-encodes-the-history)
and [saved tensors](https://docs.pytorch.org/docs/stable/notes/autograd.html#saved-tensors);
[Tensor.detach](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html);
[Tensor.retain_grad](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.retain_grad.html).
"""
    )

st.header("Next")
st.markdown(
    "Choose *a neuron* and switch on `requires_grad` for x: a second leaf joins the graph. Type `relu(x)**2` with "
    "x = -1 and step back: 0 arrives, and the local derivative is 0, not 0/0. Under *Cut it*, click one edge of "
    "`x*x`, then the other. Under *Built as it runs*, let the loop run 0 rounds: what is left is a graph of one leaf."
)
link_to_next("graph")
