"""Tables of one step by hand: what every phase left, and the chain rule factor by factor."""

import streamlit as st

from components import markdown
from dashboard.experiments import one_step
from dashboard.experiments.one_step import MAX_STEPS, PHASES, Moment, Run, Settings

NOT_YET = "·"
COLUMNS = ("step", "loss", "w.grad", "w")


def number(value: float) -> str:
    """Return a number with up to six digits; never "-0"."""
    return f"{value + 0.0:.6g}"


def ledger(settings: Settings, run: Run) -> None:
    """Show a row for every step: the loss of its forward, the gradient after backward and zeroed, w and w updated."""
    st.header("Step after step")
    is_next = run.is_finite and len(run.now) in (0, len(PHASES)) and len(run.steps) < MAX_STEPS
    steps = [*run.steps, *[()] * is_next]
    rows = [_row(place, w, step) for place, (w, step) in enumerate(zip(run.starts, steps, strict=False), start=1)]
    markdown.table(dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))


def _row(place: int, w: float, step: tuple[Moment, ...]) -> tuple[str, ...]:
    found = {moment.phase: moment for moment in step}
    loss = _cell(found["forward"].loss if "forward" in found else None)
    grads = [_cell(found[phase].grad if phase in found else None) for phase in ("backward", "zero")]
    after = _cell(found["update"].w if "update" in found else None)
    return (str(place), f":blue[{loss}]", f":orange[{' → '.join(grads)}]", f":blue[{_cell(w)} → {after}]")


def _cell(value: float | None) -> str:
    """Return a number that is short enough for a phone; a dot where there is none yet."""
    if value is None:
        return NOT_YET
    return f"{value + 0.0:.5g}" if value == 0 or 1e-4 <= abs(value) < 1e5 else f"{value:.1e}"


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
