"""The head of a page in the browser: its menu of scenes, and the link that it shares."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Tab

READOUT = "[data-testid=readout]"


def test_the_menu_opens_a_named_scene(new_tab: Callable[..., Tab]) -> None:
    page = new_tab().open("gradients?gradients_values=1")
    page.get_by_role("button", name="Scenes").click()
    page.get_by_role("menuitem", name="kink").click()
    expect(page.locator(READOUT)).to_have_text("x=0.00 loss=0.00 grad=0.00")
    expect(page.get_by_role("textbox", name="Values of x")).to_have_value("-1.2365, 1.8245, -1.0701, 0.0869, -0.0376")


def test_the_shared_link_opens_this_very_scene(new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    page = tab.open("gradients?gradients_expression=x*sin(x)")
    page.get_by_role("slider", name="x", exact=True).fill("2.5")
    expect(page.get_by_label("x", exact=True).and_(page.locator("[type=number]"))).to_have_value("2.5")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(link).to_contain_text("gradients_x=2.5")
    expect(page.get_by_alt_text("The link as a QR code")).to_be_visible()
    copied = link.inner_text().strip()
    page.get_by_text("Hide answers until they are asked for").click()
    expect(link).to_contain_text("answers=hidden")
    other = new_tab().open(copied.removeprefix(f"{tab.address}/"))
    expect(other.locator(READOUT)).to_have_text(page.locator(READOUT).inner_text())


def test_a_download_is_of_what_is_on_the_stage_now(new_tab: Callable[..., Tab]) -> None:
    page = new_tab().open("gradients")
    page.get_by_label("x", exact=True).and_(page.locator("[type=number]")).fill("2.75")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stCode").filter(has_text="torch.tensor(2.75").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Script (.py)").first.click()
    assert "torch.tensor(2.75" in download.value.path().read_text()
