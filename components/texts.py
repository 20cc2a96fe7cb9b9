"""Text boxes for what has a grammar: a text that does not fit stays in its box, with the reason beneath it."""

import re
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

Meaning = TypeVar("Meaning")


def checked_text(
    label: str, *, key: str, default: str, read: Callable[[str], Meaning], max_chars: int, help: str
) -> tuple[str, Meaning]:
    """Show a text box bound to the link; return its text and what it means, or the default's where it means nothing.

    Args:
        read: returns what a text means, or raises ValueError with a message for whoever typed it.
    """
    text = st.text_input(label, default, key=key, bind="query-params", max_chars=max_chars, help=help) or ""
    try:
        return text, read(text)
    except ValueError as error:
        st.error(f"{plain(str(error))}. Until then the page shows `{default}`.", icon=":material/edit:")
        return default, read(default)


# Streamlit's Markdown makes links of addresses, escaped or not. A character that nobody sees keeps them apart.
ADDRESS = re.compile(r"(https?:/|www|@)", re.IGNORECASE)
UNSEEN = "\u2060"  # word joiner: no width, and no place to break a line


def plain(text: str) -> str:
    """Keep Markdown and links out of a message that may quote what was typed."""
    apart = ADDRESS.sub(rf"\1{UNSEEN}", text.rstrip("."))
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()<>#+-.!|~:$^" else letter for letter in apart)
