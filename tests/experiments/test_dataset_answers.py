"""The answers to the questions about datasets, as torch gives them."""

import torch

from dashboard.experiments import dataset_answers as answers
from dashboard.experiments.transcript import Exchange


def told(says: tuple[Exchange, ...]) -> list[str]:
    """Return the answers that are not empty."""
    return [said.answer for said in says if said.answer]


def test_ten_samples_in_batches_of_16_are_no_batch_and_no_error() -> None:
    assert told(answers.larger_than_the_dataset()) == ["0", "[]"]


def test_the_second_epoch_differs_and_a_new_loader_repeats_the_first() -> None:
    first, second, again = told(answers.two_epochs())
    assert first == again != second


def test_a_weighted_sampler_leaves_samples_out() -> None:
    drawn, never = (eval(text) for text in told(answers.weighted()))  # noqa: S307
    assert len(drawn) == 10
    assert never == sorted(set(range(10)) - set(drawn))
    assert len(set(drawn)) < 10


def test_an_int64_stands_between_the_loader_and_randperm() -> None:
    loader, plain, _, after = told(answers.against_randperm())
    assert loader == after != plain


def test_without_shuffle_the_generator_moves_all_the_same() -> None:
    assert told(answers.without_shuffle()) == ["False"]


def test_no_question_touches_the_global_generator() -> None:
    before = torch.get_rng_state()
    for ask in (
        answers.larger_than_the_dataset,
        answers.two_epochs,
        answers.weighted,
        answers.against_randperm,
        answers.without_shuffle,
    ):
        ask()
    assert torch.get_rng_state().equal(before)
