"""The Datasets page in a browser: the conveyor under the pointer, the keys and the finger."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from components.datasets.scenes import FOLLOW, ONE, WRONG
from dashboard.experiments import datasets
from dashboard.experiments.datasets import Settings
from dashboard.experiments.samples import load
from tests.browser.conftest import STILL, TWO_VIEWS, Tab

NewTab = Callable[..., Tab]
LIT = '.batch[aria-selected="true"]'
DEAL = datasets.batches(load("iris 30"), Settings())


def indices(page: Page) -> list[int]:
    """Return the shown batch's indices, as the page tells them."""
    return [int(number) for number in re.findall(r"\d+", page.get_by_test_id("indices").inner_text())]


def batch_of(page: Page, step: int) -> None:
    """Wait until a step is shown, and hold it against torch's deal."""
    epoch, number = DEAL.steps[step - 1]
    expect(page.locator(".shown-title")).to_have_text(f"Step {step}: batch {number + 1} of 3 in epoch {epoch + 1}")
    expect(page.locator(LIT)).to_have_count(1)
    assert indices(page) == list(DEAL.epochs[epoch].batches[number])


def test_the_first_view_is_sorted_above_and_dealt_twice_below(new_tab: NewTab) -> None:
    page = new_tab().open("datasets")
    batch_of(page, 2)
    assert page.locator(".source-tiles .tile").all_inner_texts() == ["a"] * 10 + ["b"] * 10 + ["c"] * 10
    expect(page.locator(".batch")).to_have_count(6)
    for epoch, dealt in enumerate(DEAL.epochs):
        row = page.locator(".epoch").nth(epoch)
        tiles = row.locator(".tile").evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.index))")
        assert tiles == list(dealt.order)
        expect(row.locator(".dropped .tile")).to_have_count(6)
    box = page.locator(".epoch").nth(1).bounding_box()
    assert box and box["y"] + box["height"] < 900  # without scrolling


def test_arrow_keys_move_the_shown_batch_and_the_number_box_follows(new_tab: NewTab) -> None:
    page = new_tab().open("datasets")
    page.locator(LIT).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    batch_of(page, 5)
    expect(page.locator(f"{LIT}:focus")).to_have_count(1)
    expect(page.get_by_role("spinbutton", name="Shown batch (step)")).to_have_value("5")
    page.wait_for_url("**datasets_batch=5*")
    page.wait_for_selector(STILL)
    batch_of(page, 5)
    expect(page.get_by_text(">>> x, y = epochs[1][1]")).to_be_visible()
    page.locator(LIT).focus()
    page.keyboard.press("End")
    batch_of(page, 6)
    page.keyboard.press("Home")
    batch_of(page, 1)


def test_many_keys_in_a_row_end_where_they_lead(new_tab: NewTab) -> None:
    page = new_tab().open("datasets?datasets_source=classification&datasets_batch=1")
    expect(page.locator(".shown-title")).to_contain_text("Step 1:")
    page.locator(LIT).focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("spinbutton", name="Shown batch (step)")).to_have_value("41")
    page.wait_for_selector(STILL)
    expect(page.locator(".shown-title")).to_contain_text("Step 41: batch 41 of 125")


@pytest.mark.parametrize("view", ["desktop", "phone"])
def test_a_tap_on_a_batch_shows_it(new_tab: NewTab, view: str) -> None:
    page = new_tab(view).open("datasets")
    last = page.locator(".batch").nth(5)
    last.tap() if view == "phone" else last.click()
    batch_of(page, 6)
    expect(page.get_by_role("spinbutton", name="Shown batch (step)")).to_have_value("6")


def test_pointing_at_a_tile_finds_its_sample_everywhere(new_tab: NewTab) -> None:
    page = new_tab().open("datasets")
    index = DEAL.epochs[0].batches[2][0]
    page.locator(".source-tiles .tile").nth(index).hover()
    marked = page.locator(".tile.same").evaluate_all("tiles => tiles.map((tile) => Number(tile.dataset.index))")
    assert marked == [index] * 3
    expect(page.get_by_test_id("readout")).to_contain_text(f"sample {index} (")
    expect(page.get_by_test_id("readout")).to_contain_text("epoch 1: batch 3, place 1")
    page.locator(".shown-title").hover()
    expect(page.locator(".tile.same")).to_have_count(0)


def test_the_keyboard_walks_through_the_samples(new_tab: NewTab) -> None:
    page = new_tab().open("datasets")
    page.locator('.source-tiles .tile[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("readout")).to_contain_text("sample 2 (a, setosa)")
    expect(page.locator(".tile.same")).to_have_count(3)


def test_never_drawn_and_drawn_twice_are_marked_and_told(new_tab: NewTab) -> None:
    page = new_tab().open("datasets?datasets_sampler=weighted&datasets_shuffle=false")
    epoch = datasets.batches(load("iris 30"), Settings(shuffle=False, sampler="weighted")).epochs[0]
    expect(page.locator(".source-tiles .never")).to_have_count(len(epoch.never))
    assert page.locator(".source-tiles sup").all_inner_texts() == [str(count) for _, count in epoch.repeated]
    page.get_by_text("The same in words").click()
    words = page.locator(".words li")
    expect(words.filter(has_text="never drawn: ").first).to_have_text(
        f"never drawn: {', '.join(map(str, epoch.never))}"
    )
    expect(words.filter(has_text="drawn more than once").first).to_be_visible()


def test_no_batch_at_all_is_said_in_words(new_tab: NewTab) -> None:
    page = new_tab().open("datasets?datasets_source=ramp&datasets_batch_size=16")
    expect(page.get_by_text("The loader hands over nothing").first).to_be_visible()
    expect(page.locator(".batch")).to_have_count(0)
    expect(page.locator(".shown-title")).to_be_hidden()


def test_digits_are_pictures_that_follow_the_batch(new_tab: NewTab) -> None:
    page = new_tab().open("datasets?datasets_source=digits&datasets_batch=1")
    deal = datasets.batches(load("digits"), Settings())
    figures = page.locator(".gallery figure")
    for step in (1, 2):
        expect(page.locator(".gallery:not(.stale)")).to_have_count(1)
        expect(figures).to_have_count(8)
        labels = load("digits").targets[list(deal.epochs[0].batches[step - 1])].tolist()
        expect(figures.locator("figcaption")).to_have_text([str(label) for label in labels])
        page.locator(LIT).focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".shown-title")).to_contain_text(f"Step {step + 1}:")


def test_a_large_dataset_is_a_window_that_can_be_moved(new_tab: NewTab) -> None:
    page = new_tab().open("datasets?datasets_source=classification")
    expect(page.locator(".source-note")).to_contain_text("Window: samples 0 to 199 of 1000")
    expect(page.locator(".source-tiles .tile")).to_have_count(200)
    page.get_by_role("button", name="Later samples").click()
    expect(page.locator(".source-note")).to_contain_text("Window: samples 200 to 399 of 1000")
    assert page.locator(".tile").count() < 500


@pytest.mark.parametrize(("view", "scheme"), TWO_VIEWS)
@pytest.mark.parametrize(
    "query",
    [
        "datasets_sampler=weighted&datasets_rows=true",
        "datasets_source=digits",
        "datasets_source=ramp&datasets_batch_size=16",
        f"datasets_bench={quote(ONE)}",
        f"datasets_bench={quote(WRONG)}",
        f"datasets_bench={quote(FOLLOW)}",
        "datasets_source=your+CSV",
    ],
)
def test_axe_finds_nothing_in_any_state(new_tab: NewTab, query: str, view: str, scheme: str) -> None:
    page = new_tab(view, color_scheme=scheme).open(f"datasets?{query}")
    expect(page.get_by_role("heading", name="Next")).to_be_visible()
    # Streamlit's own: its navigation's lists, and the roles of its upload's drop zone.
    excluded = [["[data-testid=stSidebarNavItems]"], ["[data-testid=stFileUploaderDropzone]"]]
    found = Axe().run(page, {"exclude": excluded}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
