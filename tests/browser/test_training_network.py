"""The small network in a real browser: it trains, can be stopped and left, and is looked through without the server."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from dashboard.experiments.training import Settings, run
from tests.browser.conftest import STILL, TWO_VIEWS, Tab

NewTab = Callable[..., Tab]
OPEN = "training?training_bench=A network"
# As many updates as a run may have: seconds of training. Other data under the same settings is done much sooner.
LONG = (
    "training_net_data=digits&training_net_layers=3&training_net_width=32&training_net_batch=8&training_net_epochs=50"
)


def start(tab: Tab, query: str) -> Page:
    """Open the bench without waiting for the run."""
    tab.page.goto(f"{tab.address}/{OPEN}&{query}")
    return tab.page


def says(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the readout says this."""
    expect(page.get_by_test_id("epoch-readout")).to_have_text(text)


def scrubber(page: Page) -> Locator:
    """Return the control that moves through the epochs."""
    return page.get_by_role("slider", name="epoch", exact=True)


def picture(page: Page) -> str:
    """Return what the canvas shows."""
    drawn: str = page.locator("canvas.areas").evaluate("canvas => canvas.toDataURL()")
    return drawn


def test_the_first_view_is_trained_and_says_what_torch_computed(new_tab: NewTab) -> None:
    page = new_tab().open(OPEN)
    done = run(Settings())
    assert done.accuracy is not None
    says(page, re.compile(rf"^epoch=80 loss={done.loss[80, 0]:.1e}".replace("e-0", "e-")))
    says(page, re.compile(rf"held-out accuracy={100 * done.accuracy[80, 1]:.1f}%$"))
    for words in ("hollow: held out", "norm of W.grad", "accuracy", "output layer"):
        expect(page.locator(".player").get_by_text(words).first).to_be_visible()


def test_keys_move_everything_and_the_link_follows(new_tab: NewTab) -> None:
    page = new_tab().open(OPEN)
    trained = picture(page)
    scrubber(page).focus()
    page.keyboard.press("Home")
    before = run(Settings(epochs=2)).loss
    says(page, re.compile(rf"^epoch=0 loss={before[0, 0]:.2f} held-out loss={before[0, 1]:.2f} "))
    assert picture(page) != trained
    expect(page.locator(".chart.loss")).to_contain_text(f"train {before[0, 0]:.2f}")
    page.keyboard.press("ArrowRight")
    says(page, re.compile(rf"^epoch=2 loss={before[2, 0]:.2f} "))
    expect(scrubber(page)).to_have_attribute("aria-valuetext", "epoch 2 of 80")
    page.wait_for_url(re.compile("training_net_epoch=2"))
    page.wait_for_selector(STILL)
    says(page, re.compile("^epoch=2 "))
    page.keyboard.press("End")
    says(page, re.compile("^epoch=80 "))
    assert picture(page) == trained


def test_many_fast_keys_end_where_they_should(new_tab: NewTab) -> None:
    page = new_tab().open(OPEN)
    scrubber(page).focus()
    page.keyboard.press("Home")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    says(page, re.compile("^epoch=40 "))
    page.wait_for_url(re.compile("training_net_epoch=40"))
    page.wait_for_selector(STILL)
    says(page, re.compile("^epoch=40 "))


def test_the_mouse_chooses_an_epoch_on_a_curve(new_tab: NewTab) -> None:
    page = new_tab().open(OPEN)
    box = page.locator("svg.chart.loss").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 2, box["y"] + 60, steps=5)
    page.mouse.up()
    says(page, re.compile("^epoch=0 "))


def test_it_plays_from_the_start_and_pauses(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="no-preference").open(OPEN)
    page.get_by_role("button", name="Play").click()
    says(page, re.compile("^epoch=[2468] "))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    scrubber(page).focus()
    page.keyboard.press("Space")
    says(page, re.compile("^epoch=80 "))
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_it_jumps_for_those_who_want_less_motion(new_tab: NewTab) -> None:
    page = new_tab(reduced_motion="reduce").open(OPEN)
    page.get_by_role("button", name="Play").click()
    says(page, re.compile("^epoch=0 "))
    page.get_by_role("button", name="Play").click()
    says(page, re.compile("^epoch=80 "))


def test_a_copied_link_restores_run_and_epoch_cold(new_tab: NewTab) -> None:
    page = new_tab().open(
        f"{OPEN}&training_net_data=xor&training_net_layers=0&training_net_epochs=9&training_net_epoch=4"
    )
    loss = run(Settings("xor", layers=0, epochs=9)).loss
    says(page, re.compile(rf"^epoch=4 loss={loss[4, 0]:.2f} "))


def test_stop_ends_the_run_and_train_starts_it_again(new_tab: NewTab) -> None:
    page = start(new_tab(), f"{LONG}&training_net_seed=1")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Nothing of this run was kept")).to_be_visible()
    page.wait_for_selector(STILL)
    expect(page.locator(".player")).to_have_count(0)
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("radio", name="xor").click()  # a control interrupts, too
    says(page, re.compile("^epoch=50 "))
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.locator(".shows-areas")).to_be_visible()


def test_leaving_in_the_middle_harms_neither_the_next_page_nor_other_visitors(new_tab: NewTab) -> None:
    for seed in (2, 3, 4):  # more than may train at once
        page = start(new_tab(), f"{LONG}&training_net_seed={seed}")
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        page.get_by_test_id("stSidebarNav").get_by_text("Gradients", exact=True).click()
        expect(page.get_by_test_id("readout")).to_have_text("x=1.50 loss=-2.75 grad=3.00")
    other = new_tab().open(f"{OPEN}&training_net_data=moons&training_net_epochs=3")
    says(other, re.compile("^epoch=3 "))
    again = start(new_tab(), f"{LONG}&training_net_seed=2")  # nothing of it was kept
    again.get_by_role("button", name="Stop").click()
    expect(again.get_by_text("Nothing of this run was kept")).to_be_visible()


def test_two_visitors_who_train_at_once_get_what_each_would_get_alone(new_tab: NewTab) -> None:
    tabs = [new_tab(), new_tab()]
    for seed, tab in enumerate(tabs, start=21):
        start(
            tab, f"training_net_seed={seed}&training_net_data=moons&training_net_optimizer=SGD&training_net_epochs=60"
        )
    for seed, tab in enumerate(tabs, start=21):
        loss = run(Settings("moons", optimizer="SGD", epochs=60, seed=seed)).loss[-1]
        says(tab.page, re.compile(rf"^epoch=60 loss={loss[0]:.2f} held-out loss={loss[1]:.2f} "))


def test_the_same_numbers_open_as_a_table(new_tab: NewTab) -> None:
    page = new_tab().open(f"{OPEN}&training_net_epochs=5")
    page.get_by_text("The same numbers as a table").click()
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(6)
    loss = run(Settings(epochs=5)).loss
    expect(rows.nth(1)).to_have_text(re.compile(rf"^1\s*{loss[1, 0]:.2f}\s*{loss[1, 1]:.2f}"))
    expect(rows.nth(5)).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize(("view", "scheme"), TWO_VIEWS)
@pytest.mark.parametrize("data", ["spiral", "line", "digits"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_tab: NewTab, view: str, scheme: str, data: str) -> None:
    page = new_tab(view, color_scheme=scheme).open(f"{OPEN}&training_net_data={data}&training_net_epochs=5")
    says(page, re.compile("^epoch=5 "))
    page.get_by_text("The same numbers as a table").click()
    expect(page.locator(".numbers tbody tr")).to_have_count(6)
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
