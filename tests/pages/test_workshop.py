"""The facilitators' run sheets: every link opens its page, its scene and its question."""

import re
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages.test_every_page import ROOT, controls, healthy, visit

LINKS = sorted(set(re.findall(r"`(/(?:\w+)(?:\?[^`]+)?)`", (ROOT / "docs" / "workshop.md").read_text())))


def test_there_are_links() -> None:
    assert len(LINKS) > 20


@pytest.mark.parametrize("link", [link for link in LINKS if "NAME" not in link])
def test_a_link_of_the_run_sheets_opens_what_it_says(link: str) -> None:
    parts = urlsplit(link)
    page, query = parts.path.strip("/"), {key: value for key, (value,) in parse_qs(parts.query).items()}
    assert "scene" not in query or query["scene"] in import_module(f"components.{page}.scenes").SCENES
    app = visit(page, **query)
    healthy(app)
    for widget in controls(app):
        if widget.key in query:
            assert str(widget.value) == query[widget.key]
