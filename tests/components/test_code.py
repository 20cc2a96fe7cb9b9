"""The downloads are what the page shows, in forms that run."""

import contextlib
import io
import json

import nbformat

from components.code import notebook
from dashboard.experiments import gradients
from dashboard.experiments.gradients import Settings


def printed(*cells: str) -> str:
    """Run cells one after the other in a fresh namespace, as a notebook does; return what they print."""
    namespace: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        for cell in cells:
            exec(cell, namespace)  # noqa: S102  # our own snippet, as a reader would run it
    return out.getvalue()


def test_the_notebook_is_valid_and_runs_top_to_bottom_like_the_script() -> None:
    for requires_grad in (True, False):
        snippet = gradients.snippet(Settings("x*sin(x) + pi", requires_grad=requires_grad))
        text = notebook(snippet)
        nbformat.validate(nbformat.reads(text, as_version=4))
        cells = [cell["source"] for cell in json.loads(text)["cells"]]
        assert len(cells) > 1
        assert printed(*cells) == printed(snippet)


def test_an_indented_block_stays_in_one_cell() -> None:
    cells = json.loads(notebook("import torch\n\nwith torch.no_grad():\n    x = 1\n\n    y = 2\n\nprint(x + y)"))[
        "cells"
    ]
    assert printed(*(cell["source"] for cell in cells)) == "3\n"
