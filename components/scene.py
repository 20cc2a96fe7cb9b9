"""The scene of a page: every control's key with the value that it starts from."""

from collections.abc import Mapping

import streamlit as st

Scene = Mapping[str, object]


def put(scene: Scene) -> None:
    """Set controls to a scene's values. Call it in a callback: a control cannot be changed once it is drawn."""
    for key, value in scene.items():
        st.session_state[key] = value
