"""What goes wrong, and one batch followed: what the two benches show."""

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.utils.data import default_collate

from components.datasets import pitfalls
from components.datasets.questions_wrong import QUESTIONS
from components.datasets.scenes import FOLLOW, WRONG
from components.predict import Question
from dashboard.experiments import follow
from dashboard.experiments.pitfalls import PITFALLS, make
from dashboard.experiments.samples import load


def wrong_page() -> None:
    from components.datasets import pitfalls

    pitfalls.bench()


def follow_page(name: str, indices: tuple[int, ...]) -> None:
    from components.datasets import follow
    from dashboard.experiments.samples import load

    follow.bench(load(name), indices)


def text(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.code, app.info) for element in kind)


def followed(name: str, indices: tuple[int, ...]) -> AppTest:
    app = AppTest.from_function(follow_page, args=(name, indices), default_timeout=60).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("name", PITFALLS)
def test_a_mistake_stands_beside_its_way_out_each_with_its_live_answer(name: str) -> None:
    app = AppTest.from_function(wrong_page, default_timeout=30)
    app.query_params["datasets_pitfall"] = name
    app.run()
    assert not app.exception
    for run in make(name):
        assert run.code.rstrip() in text(app)
        assert f">>> {run.answer.line}\n{run.answer.answer}" in text(app)
    assert ("It raises" in text(app)) == make(name)[0].answer.is_error


@pytest.mark.parametrize("nonsense", ["", "1e999", "__class__", "<b>"])
def test_a_tampered_link_shows_the_first_mistake(nonsense: str) -> None:
    app = AppTest.from_function(wrong_page, default_timeout=30)
    app.query_params["datasets_pitfall"] = nonsense
    app.run()
    assert not app.exception
    assert PITFALLS[pitfalls.FIRST].does in text(app)


def test_labels_of_mistakes_are_plain_in_a_link_and_on_a_pill() -> None:
    assert not any(letter in name for name in PITFALLS for letter in "*`_:")


@pytest.mark.parametrize("name", ["iris 30", "digits", "ramp", "multilabel"])
def test_every_shape_on_the_way_is_shown(name: str) -> None:
    indices = (1, 4, 7)
    shown = text(followed(name, indices)).replace("\u00a0", " ")
    result = follow.follow(load(name), indices)
    for stage in follow.stages(result):
        assert f"{stage.name} {tuple(stage.tensor.shape)}" in shown
    assert follow.snippet(load(name), indices).rstrip() in shown


def test_where_there_is_no_batch_there_is_a_sentence() -> None:
    assert "no batch" in text(followed("ramp", ()))


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_question_has_its_answer_among_its_choices_and_a_scene_of_the_page(question: Question) -> None:
    assert question.answer in question.choices
    assert question.scene["datasets_bench"] in (WRONG, FOLLOW)
    assert question.scene.get("datasets_pitfall", pitfalls.FIRST) in PITFALLS


def test_the_answers_are_what_torch_says() -> None:
    anew, lengths, shape = (question.experiment() for question in QUESTIONS)
    assert len({said.answer for said in anew[1:]}) == 1
    assert lengths[1].is_error
    assert not lengths[-1].is_error
    assert shape[1].answer == "(torch.Size([8, 4]), torch.Size([3, 4]))"
    assert shape[3].answer == "(torch.Size([16, 4]), torch.Size([3, 4]))"


def test_texts_are_collated_to_a_list_as_the_answer_to_a_wrong_guess_says() -> None:
    assert default_collate(["a", "bc"]) == ["a", "bc"]
    with pytest.raises(RuntimeError, match="equal size"):
        default_collate([torch.ones(1), torch.ones(2)])
