"""The head of a page: its title, and what one does with a whole scene: choose one, share it, go back to the first."""

from collections.abc import Mapping
from urllib.parse import urlencode

import segno
import streamlit as st

from components.course import STOPS
from components.predict import HIDDEN
from components.scene import Scene, put
from components.texts import plain

LONGEST_LINK = 2000  # letters: what a QR code holds that a phone still reads, and browsers and servers pass on


def head(page: str, scene: Scene, scenes: Mapping[str, Scene]) -> None:
    """Show the title of a page and its tools. Call it before any control is drawn: a link may name a scene.

    Args:
        scene: every control's key with the value that it starts from.
        scenes: scenes by names that can be said aloud, each with the values in which it differs from the first.
            `/PAGE?scene=NAME` opens one.
    """
    wholes = {name: {**scene, **other} for name, other in scenes.items()}
    unknown = _open_named(wholes)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(next(stop.title for stop in STOPS if stop.stem == page))
        st.menu_button(
            "Scenes",
            list(scenes),
            key=f"{page}_scenes",
            icon=":material/movie:",
            on_click=lambda: put(wholes[st.session_state[f"{page}_scenes"]]),
        )
        sharing = st.popover("Share", icon=":material/share:", key=f"{page}_share", on_change="rerun")
        st.button(
            "Reset scene",
            key=f"{page}_reset",
            icon=":material/restart_alt:",
            on_click=put,
            args=(scene,),
        )
    if unknown:
        st.info(f"There is no scene {plain(unknown)} here. There are: {', '.join(scenes)}.")
    if sharing.open:
        with sharing:
            _share(page, list(scenes))


def _open_named(scenes: Mapping[str, Scene]) -> str:
    """Set the controls to the scene that the link names; return a name that there is not, else an empty text."""
    name = st.query_params.get("scene", "")
    if not name:
        return ""
    del st.query_params["scene"]  # from here on the controls' own values say it
    if name in scenes:
        put(scenes[name])
        return ""
    return name[:40]


def _share(page: str, names: list[str]) -> None:
    st.markdown("This very scene, for someone else:")
    hidden = st.toggle("Hide answers until they are asked for", key=f"{page}_hide")
    address = st.context.url or ""
    link = f"{address}?{urlencode(_settings(hidden), doseq=True)}".rstrip("?")
    st.code(link, language=None, wrap_lines=True)
    if len(link) <= LONGEST_LINK:
        st.image(qr_code(link), width=220, alt="The link as a QR code")
    else:
        st.markdown("This link is too long for a QR code that a phone can read. Copy it instead.")
    st.markdown("**Links that can be said aloud**\n" + "\n".join(f"- `{address}?scene={name}`" for name in names))


def _settings(hidden: bool) -> dict[str, list[str]]:
    """Return what the link says now, with or without the wish to hide answers."""
    settings = {key: st.query_params.get_all(key) for key in st.query_params if key != HIDDEN}
    return settings | ({HIDDEN: ["hidden"]} if hidden else {})


def qr_code(text: str) -> str:
    """Return a text as a QR code, an SVG on white, so that it can be read in the dark theme, too."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=4, border=3, light="#fff")
