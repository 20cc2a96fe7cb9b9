"""Editing a detached tensor: what becomes of the original, and of its gradient."""

from itertools import product

import pytest
import torch

from dashboard.experiments import sharing
from dashboard.experiments.brakes import OPERATIONS
from dashboard.experiments.sharing import MOMENTS, WAYS
from dashboard.experiments.tracking import STARTS, Settings

BEFORE, BETWEEN, AFTER = MOMENTS
RIGHT = ("right", "right", "right")
SAVES_ITS_INPUT = ["c**2 - 5", "c**2", "c @ c"]


@pytest.mark.parametrize(("operation", "start"), list(product(SAVES_ITS_INPUT, STARTS)))
def test_only_between_forward_and_backward_does_an_edit_do_harm(operation: str, start: str) -> None:
    assert sharing.verdicts(Settings(operation=operation, start=start), 100) == {
        "c.detach()": ("right", "refused", "right"),
        "c.data": ("right", "silently wrong", "right"),
        "c.detach().clone()": RIGHT,
    }


@pytest.mark.parametrize("start", STARTS)
def test_an_operation_that_saves_its_result_takes_no_harm(start: str) -> None:
    assert set(sharing.verdicts(Settings(operation="c.exp()", start=start), 100).values()) == {RIGHT}


def test_data_makes_the_gradient_200_while_the_printed_loss_stays() -> None:
    edit = sharing.edit(Settings(), "c.data", BETWEEN, 100)
    assert edit.gradient is not None
    assert edit.gradient[0, 0] == 200
    c = Settings().make().detach()
    assert torch.equal(edit.right, 2 * c)
    says = {said.line: said.answer for said in edit.says}
    loss = (c.requires_grad_() ** 2).detach()
    assert says["loss"].startswith(repr(loss).removesuffix(")"))
    assert says["c"] == edit.after != edit.before


def test_detach_makes_backward_refuse_in_torchs_own_words() -> None:
    c = Settings().make()
    loss = c**2
    c.detach()[0, 0] = 100
    with pytest.raises(RuntimeError) as live:
        loss.sum().backward()
    says = {said.line: said.answer for said in sharing.edit(Settings(), "c.detach()", BETWEEN, 100).says}
    assert says["loss.sum().backward()"] == f"RuntimeError: {live.value}"


@pytest.mark.parametrize(("way", "moment"), list(product(WAYS, MOMENTS)))
def test_an_edit_changes_the_original_unless_d_is_a_clone(way: str, moment: str) -> None:
    edit = sharing.edit(Settings(), way, moment, 100)
    assert edit.changed == (way != "c.detach().clone()")
    assert edit.changed == (edit.before != edit.after)


@pytest.mark.parametrize("way", WAYS)
def test_the_name_of_a_way_is_its_code(way: str) -> None:
    c = torch.ones(2, requires_grad=True)
    made = WAYS[way](c)
    typed = eval(way, {"c": c})  # noqa: S307  # a key of our own table
    assert torch.equal(made, typed)
    assert (made.data_ptr() == c.data_ptr()) == (typed.data_ptr() == c.data_ptr())


@pytest.mark.parametrize("value", [-sharing.MAX_VALUE, 0, sharing.MAX_VALUE])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_edit_stands_in_the_session_between_its_lines(operation: str, value: int) -> None:
    orders = {
        BEFORE: ["edit", "loss =", "loss.sum"],
        BETWEEN: ["loss =", "edit", "loss.sum"],
        AFTER: ["loss =", "loss.sum", "edit"],
    }
    for moment, order in orders.items():
        edit = sharing.edit(Settings(operation=operation), "c.detach().clone()", moment, value)
        lines = [said.line for said in edit.says][2:5]
        expected = [f"d[0, 0] = {value}" if part == "edit" else part for part in order]
        assert all(line.startswith(part) for line, part in zip(lines, expected, strict=True))


def test_torch_counts_the_edits_of_a_detached_tensor_and_not_those_through_data() -> None:
    c = torch.ones(2, requires_grad=True)
    before = c._version
    c.data[0] = 100
    assert c._version == before
    c.detach()[0] = 100
    assert c._version == before + 1
