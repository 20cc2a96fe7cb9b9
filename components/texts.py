"""Text boxes for what has a grammar: a text that does not fit stays in its box, with the reason beneath it."""

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
    """Show a text box bound to the link; return its text and what it means, or the default's where it means nothing.

    Args:
        read: returns what a text means, or raises ValueError with a message for whoever typed it.
    """
    text = (
        st.text_input(label, default, key=key, bind="query-params", max_chars=max_chars, help=help, on_change=on_change)
        or ""
    )
    try:
        return text, read(text)
    except ValueError as error:
        st.error(f"{plain(str(error))}. Until then the page shows `{default}`.", icon=":material/edit:")
        return default, read(default)


def said(key: str, default: str, read: Callable[[str], object]) -> str:
    """Return the text of a checked box that is drawn elsewhere, or the default where that means nothing."""
    text = str(st.session_state.get(key, default))
    try:
        read(text)
    except ValueError:
        return default
    return text


def plain(text: str) -> str:
    """Keep Markdown out of a message that may quote what was typed."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|~:$^" else letter for letter in text.rstrip("."))
