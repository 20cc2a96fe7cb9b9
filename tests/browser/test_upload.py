"""Your own CSV in the browser: a good one comes onto the stage, a bad one is answered and takes nothing away."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Tab


def test_a_bad_file_is_answered_and_the_good_one_stays_on_stage(new_tab: Callable[..., Tab], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("a,b,kind\n" + "".join(f"{number},{number * 2},{number % 2}\n" for number in range(12)))
    bad.write_bytes(b"PK\x03\x04" + bytes(100))
    page = new_tab().open("datasets?datasets_source=your CSV")
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.set_input_files(good)
    expect(page.locator(".source-tiles .tile")).to_have_count(12)
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(bad)
    expect(page.get_by_test_id("stAlert").first).to_contain_text("zip")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("stays on the stage")
    expect(page.locator(".source-tiles .tile")).to_have_count(12)
