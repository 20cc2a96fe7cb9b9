"""The update of a training step: which ways work, and how the others go wrong."""

import threading
import warnings
from typing import Any

import pytest
import torch

from dashboard.experiments import update
from dashboard.experiments.update import UPDATES
from dashboard.experiments.warned import NOT_A_LEAF, warned

GOOD = ("no_grad", "w.data", "optimizer.step()")


@pytest.mark.parametrize("name", GOOD)
def test_the_good_ways_move_the_leaf_itself(name: str) -> None:
    step = update.step(name)
    w, rate = 1.5, 0.1
    assert step.w == repr(torch.tensor(w - rate * 2 * w, requires_grad=True))
    assert step.is_leaf
    assert step.next_grad == repr(torch.tensor(2 * (w - rate * 2 * w)))
    assert not any(said.is_error for said in step.says)


def test_in_place_on_a_leaf_raises_at_once_and_changes_nothing() -> None:
    step = update.step("in place")
    with pytest.raises(RuntimeError) as live:
        torch.ones(1, requires_grad=True).sub_(1)
    assert step.answer.answer == f"RuntimeError: {live.value}"
    assert step.w == "tensor(1.5000, requires_grad=True)"


def test_a_new_w_is_no_leaf_and_fails_only_in_the_next_step() -> None:
    step = update.step("w = w - ...")
    assert not step.answer.is_error
    assert (step.w, step.is_leaf) == ("tensor(1.2000, grad_fn=<SubBackward0>)", False)
    assert step.next_grad == "None"
    read = [said.answer for said in step.says if said.line == "w.grad"][-1]
    assert read.startswith("UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.")
    assert "Triggered internally" not in read
    assert step.says[-1].answer.startswith("TypeError: unsupported operand")


def test_two_of_the_five_ways_go_wrong() -> None:
    wrong = [name for name in UPDATES if any(said.is_error for said in update.step(name).says)]
    assert set(UPDATES) - set(wrong) == set(GOOD)


@pytest.mark.parametrize("name", UPDATES)
def test_the_code_that_is_shown_is_what_runs(name: str) -> None:
    w = torch.tensor(1.5, requires_grad=True)
    (w**2 - 5).backward()
    namespace: dict[str, Any] = {"torch": torch, "w": w}
    step = update.step(name)
    if step.answer.is_error:
        with pytest.raises(RuntimeError):
            exec(step.code, namespace)  # noqa: S102  # our own code, as the page shows it
    else:
        exec(step.code, namespace)  # noqa: S102  # our own code, as the page shows it
    assert repr(namespace["w"]) == step.w
    assert torch.is_grad_enabled()


def test_the_session_does_what_it_says() -> None:
    namespace: dict[str, Any] = {"torch": torch}
    for said in update.step("no_grad").says:
        code = said.line.replace("\n... ", "\n")
        if said.answer:
            assert repr(eval(code, namespace)) == said.answer  # noqa: S307  # our own code
        else:
            exec(code, namespace)  # noqa: S102  # our own code


def test_one_capture_of_warnings_waits_for_another() -> None:
    said: dict[str, tuple[str, ...]] = {}

    def listen() -> None:
        _, said["other"] = warned(lambda: warnings.warn("from the other thread", stacklevel=1), "thread")

    other = threading.Thread(target=listen)

    def action() -> None:
        other.start()
        other.join(timeout=0.2)  # it cannot end before this capture has
        assert other.is_alive()
        warnings.warn("from this thread", stacklevel=1)

    _, said["this"] = warned(action, "thread")
    other.join()
    assert said == {"this": ("UserWarning: from this thread",), "other": ("UserWarning: from the other thread",)}


def test_only_what_one_listens_for_is_heard() -> None:
    def action() -> None:
        warnings.warn("of something else", stacklevel=1)
        warnings.warn("not a leaf Tensor", DeprecationWarning, stacklevel=1)

    assert warned(action, NOT_A_LEAF) == (None, ("DeprecationWarning: not a leaf Tensor",))
