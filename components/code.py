"""Code and its answers: the snippet with its downloads, and the session as a prompt would show it."""

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from components.frame import projecting
from dashboard.experiments.transcript import Exchange, show

LONG = 30  # lines of an answer that stand on the page as they are


class CodePanel:
    """A runnable snippet, to copy (the block's own button) or to download as a script or a notebook.

    The frame is drawn once, and `show` fills it: a fragment can do so again and again without drawing the buttons anew.
    On a projector there is none: code is for the desk.
    """

    def __init__(self, page: str) -> None:
        self.snippet = ""
        self._block = st.container()
        if projecting():
            return
        with st.container(horizontal=True):
            self._download("Script (.py)", f"{page}.py", "text/x-python", lambda: self.snippet)
            self._download(
                "Notebook (.ipynb)", f"{page}.ipynb", "application/x-ipynb+json", lambda: notebook(self.snippet)
            )

    def show(self, snippet: str) -> None:
        """Show a snippet; from now on the downloads are this one."""
        self.snippet = snippet
        if not projecting():
            _block(snippet, self._block)

    def _download(self, label: str, name: str, kind: str, content: Callable[[], str]) -> None:
        key = name.replace(".", "_download_")
        st.download_button(label, content, name, kind, key=key, icon=":material/download:", on_click="ignore")


class Answers:
    """What PyTorch says, and the code that asks it; the frame is drawn once, as a code panel's is.

    Draw it at the page's own level, outside of every fragment: only there does Streamlit keep a place that a fragment
    may fill again and again. Within a fragment, draw and show it in one go. Its places are containers, not `st.empty`,
    which would take an answer off the page before the next one stands, and so let it flicker.
    """

    def __init__(self, page: str, headings: bool = True, side_by_side: bool = True) -> None:
        is_beside = side_by_side and not projecting()
        self._says, code = st.columns(2) if is_beside else (st.container(), st.container())
        with self._says:
            if headings:
                st.header("What PyTorch says")
        with code:
            if headings and not projecting():
                st.header("The code")
            self._code = CodePanel(page)

    def show(self, says: tuple[Exchange, ...], snippet: str) -> None:
        """Show a session and the snippet that goes with it."""
        with self._says:
            session(tuple(said for said in says if not _is_long(said)))
            for said in filter(_is_long, says):
                with st.expander(f"`{said.line}` in full, {said.answer.count(chr(10)) + 1} lines"):
                    session((said,))
        self._code.show(snippet)


def code_panel(page: str, snippet: str) -> None:
    """Show a code panel with this snippet."""
    CodePanel(page).show(snippet)


def session(says: tuple[Exchange, ...]) -> None:
    """Show what PyTorch says, line by line."""
    _block(show(says), st)


def _is_long(said: Exchange) -> bool:
    return said.answer.count("\n") >= LONG


def _block(text: str, place: Any) -> None:
    """Show a block of code. Without colours: those of numbers and strings are too light to be read.

    Wrapped: a block that scrolls sideways cannot be reached from the keyboard.
    """
    place.code(text, language=None, wrap_lines=True)


def notebook(snippet: str) -> str:
    """Return the snippet as a Jupyter notebook, a cell per paragraph (https://nbformat.readthedocs.io, version 4.5)."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": paragraph,
        }
        for number, paragraph in enumerate(_paragraphs(snippet))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}, indent=1
    )


def _paragraphs(snippet: str) -> list[str]:
    """Split at empty lines, but not within an indented block."""
    paragraphs: list[str] = []
    for part in snippet.strip().split("\n\n"):
        if paragraphs and part.startswith(" "):
            paragraphs[-1] += f"\n\n{part}"
        else:
            paragraphs.append(part)
    return paragraphs
