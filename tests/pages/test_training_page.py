"""The Training page: one step by hand, and the bugs."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from components.training.bug_pictures import figure
from components.training.questions import QUESTIONS
from components.training.scenes import SCENE, SCENES
from dashboard.experiments import bugs, one_step
from dashboard.experiments.bugs import BUGS, HARMLESS, SHOWS

ROOT = Path(__file__).resolve().parents[2]


def visit(**query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[f"training_{key}"] = value
    return app.switch_page("../pages/training.py").run()


def stage(app: AppTest) -> dict[str, Any]:
    """Return what the graph's stage was given."""
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    data |= json.loads(data["scene"])
    return data


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    kinds = (app.markdown, app.code, app.error, app.warning)
    return "\n".join(element.value for kind in kinds for element in kind)


def tables(app: AppTest) -> list[list[list[str]]]:
    """Return the cells of every Markdown table, row by row, without the headings."""
    found = [element.value.splitlines()[2:] for element in app.markdown if element.value.startswith("| ")]
    return [[row.strip("| ").split(" | ") for row in rows] for rows in found]


def lit(app: AppTest) -> dict[str, str]:
    """Return the lines that are lit, with their kinds."""
    data = stage(app)
    return {data["code"][int(line)].strip(): kind for line, kind in data["lit"].items()}


def test_the_first_view_is_one_step_with_all_its_lines_lit() -> None:
    app = visit()
    assert ":blue[**w: 1 → 1.02**]" in text(app)
    assert lit(app) == {
        "y_hat = w*x": "lit done",
        "error = y_hat - y": "lit done",
        "loss = error**2": "lit done",
        "loss.backward()": "back done",
        "with torch.no_grad():": "lit done",
        "w -= 0.01*w.grad": "lit done",
        "w.grad.zero_()": "back",
    }
    notes = {stage(app)["code"][int(line)].strip(): note for line, note in stage(app)["notes"].items()}
    assert notes["loss.backward()"] == "w.grad = -2"
    assert notes["w -= 0.01*w.grad"] == "w = 1.02"
    assert tables(app)[0] == [
        ["1", ":blue[1]", ":orange[-2 → 0]", ":blue[1 → 1.02]"],
        ["2", ":blue[·]", ":orange[· → ·]", ":blue[1.02 → ·]"],
    ]


def test_the_chain_rule_names_every_local_gradient() -> None:
    rules = tables(visit())[1]
    assert [rule[1:] for rule in rules] == [
        ["∂loss/∂error = 2·error", ":orange[-2]"],
        ["∂error/∂y_hat = 1", ":orange[1]"],
        ["∂y_hat/∂w = x", ":orange[1]"],
        ["∂loss/∂w, their product", ":orange[**-2**]"],
    ]
    assert {rule[-1] for rule in tables(visit(phase="1"))[1]} == {"·"}


@pytest.mark.parametrize(
    ("start", "button", "end"),
    [
        ("4", "forward", 5),
        ("5", "backward", 6),
        ("6", "update", 7),
        ("7", "zero", 8),
        ("4", "update", 7),
        ("48", "forward", 48),
    ],
)
def test_a_button_runs_on_until_its_phase_is_done(start: str, button: str, end: int) -> None:
    app = visit(phase=start)
    app.button(key=f"training_do_{button}").click().run()
    assert app.number_input(key="training_phase").value == end


def test_the_graph_comes_as_far_as_the_phases() -> None:
    steps = {phase: stage(visit(phase=phase))["step"] for phase in ("0", "1", "2", "3")}
    story = stage(visit())["story"]
    assert story[steps["0"] - 1]["who"] == "w"
    assert story[steps["1"] - 1]["who"] == "error**2"
    assert steps["2"] == steps["3"] == len(story)
    assert lit(visit(phase="0")) == {}
    assert lit(visit(phase="5"))["loss = error**2"] == "lit"


def test_a_copied_link_restores_the_step() -> None:
    app = visit(phase="10", x="2", y="-1.5", w="0.5", step_rate="0.1")
    run = one_step.run(one_step.Settings(2.0, -1.5, 0.5, 0.1, 10))
    assert f":orange[**{run.now[1].grad:.6g}**]" in text(app)
    assert len(tables(app)[0]) == 3
    assert "w = torch.tensor(0.5, requires_grad=True)" in stage(app)["code"]


def test_an_explosion_ends_with_a_clear_word() -> None:
    app = visit(phase="48", x="5", step_rate="2.0")
    assert "Training has ended: the loss is inf" in app.error[0].value
    assert all(word not in json.dumps(stage(app)) for word in ("NaN", "Infinity"))


def test_the_numbers_of_the_page_are_torchs() -> None:
    app = visit(phase="3", x="-2", y="3", w="1.5", step_rate="0.05")
    w = torch.tensor(1.5, requires_grad=True)
    loss = (w * -2 - 3) ** 2
    loss.backward()
    assert w.grad is not None
    assert tables(app)[0][0][1:3] == [f":blue[{loss.item():.5g}]", f":orange[{w.grad.item():.5g} → ·]"]


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_shows_its_words_both_loops_and_torchs_answer(name: str) -> None:
    app = visit(bench="Bugs", bug=name)
    result = bugs.compare(bugs.Settings(name))
    said = text(app)
    codes = [code.value.strip() for code in app.code]
    assert not app.exception
    assert result.words in said
    assert bugs.looks(bugs.Settings(name)) in said
    assert [bugs.lines(loop).strip() in codes for loop in (BUGS[name].right, BUGS[name].wrong)] == [True, True]
    assert bugs.snippet(bugs.Settings(name)).strip() in codes
    for word in (*result.wrong.warnings, *[result.wrong.error] * bool(result.wrong.error)):
        assert word in codes
    assert (len(app.warning), len(app.error)) == (len(result.wrong.warnings), bool(result.wrong.error))


@pytest.mark.parametrize("name", [name for name, bug in BUGS.items() if bug.harmless])
def test_a_bug_can_be_seen_where_it_looks_harmless(name: str) -> None:
    app = visit(bench="Bugs", bug=name, where=HARMLESS, bug_seed="3")
    result = bugs.compare(bugs.Settings(name, HARMLESS, 3))
    assert result.words in text(app)
    assert "When it looks harmless" not in text(app)


def test_the_chart_has_both_runs_and_leaves_out_what_is_not_finite() -> None:
    app = visit(bench="Bugs")
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert [line["name"] for line in drawn["data"]] == ["as it should be", "with the bug"]
    result = bugs.compare(bugs.Settings())
    broken = bugs.Outcome({"loss": (1.0, float("inf"))}, "", ())
    lines = figure(bugs.Comparison(result.right, broken, "", ()), BUGS["no zero_grad"])["data"]
    assert lines[1]["y"] == [1.0, None]


def test_a_bench_is_left_as_it_was() -> None:
    app = visit(bench="Bugs")
    app.pills(key="training_bug").set_value("lr too large").run()
    app.segmented_control(key="training_bench").set_value("One step").run()
    app.segmented_control(key="training_bench").set_value("Bugs").run()
    assert app.pills(key="training_bug").value == "lr too large"


def test_reset_puts_the_first_scene_back() -> None:
    app = visit(bench="Bugs", bug="shuffle=False", where=HARMLESS, bug_seed="9")
    app.button(key="training_reset").click().run()
    assert app.segmented_control(key="training_bench").value == "One step"
    assert ":blue[**w: 1 → 1.02**]" in text(app)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_sets_controls_of_the_page_to_values_that_they_take(name: str) -> None:
    scene = SCENES[name]
    assert set(scene) <= set(SCENE)
    app = visit(**{key.removeprefix("training_"): str(value) for key, value in scene.items()})
    assert not app.exception
    assert {key: app.session_state[key] for key in scene} == dict(scene)


def test_the_first_scene_is_of_bound_controls_with_their_first_values() -> None:
    for bench in ("One step", "Bugs"):
        app = visit(bench=bench)
        for key, value in SCENE.items():
            if key in app.session_state and key != "training_bench":
                assert app.session_state[key] == value, key


ANSWERS = {
    1: "tensor(2.0080, requires_grad=True)",
    2: "tensor(3., requires_grad=True)",
    3: "TypeError: unsupported operand",
    4: ">>> (y_hat - y).shape\ntorch.Size([50, 50])",
    5: "(net(x).argmax(1) == y).float().mean()\ntensor(0.5",
    6: ">>> net(x).requires_grad\nTrue",
}


@pytest.mark.parametrize("number", range(1, len(ANSWERS) + 1))
def test_the_right_answer_is_what_torch_says(number: int) -> None:
    question = QUESTIONS[number - 1]
    app = visit(question=str(number), **{f"guess_{number}": question.answer})
    assert "**Yes.**" in text(app)
    assert ANSWERS[number] in app.code[0].value


@pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
def test_every_answer_can_be_put_on_the_stage_and_only_one_is_right(number: int) -> None:
    app = visit(question=str(number), **{f"reveal_{number}": "true"})
    app.button(key="training_to_stage").click().run()
    assert not app.exception
    assert {
        key: app.session_state[key] for key in QUESTIONS[number - 1].scene if key in app.session_state
    }.items() <= dict(QUESTIONS[number - 1].scene).items()
    for choice in QUESTIONS[number - 1].choices:
        right = "**Yes.**" in text(visit(question=str(number), **{f"guess_{number}": choice}))
        assert right == (choice == QUESTIONS[number - 1].answer)


def test_where_is_asked_only_of_bugs_that_have_a_harmless_setting() -> None:
    for name in ("no zero_grad", "no no_grad"):
        keys = [control.key for control in visit(bench="Bugs", bug=name).get("segmented_control")]
        assert ("training_where" in keys) == bool(BUGS[name].harmless)
    assert bugs.compare(bugs.Settings("no no_grad", SHOWS)).wrong.error


@pytest.mark.parametrize("nonsense", ["", "1e999", "nan", "-1", "<script>alert(1)</script>", "\x00"])
def test_nonsense_from_a_link_shows_the_first_bug(nonsense: str) -> None:
    app = visit(bench="Bugs", bug=nonsense, where=nonsense, bug_seed=nonsense)
    assert not app.exception
    assert bugs.compare(bugs.Settings()).words in text(app)


@pytest.mark.parametrize("rate", ["0.02", "nan", "-1", "1e999", ""])
def test_a_rate_that_is_no_choice_is_the_first_one(rate: str) -> None:
    app = visit(step_rate=rate)
    assert not app.exception
    assert ":blue[**w: 1 → 1.02**]" in text(app)
