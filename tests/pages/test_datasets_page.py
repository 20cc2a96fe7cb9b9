"""The Datasets page, bench by bench."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.datasets import questions, questions_wrong
from components.datasets.scenes import FOLLOW, ONE, SCENE, SCENES, WRONG, YOUR_CSV
from dashboard.experiments import dataset, datasets
from dashboard.experiments.dataset import Transforms
from dashboard.experiments.datasets import Settings
from dashboard.experiments.samples import SOURCES, load
from tests.components.test_datasets import whole_numbers

ROOT = Path(__file__).resolve().parents[2]


def visit(**query: str) -> AppTest:
    """Return the page opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page("../pages/datasets.py").run()


def stage(app: AppTest) -> dict[str, Any]:
    """Return what the conveyor, or the drawn sample, was given."""
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


def dealt(app: AppTest) -> list[list[int]]:
    """Return the orders that the conveyor was given."""
    return [whole_numbers(epoch["order"]) for epoch in stage(app)["deal"]["epochs"]]


def text(app: AppTest) -> str:
    """Return all prose, code and messages on the page."""
    kinds = (app.markdown, app.code, app.error, app.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_the_first_view_is_30_of_iris_sorted_and_two_epochs() -> None:
    app = visit()
    deal = datasets.batches(load("iris 30"), Settings())
    shown = stage(app)
    assert shown["samples"]["title"] == "30 samples in dataset order, which is sorted by class"
    assert dealt(app) == [list(epoch.order) for epoch in deal.epochs]
    assert (shown["step"], shown["size"]) == (2, 8)
    assert shown["shapes"] == [[8, "x: float32 (8, 4)   y: int64 (8,)"]]
    assert "`len(loader)` = 30 // 8 = 3" in text(app)
    assert "len(loader)\n3" in text(app)
    for word in ("**batch**", "**step**", "**epoch**"):
        assert word in text(app)


def test_what_pytorch_says_is_the_shown_batch() -> None:
    app = visit(datasets_batch="5")
    indices = datasets.batches(load("iris 30"), Settings()).epochs[1].batches[1]
    assert ">>> x, y = epochs[1][1]" in text(app)
    assert f">>> y\ntensor({load('iris 30').targets[list(indices)].tolist()})" in text(app)


def test_the_shown_batch_comes_to_rest_where_the_learner_moved_it() -> None:
    app = visit()
    app.number_input(key="datasets_batch").set_value(6).run()
    assert stage(app)["step"] == 6
    app.number_input(key="datasets_batch").set_value(50).run()
    assert stage(app)["step"] == 6
    assert "There is no step 50: the last one shown is 6" in text(app)


def test_a_sampler_switches_shuffle_off_and_back_on() -> None:
    app = visit()
    app.segmented_control(key="datasets_sampler").set_value("weighted").run()
    assert app.toggle(key="datasets_shuffle").value is False
    expected = datasets.batches(load("iris 30"), Settings(shuffle=False, sampler="weighted"))
    assert dealt(app) == [list(epoch.order) for epoch in expected.epochs]
    assert "never drawn" in stage(app)["deal"]["epochs"][0]["note"]
    assert "drawn twice or more" in stage(app)["deal"]["epochs"][0]["note"]
    app.segmented_control(key="datasets_sampler").set_value("none").run()
    assert app.toggle(key="datasets_shuffle").value is True


def test_shuffle_beside_a_sampler_shows_torchs_own_words_and_goes_on() -> None:
    app = visit(datasets_sampler="random")
    assert "sampler option is mutually exclusive with shuffle" in app.error[0].value
    expected = datasets.batches(load("iris 30"), Settings(shuffle=False, sampler="random"))
    assert dealt(app) == [list(epoch.order) for epoch in expected.epochs]


def test_without_classes_no_sampler_weights_and_the_page_says_so() -> None:
    app = visit(datasets_source="multilabel", datasets_sampler="weighted", datasets_shuffle="false")
    assert "nothing to weight them by" in app.info[0].value
    assert dealt(app)[0] == list(range(1000))


def test_ten_samples_in_batches_of_16_are_nothing_and_no_error() -> None:
    app = visit(datasets_source="ramp", datasets_batch_size="16")
    assert not app.exception
    assert not app.error
    assert stage(app)["deal"]["epochs"][0]["note"] == "no batch · 10 dropped (drop_last)"
    assert "`len(loader)` = 10 // 16 = 0" in text(app)


def test_switched_on_transforms_change_what_the_loader_hands_over() -> None:
    app = visit(datasets_float32="false", datasets_one_hot="true")
    assert stage(app)["shapes"] == [[8, "x: float64 (8, 4)   y: int64 (8, 3)"]]
    assert "OneHot(3)" in text(app)


def test_the_code_is_the_snippet_for_these_settings() -> None:
    app = visit(datasets_batch_size="5", datasets_seed="7")
    assert datasets.snippet(load("iris 30"), Settings(batch_size=5, seed=7)).strip() in [
        code.value for code in app.code
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_shown(name: str) -> None:
    app = visit(datasets_source=name)
    assert not app.exception
    assert stage(app)["samples"]["length"] == len(load(name))
    assert (stage(app)["pictures"] is not None) == (name == "digits")
    assert len(app.get("bidi_component")[0].proto.json) < 60_000


def axes(app: AppTest) -> tuple[str, str]:
    """Return the names at the axes of the scatter."""
    drawn = stage(app)["samples"]["scatter"]
    return drawn["across"]["name"], drawn["up"]["name"]


def test_the_columns_of_the_scatter_can_be_chosen_and_reset() -> None:
    app = visit()
    assert axes(app) == ("petal length", "petal width")
    app.selectbox(key="datasets_scatter_x").set_value("sepal width").run()
    app.selectbox(key="datasets_scatter_y").set_value("sepal length").run()
    assert axes(app) == ("sepal width", "sepal length")
    app.button(key="datasets_reset").click().run()
    assert axes(app) == ("petal length", "petal width")


def test_a_link_holds_the_columns_of_the_scatter_and_its_nonsense_falls_back() -> None:
    assert axes(visit(datasets_scatter_x="sepal width", datasets_scatter_y="petal width")) == (
        "sepal width",
        "petal width",
    )
    assert axes(visit(datasets_scatter_x="<b>", datasets_scatter_y="99")) == ("petal length", "petal width")


def test_other_samples_have_other_columns_and_two_leave_nothing_to_choose() -> None:
    app = visit(datasets_scatter_x="sepal width")
    app.pills(key="datasets_source").set_value("classification").run()
    assert not app.exception
    assert {name[0] for name in axes(app)} == {"x"}
    for source in ("moons", "digits", "ramp"):
        assert "datasets_scatter_x" not in {box.key for box in visit(datasets_source=source).selectbox}


def test_the_batch_as_a_table_opens() -> None:
    app = visit(datasets_rows="true")
    first = datasets.batches(load("iris 30"), Settings()).epochs[0].batches[1][0]
    assert app.table[0].value["index"].tolist()[0] == str(first)


def test_one_sample_shows_the_class_that_answers() -> None:
    app = visit(datasets_bench=ONE, datasets_i="29", datasets_source="iris 30")
    made = dataset.make(load("iris 30"), Transforms())
    assert any(dataset.source(made) in code.value for code in app.code)
    assert f"{made[29][0]}" in text(app)
    assert "IndexError: index 30 is out of bounds" in text(app)
    panels = {panel["name"]: panel for panel in stage(app)["panels"]}
    assert panels["x"]["texts"] == [f"{value:.4f}" for value in made[29][0].tolist()]
    assert panels["y"]["note"].endswith("class virginica")


def test_one_picture_has_8_by_8_shades() -> None:
    app = visit(datasets_bench=ONE, datasets_source="digits")
    panel = stage(app)["panels"][0]
    assert (panel["shape"], len(panel["texts"]), max(panel["shades"])) == ([8, 8], 64, 11)


def test_what_goes_wrong_and_follow_a_batch_are_there() -> None:
    assert "The way out" in [header.value for header in visit(datasets_bench=WRONG).header]
    followed = visit(datasets_bench=FOLLOW, datasets_batch="3")
    assert "batch 3 of 3 in epoch 1" in text(followed)
    assert "weight" in text(followed)
    nothing = visit(datasets_bench=FOLLOW, datasets_source="ramp", datasets_batch_size="16")
    assert "there is none to follow" in text(nothing)


def test_without_a_file_the_first_samples_stay_on_the_stage() -> None:
    app = visit(datasets_source=YOUR_CSV)
    assert stage(app)["samples"]["length"] == 30
    assert "not in the link" in text(app)


def test_reset_puts_every_control_back() -> None:
    app = visit(datasets_source="moons", datasets_batch_size="3", datasets_drop_last="false", datasets_seed="5")
    app.button(key="datasets_reset").click().run()
    assert stage(app)["samples"]["length"] == 30
    assert dealt(app) == dealt(visit())


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_sets_bound_controls_to_values_that_they_take(name: str) -> None:
    wanted = {**SCENE, **SCENES[name]}
    assert SCENES[name].keys() <= SCENE.keys()
    app = visit(**{key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in wanted.items()})
    assert not app.exception
    for key in SCENES[name]:
        assert app.session_state[key] == wanted[key]


ALL_QUESTIONS = questions.QUESTIONS + questions_wrong.QUESTIONS


@pytest.mark.parametrize("number", range(len(ALL_QUESTIONS)))
def test_every_answer_is_shown_and_its_scene_is_taken(number: int) -> None:
    question = ALL_QUESTIONS[number]
    wrong = next(choice for choice in question.choices if choice != question.answer)
    app = visit(**{"datasets_question": str(number + 1), f"datasets_guess_{number + 1}": wrong})
    assert question.choices[wrong] in text(app)
    assert question.choices[question.answer] in text(app)
    app.button(key="datasets_to_stage").click().run()
    assert not app.exception
    for key, value in question.scene.items():
        assert app.session_state[key] == value
