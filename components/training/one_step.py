"""One step of training by hand: forward, backward, update, zero the gradient; and again."""

import streamlit as st

from components.code import code_panel, session
from components.graph.stage import graph_stage, pack
from components.numbers import whole_number
from components.scene import Scene, put
from components.training import step_tables
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
    "explode": {"training_phase": 48.0, "training_x": 5.0, "training_step_rate": 2.0},
}
BUTTONS = {
    "forward": ("Forward", ":material/arrow_forward:", "From w to the loss."),
    "backward": ("Backward", ":material/arrow_back:", "From the loss back to w."),
    "update": ("Update", ":material/straight:", "w moves a little against its gradient."),
    "zero": ("Zero the gradient", ":material/exposure_zero:", "Or the next backward adds to it."),
}
KINDS = {"forward": "lit", "backward": "back", "update": "lit", "zero": "back"}  # about values, or about gradients


def bench() -> None:
    """Show the bench."""
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
    says, code = st.columns(2)
    with says:
        st.header("What PyTorch says")
        session(run.says)
    with code:
        st.header("The code")
        code_panel("training", one_step.snippet(settings))


def _phases() -> int:
    """Show the four phases as buttons, and how many of them are done."""
    done = int(st.session_state.get("training_phase") or 0) if "training_phase" in st.session_state else FIRST.phases
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for number, (phase, (label, icon, about)) in enumerate(BUTTONS.items()):
            st.button(
                label,
                key=f"training_do_{phase}",
                icon=icon,
                help=f"{about} Runs on until this is done.",
                type="primary" if done % len(PHASES) == number else "secondary",
                on_click=_run_until,
                args=(number,),
            )
        return whole_number("Phases done", 0, MAX_PHASES, FIRST.phases, key="training_phase", width=140)


def _run_until(number: int) -> None:
    """Go on to the next moment at which this phase has just run."""
    done = int(st.session_state["training_phase"])
    put({"training_phase": float(min(done + 1 + (number - done) % len(PHASES), MAX_PHASES))})


def _sliders(phases: int) -> Settings:
    def slider(name: str, label: str, first: float) -> float:
        return st.slider(
            label, -MAX_VALUE, MAX_VALUE, first, step=0.5, format="%g", key=f"training_{name}", bind="query-params"
        )

    x, y, w, rate = st.columns(4)
    with x:
        at = slider("x", "x, the input", FIRST.x)
    with y:
        target = slider("y", "y, the target", FIRST.y)
    with w:
        start = slider("w", "w, the first weight", FIRST.w)
    with rate:
        chosen = st.select_slider(
            "lr, the learning rate", RATES, FIRST.rate, key="training_step_rate", bind="query-params"
        )
    return Settings(at, target, start, chosen, phases)


SAYS = {
    "": "**Nothing has run yet:** :blue[w = {before}].",
    "forward": "**Forward.** :blue[y_hat = w·x] misses the target by :blue[{error}], so the :blue[**loss is {loss}**].",
    "backward": "**Backward.** The chain rule multiplies the local gradients, from the loss to w: {factors} = "
    ":orange[**{grad}**]. It is added to `w.grad`.",
    "update": "**Update.** w - lr · w.grad = {before} - {rate} · {step}: :blue[**w: {before} → {w}**]. Under "
    "`no_grad`, for this move is no part of the loss.",
    "zero": ":blue[**w: {before} → {w}**] because its :orange[gradient was {grad}]. That was one step: forward, "
    "backward, update. Now the gradient is **zeroed**, and all begins again.",
}
ENDED = (
    "**Training has ended: {what} is {value}.** float32 ends at 3.4e38. Every number after this would be inf or nan. "
    "Take the learning rate down and start again."
)


def _tell(settings: Settings, run: Run) -> None:
    """Say what the last phase did."""
    if not run.is_finite:
        what, value = next((name, number) for name, number in _numbers(run).items() if number in ("inf", "-inf", "nan"))
        st.error(ENDED.format(what=what, value=value), icon=":material/error:")
        return
    phase = run.moments[-1].phase if run.moments else ""
    factors = " · ".join(_bracket(number(factor.value)) for factor in one_step.chain(run.recording))
    numbers = {
        name: _bracket(text) if name == "grad" and phase == "update" else text for name, text in _numbers(run).items()
    }
    place = f"Step {run.step + 1} · " if run.moments else ""
    st.markdown(
        place + SAYS[phase].format(**numbers, before=_before(settings, run), rate=f"{settings.rate:g}", factors=factors)
    )


number = step_tables.number


def _before(settings: Settings, run: Run) -> str:
    """Return w as it was when the step began."""
    return number(run.moments[run.step * len(PHASES) - 1].w if run.step else settings.w)


def _numbers(run: Run) -> dict[str, str]:
    """Return what this step has found so far; its gradient as backward left it."""
    step = run.moments[run.step * len(PHASES) :]
    grads = [moment.grad for moment in step[1:2] if moment.grad is not None]
    error = next(value for value in run.recording.trace.values if value.label == "y_hat - y").value.item()
    last = step[-1] if step else None
    return {
        "error": number(error),
        "loss": number(last.loss) if last else "",
        "grad": number(grads[0]) if grads else "",
        "w": number(last.w) if last else "",
    }


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _stage(run: Run) -> None:
    """Show the loop with the lines of this step lit that are done, beside the graph as far as it has come."""
    done = PHASES[: run.done]
    lit = {line: KINDS[phase] + " done" * (phase != done[-1]) for phase in done for line in one_step.LINES_OF[phase]}
    recorded = run.recording.trace
    leaves = len(recorded.leaves)
    steps = (leaves, len(recorded.forward), len(pack(run.recording)["story"]))
    graph_stage(
        run.recording, key="training_stage", step=steps[min(len(done), 2)], lit=lit, notes=_notes(run, len(done))
    )


def _notes(run: Run, done: int) -> dict[int, str]:
    """Return what each line gave, by the line's number."""
    values = {
        line: value.value.item() for line, value in zip(run.recording.lines, run.recording.trace.values, strict=True)
    }
    found = {line: number(value) for line, value in values.items() if line in one_step.LINES_OF["forward"]}
    step = run.moments[run.step * len(PHASES) :]
    after = {
        "backward": lambda: f"w.grad = {number(step[1].grad or 0.0)}",
        "update": lambda: f"w = {number(step[2].w)}",
        "zero": lambda: f"w.grad = {number(step[3].grad or 0.0)}",
    }
    later = {one_step.LINES[phase]: after[phase]() for phase in PHASES[1:done]}
    return (found if done else {}) | later


WHY = """
**Forward** computes the loss, and autograd records how. **Backward** walks that record from the loss to w and
multiplies the local gradients on the way: 2·error for the square, 1 for the difference, x for the product. So
`w.grad` is 2 · (w·x - y) · x. The **update** moves w against it, since the gradient points to where the loss grows.

The update stands under `torch.no_grad()`: it is no part of the loss, and torch refuses to change a leaf in place while
it records. **Zeroing** is needed because `backward()` *adds* to `w.grad`. Here it is set to 0 in place; an optimiser's
`zero_grad()` sets it to None, which saves memory, and the next backward fills it anew.

Each step multiplies the error by 1 - 2·lr·x². Between -1 and 1, it shrinks; beyond, it grows with every step.

More in PyTorch's own words: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html),
[Optimizer.zero_grad](https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html) and
[learning PyTorch with examples](https://docs.pytorch.org/tutorials/beginner/pytorch_with_examples.html).
"""
