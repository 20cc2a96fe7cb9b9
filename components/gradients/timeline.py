"""What each call did to `.grad`, one under the other: a bar of what was there and what was added, and the words."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.experiments.accumulation import Moment

_HERE = Path(__file__).parent
_STAGE = st.components.v2.component(
    "gradient_timeline",
    html=(_HERE / "timeline.html").read_text(),
    css=(_HERE / "timeline.css").read_text(),
    js=(_HERE / "timeline.js").read_text(),
)


def stage(moments: tuple[Moment, ...], *, key: str) -> None:
    """Show the moments in their order."""
    _STAGE(key=key, data=pack(moments))


def pack(moments: tuple[Moment, ...]) -> dict[str, Any]:
    """Return all that the picture shows, ready for JSON: bars as (left, width) in per cent of the track."""
    marks = [0.0, *(grad for moment in moments for grad in (moment.before, moment.after) if grad is not None)]
    low, span = min(marks), (max(marks) - min(marks)) or 1.0

    def place(value: float) -> float:
        return 100 * (value - low) / span

    def bar(start: float, end: float) -> list[float]:
        left, right = sorted((place(start), place(end)))
        return [round(left, 2), round(right - left, 2)]

    return {
        "zero": round(place(0.0), 2),
        "moments": [
            {
                "number": number,
                "line": moment.line,
                "kind": _kind(moment),
                "did": _did(moment),
                "was": bar(0.0, moment.before or 0.0),
                "added": bar(moment.before or 0.0, moment.after or 0.0) if moment.is_backward else [0, 0],
                "after": "None" if moment.after is None else f"{moment.after:g}",
            }
            for number, moment in enumerate(moments, start=1)
        ],
    }


def _kind(moment: Moment) -> str:
    if moment.refusal:
        return "error"
    return "adds" if moment.is_backward else "gone"


def _did(moment: Moment) -> str:
    if moment.refusal:
        return f"✗ {moment.refusal}"
    if not moment.is_backward:
        return f"clears x.grad: {_text(moment.before)} → {_text(moment.after)}"
    if moment.before is None:
        return f"x.grad was None; now it is {_text(moment.after)}"
    return f"adds {moment.added:g}: {_text(moment.before)} → {_text(moment.after)}"


def _text(grad: float | None) -> str:
    return "None" if grad is None else f"{grad:g}"
