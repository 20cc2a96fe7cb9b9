"""The Tracking page in a browser: outlines, words, keys, and lanes that stand beside or under one another."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STILL, Tab

NewTab = Callable[..., Tab]


def judged(page: Page) -> Locator:
    """The large verdicts, one a variable."""
    return page.locator(".verdict .judged")


def choose(page: Page, group: str, option: str) -> None:
    """Press one of the choices of a group."""
    page.get_by_role("radiogroup", name=group).get_by_text(option, exact=True).click()


def style(locator: Locator, name: str) -> str:
    return str(locator.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def test_the_first_view_tells_it_by_outline_dot_and_word(new_tab: NewTab) -> None:
    page = new_tab().open("tracking")
    expect(judged(page)).to_have_text(["ctracked", "lossnot tracked"])
    boxes = page.locator(".verdict .box")
    expect(boxes).to_have_count(3)
    assert [style(boxes.nth(place), "borderTopStyle") for place in range(3)] == ["solid", "dashed", "dashed"]
    dots = page.locator(".verdict .dot")
    assert style(dots.nth(0), "backgroundColor") != style(dots.nth(1), "backgroundColor")
    expect(
        page.get_by_role("img", name="c (tracked), then pow (not recorded), then loss (not tracked)").first
    ).to_be_visible()
    box = judged(page).nth(1).bounding_box()
    assert box and box["y"] + box["height"] < 900  # without scrolling


def test_a_brake_is_chosen_and_stands_in_the_link(new_tab: NewTab) -> None:
    page = new_tab().open("tracking")
    choose(page, "Where is the brake?", "enable_grad in no_grad")
    expect(judged(page)).to_have_text(["ctracked", "outsidenot tracked", "insidetracked"])
    page.wait_for_url("**tracking_brake=enable_grad*")
    page.wait_for_selector(STILL)
    again = new_tab().open(page.url.partition("/tracking")[2].join(["tracking", ""]))
    expect(judged(again)).to_have_text(["ctracked", "outsidenot tracked", "insidetracked"])


def test_the_keyboard_reaches_every_brake(new_tab: NewTab) -> None:
    page = new_tab().open("tracking")
    page.get_by_role("radiogroup", name="Where is the brake?").get_by_role("radio", name="no_grad", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="@no_grad", exact=True)).to_be_checked()
    expect(page.get_by_text("The whole function ran inside no_grad")).to_be_visible()


def test_lanes_stand_side_by_side_with_the_same_fact_at_the_same_height(new_tab: NewTab) -> None:
    page = new_tab().open("tracking")
    lanes = page.locator(".lanes .card")
    expect(lanes).to_have_count(5)
    lines = page.locator(".lanes .answers dt", has_text="loss * c")
    heights = {round(lines.nth(place).bounding_box()["y"]) for place in range(5)}  # type: ignore[index]
    assert len(heights) == 1
    assert [style(lanes.nth(place), "borderTopStyle") for place in range(5)] == [
        "solid",
        "dashed",
        "dashed",
        "dashed",
        "solid",
    ]


def test_a_long_error_opens(new_tab: NewTab) -> None:
    page = new_tab().open("tracking")
    answer = page.locator(".lanes details", has_text="Inference tensors cannot be saved")
    expect(answer).to_contain_text("To work around this, you can make a clone")
    assert not answer.evaluate("element => element.open")
    answer.locator("summary").press("Enter")
    expect(answer).to_have_js_property("open", True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_lanes_stand_under_one_another(new_tab: NewTab, scheme: str) -> None:
    page = new_tab("phone", color_scheme=scheme).open("tracking")
    lanes = page.locator(".lanes .card")
    expect(lanes).to_have_count(5)
    boxes = [lanes.nth(place).bounding_box() for place in range(5)]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(set(tops))


@pytest.mark.parametrize("view", ["desktop", "phone"])
@pytest.mark.parametrize("look", ["the update", "memory", "shared storage"])
def test_axe_finds_nothing_in_any_section(new_tab: NewTab, look: str, view: str) -> None:
    page = new_tab(view).open(f"tracking?tracking_look={quote(look)}")
    expect(page.get_by_role("heading", name="Next")).to_be_visible()
    expect(judged(page)).to_have_count(2)
    expect(page.get_by_role("table").last).to_be_visible()
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
