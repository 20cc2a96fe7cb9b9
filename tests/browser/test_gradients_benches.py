"""The Gradients page's other benches in a real browser: columns that light up, timelines, and a walk that plays."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STILL, TWO_VIEWS, Tab

NewTab = Callable[..., Tab]
SUM = "[data-testid=sum]"
VECTOR, ACCUMULATION, DOWNHILL = "Why a vector", "Accumulation", "Downhill"


def link(bench: str, **query: str) -> str:
    """Return the path that opens a bench."""
    settings = {"gradients_bench": bench, **query}
    return "gradients?" + "&".join(f"{key}={quote(value)}" for key, value in settings.items())


def lit(page: Page) -> list[str]:
    """Return the texts of the numbers that are lit, v's first."""
    return page.locator(".cell.lit").all_inner_texts()


def test_a_bench_is_chosen_and_stands_in_the_link(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    page.get_by_role("radio", name=VECTOR).click()
    expect(page.locator(SUM)).to_have_text("x.grad[0] = 1*1 + 1*1 + 1*1 = 3")
    page.wait_for_url("**gradients_bench=Why*")
    page.wait_for_selector(STILL)
    again = new_tab().open(page.url.split("/")[-1])
    expect(again.locator(SUM)).to_have_text("x.grad[0] = 1*1 + 1*1 + 1*1 = 3")


def test_pointing_at_a_column_lights_v_and_writes_its_sum_out(new_tab: NewTab) -> None:
    page = new_tab().open(link(VECTOR, gradients_v="own numbers", gradients_own_v="2, 3, 5"))
    page.locator("tbody tr:first-child td.cell").nth(2).hover()
    expect(page.locator(SUM)).to_have_text("x.grad[2] = 2*0 + 3*0 + 5*1 = 5")
    assert lit(page) == ["2", "3", "5", "0", "0", "1", "5", "5"]
    page.get_by_text("The same in words").hover()
    expect(page.locator(SUM)).to_have_text("x.grad[0] = 2*1 + 3*1 + 5*1 = 10")


def test_the_keyboard_walks_along_columns_and_rows(new_tab: NewTab) -> None:
    page = new_tab().open(link(VECTOR))
    page.get_by_role("button", name="x[0]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(SUM)).to_have_text("x.grad[1] = 1*0 + 1*1 + 1*1 = 2")
    expect(page.get_by_role("button", name="x[1]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator(SUM)).to_contain_text("Row y[0] of J")
    assert lit(page) == ["1", "1", "0", "0"]
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="y[1]")).to_be_focused()


def test_a_tap_chooses_a_column_on_a_phone(new_tab: NewTab) -> None:
    page = new_tab("phone").open(link(VECTOR))
    page.get_by_role("button", name="x[2]").tap()
    expect(page.locator(SUM)).to_have_text("x.grad[2] = 1*0 + 1*0 + 1*1 = 1")
    page.get_by_text("The same in words").tap()
    expect(page.get_by_role("listitem").filter(has_text="x.grad[1] = 1*0 + 1*1 + 1*1 = 2")).to_be_visible()


def test_another_v_keeps_the_chosen_column(new_tab: NewTab) -> None:
    page = new_tab().open(link(VECTOR, gradients_v="one-hot"))
    page.get_by_role("button", name="x[1]").click()
    expect(page.locator(SUM)).to_have_text("x.grad[1] = 1*0 + 0*1 + 0*1 = 0")
    page.get_by_label("Where the 1 stands").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(SUM)).to_have_text("x.grad[1] = 0*0 + 0*1 + 1*1 = 1")


def test_a_wrong_length_shows_torchs_words_and_no_sum(new_tab: NewTab) -> None:
    page = new_tab().open(link(VECTOR, gradients_v="wrong length"))
    expect(page.get_by_test_id("given")).to_contain_text("Mismatch in shape: grad_output[0] has a shape of")
    expect(page.get_by_role("rowheader", name="v @ J")).to_have_count(0)
    expect(page.locator(".v .cell")).to_have_count(4)


def test_the_timeline_grows_and_its_error_ends_it(new_tab: NewTab) -> None:
    page = new_tab().open(link(ACCUMULATION))
    timeline = page.get_by_test_id("timeline")
    expect(timeline.locator(".after")).to_have_text(["3", "6", "9"])
    page.get_by_text("backward through one graph", exact=True).click()
    expect(timeline.locator("li")).to_have_count(2)
    expect(timeline.locator("li").last).to_contain_text("Trying to backward through the graph a second time")
    page.locator(".st-key-gradients_retain_graph label").click()
    expect(timeline.locator(".after")).to_have_text(["3", "6", "9"])


def walked(page: Page) -> Locator:
    """Return the places of the walk that the chart shows."""
    return page.locator(".js-plotly-plot .trace").nth(1).locator("path.point")


def test_the_walk_plays_pauses_and_is_scrubbed_by_the_keyboard(new_tab: NewTab) -> None:
    page = new_tab().open(link(DOWNHILL))
    play, after, place = page.locator("button.play"), page.get_by_label("after step"), page.get_by_test_id("place")
    expect(walked(page)).to_have_count(13)
    expect(place).to_have_text("step=12 x=0.1031 loss=-4.9894 grad=0.2062")
    play.focus()
    play.press("Enter")
    expect(play).to_have_text("❚❚ Pause")
    expect(place).to_contain_text(re.compile("step=[3-9] "))
    play.press("Enter")
    expect(play).to_have_text("▶ Play")
    page.keyboard.press("Tab")
    expect(after).to_be_focused()
    after.press("Home")
    expect(place).to_have_text("step=0 x=1.5000 loss=-2.7500 grad=3.0000")
    expect(walked(page)).to_have_count(1)
    after.press("ArrowRight")
    expect(place).to_contain_text("step=1 x=1.2000")
    expect(walked(page)).to_have_count(2)
    after.press("Space")
    expect(play).to_have_text("❚❚ Pause")
    expect(place).to_contain_text("step=12 ")
    expect(play).to_have_text("▶ Play")
    expect(walked(page)).to_have_count(13)


def test_a_tap_plays_the_walk_on_a_phone(new_tab: NewTab) -> None:
    page = new_tab("phone").open(link(DOWNHILL, gradients_steps="3"))
    expect(walked(page)).to_have_count(4)
    page.locator("button.play").tap()
    expect(page.get_by_test_id("place")).to_contain_text("step=1 ")
    expect(page.get_by_test_id("place")).to_contain_text("step=3 ")
    expect(walked(page)).to_have_count(4)


def test_who_wants_less_motion_sees_the_walk_at_once(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="reduce").open(link(DOWNHILL, gradients_steps="60"))
    expect(walked(page)).to_have_count(61)
    page.locator("button.play").press("Enter")
    expect(walked(page)).to_have_count(1)
    page.locator("button.play").press("Enter")
    expect(walked(page)).to_have_count(61)


def test_the_step_stays_when_the_window_or_the_theme_changes(new_tab: NewTab) -> None:
    page = new_tab().open(link(DOWNHILL))
    page.get_by_label("after step").press("Home")
    expect(walked(page)).to_have_count(1)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 900, "height": 900})
    expect(page.locator("[data-testid=stApp]")).to_have_css("background-color", "rgb(16, 20, 28)")
    expect(walked(page)).to_have_count(1)
    page.get_by_label("after step").press("End")
    expect(walked(page)).to_have_count(13)


def test_another_rate_walks_another_way(new_tab: NewTab) -> None:
    page = new_tab().open(link(DOWNHILL))
    page.locator("button.play").click()
    rate = page.get_by_label("Learning rate, lr")
    rate.fill("0.5")
    rate.press("Enter")
    expect(page.get_by_text("It lands on 0 in one step.")).to_be_visible()
    expect(walked(page)).to_have_count(2)
    expect(page.get_by_test_id("place")).to_have_text("step=1 x=0.0000 loss=-5.0000 grad=0.0000")
    expect(page.locator("button.play")).to_have_text("▶ Play")
    page.get_by_label("after step").press("ArrowLeft")
    expect(walked(page)).to_have_count(1)
    page.get_by_text("The steps as a table").click()
    expect(page.get_by_role("table")).to_contain_text("x.grad")
    expect(walked(page)).to_have_count(1)


@pytest.mark.parametrize(("view", "scheme"), TWO_VIEWS)
@pytest.mark.parametrize(
    "path",
    [
        link(VECTOR, gradients_vector_x="1, 2, 3, 4, 5, 6", gradients_function="softmax(x)"),
        link(VECTOR, gradients_v="no v"),
        link(ACCUMULATION, gradients_rounds="backward through one graph"),
        link(ACCUMULATION, gradients_between="x.grad = None"),
        link(DOWNHILL, gradients_steps_table="true"),
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_tab: NewTab, path: str, view: str, scheme: str) -> None:
    page = new_tab(view, color_scheme=scheme).open(path)
    expect(page.locator("table:visible, [data-testid=timeline] li").first).to_be_visible()
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
