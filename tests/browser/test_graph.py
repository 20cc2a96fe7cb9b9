"""The Graph page by mouse, touch and keyboard: boxes and lines light each other, and the run can be walked."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STILL, Tab

NewTab = Callable[..., Tab]
NEURON = "graph_program=y_hat = w * x; loss = (y_hat - y)**2&graph_x=1&graph_x_grad=false&graph_y_grad=false"
LIT = re.compile(r"\blit\b")
DIM = re.compile(r"\bdim\b")
NOW = re.compile(r"\bnow\b")


def box(page: Page, label: str) -> Locator:
    """Return the box with this label."""
    return page.locator("svg.graph .node").filter(has=page.locator(f".label:text-is('{label}')"))


def line(page: Page, text: str) -> Locator:
    """Return the line of code that starts like this."""
    return page.locator(".code li").filter(has_text=text)


def settled(page: Page, parameter: str) -> None:
    """Wait until the move has reached the link."""
    page.wait_for_url(re.compile(re.escape(parameter)))
    page.wait_for_selector(STILL)


def test_the_first_view_shows_the_line_and_its_graph(new_tab: NewTab) -> None:
    page = new_tab().open("graph")
    for text in ("x**2 - 5", "x**2", "grad_fn: PowBackward0", "leaf: AccumulateGrad", "x.grad += 6.00"):
        expect(page.locator("svg.graph").get_by_text(text, exact=True).first).to_be_visible()
    expect(line(page, "loss = x**2 - 5")).to_be_visible()
    operation, tag = (box(page, "x**2").locator(kind) for kind in (".label", ".tag"))
    sizes = [
        float(part.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")) for part in (operation, tag)
    ]
    assert sizes[0] > 1.3 * sizes[1]


def test_a_box_lights_its_line_and_a_line_its_boxes(new_tab: NewTab) -> None:
    page = new_tab().open(f"graph?{NEURON}")
    box(page, "w*x").hover()
    expect(line(page, "y_hat = w*x")).to_have_class(LIT)
    expect(page.get_by_test_id("card")).to_contain_text("MulBackward0")
    line(page, "loss =").get_by_role("button").hover()
    for label, tag in (("y_hat - y", LIT), ("(y_hat - y)**2", LIT)):
        expect(box(page, label)).to_have_class(tag)
    expect(box(page, "w*x")).not_to_have_class(LIT)


def test_the_keyboard_reaches_every_box_and_every_line(new_tab: NewTab) -> None:
    page = new_tab().open("graph")
    box(page, "x**2").focus()
    expect(line(page, "loss = x**2 - 5")).to_have_class(LIT)
    expect(page.get_by_test_id("card")).to_contain_text("_saved_self")
    page.keyboard.press("Enter")
    expect(box(page, "x**2")).to_have_attribute("aria-pressed", "true")
    line(page, "x = torch").get_by_role("button").focus()
    expect(box(page, "x")).to_have_class(LIT)
    expect(page.get_by_test_id("card")).to_contain_text("A leaf")


def test_a_finger_taps_a_box(new_tab: NewTab) -> None:
    page = new_tab("phone").open("graph")
    box(page, "x**2").tap()
    expect(page.get_by_test_id("card")).to_contain_text("_saved_exponent")
    expect(line(page, "loss = x**2 - 5")).to_have_class(LIT)


def test_the_run_is_walked_forward_then_backward(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="reduce").open("graph?graph_program=x*x %2B x")
    story, step = page.get_by_test_id("story"), page.get_by_role("slider", name="step")
    step.focus()
    page.keyboard.press("ArrowRight")
    expect(story).to_contain_text("Step 1 of 7. x = 3.00 is a leaf")
    expect(box(page, "x*x + x")).to_have_class(DIM)
    expect(line(page, "x = torch")).to_have_class(LIT)
    page.get_by_role("button", name="Forward").click()
    expect(story).to_contain_text("Step 3 of 7. x*x + x computes 12.00")
    expect(box(page, "x*x + x")).not_to_have_class(DIM)
    expect(page.locator("[data-part=edge-0]").first).to_have_class(DIM)
    page.get_by_role("button", name="Backward").click()
    expect(story).to_contain_text("AccumulateGrad receives 7.00, the sum of all paths (3.00 + 3.00 + 1.00), once")
    expect(line(page, "loss.backward()")).to_have_class(LIT)
    settled(page, "graph_step=7")


def test_what_a_node_saved_is_freed_when_it_has_run(new_tab: NewTab) -> None:
    page = new_tab().open("graph?graph_step=5")
    card = page.get_by_test_id("card")
    expect(page.get_by_test_id("story")).to_contain_text("Step 5 of 7")
    box(page, "x**2").hover()
    expect(card).to_contain_text("tensor(3.00) · ✓ alive")
    expect(card).not_to_contain_text("gradient6")
    page.mouse.move(0, 0)
    step = page.get_by_role("slider", name="step")
    step.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("story")).to_contain_text("PowBackward0 multiplies")
    expect(card).to_contain_text("tensor(3.00) · ✗ freed by backward()")
    expect(card).to_contain_text("2 · a number, stays")


def test_a_copied_link_restores_the_scene_cold(new_tab: NewTab) -> None:
    page = new_tab().open(f"graph?{NEURON}&graph_step=8")
    expect(page.get_by_test_id("story")).to_contain_text("Step 8 of 11. PowBackward0")
    expect(box(page, "y")).to_have_class(re.compile("untracked"))
    expect(box(page, "y").locator("rect")).not_to_have_css("stroke-dasharray", "none")
    expect(box(page, "w").locator("rect")).to_have_css("stroke-dasharray", "none")


def test_detach_is_chosen_from_the_list(new_tab: NewTab) -> None:
    page = new_tab().open("graph?graph_bench=Cut it&graph_program=x*x")
    expect(page.locator("svg.graph").get_by_text("x.grad += 6.00")).to_be_visible()
    page.get_by_role("combobox", name="Put .detach() on an edge").click()
    page.get_by_role("option", name="x → x*x (right)").click()
    expect(page.locator("svg.graph").get_by_text("x.grad += 3.00")).to_be_visible()
    expect(box(page, "x.detach()")).to_have_class(re.compile("untracked"))
    settled(page, "graph_cut=")


def test_an_edge_is_cut_by_a_click_and_healed_by_enter(new_tab: NewTab) -> None:
    page = new_tab().open("graph?graph_bench=Cut it&graph_program=x*x")
    page.get_by_role("button", name="Cut x → x*x (right)").click()
    expect(page.locator("svg.graph").get_by_text("x.grad += 3.00")).to_be_visible()
    expect(page.get_by_role("button", name="Cut x → x*x (left)")).to_be_visible()
    settled(page, "graph_cut=")
    heal = page.get_by_role("button", name="Heal x → x*x (right)")
    expect(heal).to_have_count(2)  # the edge to detach(), and that from there
    heal.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("svg.graph").get_by_text("x.grad += 6.00")).to_be_visible()
    expect(page.get_by_role("button", name="Cut x → x*x (right)")).to_be_focused()


def test_more_rounds_are_more_boxes_and_a_step_scrolls_to_its_box(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="reduce").open("graph?graph_bench=Built as it runs&graph_rounds=30")
    expect(page.locator("svg.graph .node")).to_have_count(31)
    label = page.locator("svg.graph .label").first
    assert label.evaluate("element => element.getBoundingClientRect().height") > 14
    page.get_by_role("slider", name="step").focus()
    page.keyboard.press("End")
    expect(page.get_by_test_id("story")).to_contain_text("Step 63 of 63. AccumulateGrad")
    expect(box(page, "x")).to_be_in_viewport()
    settled(page, "graph_step=63")


def test_the_phone_pans_the_graph_and_not_the_page(new_tab: NewTab) -> None:
    page = new_tab("phone").open(f"graph?{NEURON}")
    pane = page.locator(".pane")
    wide = "element => [element.scrollWidth > element.clientWidth, getComputedStyle(element).overflowX]"
    assert pane.evaluate(wide) == [True, "auto"]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_the_same_opens_as_a_table(new_tab: NewTab) -> None:
    page = new_tab().open(f"graph?{NEURON}")
    page.get_by_text("The same as a table").click()
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(6)
    expect(rows.nth(0)).to_have_text(
        re.compile(r"1\.00PowBackward01\.00-2\.00-2\.00\(\)_saved_exponent = 2, _saved_self = tensor\(-1\.00\)")
    )
    expect(rows.nth(4)).to_have_text(re.compile(r"x1\.00requires_grad=False"))
