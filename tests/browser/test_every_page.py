"""Every page in a real browser: cold, narrow, light, dark, and for those who do not see or use a mouse."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT, Tab

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PATHS = ["" if page == "home" else page for page in PAGES]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["desktop", "phone"])
@pytest.mark.parametrize("path", PATHS, ids=PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_tab: Callable[..., Tab], path: str, view: str, scheme: str
) -> None:
    page = new_tab(view, color_scheme=scheme).open(path)
    # Streamlit's own navigation breaks two rules about lists.
    found = Axe().run(page, {"exclude": [["[data-testid=stSidebarNavItems]"]]}).response["violations"]
    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize("path", PATHS, ids=PAGES)
def test_a_cold_link_shows_its_page(new_tab: Callable[..., Tab], path: str) -> None:
    page = new_tab().open(path)
    assert page.locator("h1").count() == 1
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("[data-testid=stSidebarNav]").count() == 1


def test_the_list_of_pages_is_not_empty() -> None:
    assert {"home", "gradients"} <= {Path(page).stem for page in PAGES}
