"""The Gradients page's other benches: why a vector, accumulation, downhill."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.gradients.questions import QUESTIONS
from components.gradients.scenes import BENCHES, SCENE, SCENES
from tests.pages.test_every_page import NONSENSE, controls, healthy
from tests.pages.test_every_page import visit as visit_page

FIRST, VECTOR, ACCUMULATION, DOWNHILL = BENCHES


def visit(bench: str = FIRST, **query: str) -> AppTest:
    """Return the page opened by a link with this bench and these parameters."""
    return visit_page("gradients", gradients_bench=bench, **query)


def drawn(app: AppTest) -> dict[str, Any]:
    """Return what the bench's component was given."""
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


def figure(app: AppTest) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(app.get("plotly_chart")[0].proto.spec)
    return spec


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.code, app.error, app.info) for element in kind)


def lines(app: AppTest) -> list[str]:
    """Return what the timeline says was left after each line."""
    return [moment["after"] for moment in drawn(app)["moments"]]


def scene_of(app: AppTest) -> dict[str, object]:
    """Return the values of the scene's controls that are drawn."""
    return {str(widget.key): widget.value for widget in controls(app) if widget.key in SCENE}


def test_the_plain_link_opens_the_first_bench() -> None:
    app = visit_page("gradients")
    assert app.segmented_control(key="gradients_bench").value == FIRST
    assert "title" in json.loads(drawn(app)["scene"])


@pytest.mark.parametrize("bench", BENCHES)
def test_every_bench_has_a_link_of_its_own(bench: str) -> None:
    app = visit(bench)
    healthy(app)
    assert app.segmented_control(key="gradients_bench").value == bench
    assert all(str(widget.key).startswith("gradients_") for widget in controls(app))


@pytest.mark.parametrize("bench", BENCHES[1:])
def test_every_control_of_a_bench_can_go_to_its_extremes(bench: str) -> None:
    extremes: dict[str, Callable[[Any], list[Any]]] = {
        "number_input": lambda widget: [widget.min, widget.max],
        "toggle": lambda widget: [True, False],
        "pills": lambda widget: list(widget.options),
        "button_group": lambda widget: list(widget.options),
    }
    app = visit(bench)
    moved = 0
    for key, kind in [(widget.key, widget.type) for widget in controls(app) if widget.type in extremes]:
        if key in ("gradients_bench", "gradients_question") or "guess" in str(key):
            continue
        for value in extremes[kind](next(widget for widget in controls(app) if widget.key == key)):
            next(widget for widget in controls(app) if widget.key == key).set_value(value)
            healthy(app.run())
            moved += 1
        app = visit(bench)
    assert moved


@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("bench", BENCHES[1:])
def test_a_tampered_link_to_a_bench_is_no_exception(bench: str, nonsense: str) -> None:
    keys = [key for key in SCENE if key != "gradients_bench"]
    healthy(visit(bench, **dict.fromkeys(keys, nonsense)))


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_is_made_of_bound_controls_and_accepted_values(name: str) -> None:
    assert SCENES[name].keys() <= SCENE.keys()
    app = visit_page("gradients", scene=name)
    healthy(app)
    shown = scene_of(app)
    expected = {**SCENE, **SCENES[name]}
    assert {key: expected[key] for key in shown} == shown
    drawn_or_open = {*shown, "gradients_chart", "gradients_steps_table"}
    assert SCENES[name].keys() <= drawn_or_open


def test_a_scene_from_another_bench_shows_what_it_says() -> None:
    assert lines(visit_page("gradients", scene="accumulate")) == ["3", "6", "9"]
    assert "**It explodes.**" in text(visit_page("gradients", scene="explode"))
    assert "**It repeats for ever**, every 2 steps: -1.5000 and 1.5000." in text(
        visit_page("gradients", scene="bounce")
    )
    assert "**It stands still** after 1 step, at x = 0.0000." in text(visit_page("gradients", scene="land"))
    assert visit_page("gradients", scene="course").get("plotly_chart")


def test_reset_leads_back_to_the_first_bench_and_its_values() -> None:
    app = visit(DOWNHILL, gradients_rate="1.1", gradients_expression="sin(x)")
    app.button(key="gradients_reset").click().run()
    assert app.segmented_control(key="gradients_bench").value == FIRST
    assert app.text_input(key="gradients_expression").value == "x**2 - 5"
    app.segmented_control(key="gradients_bench").set_value(DOWNHILL).run()
    assert app.number_input(key="gradients_rate").value == 0.1


def test_a_bench_is_found_as_it_was_left() -> None:
    app = visit(VECTOR, gradients_function="softmax(x)", gradients_v="one-hot", gradients_one_hot="2")
    app.segmented_control(key="gradients_bench").set_value(ACCUMULATION).run()
    app.segmented_control(key="gradients_bench").set_value(VECTOR).run()
    assert drawn(app)["v"] == ["0", "0", "1"]
    assert drawn(app)["label"] == "The vector-Jacobian product of softmax(x)"


# Why a vector


def test_the_first_view_tells_v_j_from_j_v() -> None:
    app = visit(VECTOR)
    assert [row["texts"] for row in drawn(app)["rows"]] == [["1", "0", "0"], ["1", "1", "0"], ["1", "1", "1"]]
    assert [row["texts"] for row in drawn(app)["sums"]] == [["3", "2", "1"]] * 2
    assert "`J @ v` would be **\\[1, 2, 3\\]**" in text(app)
    assert "RuntimeError: grad can be implicitly created only for scalar outputs" in text(app)


@pytest.mark.parametrize(
    ("function", "grad"),
    [("x**2 - 5", ["2", "4", "6"]), ("softmax(x)", ["0", "0", "0"]), ("x * x.sum()", ["12", "12", "12"])],
)
def test_each_function_has_its_product_and_its_words(function: str, grad: list[str]) -> None:
    app = visit(VECTOR, gradients_function=function)
    assert drawn(app)["sums"][1]["texts"] == grad
    assert "J is " in text(app)


def test_a_v_that_does_not_fit_is_refused_in_torchs_words() -> None:
    for query in ({"gradients_v": "wrong length"}, {"gradients_v": "own numbers", "gradients_own_v": "1, 2, 3, 4"}):
        app = visit(VECTOR, **query)
        assert "RuntimeError: Mismatch in shape: grad_output[0] has a shape of torch.Size([4])" in drawn(app)["note"]
        assert drawn(app)["sums"] == []
        assert "PyTorch refuses" in app.error[0].value
    app = visit(VECTOR, gradients_v="no v")
    assert "grad can be implicitly created only for scalar outputs" in drawn(app)["note"]
    assert not visit(VECTOR, gradients_v="no v", gradients_vector_x="2").error


def test_a_one_hot_beyond_x_stands_at_its_last_place() -> None:
    app = visit(VECTOR, gradients_v="one-hot", gradients_one_hot="5", gradients_vector_x="1, 2")
    assert drawn(app)["v"] == ["0", "1"]


def test_seven_values_stay_in_their_box_with_the_reason() -> None:
    app = visit(VECTOR, gradients_vector_x="1, 2, 3, 4, 5, 6, 7")
    assert "at most 6 are possible" in app.error[0].value
    assert len(drawn(app)["rows"]) == 3


# Accumulation


@pytest.mark.parametrize(
    ("between", "after", "words"),
    [
        ("nothing", ["3", "6", "9"], "adds to `x.grad`"),
        ("net.zero_grad()", ["3", "None", "3", "None", "3"], "Cleared to None."),
        ("x.grad = None", ["3", "None", "3", "None", "3"], "Cleared to None."),
        ("x.grad.zero_()", ["3", "0", "3", "0", "3"], "Cleared to 0."),
    ],
)
def test_the_timeline_says_what_is_left(between: str, after: list[str], words: str) -> None:
    app = visit(ACCUMULATION, gradients_between=between)
    assert lines(app) == after
    assert words in text(app)


@pytest.mark.parametrize(
    ("program", "retain", "after", "words"),
    [
        ("x**2 - 5", "false", ["3", "3"], "The timeline ends here."),
        ("2*x", "false", ["2", "2"], "The timeline ends here."),
        ("x - 5", "false", ["1", "2", "3"], "survives without `retain_graph`"),
        ("2*x", "true", ["2", "4", "6"], "`retain_graph=True` frees nothing"),
    ],
)
def test_one_graph_is_gone_through_until_torch_refuses(program: str, retain: str, after: list[str], words: str) -> None:
    app = visit(
        ACCUMULATION,
        gradients_rounds="backward through one graph",
        gradients_program=program,
        gradients_retain_graph=retain,
    )
    assert lines(app) == after
    assert words in text(app)
    freed = [cell for cell in app.table[0].value["after the first backward()"] if "freed" in cell]
    assert bool(freed) == ("ends here" in words)


# Downhill


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, ["**Still walking.** After 12 steps", "**0.8**. It creeps towards 0"]),
        ({"gradients_rate": "0.75"}, ["**-0.5**. It jumps across 0 at every step, and lands nearer"]),
        ({"gradients_rate": "0.5"}, ["stands still", "**0**. It lands on 0 in one step"]),
        ({"gradients_rate": "1"}, ["every 2 steps: -1.5000 and 1.5000", "**-1**. It jumps to the other side"]),
        ({"gradients_rate": "1.1", "gradients_steps": "40"}, ["It explodes", "**-1.2**. It jumps across 0, further"]),
        ({"gradients_rate": "0"}, ["stands still", "**1**. Nothing moves."]),
        ({"gradients_momentum": "0.9", "gradients_rate": "1.8"}, ["steps are no multiplication any more"]),
        ({"gradients_momentum": "0.9", "gradients_rate": "1.95"}, ["It explodes", "no multiplication any more"]),
        ({"gradients_expression": "log(x)", "gradients_rate": "0.8"}, ["not finite", "no single factor tells"]),
    ],
)
def test_a_walk_is_judged_in_words(query: dict[str, str], words: list[str]) -> None:
    said = text(visit(DOWNHILL, **query))
    for word in words:
        assert word in said


def test_the_chart_walks_the_pages_expression_in_frames() -> None:
    app = visit(DOWNHILL, gradients_expression="x*sin(x)", gradients_start="6", gradients_steps="5")
    spec = figure(app)
    assert app.get("plotly_chart")[0].proto.alt.startswith("The loss x*sin(x) over x with 5 steps downhill from x = 6")
    assert spec["data"][0]["y"][100] == 0  # at x = 0
    assert len(spec["frames"]) == 6
    assert len(drawn(app)["places"]) == 6
    assert app.get("plotly_chart")[0].proto.id.endswith(f"-{drawn(app)['chart']}")  # what the controls move is there


def test_the_table_of_steps_is_drawn_when_it_is_opened() -> None:
    assert not visit(DOWNHILL).table
    opened = visit(DOWNHILL, gradients_steps_table="true", gradients_rate="1", gradients_steps="2")
    assert list(opened.table[0].value["x"]) == [":blue[1.5000]", ":blue[-1.5000]", ":blue[1.5000]"]


def test_a_wrong_expression_says_so_and_the_default_is_walked() -> None:
    app = visit(DOWNHILL, gradients_expression="foo(x)")
    assert "foo" in app.error[0].value
    assert figure(app)["data"][0]["y"][100] == -5  # at x = 0


def test_the_update_stands_inside_no_grad_and_the_tracking_page_is_linked() -> None:
    app = visit(DOWNHILL)
    assert "a leaf Variable that requires grad is being used in an in-place operation" in text(app)
    assert "with torch.no_grad():" in app.code[-1].value
    assert any("tracking" in link.proto.page for link in app.get("page_link"))


# Questions


@pytest.mark.parametrize(
    ("number", "says"),
    [(4, ">>> x.grad\ntensor(9.)"), (5, ">>> x.grad\ntensor([0., 0., 0.])"), (6, "\n-1.5\n1.5\n-1.5\n1.5")],
)
def test_the_right_answer_is_what_torch_says(number: int, says: str) -> None:
    question = QUESTIONS[number - 1]
    query = {"gradients_question": str(number), f"gradients_guess_{number}": question.answer}
    app = visit_page("gradients", **query)
    assert "**Yes.**" in text(app)
    assert says in app.code[0].value
    for choice in question.choices.keys() - {question.answer}:
        wrong = visit_page("gradients", gradients_question=str(number), **{f"gradients_guess_{number}": choice})
        assert "No.**" in text(wrong)


@pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
def test_every_answer_can_be_put_on_the_stage(number: int) -> None:
    away = ACCUMULATION if number < 4 else FIRST
    app = visit(away, gradients_question=str(number), **{f"gradients_reveal_{number}": "true"})
    app.button(key="gradients_to_stage").click().run()
    healthy(app)
    scene = QUESTIONS[number - 1].scene
    shown = scene_of(app)
    assert app.segmented_control(key="gradients_bench").value == scene["gradients_bench"]
    assert {key: value for key, value in scene.items() if key in shown} == {
        key: shown[key] for key in scene if key in shown
    }
