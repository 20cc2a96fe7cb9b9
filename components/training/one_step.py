"""One step of training by hand: forward, backward, update, zero the gradient; and again."""

import streamlit as st

from components.scene import Scene

SCENE: Scene = {}
WHY = ""


def bench() -> None:
    """Show the bench."""
    st.header("One step by hand")
