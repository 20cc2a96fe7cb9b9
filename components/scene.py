"""The scene of a page: every control's key with the value that it starts from."""

from collections.abc import Mapping

import streamlit as st

Scene = Mapping[str, object]


def put(scene: Scene) -> None:
    """Set controls to a scene's values. Call it in a callback: a control cannot be changed once it is drawn."""
    for key, value in scene.items():
        st.session_state[key] = value


def reset_button(page: str, scene: Scene) -> None:
    """Show the button that puts the page back to its first scene."""

    def reset() -> None:
        put(scene)
        st.rerun()  # of the whole page, should the button stand in a part that runs by itself

    st.button("Reset scene", key=f"{page}_reset", icon=":material/restart_alt:", on_click=reset)


def keep(page: str, scene: Scene) -> None:
    """Keep what the controls say while another bench is open, where they are not drawn. Call it in a callback."""
    kept: dict[str, object] = st.session_state.setdefault(f"{page}_kept", {})
    kept.update({key: st.session_state[key] for key in scene if key in st.session_state})
    put({key: value for key, value in kept.items() if key != f"{page}_bench"})
