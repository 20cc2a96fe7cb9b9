"""Panels of elements that are tied to each other: tensors, the storage that they read, and what a result came from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from components.graph import MOUNT
from components.told import whole

_HERE = Path(__file__).parent
_STAGE = st.components.v2.component(
    "tensor_panels",
    html=(_HERE / "panels.html").read_text(),
    css=(_HERE / "panels.css").read_text(),
    js=MOUNT + (_HERE / "heat.js").read_text() + (_HERE / "panels.js").read_text(),
)


@dataclass(frozen=True)
class Panel:
    """A tensor or a storage, drawn.

    Attributes:
        name: what other panels' links call it, and what the readout says before an index.
        kind: "grid" (every value as text), "heat" (a heatmap) or "storage" (a strip of numbered cells).
        texts: every element as torch prints it, in row-major order.
        outer: a label for every tile: every place in the dimensions before the last two.
        shades: 0 to 11 for every element, or None for no shading.
        changed: the elements to be marked as changed.
        links: panel -> for every element, the elements of that panel that light up with it.
        says: a sentence for every element, or None for its index and value.
        labels: other names for rows and columns than their indices.
    """

    name: str
    kind: str
    title: str
    note: str
    shape: tuple[int, ...]
    texts: Sequence[str]
    outer: Sequence[str] = ("",)
    shades: Sequence[int] | None = None
    changed: Sequence[int] = ()
    links: dict[str, list[list[int]]] = field(default_factory=dict)
    says: Sequence[str] | None = None
    labels: dict[str, Sequence[str]] | None = None


def stage(
    panels: Sequence[Panel],
    *,
    key: str,
    label: str,
    pick: str = "",
    selected: int = 0,
    picked: Callable[[int], None] | None = None,
) -> None:
    """Show the panels, with one element lit.

    Args:
        pick: the panel that the lit element is in; "" lights none.
        selected: the lit element.
        picked: called, before the next run of the page, with the element of `pick` that a learner chose. It comes from
            the browser: whoever takes it must bound it. Without it the browser keeps the choice to itself.
    """

    def on_picked_change() -> None:
        if picked and (index := whole(st.session_state[key], "picked", "index")) is not None:
            picked(index)

    data = {
        "panels": [vars(panel) for panel in panels],
        "label": label,
        "pick": pick,
        "selected": selected,
        "reports": picked is not None,
        "sequence": whole(st.session_state.get(key), "picked", "sequence") or 0,
    }
    _STAGE(key=key, data=data, on_picked_change=on_picked_change)
