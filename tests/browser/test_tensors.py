"""The storage picture by mouse, finger and keyboard, and its words."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STILL, TWO_VIEWS, Tab

NewTab = Callable[..., Tab]


def readout(page: Page, text: str) -> None:
    """Wait until the readout says this."""
    expect(page.get_by_test_id("readout")).to_have_text(text)


def panel(page: Page, name: str) -> Locator:
    """Find a panel by its title."""
    return page.locator(f"section.panel[aria-label='{name}']")


def cell(page: Page, name: str, index: int) -> Locator:
    """Find an element of a panel."""
    return panel(page, name).locator(f"[data-index='{index}']")


def settled(page: Page, parameter: str) -> None:
    """Wait until a choice has reached the link."""
    page.wait_for_url(re.compile(re.escape(parameter)))
    page.wait_for_selector(STILL)


def test_the_first_view_ties_an_element_to_its_cell(new_tab: NewTab) -> None:
    page = new_tab().open("tensors")
    readout(page, "y[0, 1] = 50. reads cell 4")
    expect(cell(page, "y = x.T", 1)).to_have_class(re.compile("now"))
    expect(cell(page, "storage", 4)).to_have_class(re.compile("linked"))
    expect(cell(page, "x", 4)).to_have_class(re.compile("linked"))


def test_hovering_lights_a_cell_and_leaving_goes_back(new_tab: NewTab) -> None:
    page = new_tab().open("tensors")
    cell(page, "x", 6).hover()
    readout(page, "x[1, 2] = 70. reads cell 6")
    expect(cell(page, "storage", 6)).to_have_class(re.compile("linked"))
    cell(page, "storage", 11).hover()
    readout(page, "cell 11 holds 120., read by x[2, 3], y[3, 2]")
    page.locator("h1").hover()
    readout(page, "y[0, 1] = 50. reads cell 4")


def test_the_keyboard_walks_through_a_view_and_the_link_follows(new_tab: NewTab) -> None:
    page = new_tab().open("tensors?tensors_bench=Views+and+storage")
    readout(page, "y[0, 0] = 10. reads cell 0 + 0*1 + 0*4 = 0")
    cell(page, "y = x.T", 0).focus()
    page.keyboard.press("ArrowRight")
    readout(page, "y[0, 1] = 50. reads cell 0 + 0*1 + 1*4 = 4")
    page.keyboard.press("ArrowDown")
    readout(page, "y[1, 1] = 60. reads cell 0 + 1*1 + 1*4 = 5")
    expect(cell(page, "y = x.T", 4)).to_be_focused()
    settled(page, "tensors_element=4")
    readout(page, "y[1, 1] = 60. reads cell 0 + 1*1 + 1*4 = 5")
    expect(page.get_by_label("Element of y, counted from 0")).to_have_value("4")
    page.keyboard.press("End")
    readout(page, "y[3, 2] = 120. reads cell 0 + 3*1 + 2*4 = 11")


def test_a_write_goes_to_the_element_that_was_clicked(new_tab: NewTab) -> None:
    page = new_tab().open("tensors?tensors_bench=Views+and+storage&tensors_write=y[...]+=+100")
    cell(page, "y = x.T", 7).click()
    settled(page, "tensors_element=7")
    expect(cell(page, "storage", 6)).to_have_text("100.")
    expect(cell(page, "storage", 6)).to_have_class(re.compile("changed"))
    expect(page.get_by_text("changed 1 cell of x")).to_be_visible()


def test_a_finger_taps_an_element(new_tab: NewTab) -> None:
    page = new_tab("phone").open("tensors")
    target = cell(page, "x", 5)
    target.scroll_into_view_if_needed()
    target.tap()
    readout(page, "x[1, 1] = 60. reads cell 5")
    expect(cell(page, "storage", 5)).to_have_class(re.compile("linked"))


def test_the_picture_stands_in_words_too(new_tab: NewTab) -> None:
    page = new_tab().open("tensors?tensors_bench=Views+and+storage")
    page.get_by_text("The same picture in words").click()
    lines = page.locator(".words li")
    expect(lines).to_have_count(36)
    expect(lines.nth(17)).to_have_text("y[1, 2] = 100. reads cell 0 + 1*1 + 2*4 = 9")


def test_a_slider_makes_a_large_tensor_and_its_heatmap_can_be_read(new_tab: NewTab) -> None:
    page = new_tab().open("tensors?tensors_size_1=64&tensors_size_2=63")
    size = page.get_by_role("slider", name="Size of dim 1")
    size.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("64 × 64 = 4,096 of at most 4,096 elements")).to_be_visible()
    heat = panel(page, "x").locator("svg")
    expect(heat.locator("path")).to_have_count(12)
    heat.focus()
    readout(page, "x[0, 1] = 2.0000e+01")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    readout(page, "x[1, 2] = 6.7000e+02")
    page.keyboard.press("End")
    readout(page, "x[63, 63] = 4.0960e+04")


def test_four_dimensions_of_a_heatmap_are_tiles_under_the_pointer(new_tab: NewTab) -> None:
    query = "&".join(f"tensors_size_{dim}={size}" for dim, size in enumerate((3, 4, 5, 6), start=1))
    page = new_tab().open(f"tensors?tensors_dims=4&{query}&tensors_dtype=int64")
    heat = panel(page, "x").locator("svg")
    expect(heat.get_by_text("x[2, 3]", exact=True)).to_be_visible()
    heat.focus()
    page.keyboard.press("End")
    readout(page, "x[2, 3, 4, 5] = 3600")
    mark = heat.locator(".at").bounding_box()
    assert mark
    page.keyboard.press("Home")
    readout(page, "x[0, 0, 0, 0] = 10")
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    readout(page, "x[2, 3, 4, 5] = 3600")


def test_a_result_lights_what_it_was_computed_from(new_tab: NewTab) -> None:
    page = new_tab().open("tensors?tensors_bench=Two+tensors")
    cell(page, "c, the result", 6).click()
    readout(page, "c[1, 2] = -17. from a[2] = 3., b[1, 0] = 20.")
    expect(cell(page, "a", 2)).to_have_class(re.compile("linked"))
    expect(cell(page, "b", 1)).to_have_class(re.compile("linked"))
    settled(page, "tensors_result=6")
    readout(page, "c[1, 2] = -17. from a[2] = 3., b[1, 0] = 20.")


@pytest.mark.parametrize(("view", "scheme"), TWO_VIEWS)
@pytest.mark.parametrize(
    "query",
    [
        "tensors_bench=Views+and+storage&tensors_op_2=view&tensors_in_2=12",
        "tensors_bench=Two+tensors",
        "tensors_bench=Limits",
        "tensors_size_1=40&tensors_size_2=40",
        "tensors_dims=3&tensors_size_1=9&tensors_size_2=9&tensors_size_3=9",
    ],
)
def test_every_bench_passes_axe_and_nothing_scrolls_sideways(
    new_tab: NewTab, query: str, view: str, scheme: str
) -> None:
    page = new_tab(view, color_scheme=scheme).open(f"tensors?{query}")
    page.get_by_test_id("readout").wait_for(state="attached")
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
