"""Benches of a page of which one is open at a time; each is left as it was when it opens again."""

from collections.abc import Mapping
from typing import Protocol

import streamlit as st

from components.scene import Scene, put, reset_button


class Bench(Protocol):
    """What a module must offer to be a bench.

    Attributes:
        SCENE: the keys of its bound controls, each with its first value.
        WHY: the explanation that opens beneath it.
    """

    SCENE: Scene
    WHY: str

    def bench(self) -> None:
        """Show it."""


def scene_of(page: str, benches: Mapping[str, Bench]) -> Scene:
    """Return the first scene of the page: its first bench is open, and every control of every bench is untouched."""
    first = {f"{page}_bench": next(iter(benches))}
    return {**first, **{key: value for bench in benches.values() for key, value in bench.SCENE.items()}}


def one_at_a_time(page: str, benches: Mapping[str, Bench]) -> None:
    """Show the choice of the bench, the chosen one, and its explanation."""
    first, scene = next(iter(benches)), scene_of(page, benches)

    def change() -> None:
        """Note how the closing bench was left, for controls that are not drawn forget; put the opening one back so."""
        left: dict[str, object] = st.session_state.setdefault(f"{page}_left", {})
        left.update({key: st.session_state[key] for key in scene if key in st.session_state})
        opening = benches[st.session_state[f"{page}_bench"] or first]
        put({key: left[key] for key in opening.SCENE if key in left})

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Bench",
            tuple(benches),
            default=first,
            required=True,
            key=f"{page}_bench",
            bind="query-params",
            on_change=change,
            label_visibility="collapsed",
        )
        reset_button(page, scene)
    bench = benches[chosen or first]  # a link can clear it
    if getattr(bench, "IS_WHOLE", False):  # a control in a fragment does not interrupt what runs
        bench.bench()
    else:
        _open(bench)
    with st.expander("Why?", icon=":material/lightbulb:"):
        st.markdown(bench.WHY)


@st.fragment
def _open(bench: Bench) -> None:
    """Show a bench; moving a control of it runs nothing else of the page."""
    bench.bench()
