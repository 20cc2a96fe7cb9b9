"""The scene of a page: every control's key with the value that it starts from."""

from collections.abc import Mapping

import streamlit as st

Scene = Mapping[str, object]


def put(scene: Scene) -> None:
    """Set controls to a scene's values. Call it in a callback: a control cannot be changed once it is drawn."""
    for key, value in scene.items():
        st.session_state[key] = value


def keep(page: str, scene: Scene) -> None:
    """Keep what the controls say while another bench is open, where they are not drawn. Call it in a callback."""
    kept: dict[str, object] = st.session_state.setdefault(f"{page}_kept", {})
    kept.update({key: st.session_state[key] for key in scene if key in st.session_state})
    put({key: value for key, value in kept.items() if key != f"{page}_bench"})
