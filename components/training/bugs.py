"""The bugs that everyone makes, each beside the run as it should be."""

import streamlit as st

from components.scene import Scene

SCENE: Scene = {}
WHY = ""


def bench() -> None:
    """Show the bench."""
    st.header("What goes wrong when one line is wrong")
