"""Autograd, the formula and finite differences agree, and where they need not, the verdict says why."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import three_ways, values
from dashboard.experiments.expressions import parse
from dashboard.experiments.gradients import PRESETS


def test_the_courses_numbers() -> None:
    result = three_ways.compare("x**2 - 5", values.COURSE_VALUES, True)
    assert [round(loss, 4) for loss in result.loss.tolist()] == [-3.4711, -1.6712, -3.8549, -4.9924, -4.9986]
    assert result.grad is not None
    assert [round(grad, 4) for grad in result.grad.tolist()] == [-2.4730, 3.6490, -2.1402, 0.1738, -0.0752]
    assert result.verdicts == ("agree",) * 5
    assert result.formula == "2 x"


@pytest.mark.parametrize("text", [text for text in PRESETS if text not in ("relu(x)", "abs(x)", "log(x)", "1/x")])
def test_gradcheck_confirms_the_smooth_presets(text: str) -> None:
    x = torch.linspace(-2, 2, 7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: parse(text)(x=x), x)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([text for text in PRESETS if text not in ("log(x)", "1/x")]),
    st.lists(st.floats(-10, 10).filter(lambda x: abs(x) > 1e-3), min_size=1, max_size=12),
)
def test_autograd_hand_and_finite_differences_agree(text: str, values: list[float]) -> None:
    assert set(three_ways.compare(text, tuple(values), True).verdicts) == {"agree"}


@pytest.mark.parametrize(
    ("text", "x", "verdict"),
    [
        ("abs(x)", 0.0, "kink"),
        ("relu(x)", 0.0, "kink"),
        ("log(x)", -1.0, "undefined"),
        ("1/x", 0.0, "undefined"),
        ("sqrt(x)**2", 0.0, "undefined"),
        ("sin(100*x*10000)", 1.8245, "differ"),
    ],
)
def test_where_they_need_not_agree_the_verdict_says_why(text: str, x: float, verdict: str) -> None:
    assert three_ways.compare(text, (x,), True).verdicts == (verdict,)


def test_without_requires_grad_nothing_is_recorded_and_backward_says_so() -> None:
    result = three_ways.compare("x**2 - 5", (1.5,), False)
    said = {exchange.line: exchange for exchange in result.says}
    with pytest.raises(RuntimeError) as live:
        (torch.tensor([1.5]) ** 2 - 5).backward(gradient=torch.ones(1))
    assert said["loss.backward(gradient=torch.ones(1))"].answer == f"RuntimeError: {live.value}"
    assert said["loss.backward(gradient=torch.ones(1))"].is_error
    assert said["loss.grad_fn"].answer == "None"
    assert result.grad is None
