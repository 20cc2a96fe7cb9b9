"""Every page by keyboard alone: Tab leads through every control, in order, and one sees where one is."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_every_page import PATHS
from tests.long_form import LONG

NewTab = Callable[..., Tab]
NOTES = (Path(__file__).parent / "focus.js").read_text()
PRESSES, ROUNDS = 15, 20  # Tabs between two questions to the page, and how often they may be asked


def walk(page: Page) -> dict[str, Any]:
    """Press Tab until it leads round; return the stops, and what could have been one and was not."""
    for _ in range(ROUNDS):
        for _ in range(PRESSES):
            page.keyboard.press("Tab")
        if found := page.evaluate("tabStops()"):
            return dict(found)
    raise AssertionError("Tab does not lead round: it is caught somewhere")


def check(page: Page, path: str) -> None:
    """Walk what is shown, and hold it to what a page owes to a keyboard."""
    found = walk(page)
    stops = found["stops"]
    assert found["missed"] == []
    assert [stop["place"] for stop in stops] == sorted(stop["place"] for stop in stops)
    assert [stop["name"] for stop in stops if not stop["isSeen"]] == []
    if path:
        scene = import_module(f"components.{path}.scenes").SCENE
        drawn = {key for key in scene if page.locator(f".st-key-{key}").and_(page.locator(":visible")).count()}
        assert drawn - {key for stop in stops for key in stop["keys"]} == set()


@pytest.mark.parametrize("path", PATHS, ids=[path or "home" for path in PATHS])
def test_tab_leads_through_every_control_in_order_and_is_seen(new_tab: NewTab, path: str) -> None:
    page = new_tab().open(path)
    page.evaluate(NOTES)
    check(page, path)


@pytest.mark.skipif(not LONG, reason="make limits")
@pytest.mark.parametrize("path", [path for path in PATHS if path])
def test_tab_leads_through_the_other_benches_too(new_tab: NewTab, path: str) -> None:
    tab, choice = new_tab(), "tracking_look" if path == "tracking" else f"{path}_bench"
    benches = tab.open(path).locator(f".st-key-{choice} button").all_inner_texts()
    assert len(benches) > 1
    for bench in benches[1:]:
        page = tab.open(f"{path}?{choice}={quote(bench)}")
        page.evaluate(NOTES)
        check(page, path)


@pytest.mark.parametrize("name", ["Scenes", "Share"])
def test_escape_closes_what_enter_has_opened(new_tab: NewTab, name: str) -> None:
    page = new_tab().open("tensors")
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")
    inside = page.get_by_role("menuitem", name="copy") if name == "Scenes" else page.get_by_alt_text("The link as a QR")
    expect(inside).to_be_visible()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(button).to_be_focused()
