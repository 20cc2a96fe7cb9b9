"""The player: a run that is over, moved through epoch by epoch without a word to the server on the way."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from components import graph
from components.training.payload import pack
from dashboard.experiments.training_runs import Finished

_HERE = Path(__file__).parent
_PLAYER = st.components.v2.component(
    "training_player",
    html=(_HERE / "player.html").read_text(),
    css=graph.CSS + (_HERE / "player.css").read_text(),
    js=graph.JS + "".join((_HERE / f"{part}.js").read_text() for part in ("charts", "pictures", "player")),
)
_packed = lru_cache(maxsize=8)(pack)


def read_move(state: Any) -> tuple[int, int] | None:
    """Return epoch and sequence number of what the browser sent, or None where that is no move: it may be anything."""
    try:
        return int(state["moved"]["epoch"]), int(state["moved"]["sequence"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def player(finished: Finished, *, epoch: int, key: str, moved: Callable[[int], None]) -> None:
    """Show a run at the last kept epoch up to `epoch`.

    Args:
        moved: called, before the next run of the page, with the epoch at which the learner came to rest. Any whole
            number may come: bounds are for whoever takes it.
    """

    def on_moved_change() -> None:
        if move := read_move(st.session_state[key]):
            moved(move[0])

    last = read_move(st.session_state.get(key))
    _PLAYER(
        key=key,
        data={**_packed(finished), "epoch": epoch, "sequence": last[1] if last else 0},
        on_moved_change=on_moved_change,
    )
