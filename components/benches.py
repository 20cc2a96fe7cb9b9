"""Benches of a page of which one is open at a time; each is left as it was when it opens again."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Protocol

import streamlit as st

from components.code import Answers
from components.scene import Scene, keep


class Bench(Protocol):
    """What a module must offer to be a bench.

    Attributes:
        SCENE: the keys of its bound controls, each with its first value.
        WHY: the explanation that opens beneath it.
        IS_WHOLE: where there is one and it is true, a move of its controls runs the whole page: a control in a fragment
            would not interrupt what runs, and a bench may have fragments of its own.
    """

    SCENE: Scene
    WHY: str

    def bench(self) -> None:
        """Show it."""


class Framed:
    """A bench from a module with SCENE, WHY and show(answers).

    Its answers stand outside of what its controls run: a move fills them anew, and draws neither headings nor buttons.
    """

    IS_WHOLE = True

    def __init__(self, page: str, module: ModuleType) -> None:
        self.SCENE: Scene = module.SCENE
        self.WHY: str = module.WHY
        self._page = page
        self._show = st.fragment(module.show)

    def bench(self) -> None:
        """Show it."""
        place = st.container()
        answers = Answers(self._page)
        with place:
            self._show(answers)


def scene_of(page: str, benches: Mapping[str, Bench]) -> Scene:
    """Return the first scene of the page: its first bench is open, and every control of every bench is untouched."""
    first = {f"{page}_bench": next(iter(benches))}
    return {**first, **{key: value for bench in benches.values() for key, value in bench.SCENE.items()}}


def choose(page: str, names: tuple[str, ...], scene: Scene, change: Callable[[str, Scene], None] = keep) -> str:
    """Show the choice of the bench and return its name.

    Args:
        scene: every control of every bench: what they say is kept while another bench is open.
        change: called with the page and the scene when another bench is chosen.
    """
    chosen = st.segmented_control(
        "Bench",
        names,
        default=names[0],
        required=True,
        key=f"{page}_bench",
        bind="query-params",
        on_change=change,
        args=(page, scene),
        label_visibility="collapsed",
    )
    return chosen or names[0]  # a link can clear it


def one_at_a_time(page: str, benches: Mapping[str, Bench]) -> None:
    """Show the choice of the bench, the chosen one, and its explanation."""
    bench = benches[choose(page, tuple(benches), scene_of(page, benches))]
    if getattr(bench, "IS_WHOLE", False):
        bench.bench()
    else:
        _open(bench)
    with st.expander("Why?", icon=":material/lightbulb:"):
        st.markdown(bench.WHY)


@st.fragment
def _open(bench: Bench) -> None:
    """Show a bench; moving a control of it runs nothing else of the page."""
    bench.bench()
