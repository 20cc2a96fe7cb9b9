"""The Gradients page, control by control."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.experiments import values

ROOT = Path(__file__).resolve().parents[2]


def visit(**query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("../pages/gradients.py").run()


def stage(app: AppTest) -> dict[str, Any]:
    """Return what the explorer was given."""
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    data |= json.loads(data["scene"]) | data["point"]
    return data


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.code, app.error, app.info) for element in kind)


def test_the_first_view_is_the_courses_example() -> None:
    app = visit()
    assert stage(app)["title"] == "loss = x**2 - 5"
    assert "tensor(-2.7500, grad_fn=<SubBackward0>)" in text(app)
    assert "loss.backward(gradient=torch.ones(5))" in text(app)
    table = app.table[0].value
    assert list(table["loss"]) == [f":blue[{loss}]" for loss in ("-3.4711", "-1.6712", "-3.8549", "-4.9924", "-4.9986")]
    assert list(table["x.grad (autograd)"]) == [
        f":orange[{grad}]" for grad in ("-2.4730", "3.6490", "-2.1402", "0.1738", "-0.0752")
    ]


def test_a_copied_link_restores_the_whole_scene() -> None:
    app = visit(
        gradients_expression="x*sin(x)",
        gradients_reach="10",
        gradients_x="2.25",
        gradients_step="3",
        gradients_values="1, 2",
        gradients_requires_grad="false",
    )
    data = stage(app)
    assert (data["title"], data["at"], data["step"]) == ("loss = x*sin(x)", 2.25, 3)
    assert data["axes"]["x"]["high"] == 10
    assert len(app.table[0].value) == 2
    assert set(app.table[0].value["x.grad (autograd)"]) == {"None"}
    assert app.pills(key="gradients_preset").value == "x*sin(x)"


def test_a_preset_fills_the_box() -> None:
    app = visit()
    app.pills(key="gradients_preset").set_value("sin(x)").run()
    assert app.text_input(key="gradients_expression").value == "sin(x)"
    assert stage(app)["title"] == "loss = sin(x)"


def test_another_loss_reaches_all_that_shows_it() -> None:
    app = visit()
    app.text_input(key="gradients_expression").set_value("2*x").run()
    assert stage(app)["title"] == "loss = 2*x"
    assert list(app.table[0].value["x.grad (autograd)"]) == [":orange[2.0000]"] * 5
    snippets = [code.value for code in app.code if code.value.startswith("import torch")]
    assert len(snippets) == 2 and all("loss = 2*x" in snippet for snippet in snippets)
    walk = visit(gradients_bench="Downhill")
    walk.pills(key="gradients_preset").set_value("sin(x)").run()
    assert walk.text_input(key="gradients_expression").value == "sin(x)"
    assert "loss = torch.sin(x)" in text(walk)


def test_a_wrong_text_stays_in_its_box_with_the_reason_and_the_stage_shows_the_default() -> None:
    app = visit(gradients_expression="foo(x)", gradients_values="1, two")
    assert app.text_input(key="gradients_expression").value == "foo(x)"
    assert app.text_input(key="gradients_values").value == "1, two"
    assert len(app.error) == 2
    assert "foo" in app.error[0].value
    assert "Value 2" in app.error[1].value
    assert stage(app)["title"] == "loss = x**2 - 5"
    assert len(app.table[0].value) == 5


def test_markup_in_a_box_is_quoted_and_never_rendered() -> None:
    app = visit(gradients_values="**bold** <b>x</b>")
    assert r"\*\*bold\*\* \<b\>x\<" in app.error[0].value


def test_x_outside_the_range_is_said_and_shown_at_the_edge() -> None:
    app = visit(gradients_x="7")
    assert "outside ±4" in app.info[0].value
    assert stage(app)["at"] == 4


def test_requires_grad_off_shows_torchs_live_answer() -> None:
    app = visit()
    app.toggle(key="gradients_requires_grad").set_value(False).run()
    assert "RuntimeError: element 0 of tensors does not require grad" in text(app)


def test_rolling_takes_the_seed_and_moves_it_on() -> None:
    app = visit(gradients_seed="3", gradients_count="4")
    app.button(key="gradients_roll").click().run()
    assert app.text_input(key="gradients_values").value == values.write(values.roll(3, 4))
    assert app.number_input(key="gradients_seed").value == 4


def test_reset_puts_every_control_back() -> None:
    app = visit(
        gradients_expression="1/x", gradients_x="-3", gradients_step="2", gradients_reach="10", gradients_values="1"
    )
    app.button(key="gradients_reset").click().run()
    data = stage(app)
    assert (data["title"], data["at"], data["step"]) == ("loss = x**2 - 5", 1.5, 0)
    assert len(app.table[0].value) == 5


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_question_hides_its_answer_until_one_has_chosen_or_asks(number: int) -> None:
    hidden = visit(gradients_question=str(number))
    asked = visit(gradients_question=str(number), **{f"gradients_reveal_{number}": "true"})
    assert len(hidden.code) + 1 == len(asked.code)
    choices = hidden.pills(key=f"gradients_guess_{number}").options
    verdicts = []
    for choice in choices:
        guessed = visit(gradients_question=str(number), **{f"gradients_guess_{number}": choice})
        assert len(guessed.code) == len(asked.code)
        verdicts.append("**Yes.**" in text(guessed))
    assert verdicts.count(True) == 1


@pytest.mark.parametrize(
    ("number", "answer", "says"),
    [("1", "4.47", "tensor(4.4721)"), ("2", "3", "tensor(3.)"), ("3", "0", "tensor(0.)")],
)
def test_the_right_answer_is_what_torch_says(number: str, answer: str, says: str) -> None:
    app = visit(gradients_question=number, **{f"gradients_guess_{number}": answer})
    assert "**Yes.**" in text(app)
    assert f">>> x.grad\n{says}" in app.code[0].value


def test_an_answer_can_be_put_on_the_stage() -> None:
    app = visit(gradients_question="3", gradients_reveal_3="true")
    app.button(key="gradients_to_stage").click().run()
    data = stage(app)
    assert (data["title"], data["at"], data["isKink"]) == ("loss = abs(x)", 0.0, True)


def test_the_chart_is_drawn_when_it_is_opened_and_marks_every_value() -> None:
    assert not visit().get("plotly_chart")
    opened = visit(gradients_chart="true")
    figure = json.loads(opened.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in figure["data"]] == ["loss = x**2 - 5", "slope", "loss at the values", "x.grad"]
    untracked = visit(gradients_chart="true", gradients_requires_grad="false")
    figure = json.loads(untracked.get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in figure["data"]] == ["loss = x**2 - 5", "slope", "loss at the values"]
