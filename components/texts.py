"""Text boxes for what has a grammar: a text that does not fit stays in its box, with the reason beneath it."""

import re
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

Meaning = TypeVar("Meaning")


def checked_text(
    label: str,
    *,
    key: str,
    default: str,
    read: Callable[[str], Meaning],
    max_chars: int,
    help: str,
    on_change: Callable[[], None] | None = None,
) -> tuple[str, Meaning]:
    """Show a text box bound to the link; return its text and what it means.

    Where it means nothing, the reason stands beneath the box, and the last text that meant something stays: somebody
    who mistypes keeps what is on the stage.

    Args:
        default: what the box starts with; it stays where nothing better was typed yet.
        read: returns what a text means, or raises ValueError with a message for whoever typed it.
    """
    text = (
        st.text_input(label, default, key=key, bind="query-params", max_chars=max_chars, help=help, on_change=on_change)
        or ""
    )
    last = f"{key}_last"
    try:
        meaning = read(text)
    except ValueError as error:
        stays = _first_readable((st.session_state.get(last, default), default), read)
        shown = f"`{stays}`" if stays else "what an empty box means"
        st.error(f"{plain(str(error))}. Until then the page shows {shown}.", icon=":material/edit:")
        return stays, read(stays)
    st.session_state[last] = text
    return text, meaning


def _first_readable(texts: tuple[str, str], read: Callable[[str], object]) -> str:
    """Return the first text if it can be read (the box may stand for something else by now), or else the second."""
    try:
        read(texts[0])
    except ValueError:
        return texts[1]
    return texts[0]


def said(key: str, default: str) -> str:
    """Return the text that a checked box, drawn elsewhere and before, stands for."""
    return str(st.session_state.get(f"{key}_last", default))


# Streamlit's Markdown makes links of addresses, escaped or not. A character that nobody sees keeps them apart.
ADDRESS = re.compile(r"(https?:/|www|@)", re.IGNORECASE)
UNSEEN = "\u2060"  # word joiner: no width, and no place to break a line


def plain(text: str) -> str:
    """Keep Markdown and links out of a message that may quote what was typed."""
    apart = ADDRESS.sub(rf"\1{UNSEEN}", text.rstrip("."))
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|~:$^" else letter for letter in apart)
