"""The explorer: curve and recorded graph on one stage that moves with x, without a word to the server on the way."""

from collections.abc import Callable
from pathlib import Path

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
            Both come from the browser: any finite x and any step from 0 on must be bounded by whoever takes them.
    """

    def on_moved_change() -> None:
        state = st.session_state[key]["moved"]
        moved(float(state["x"]), int(state["step"]))

    last = (st.session_state.get(key) or {}).get("moved") or {}
    _STAGE(
        key=key,
        data={
            **pack(text, reach, x),
            "step": step,
            "compact": compact,
            "sequence": last.get("sequence", 0),
        },
        on_moved_change=on_moved_change,
    )
