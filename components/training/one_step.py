"""One step of training by hand: forward, backward, update, zero the gradient; and again."""

import streamlit as st

from components.code import Answers
from components.graph import story
from components.graph.stage import graph_stage
from components.numbers import whole_number
from components.scene import Scene, put
from components.training import step_tables
from components.training.step_tables import number
from dashboard.experiments import one_step
from dashboard.experiments.one_step import MAX_PHASES, MAX_VALUE, PHASES, Run, Settings

FIRST = Settings()
RATES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.95, 1.0, 1.1, 1.5, 2.0)
SCENE: Scene = {
    "training_phase": float(FIRST.phases),
    "training_x": FIRST.x,
    "training_y": FIRST.y,
    "training_w": FIRST.w,
    "training_step_rate": FIRST.rate,
}
SCENES: dict[str, Scene] = {
    "one step": {},
    "land": {"training_phase": 8.0, "training_step_rate": 0.5},
    "swing": {"training_phase": 24.0, "training_step_rate": 1.0},
    "runaway": {"training_phase": 48.0, "training_x": 5.0, "training_step_rate": 2.0},
}
BUTTONS = {
    "forward": ("Forward", ":material/arrow_forward:", "From w to the loss."),
    "backward": ("Backward", ":material/arrow_back:", "From the loss back to w."),
    "update": ("Update", ":material/straight:", "w moves a little against its gradient."),
    "zero": ("Zero the gradient", ":material/exposure_zero:", "Or the next backward adds to it."),
}
KINDS = {"forward": "lit", "backward": "back", "update": "lit", "zero": "back"}  # about values, or about gradients


def show(answers: Answers) -> None:
    """Show the bench, and what PyTorch says to it."""
    phases = _phases()
    said, stage = st.container(), st.container()
    settings = _sliders(phases)
    run = one_step.run(settings)
    with said:
        _tell(settings, run)
    with stage:
        _stage(run)
    ledger, chain = st.columns(2, gap="large")
    with ledger:
        step_tables.ledger(settings, run)
    with chain:
        step_tables.chain(run)
    answers.show(run.says, one_step.snippet(settings))


def _phases() -> int:
    """Show the four phases as buttons, the next one lit, and how many of them are done."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        buttons = st.container(horizontal=True, width="content")
        done = whole_number("Phases done", 0, MAX_PHASES, FIRST.phases, key="training_phase", width=140)
    for place, (phase, (label, icon, about)) in enumerate(BUTTONS.items()):
        buttons.button(
            f":blue[**Next: {label}**]" if done % len(PHASES) == place else label,
            key=f"training_do_{phase}",
            icon=icon,
            help=f"{about} Runs on until this is done.",
            on_click=_run_until,
            args=(place,),
        )
    return done


def _run_until(number: int) -> None:
    """Go on to the next moment at which this phase has just run."""
    done = int(st.session_state["training_phase"])
    put({"training_phase": float(min(done + 1 + (number - done) % len(PHASES), MAX_PHASES))})


def _sliders(phases: int) -> Settings:
    def slider(name: str, label: str, first: float) -> float:
        return st.slider(
            label, -MAX_VALUE, MAX_VALUE, first, step=0.5, format="%g", key=f"training_{name}", bind="query-params"
        )

    with st.container(horizontal=True, gap="medium"):
        at = slider("x", "x, the input", FIRST.x)
        target = slider("y", "y, the target", FIRST.y)
        start = slider("w", "w, the first weight", FIRST.w)
        chosen = st.select_slider(
            "lr, the learning rate", RATES, FIRST.rate, key="training_step_rate", bind="query-params"
        )
    return Settings(at, target, start, chosen, phases)


SAYS = {
    "": "**Nothing has run yet:** :blue[w = {before}].",
    "forward": "**Forward.** :blue[y_hat = w·x] misses the target by :blue[{error}], so the :blue[**loss is {loss}**].",
    "backward": "**Backward.** The chain rule multiplies the local gradients, from the loss to w: {factors} = "
    ":orange[**{grad}**]. It is added to `w.grad`.",
    "update": "**Update.** w - lr · w.grad = {before} - {move}: :blue[**w: {before} → {w}**]. Under "
    "`no_grad`, for this move is no part of the loss.",
    "zero": ":blue[**w: {before} → {w}**] because its :orange[gradient was {grad}]. That was one step: forward, "
    "backward, update. Now the gradient is **zeroed**, and all begins again.",
}
ENDED = (
    "**Training has ended: {what} is {value}.** float32 ends at 3.4e38. Every number after this would be inf or nan. "
    "Take the learning rate down and start again."
)
NOT_FINITE = ("inf", "-inf", "nan")


def _tell(settings: Settings, run: Run) -> None:
    """Say what the last phase did."""
    found = _found(run)
    if not run.is_finite:
        what = next(name for name, text in found.items() if text in NOT_FINITE)
        st.error(ENDED.format(what=what, value=found[what]), icon=":material/error:")
        return
    grad = found.get("w.grad", "")
    said = SAYS[run.now[-1].phase if run.now else ""].format(
        before=number(run.before),
        factors=" · ".join(_bracket(number(factor.value)) for factor in one_step.chain(run.recording)),
        move=f"{settings.rate:g} · {_bracket(grad)}",
        error=number(run.recording.trace.nodes[2].value.item()),
        loss=found.get("the loss"),
        grad=grad,
        w=found.get("w"),
    )
    st.markdown(f"Step {len(run.steps)} · {said}" if run.now else said)


def _found(run: Run) -> dict[str, str]:
    """Return the numbers of this step; its gradient as backward left it."""
    if not run.now:
        return {}
    grad = {"w.grad": number(run.now[1].grad or 0.0)} if len(run.now) > 1 else {}
    return {"the loss": number(run.now[0].loss), **grad, "w": number(run.now[-1].w)}


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _stage(run: Run) -> None:
    """Show the loop with the lines of this step lit that are done, beside the graph as far as it has come."""
    done = PHASES[: len(run.now)]
    lit = {line: KINDS[phase] + " done" * (phase != done[-1]) for phase in done for line in one_step.LINES_OF[phase]}
    trace = run.recording.trace
    steps = (len(trace.leaves), len(trace.forward), story.length(trace))
    graph_stage(run.recording, key="training_stage", step=steps[min(len(done), 2)], lit=lit, notes=_notes(run))


def _notes(run: Run) -> dict[int, str]:
    """Return what each line gave, by the line's number."""
    if not run.now:
        return {}
    made = zip(run.recording.lines, run.recording.trace.values, strict=True)
    notes = {line: number(value.value.item()) for line, value in made if line in one_step.LINES_OF["forward"]}
    for moment in run.now[1:]:
        grad = number(moment.grad or 0.0)
        what = f"w = {number(moment.w)}" if moment.phase == "update" else f"w.grad = {grad}"
        notes[one_step.LINES[moment.phase]] = what
    return notes


WHY = """
**Forward** computes the loss, and autograd records how. **Backward** walks that record from the loss to w and
multiplies the local gradients on the way: 2·error for the square, 1 for the difference, x for the product. So
`w.grad` is 2 · (w·x - y) · x. The **update** moves w against it, since the gradient points to where the loss grows.

The update stands under `torch.no_grad()`: it is no part of the loss, and torch refuses to change a leaf in place while
it records. **Zeroing** is needed because `backward()` *adds* to `w.grad`. Here it is set to 0 in place; an optimizer's
`zero_grad()` sets it to None, which saves memory, and the next backward fills it anew.

Each step multiplies the error by 1 - 2·lr·x². Between -1 and 1, it shrinks; beyond, it grows with every step.

More in PyTorch's own words: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html),
[Optimizer.zero_grad](https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html) and
[learning PyTorch with examples](https://docs.pytorch.org/tutorials/beginner/pytorch_with_examples.html).
"""
