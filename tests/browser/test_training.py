"""The Training page's step by hand and its bugs, by mouse and keyboard."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STILL, TWO_VIEWS, Tab

NewTab = Callable[..., Tab]
LIT, BACK, DONE, DIM = (re.compile(rf"\b{word}\b") for word in ("lit", "back", "done", "dim"))


def line(page: Page, text: str) -> Locator:
    """Return the line of code that holds this."""
    return page.locator(".code li").filter(has_text=text)


def box(page: Page, label: str) -> Locator:
    """Return the box with this label."""
    return page.locator("svg.graph .node").filter(has=page.locator(f".label:text-is('{label}')"))


def choose(page: Page, option: str) -> None:
    """Choose one of several."""
    page.get_by_role("radiogroup").get_by_text(option, exact=True).click()


def settled(page: Page, parameter: str) -> None:
    """Wait until the move has reached the link."""
    page.wait_for_url(re.compile(re.escape(parameter)))
    page.wait_for_selector(STILL)


def test_the_first_view_has_the_four_phases_lit_and_what_they_gave(new_tab: NewTab) -> None:
    page = new_tab().open("training")
    expect(page.get_by_text("w: 1 → 1.02")).to_be_visible()
    for text, note in (("loss = error", "1"), ("loss.backward()", "w.grad = -2"), ("w -= 0.01", "w = 1.02")):
        expect(line(page, text)).to_have_class(LIT)
        expect(line(page, text)).to_have_class(DONE)
        expect(line(page, text)).to_have_attribute("data-note", note)
    expect(line(page, "w.grad.zero_()")).not_to_have_class(DONE)
    expect(page.locator("svg.graph").get_by_text("w.grad += -2.00")).to_be_visible()
    expect(page.get_by_role("slider", name="step", exact=True)).to_be_hidden()


def phase(page: Page, name: str) -> Locator:
    """Return the page's button of a phase; until the stage stands, it has one named Forward, too."""
    return page.get_by_test_id("stButton").get_by_role("button", name=name)


def test_the_four_buttons_walk_one_step(new_tab: NewTab) -> None:
    page = new_tab().open("training")
    phase(page, "Forward").click()
    expect(line(page, "loss = error")).to_have_attribute("data-note", "0.9604")
    expect(line(page, "loss.backward()")).not_to_have_class(LIT)
    expect(page.locator("[data-part=edge-0]").first).to_have_class(DIM)
    phase(page, "Backward").click()
    expect(line(page, "loss.backward()")).to_have_class(BACK)
    expect(page.locator("[data-part=edge-0]").first).not_to_have_class(DIM)
    phase(page, "Update").click()
    expect(line(page, "w -= 0.01")).to_have_attribute("data-note", "w = 1.0396")
    phase(page, "Zero the gradient").click()
    expect(line(page, "w.grad.zero_()")).to_have_attribute("data-note", "w.grad = 0")
    settled(page, "training_phase=8")


def test_a_copied_link_restores_the_phase_cold(new_tab: NewTab) -> None:
    page = new_tab().open("training?training_phase=6&training_step_rate=0.5")
    expect(page.get_by_text("Step 2 · Backward.")).to_be_visible()
    expect(line(page, "loss.backward()")).to_have_class(LIT)
    expect(line(page, "w -= 0.5")).not_to_have_class(LIT)


def test_a_line_that_is_pointed_at_lights_its_boxes_and_then_the_phases_again(new_tab: NewTab) -> None:
    page = new_tab().open("training")
    line(page, "y_hat = w*x").get_by_role("button").hover()
    expect(box(page, "w*x")).to_have_class(LIT)
    expect(line(page, "loss.backward()")).not_to_have_class(LIT)
    page.mouse.move(0, 0)
    expect(line(page, "loss.backward()")).to_have_class(LIT)


def test_the_weight_is_in_sight_on_a_phone(new_tab: NewTab) -> None:
    page = new_tab("phone").open("training")
    frame, weight = page.locator(".pane").bounding_box(), box(page, "w").locator("rect").bounding_box()
    assert frame and weight
    assert frame["x"] <= weight["x"] and weight["x"] + weight["width"] <= frame["x"] + frame["width"]


def test_a_bug_is_chosen_and_its_live_error_read(new_tab: NewTab) -> None:
    page = new_tab().open("training?training_bench=Bugs")
    expect(page.get_by_text("It overshoots, swings back and never settles")).to_be_visible()
    choose(page, "(N,1) in BCE")
    expect(page.get_by_text("ValueError: Target size (torch.Size([50]))").first).to_be_visible()
    settled(page, "training_bug=")
    choose(page, "eval() as no_grad")
    expect(page.get_by_text("15,200 bytes")).to_be_visible()
    choose(page, "it looks harmless")
    expect(page.get_by_text("The numbers never tell").first).to_be_visible()
    settled(page, "training_where=")


@pytest.mark.parametrize(("view", "scheme"), TWO_VIEWS)
def test_axe_finds_nothing_among_the_bugs(new_tab: NewTab, view: str, scheme: str) -> None:
    page = new_tab(view, color_scheme=scheme).open("training?training_bench=Bugs&training_bug=w = w - ...")
    expect(page.get_by_text("TypeError: unsupported operand").first).to_be_visible()
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
