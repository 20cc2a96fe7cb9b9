"""Code and its answers: the snippet with its downloads, and the session as a prompt would show it."""

import json
from typing import Any

import streamlit as st

from dashboard.experiments.transcript import Exchange, show


def code_panel(page: str, snippet: str) -> None:
    """Show a runnable snippet, to copy (the block's own button) or to download as a script or a notebook."""
    # Wrapped: a block that scrolls sideways cannot be reached from the keyboard.
    st.code(snippet, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.download_button(
            "Script (.py)",
            lambda: snippet,
            f"{page}.py",
            "text/x-python",
            key=f"{page}_download_py",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Notebook (.ipynb)",
            lambda: notebook(snippet),
            f"{page}.ipynb",
            "application/x-ipynb+json",
            key=f"{page}_download_ipynb",
            icon=":material/download:",
            on_click="ignore",
        )


def session(says: tuple[Exchange, ...]) -> None:
    """Show what PyTorch says, line by line. Without colours: those of numbers and strings are too light to be read."""
    st.code(show(says), language=None, wrap_lines=True)


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
