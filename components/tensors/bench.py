"""What the benches of the Tensors page have in common."""

from types import ModuleType

import streamlit as st

from components.code import Answers
from components.scene import Scene

DOCS = "https://docs.pytorch.org/docs/stable"


def refused(error: str) -> None:
    """Show torch's own words as text, whatever they contain."""
    st.error("PyTorch refuses:", icon=":material/block:")
    st.code(error, language=None, wrap_lines=True)


class Framed:
    """A bench from a module with SCENE, WHY and show(answers): its answers stand outside of what its controls run."""

    IS_WHOLE = True

    def __init__(self, module: ModuleType) -> None:
        self.SCENE: Scene = module.SCENE
        self.WHY: str = module.WHY
        self._show = st.fragment(module.show)

    def bench(self) -> None:
        """Show it."""
        place = st.container()
        answers = Answers("tensors")
        with place:
            self._show(answers)
