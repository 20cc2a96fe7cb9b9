"""What goes wrong with datasets and loaders: every error is live, and every code runs on its own."""

import contextlib
import io

import pytest
import torch

from dashboard.experiments import mistakes
from dashboard.experiments.pitfalls import ERRORS, PITFALLS, make

SILENT = {"the same batch", "no batch"}
WORDS = {
    "ragged samples": "RuntimeError: stack expects each tensor to be equal size",
    "None in a batch": "TypeError: default_collate: batch must contain tensors",
    "sampler and shuffle": "ValueError: sampler option is mutually exclusive with shuffle",
    "no length": "TypeError: object of type 'Squares' has no len()",
    "loader[0]": "TypeError: 'DataLoader' object is not subscriptable",
    ".next()": "AttributeError: '_SingleProcessDataLoaderIter' object has no attribute 'next'",
    "float64 meets float32": "RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float",
}


def printed(code: str) -> str:
    """Execute our own code in a fresh namespace; return what it prints, or the error that it raises."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            exec(code, {"__name__": "snippet"})  # noqa: S102
    except ERRORS as error:
        return f"{type(error).__name__}: {error}"
    return said.getvalue().rstrip()


@pytest.mark.parametrize("name", PITFALLS)
def test_both_codes_run_on_their_own_and_answer_what_the_page_shows(name: str) -> None:
    for run in make(name):
        assert printed(run.code) == run.answer.answer


@pytest.mark.parametrize("name", PITFALLS)
def test_a_mistake_raises_or_is_silent_and_its_way_out_works(name: str) -> None:
    wrong, right = make(name)
    assert wrong.answer.is_error == (name not in SILENT)
    assert not right.answer.is_error
    assert wrong.answer.answer != right.answer.answer


@pytest.mark.parametrize("name", WORDS)
def test_an_error_is_the_one_that_the_mistake_is_known_for(name: str) -> None:
    assert make(name)[0].answer.answer.startswith(WORDS[name])


def test_every_mistake_of_the_specification_is_here() -> None:
    assert WORDS.keys() | SILENT == PITFALLS.keys()


@pytest.mark.parametrize("name", WORDS)
def test_the_line_that_is_blamed_is_in_the_code(name: str) -> None:
    wrong, _ = make(name)
    assert wrong.answer.line in wrong.code


def test_padding_keeps_the_lengths_and_fills_up_with_zeros() -> None:
    batch, lengths = mistakes.pad([torch.tensor([1, 2, 3]), torch.tensor([4])])
    assert batch.tolist() == [[1, 2, 3], [4, 0, 0]]
    assert lengths.tolist() == [3, 1]


def test_the_ways_out_do_what_their_words_say() -> None:
    batch = mistakes.none_works()
    assert isinstance(batch, torch.Tensor)
    assert len(batch) == 3  # of four: the batch is smaller
    assert mistakes.drop_fails() == (0, [])
    assert mistakes.dtype_works() == (torch.float32, torch.float32)
    same = mistakes.restart_fails()
    assert isinstance(same, list)
    assert all(batch.equal(same[0]) for batch in same)


def test_nothing_of_our_own_checks_stands_in_the_code() -> None:
    for name in PITFALLS:
        assert not any(word in run.code for run in make(name) for word in ("noqa", "type: ignore"))
