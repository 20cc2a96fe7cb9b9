"""A page's head: scenes by name, the link of this very scene, and the way back to the first."""

from importlib import import_module

import pytest
from streamlit.testing.v1 import AppTest

from components.course import STOPS
from components.head import LONGEST_LINK, qr_code
from tests.pages.test_every_page import controls, healthy, visit


def x_of(app: AppTest) -> tuple[object, object]:
    """Return which loss is on the stage, and where."""
    return app.text_input(key="gradients_expression").value, app.number_input(key="gradients_x").value


def test_a_link_opens_a_named_scene_and_the_name_leaves_the_link() -> None:
    app = visit("gradients", scene="kink")
    assert x_of(app) == ("abs(x)", 0)
    assert "scene" not in app.query_params
    app.number_input(key="gradients_x").set_value(2.0).run()
    assert x_of(app) == ("abs(x)", 2)


@pytest.mark.parametrize("page", [stop.stem for stop in STOPS if stop.is_built])
def test_every_named_scene_sets_controls_of_its_page_to_values_that_they_take(page: str) -> None:
    table = import_module(f"components.{page}.scenes")
    assert 4 <= len(table.SCENES) <= 16
    for name, scene in table.SCENES.items():
        assert set(scene) <= set(table.SCENE)
        app = visit(page, scene=name)
        healthy(app)
        shown = {str(widget.key): widget.value for widget in controls(app) if hasattr(widget, "value")}
        assert {key: shown[key] for key in scene if key in shown} == {key: scene[key] for key in scene if key in shown}
        assert any(key in shown for key in scene)


def test_an_unknown_scene_is_said_and_the_page_stands() -> None:
    app = visit("gradients", scene="<b>nowhere</b>")
    healthy(app)
    assert r"\<b\>nowhere" in app.info[0].value
    assert x_of(app) == ("x**2 - 5", 1.5)


def test_a_link_can_hide_answers_until_they_are_asked_for() -> None:
    guessed = visit("gradients", answers="hidden", gradients_guess_1="0")
    asked = visit("gradients", answers="hidden", gradients_guess_1="0", gradients_reveal_1="true")
    assert "Your guess stands" in "".join(element.value for element in guessed.markdown)
    assert len(asked.code) == len(guessed.code) + 1


def test_a_qr_code_of_the_longest_link_can_be_drawn() -> None:
    assert qr_code("a" * LONGEST_LINK).startswith("<svg")
