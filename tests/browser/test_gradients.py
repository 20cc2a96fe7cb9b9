"""The rest of the Gradients page in a real browser: answers, several values, copies and downloads."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Tab

NewTab = Callable[..., Tab]


def test_a_guess_brings_its_reason_and_the_link_carries_it(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    expect(page.get_by_text("tensor(4.4721)")).to_have_count(0)
    page.get_by_role("radio", name="-5", exact=True).click()
    expect(page.get_by_text("That is the smallest loss")).to_be_visible()
    expect(page.get_by_text("tensor(4.4721)")).to_be_visible()
    page.wait_for_url(re.compile("gradients_guess_1=-5"))
    page.get_by_role("button", name="Show it on the stage").click()
    expect(page.get_by_test_id("readout")).to_have_text("x=2.24 loss=0.02 grad=4.48")


def test_without_requires_grad_torchs_answer_is_on_the_page(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    page.locator(".st-key-gradients_requires_grad label").click()
    expect(page.get_by_text("element 0 of tensors does not require grad").first).to_be_visible()


def test_the_chart_opens_with_a_point_for_every_value(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    page.get_by_text("See them on the curve").click()
    expect(page.locator(".js-plotly-plot path.point")).to_have_count(10)


def test_the_script_and_the_notebook_can_be_downloaded(new_tab: NewTab) -> None:
    page = new_tab().open("gradients")
    with page.expect_download() as script:
        page.get_by_role("button", name="Script (.py)").first.click()
    assert "x = torch.tensor(1.5, requires_grad=True)" in script.value.path().read_text()
    with page.expect_download() as notebook:
        page.get_by_role("button", name="Notebook (.ipynb)").first.click()
    cells = json.loads(notebook.value.path().read_text())["cells"]
    assert any("loss.backward()" in cell["source"] for cell in cells)
