"""The explorer: curve and recorded graph on one stage that moves with x, without a word to the server on the way."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import graph
from components.explorer.payload import pack

_HERE = Path(__file__).parent
_STAGE = st.components.v2.component(
    "explorer",
    html=(_HERE / "explorer.html").read_text(),
    css=graph.CSS + (_HERE / "explorer.css").read_text(),
    js=graph.JS + (_HERE / "curve.js").read_text() + (_HERE / "explorer.js").read_text(),
)


@dataclass(frozen=True)
class Move:
    """Where the learner came to rest. `sequence` numbers the moves, so that the browser knows whose echo it hears."""

    x: float
    step: int
    sequence: int


def read_move(state: Any) -> Move | None:
    """Return what the browser sent, or None where that is no move: the browser is a stranger's, too."""
    try:
        moved = state["moved"]
        move = Move(float(moved["x"]), int(moved["step"]), int(moved["sequence"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return move if math.isfinite(move.x) else None


def explorer(
    text: str,
    reach: int,
    x: float,
    *,
    key: str,
    step: int = 0,
    compact: bool = False,
    moved: Callable[[float, int], None] = lambda x, step: None,
) -> None:
    """Show the loss `text` from -reach to reach, at x, with the story at `step` (0: everything is shown).

    Args:
        compact: the curve alone, as a picture that can be moved.
        moved: called, before the next run of the page, with the x and the step at which the learner came to rest.
            Any finite x and any whole step may come: bounds are for whoever takes them.
    """

    def on_moved_change() -> None:
        if move := read_move(st.session_state[key]):
            moved(move.x, move.step)

    last = read_move(st.session_state.get(key))
    _STAGE(
        key=key,
        data={
            **pack(text, reach, x),
            "step": step,
            "compact": compact,
            "sequence": last.sequence if last else 0,
        },
        on_moved_change=on_moved_change,
    )
