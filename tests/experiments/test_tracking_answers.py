"""The answers to the questions about tracking are torch's."""

from dashboard.experiments import tracking_answers as answers
from dashboard.experiments.transcript import Exchange


def said(says: tuple[Exchange, ...], line: str) -> list[str]:
    return [exchange.answer for exchange in says if exchange.line == line]


def test_inside_no_grad_only_the_result_is_untracked() -> None:
    says = answers.inside_no_grad()
    assert said(says, "c.requires_grad") == ["True"]
    assert said(says, "loss.requires_grad") == ["False"]
    assert said(says, "layer.weight.requires_grad") == ["True"]


def test_eval_stops_the_dropping_and_not_the_tracking() -> None:
    says = answers.eval_and_train()
    training, evaluating = said(says, "(y == 0).sum()")
    assert training != evaluating == "tensor(0)"
    assert said(says, "y.requires_grad") == ["True", "True"]


def test_three_chains() -> None:
    assert [exchange.answer for exchange in answers.three_chains()[1:]] == ["0", "36000", "40000"]


def test_an_inference_tensor_can_be_added_and_not_multiplied() -> None:
    errors = {exchange.line: exchange.is_error for exchange in answers.inference_tensor()}
    assert (errors["loss + c"], errors["loss * c"], errors["loss._version"]) == (False, True, True)


def test_switching_c_off_after_the_forward() -> None:
    says = answers.switched_off_after()
    assert said(says, "loss.requires_grad") == ["True"]
    assert said(says, "loss.sum().backward()") == [""]
    assert said(says, "c.grad") == ["None"]
