"""Tables of one step by hand: what every phase left, and the chain rule factor by factor."""

import streamlit as st

from dashboard.experiments import one_step
from dashboard.experiments.one_step import MAX_STEPS, PHASES, Moment, Run, Settings

NOT_YET = "·"
COLUMNS = ("step", "w", "loss", "w.grad", "w, updated", "w.grad, zeroed")


def number(value: float) -> str:
    """Return a number with up to six digits; never "-0"."""
    return f"{value + 0.0:.6g}"


def ledger(settings: Settings, run: Run) -> None:
    """Show a row for every step: what each of its phases changed."""
    st.header("Step after step")
    started = [run.moments[at : at + len(PHASES)] for at in range(0, len(run.moments), len(PHASES))]
    is_open = run.is_finite and len(started) < MAX_STEPS and len(run.moments) % len(PHASES) == 0
    steps = [*started, ()] if is_open else started
    starts = [settings.w, *(step[-1].w for step in started)]
    rows = [_row(place, w, step) for place, (w, step) in enumerate(zip(starts, steps, strict=False), start=1)]
    st.table(
        dict(
            zip(
                ("step", "w before", "forward: loss", "backward: w.grad", "update: w", "zero: w.grad"),
                zip(*rows, strict=True),
                strict=True,
            )
        ),
        hide_index=True,
        border="horizontal",
        alt="For every step, w before it, and what each of its four phases left",
    )


def _row(place: int, w: float, step: tuple[Moment, ...]) -> tuple[str, ...]:
    cells = {
        "forward": lambda moment: f":blue[{number(moment.loss)}]",
        "backward": lambda moment: f":orange[{number(moment.grad)}]",
        "update": lambda moment: f":blue[{number(moment.w)}]",
        "zero": lambda moment: f":orange[{number(moment.grad)}]",
    }
    found = [cells[moment.phase](moment) for moment in step]
    return (str(place), f":blue[{number(w)}]", *found, *[NOT_YET] * (len(PHASES) - len(found)))


def chain(run: Run) -> None:
    """Show the local gradient of every line, and their product."""
    st.header("The chain rule")
    is_back = run.done >= 2 and run.moments[run.step * len(PHASES) + 1 :]
    factors = one_step.chain(run.recording)
    grad = run.moments[run.step * len(PHASES) + 1].grad if is_back else None
    lines = [f"`{factor.line}`" for factor in factors]
    rules = [f"∂{factor.of}/∂{factor.by} = {factor.rule}" for factor in factors]
    values = [f":orange[{number(factor.value)}]" if is_back else NOT_YET for factor in factors]
    product = NOT_YET if grad is None else f":orange[**{number(grad)}**]"
    st.table(
        {
            "ran forward": [*lines, "all three"],
            "local gradient": [*rules, "∂loss/∂w, their product"],
            "value": [*values, product],
        },
        hide_index=True,
        border="horizontal",
        alt="The local gradient of each line, and the product that is w's gradient",
    )
