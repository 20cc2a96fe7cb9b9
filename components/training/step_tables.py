"""Tables of one step by hand: what every phase left, and the chain rule factor by factor."""

import streamlit as st

from components import markdown
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
    is_next = run.is_finite and len(run.now) in (0, len(PHASES)) and len(run.steps) < MAX_STEPS
    steps = [*run.steps, *[()] * is_next]
    rows = [_row(place, w, step) for place, (w, step) in enumerate(zip(run.starts, steps, strict=False), start=1)]
    markdown.table(dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))


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
    factors = one_step.chain(run.recording)
    grad = run.now[1].grad if len(run.now) > 1 else None
    lines = [f"`{factor.line}`" for factor in factors]
    rules = [f"∂{factor.of}/∂{factor.by} = {factor.rule}" for factor in factors]
    values = [f":orange[{number(factor.value)}]" if grad is not None else NOT_YET for factor in factors]
    product = NOT_YET if grad is None else f":orange[**{number(grad)}**]"
    markdown.table(
        {
            "ran forward": [*lines, "all three"],
            "local gradient": [*rules, "∂loss/∂w, their product"],
            "value": [*values, product],
        }
    )
