"""What is tracked, as pictures: solid with a filled dot, or grey and dashed with a hollow one, and always in words."""

import re
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.experiments.tracking import Box, Lane, Run
from dashboard.experiments.transcript import Exchange

_HERE = Path(__file__).parent
_CARDS = st.components.v2.component(
    "tracking",
    html=(_HERE / "tracking.html").read_text(),
    css=(_HERE / "tracking.css").read_text(),
    js=(_HERE / "tracking.js").read_text(),
)
WORDS = {True: "tracked", False: "not tracked"}


def verdict(run: Run, *, key: str) -> None:
    """Show the picture of a run and, large, of every variable whether it is tracked and why; beneath it the facts."""
    _CARDS(
        key=key,
        data={
            "layout": "verdict",
            "label": "Is the result tracked?",
            "cards": [
                {
                    "pictures": [_picture(row) for row in run.picture],
                    "verdicts": [
                        {"name": fact.name, **_verdict(fact.requires_grad), "reason": fact.reason} for fact in run.facts
                    ],
                    "table": _table(run),
                }
            ],
        },
    )


def lanes(shown: tuple[Lane, ...], *, key: str) -> None:
    """Show the lanes side by side, each a card with its code, its result's facts, its bytes and its answers."""
    _CARDS(key=key, data={"layout": "lanes", "label": "Five lanes", "cards": [_lane(lane) for lane in shown]})


def _table(run: Run) -> dict[str, Any]:
    """Return what torch says of every variable, a column each."""
    rows: dict[str, list[object]] = {
        "requires_grad": [fact.requires_grad for fact in run.facts],
        "grad_fn": [fact.grad_fn for fact in run.facts],
        "is_leaf: nothing was recorded before it": [fact.is_leaf for fact in run.facts],
        "is_inference()": [fact.is_inference for fact in run.facts],
        "shares storage with": [", ".join(fact.shares) or "none of these" for fact in run.facts],
    }
    return {
        "columns": [fact.name for fact in run.facts],
        "rows": [[name, *map(str, values)] for name, values in rows.items()],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    result, kept = lane.run.facts[-1], lane.run.kept
    return {
        "title": lane.name,
        "code": lane.run.code,
        "tracked": result.requires_grad,
        "pictures": [_picture(row) for row in lane.run.picture],
        "verdicts": [{"name": result.name, **_verdict(result.requires_grad), "reason": ""}],
        "facts": [
            ["requires_grad", str(result.requires_grad)],
            ["grad_fn", str(result.grad_fn)],
            ["is_leaf", str(result.is_leaf)],
            ["is_inference()", str(result.is_inference)],
            ["graph references", f"{kept.referenced} bytes"],
            ["of these extra", f"{kept.extra} bytes"],
        ],
        "answers": [_answer(said) for said in (lane.backward, *lane.afterwards)],
    }


def _verdict(tracked: bool) -> dict[str, Any]:
    return {"tracked": tracked, "word": WORDS[tracked]}


def _answer(said: Exchange) -> dict[str, Any]:
    """Return a line and its answer, the first sentence apart: torch does not always put a space between two."""
    first, *rest = re.split(r"(?<=\.)\s?(?=[A-Z])", said.answer or "works", maxsplit=1)
    return {"line": said.line, "text": first, "rest": "".join(rest), "isError": said.is_error}


def _picture(row: tuple[Box, ...]) -> dict[str, Any]:
    """Return a row of boxes, and the same in words for those who do not see it."""
    return {
        "alt": ", then ".join(f"{box.label} ({box.tag or WORDS[box.tracked]})" for box in row),
        "boxes": [
            {"label": box.label, "tag": box.tag, "tracked": box.tracked, "isOperation": box.operation} for box in row
        ],
    }
