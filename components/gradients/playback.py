"""Play, pause and scrub a walk: native controls beneath plotly's figure, which keyboard and screen reader can use."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from components import graph, tables
from dashboard.experiments import downhill
from dashboard.experiments.downhill import Settings

PLAYED_IN = 7000  # milliseconds, about, for the whole walk
SLOWEST, FASTEST = 700, 120  # milliseconds a step
_HERE = Path(__file__).parent
_CONTROLS = st.components.v2.component(
    "gradients_playback",
    html=(_HERE / "playback.html").read_text(),
    css=(_HERE.parent / "graph" / "stage.css").read_text() + (_HERE / "playback.css").read_text(),
    js=graph.MOUNT + (_HERE / "playback.js").read_text(),
)


def controls(settings: Settings, *, chart: str, key: str) -> None:
    """Show the controls of the plotly chart with the key `chart`, whose frames are the places of this walk."""
    _CONTROLS(key=key, data={**pack(settings), "chart": chart})


@lru_cache(maxsize=64)
def pack(settings: Settings) -> dict[str, Any]:
    """Return what the controls know of a walk, ready for JSON. It is shared: do not change it."""
    walk = downhill.walk(settings)
    return {
        "walk": repr(settings),
        "duration": round(min(max(PLAYED_IN / max(walk.steps, 1), FASTEST), SLOWEST)),
        "places": [list(map(tables.number, place)) for place in zip(walk.x, walk.loss, walk.grad, strict=True)],
    }
