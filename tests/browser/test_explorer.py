"""The explorer by mouse, touch and keyboard: everything moves together, and comes back from a copied link."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import STILL, Tab

NewTab = Callable[..., Tab]


def readout(page: Page, text: str) -> None:
    """Wait until the readout says this."""
    expect(page.get_by_test_id("readout")).to_have_text(text)


def settled(page: Page, parameter: str) -> None:
    """Wait until the move has reached the link."""
    page.wait_for_url(re.compile(re.escape(parameter)))
    page.wait_for_selector(STILL)


def test_the_first_view_shows_the_courses_example(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    readout(page, "x=1.50 loss=-2.75 grad=3.00")
    stage = page.locator(".stage")
    for text in ("loss = x**2 - 5", "loss = 0", "slope = 0", "grad_fn: SubBackward0", "grad_fn: PowBackward0"):
        expect(stage.get_by_text(text, exact=True).first).to_be_visible()
    expect(stage.get_by_text("x.grad += 3.00")).to_be_visible()


def test_keys_move_every_readout_together(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    slider = page.get_by_role("slider", name="x", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    readout(page, "x=1.60 loss=-2.44 grad=3.20")
    expect(page.locator(".graph").get_by_text("x.grad += 3.20")).to_be_visible()
    expect(page.locator(".curve").get_by_text("slope 3.20")).to_be_visible()
    settled(page, "gradients_x=1.6")
    expect(page.get_by_label("x", exact=True).and_(page.locator("input[type=number]"))).to_have_value("1.6")
    expect(page.get_by_text("tensor(3.2000)")).to_be_visible()
    page.keyboard.press("Home")
    readout(page, "x=-4.00 loss=11.00 grad=-8.00")
    page.keyboard.press("End")
    readout(page, "x=4.00 loss=11.00 grad=8.00")


def test_many_fast_keys_end_where_they_should(new_tab: NewTab) -> None:
    page = new_tab().open("gradients?gradients_x=0")
    page.get_by_role("slider", name="x", exact=True).focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    readout(page, "x=0.60 loss=-4.64 grad=1.20")
    settled(page, "gradients_x=0.6")
    readout(page, "x=0.60 loss=-4.64 grad=1.20")


def test_a_move_while_the_server_answers_is_not_undone(new_tab: NewTab) -> None:
    page = new_tab().open("gradients?gradients_x=0")
    slider = page.get_by_role("slider", name="x", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("gradients_x=0.02"))  # the server has heard of it and is answering
    page.keyboard.press("ArrowRight")
    readout(page, "x=0.04 loss=-5.00 grad=0.08")
    settled(page, "gradients_x=0.04")
    readout(page, "x=0.04 loss=-5.00 grad=0.08")


def test_the_mouse_drags_anywhere_on_the_curve(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    curve = page.locator("svg.curve")
    curve.hover()  # which waits until it stands still
    box = curve.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 200, steps=5)
    page.mouse.move(box["x"] - 50, box["y"] + 60, steps=5)
    page.mouse.up()
    readout(page, "x=-4.00 loss=11.00 grad=-8.00")
    settled(page, "gradients_x=-4")


def test_a_finger_moves_x_on_a_phone(new_tab: NewTab) -> None:
    page = new_tab("phone").open("gradients")
    curve = page.locator("svg.curve")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + 120)
    readout(page, "x=4.00 loss=11.00 grad=8.00")
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.9), ("touchMove", 0.6), ("touchMove", 0.3), ("touchMove", 0.0)):
        point = {"x": box["x"] + box["width"] * share, "y": box["y"] + 120}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    readout(page, "x=-4.00 loss=11.00 grad=-8.00")
    expect(page.locator(".graph").get_by_text("x.grad += -8.00")).to_be_visible()


def test_the_story_walks_forward_then_backward(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="reduce").open("gradients")
    story = page.get_by_test_id("story")
    step = page.get_by_role("slider", name="step")
    step.focus()
    page.keyboard.press("ArrowRight")
    expect(story).to_contain_text("Step 1 of 7. x = 1.50 is a leaf")
    expect(page.locator("[data-part=value-2]")).to_have_class(re.compile("dim"))
    page.get_by_role("button", name="Forward").click()
    expect(story).to_contain_text("Step 3 of 7. x**2 - 5 computes -2.75")
    expect(page.locator("[data-part=value-2]")).to_have_class(re.compile("now"))
    expect(page.locator("[data-part=edge-0]").first).to_have_class(re.compile("dim"))
    step.focus()
    page.keyboard.press("ArrowRight")
    expect(story).to_contain_text("backward() starts at the loss with 1.00")
    page.keyboard.press("ArrowRight")
    expect(story).to_contain_text("SubBackward0 passes the gradient on unchanged to x**2: 1.00 × 1.00 = 1.00")
    page.get_by_role("button", name="Backward").click()
    expect(story).to_contain_text("Step 7 of 7. AccumulateGrad adds 3.00 to x.grad")
    settled(page, "gradients_step=7")


def test_forward_plays_step_by_step_for_those_who_like_motion(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="no-preference").open("gradients")
    page.get_by_role("button", name="Forward").click()
    story = page.get_by_test_id("story")
    for number in (1, 2, 3):
        expect(story).to_contain_text(f"Step {number} of 7")


def test_a_copied_link_restores_the_scene_cold(new_tab: NewTab) -> None:
    query = "gradients_expression=x*sin(x)&gradients_x=2.5&gradients_step=6&gradients_reach=10&gradients_values=1,2,3"
    page = new_tab().open(f"gradients?{query}")
    readout(page, "x=2.50 loss=1.50 grad=-1.40")
    expect(page.get_by_test_id("story")).to_contain_text("Step 6 of")
    expect(page.get_by_role("textbox", name="The loss, as a function of x")).to_have_value("x*sin(x)")
    expect(page.locator("[data-testid=stTable] tbody tr")).to_have_count(3)


def test_an_x_between_the_steps_of_the_grid_is_shown_as_it_is(new_tab: NewTab) -> None:
    page = new_tab().open("gradients?gradients_x=1.8245")
    readout(page, "x=1.8245 loss=-1.67 grad=3.65")


@pytest.mark.parametrize(
    ("query", "shows", "note"),
    [
        ("gradients_expression=abs(x)&gradients_x=0", "x=0.00 loss=0.00 grad=0.00", "A kink"),
        ("gradients_expression=log(x)&gradients_x=-1", "x=-1.00 loss=nan grad=-1.00", "The loss is nan here"),
        ("gradients_expression=1/x&gradients_x=0", "x=0.00 loss=inf grad=-inf", "Neither loss (inf)"),
        ("gradients_expression=sqrt(x)**2&gradients_x=0", "x=0.00 loss=0.00 grad=nan", "its slope is nan"),
    ],
)
def test_gaps_and_kinks_are_said_in_words(new_tab: NewTab, query: str, shows: str, note: str) -> None:
    page = new_tab().open(f"gradients?{query}")
    readout(page, shows)
    expect(page.get_by_test_id("note")).to_contain_text(note)


def test_the_same_numbers_open_as_a_table(new_tab: NewTab) -> None:
    page = new_tab().open("gradients?gradients_expression=1/x&gradients_x=2")
    page.get_by_text("The same numbers as a table").click()
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_text(re.compile(r"1/x.*0\.50.*MulBackward0.*1\.00.*1\.00.*1\.00"))
    expect(rows.nth(1)).to_have_text(re.compile(r"reciprocal.*0\.50.*ReciprocalBackward0.*1\.00.*-0\.25.*-0\.25"))
    page.get_by_role("slider", name="x", exact=True).focus()
    page.keyboard.press("End")
    expect(rows.nth(1)).to_have_text(re.compile(r"0\.25.*-0\.06"))


def test_an_expression_that_is_typed_is_what_the_stage_shows(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    box = page.get_by_role("textbox", name="The loss, as a function of x")
    box.fill("x^2")
    box.press("Enter")
    expect(page.get_by_text("use ** for powers")).to_be_visible()
    expect(box).to_have_value("x^2")
    readout(page, "x=1.50 loss=-2.75 grad=3.00")
    box.fill("x**3")
    box.press("Enter")
    readout(page, "x=1.50 loss=3.38 grad=6.75")
    expect(page.get_by_text("use ** for powers")).to_have_count(0)


def test_colours_follow_when_the_theme_flips(new_tab: NewTab) -> None:
    page = new_tab(color_scheme="light").open("gradients")
    line = page.locator(".loss-line")
    light = line.evaluate("element => getComputedStyle(element).stroke")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("before => getComputedStyle(document.body).colorScheme !== before", arg="light")
    expect(line).not_to_have_css("stroke", light)
    readout(page, "x=1.50 loss=-2.75 grad=3.00")


def test_x_stays_usable_after_leaving_the_page_and_coming_back(new_tab: NewTab) -> None:
    page = new_tab().open("gradients?gradients_x=2")
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_role("heading", name="Autograd Playground")).to_be_visible()
    page.get_by_role("link", name="Gradients").first.click()
    readout(page, "x=2.00 loss=-1.00 grad=4.00")
    page.get_by_role("slider", name="x", exact=True).focus()
    page.keyboard.press("ArrowRight")
    readout(page, "x=2.02 loss=-0.92 grad=4.04")
    settled(page, "gradients_x=2.02")
    page.get_by_role("button", name="Reset scene").click()
    readout(page, "x=1.50 loss=-2.75 grad=3.00")
