"""The Tracking page, control by control."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.experiments import tracking, update
from dashboard.experiments.brakes import BRAKES, OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {
    "1": ("c and the weight", "layer.weight.requires_grad\nTrue"),
    "2": ("yes", "y.requires_grad\nTrue"),
    "3": ("0", 'saved.chain("y + 1", 10).tracked.extra\n0'),
    "4": ("only loss + c", "loss * c\nRuntimeError: Inference tensors cannot be saved for backward."),
    "5": ("nothing", "c.grad\nNone"),
}


def visit(**query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[f"tracking_{key}"] = value
    return app.switch_page("../pages/tracking.py").run()


def cards(app: AppTest, layout: str) -> list[dict[str, Any]]:
    """Return the cards that a component was given."""
    shown = [json.loads(element.proto.json) for element in app.get("bidi_component")]
    (data,) = [data for data in shown if data["layout"] == layout]
    return list(data["cards"])


def verdicts(app: AppTest) -> dict[str, str]:
    """Return the large words, by variable."""
    (card,) = cards(app, "verdict")
    return {verdict["name"]: verdict["word"] for verdict in card["verdicts"]}


def table(app: AppTest, column: str) -> Any:
    """Return the table that has this column."""
    (found,) = [element.value for element in app.table if column in element.value]
    return found


def text(app: AppTest) -> str:
    """Return all prose and code on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.code) for element in kind)


def test_the_first_view_says_same_values_no_history() -> None:
    app = visit()
    assert verdicts(app) == {"c": "tracked", "loss": "not tracked"}
    (card,) = cards(app, "verdict")
    assert [box["tracked"] for box in card["pictures"][0]["boxes"]] == [True, False, False]
    assert "same values, but no history" in text(app)


@pytest.mark.parametrize("brake", BRAKES)
def test_a_brake_changes_verdict_facts_session_and_code(brake: str) -> None:
    app = visit()
    app.pills(key="tracking_brake").set_value(brake).run()
    settings = tracking.Settings(brake=brake)
    run = tracking.run(settings)
    (card,) = cards(app, "verdict")
    assert [(verdict["name"], verdict["tracked"], verdict["reason"]) for verdict in card["verdicts"]] == [
        (fact.name, fact.requires_grad, fact.reason) for fact in run.facts
    ]
    assert card["table"]["columns"] == [fact.name for fact in run.facts]
    for place, fact in enumerate(run.facts, start=1):
        shares = ", ".join(fact.shares) or "none of these"
        assert [row[place] for row in card["table"]["rows"]] == [
            str(value) for value in (fact.requires_grad, fact.grad_fn, fact.is_leaf, fact.is_inference, shares)
        ]
    assert tracking.snippet(settings).strip() in [code.value.strip() for code in app.code]


def test_requires_grad_off_makes_every_brake_idle() -> None:
    app = visit()
    app.toggle(key="tracking_requires_grad").set_value(False).run()
    assert set(verdicts(app).values()) == {"not tracked"}
    assert not any(card["tracked"] for card in cards(app, "lanes"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_lanes_show_the_chosen_operation(operation: str) -> None:
    app = visit(operation=operation, start="five values")
    plain, detach, *_, evaluated = cards(app, "lanes")
    assert plain["code"] == f"loss = {operation}"
    assert [card["tracked"] for card in cards(app, "lanes")] == [True, False, False, False, True]
    assert dict(plain["facts"])["graph references"] == "20 bytes"
    assert dict(plain["facts"])["of these extra"] == ("20 bytes" if operation == "c.exp()" else "0 bytes")
    assert dict(detach["facts"])["graph references"] == "0 bytes"
    assert evaluated["facts"] == plain["facts"]
    assert evaluated["answers"] == plain["answers"]


def test_a_lanes_error_is_whole_though_its_first_sentence_stands_apart() -> None:
    inference = next(card for card in cards(visit(), "lanes") if card["title"] == "inference_mode")
    said = {answer["line"]: answer for answer in inference["answers"]}
    product, edit = said["loss * c"], said["loss.add_(1)"]
    assert product["text"] == "RuntimeError: Inference tensors cannot be saved for backward."
    assert edit["text"] == "RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed."
    assert product["rest"] and edit["rest"].startswith("You can make a clone")
    assert (said["loss + c"]["text"], said["loss + c"]["isError"]) == ("works", False)


def test_the_update_is_shown_way_by_way() -> None:
    app = visit(look="the update", update="in place")
    assert ">>> w -= 0.1 * w.grad\nRuntimeError: a leaf Variable that requires grad" in text(app)
    app.pills(key="tracking_update").set_value("no_grad").run()
    assert ">>> with torch.no_grad():\n...     w -= 0.1 * w.grad" in text(app)
    rows = table(app, "w is a leaf")
    assert list(rows["w is a leaf"]) == ["True", "True", "False", "True", "True"]
    raises = {name: list(rows[name] == ":red[✗ raises]") for name in ("now", "next update")}
    assert raises == {"now": [False, True, False, False, False], "next update": [False, True, True, False, False]}


def test_memory_is_measured_for_the_chosen_length() -> None:
    app = visit(look="memory")
    ten = table(app, "extra, beyond the leaf")
    extra = dict(zip(ten["operation"], ten["extra, beyond the leaf"], strict=True))
    assert extra["`y + 1`"] == "**0 bytes**"
    assert extra["`y.sin()`"] == "**36,000 bytes**"
    assert extra["`y.exp()`"] == "**40,000 bytes**"
    assert set(ten["inside no_grad"]) == {"0 bytes"}
    app.number_input(key="tracking_length").set_value(3).run()
    assert "**12,000 bytes**" in list(table(app, "extra, beyond the leaf")["extra, beyond the leaf"])


def test_editing_detached_tensors() -> None:
    app = visit(look="shared storage")
    assert "Silently wrong" in text(app)
    assert "tensor([[2.0000e+02" in text(app)
    app.pills(key="tracking_way").set_value("c.detach()").run()
    assert "Backward refuses" in text(app)
    assert "modified by an inplace operation" in text(app)
    app.pills(key="tracking_way").set_value("c.detach().clone()").run()
    assert "The gradient is right" in text(app)
    assert "Editing d left c as it was." in text(app)
    app.pills(key="tracking_way").set_value("c.data").run()
    app.number_input(key="tracking_value").set_value(7).run()
    assert "d[0, 0] = 7" in text(app)
    app.pills(key="tracking_moment").set_value("after backward").run()
    assert "The gradient is right" in text(app)


def test_a_copied_link_restores_the_whole_scene() -> None:
    app = visit(
        requires_grad="false",
        brake="enable_grad in inference_mode",
        operation="c @ c",
        start="five values",
        seed="12",
        look="shared storage",
        way="c.detach()",
        moment="after backward",
        value="-3",
    )
    assert verdicts(app) == dict.fromkeys(("c", "outside", "inside"), "not tracked")
    assert "loss = c @ c" in app.code[-1].value
    assert app.number_input(key="tracking_seed").value == 12
    assert "d[0] = -3" in text(app)


def test_why_one_would_is_said_with_live_numbers_before_the_lanes() -> None:
    app = visit()
    headings = [element.value for element in app.header]
    assert headings.index("Why stop the recording?") < headings.index("The same line in five lanes")
    (reasons,) = [element.value for element in app.markdown if "**Memory.**" in element.value]
    assert f"`{update.step('in place').code}` says: :red[{update.step('in place').answer.answer}]" in reasons
    assert "Ten `exp`" in reasons and "**40,000 bytes** more; inside `no_grad`, **0**" in reasons


@pytest.mark.parametrize("nonsense", ["", "nan", "1e999", "-1", "<b>", "99999999999999999999"])
@pytest.mark.parametrize("look", ["the update", "memory", "five lanes", "shared storage"])
def test_nonsense_in_a_link_is_ignored_in_every_section(look: str, nonsense: str) -> None:
    keys = ("update", "length", "way", "moment", "value", "brake", "start", "seed", "operation", "requires_grad")
    app = visit(look=look, **dict.fromkeys(keys, nonsense))
    assert not app.exception
    assert verdicts(app) == {"c": "tracked", "loss": "not tracked"}


@pytest.mark.parametrize(
    ("look", "key", "values"),
    [("memory", "length", (1, 50)), ("shared storage", "value", (-1000, 1000)), ("five lanes", "seed", (0, 9999))],
)
def test_every_number_can_go_to_its_extremes(look: str, key: str, values: tuple[float, float]) -> None:
    app = visit(look=look)
    for value in values:
        app.number_input(key=f"tracking_{key}").set_value(value).run()
        assert not app.exception


def test_a_seed_draws_another_c() -> None:
    first, other = visit(), visit(seed="1")
    assert repr(tracking.Settings(seed=1).make()) in text(other)
    assert repr(tracking.Settings(seed=1).make()) not in text(first)


def test_reset_puts_every_control_back() -> None:
    app = visit(requires_grad="false", brake="nothing", operation="c.exp()", seed="5", look="memory", length="7")
    app.button(key="tracking_reset").click().run()
    assert verdicts(app) == {"c": "tracked", "loss": "not tracked"}
    assert cards(app, "lanes")[0]["code"] == "loss = c**2"
    app.pills(key="tracking_look").set_value("memory").run()
    assert app.number_input(key="tracking_length").value == 10


@pytest.mark.parametrize("number", RIGHT)
def test_a_question_has_one_right_answer_and_it_is_what_torch_says(number: str) -> None:
    hidden = visit(question=number)
    answer, says = RIGHT[number]
    for choice in hidden.pills(key=f"tracking_guess_{number}").options:
        guessed = visit(question=number, **{f"guess_{number}": choice})
        assert ("**Yes.**" in text(guessed)) == (choice == answer)
        assert says in guessed.code[0].value
        assert len(guessed.code) == len(hidden.code) + 1


def test_an_answer_can_be_put_on_the_stage() -> None:
    app = visit(question="3", reveal_3="true")
    app.button(key="tracking_to_stage").click().run()
    assert table(app, "extra, beyond the leaf") is not None
    app = visit(question="5", reveal_5="true", requires_grad="false")
    app.button(key="tracking_to_stage").click().run()
    assert verdicts(app) == {"c": "not tracked", "loss": "tracked"}
