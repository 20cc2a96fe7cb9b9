"""The stage of the graph page: a program's lines beside what autograd recorded while they ran."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st
import torch

from components import graph
from components.graph import drawing, story
from components.graph.cards import card, rows
from components.told import whole
from dashboard.experiments.recording import Recording

_HERE = Path(__file__).parent
_STAGE = st.components.v2.component(
    "graph_stage",
    html=(_HERE / "graph_stage.html").read_text(),
    css=graph.CSS + (_HERE / "graph_stage.css").read_text(),
    js=graph.JS + (_HERE / "graph_stage.js").read_text(),
)

LIT = ("lit", "back", "lit done", "back done")  # values or gradients; of now, or done


class Numbers:
    """The single numbers that the stage shows; equal ones are kept once."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}

    def index(self, tensor: torch.Tensor) -> int:
        """Return the number's place."""
        number = np.asarray(tensor).astype("<f4").tobytes()
        return self._places.setdefault(number, len(self._places))

    def packed(self) -> str:
        """Return all as base64 of float32: unlike JSON, it knows nan and inf."""
        return base64.b64encode(b"".join(self._places)).decode()


def graph_stage(
    recording: Recording,
    *,
    key: str,
    step: int = 0,
    moved: Callable[[int], None] = lambda step: None,
    lit: Mapping[int, str] | None = None,
    notes: Mapping[int, str] | None = None,
    uses: tuple[str, ...] = (),
    cut: str = "",
    pointed_at: Callable[[str], None] = lambda use: None,
) -> None:
    """Show a recording, with the story at `step` (0: everything is shown).

    Args:
        lit: for a page that walks the run itself: the numbers of the lines to be lit, each with a kind of `LIT`. The
            stage's own walk is not shown then.
        notes: what to write at the end of a line, by its number.
        uses: for every edge the name of what it stands for, to be cut by a finger or the Enter key; `cut` is the name
            of the one that is cut already.
        pointed_at: called, before the next run of the page, with the name of the edge that the learner pointed at. It
            comes from the browser, as the step does.
        moved: called, before the next run of the page, with the step at which the learner came to rest. It comes from
            the browser and must be bounded by whoever takes it.
    """

    def on_moved_change() -> None:
        if (step := whole(st.session_state[key], "moved", "step")) is not None:
            moved(step)

    def on_cut_change() -> None:
        pointed_at(str(st.session_state[key]["cut"]))

    _STAGE(
        key=key,
        data={
            "scene": pack(recording, uses, cut),
            "step": step,
            "lit": dict(lit) if lit is not None else None,
            "notes": dict(notes or {}),
            "sequence": whole(st.session_state.get(key), "moved", "sequence") or 0,
        },
        on_moved_change=on_moved_change,
        on_cut_change=on_cut_change,
    )


@lru_cache(maxsize=128)
def pack(recording: Recording, uses: tuple[str, ...] = (), cut: str = "") -> str:
    """Return all that the stage shows, as JSON: the browser parses it anew only when it has changed."""
    trace, numbers = recording.trace, Numbers()
    told = story.tell(trace, numbers.index)
    drawn = drawing.draw(trace, numbers.index)
    for edge, use in zip(drawn["edges"], uses, strict=False):
        edge |= {"use": use, "isCut": use == cut}
    packed = {
        "code": list(recording.code),
        "lines": list(recording.lines),
        "graph": drawn,
        "story": [asdict(entry) for entry in told],
        "whole": story.WHOLE,
        "cards": [card(trace, number, told, numbers.index) for number in range(len(trace.values))],
        "first": trace.forward[-1],
        "table": rows(trace, drawn.pop("table"), numbers.index),
        "alt": drawing.in_words(trace),
        "numbers": numbers.packed(),
    }
    return json.dumps(packed, allow_nan=False)
