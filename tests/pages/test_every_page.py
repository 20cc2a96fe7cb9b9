"""Every page of `pages/` runs, at its controls' extremes and from a tampered link, without an exception."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.frame import PROJECTOR

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
NONSENSE = [
    "",
    "0",
    "-1",
    "1e999",
    "nan",
    "99999999999999999999",
    "<script>alert(1)</script>",
    "../../etc",
    "\x00",
    "é" * 500,
]


def visit(page: str, **query: str | list[str]) -> AppTest:
    """Return the page after its first run, opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(f"../pages/{page}.py").run()


def healthy(app: AppTest) -> None:
    """Fail if a run raised or showed nothing."""
    assert not app.exception
    assert app.title


def controls(app: AppTest) -> list[Any]:
    """Return every widget of the page itself that can be set or pressed."""
    kinds = ("number_input", "text_input", "toggle", "slider", "selectbox", "button", "pills", "segmented_control")
    return [widget for kind in kinds for widget in app.get(kind) if widget.key != PROJECTOR]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs(page: str) -> None:
    healthy(visit(page))


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_key_of_its_page(page: str) -> None:
    assert all(str(widget.key).startswith(f"{page}_") for widget in controls(visit(page)))


@pytest.mark.parametrize("page", PAGES)
def test_every_control_can_go_to_its_extremes(page: str) -> None:
    extremes: dict[str, Callable[[Any], list[Any]]] = {
        "number_input": lambda widget: [widget.min, widget.max],
        "slider": lambda widget: [widget.min, widget.max],
        "toggle": lambda widget: [True, False],
        "pills": lambda widget: list(widget.options),
        "segmented_control": lambda widget: list(widget.options),
    }
    first = visit(page)
    for kind, values in extremes.items():
        for widget in (widget for widget in controls(first) if widget.type == kind):
            for value in values(widget):
                app = visit(page)
                next(other for other in controls(app) if other.key == widget.key).set_value(value)
                healthy(app.run())


@pytest.mark.parametrize("page", PAGES)
def test_every_button_can_be_pressed(page: str) -> None:
    for button in visit(page).button:
        app = visit(page)
        healthy(app.button(key=str(button.key)).click().run())


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("page", PAGES)
def test_a_tampered_link_is_no_exception(page: str, nonsense: str) -> None:
    keys = [str(widget.key) for widget in controls(visit(page))]
    healthy(visit(page, **dict.fromkeys([*keys, "unknown"], nonsense)))
    healthy(visit(page, **{key: ["1", nonsense] for key in keys}))


@pytest.mark.parametrize("page", PAGES)
def test_on_a_projector_there_is_no_code_to_copy(page: str) -> None:
    room = visit(page, projector="true")
    healthy(room)
    assert room.toggle(key=PROJECTOR).value
    assert page == "home" or visit(page).get("download_button")
    assert not room.get("download_button")
