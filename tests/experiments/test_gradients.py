"""The numbers of the Gradients page are torch's, and three ways agree on them."""

import contextlib
import io
import math

import pytest
import torch

from dashboard.experiments import gradients
from dashboard.experiments.expressions import ExpressionError
from dashboard.experiments.gradients import PRESETS, REACHES, Settings

# Arithmetic is exact on the grid and alone; torch's vectorised and its scalar transcendental functions may round the
# last bit of float32 differently.
ROUNDING = {
    text: (0.0, 0.0) if text in ("x**2 - 5", "x**3 - 3*x", "relu(x)", "abs(x)", "1/x") else (1e-6, 1e-7)
    for text in PRESETS
}


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("text", PRESETS)
def test_the_grid_and_one_point_agree(text: str, reach: int) -> None:
    curve = gradients.curve(text, reach)
    relative, absolute = ROUNDING[text]
    for index in range(0, len(curve.x), 25):
        point = gradients.point(text, curve.x[index].item())
        assert curve.trace.order == point.trace.order
        assert bool(curve.kinks[index]) == point.is_kink
        for whole, one in zip(curve.trace.nodes, point.trace.nodes, strict=True):
            assert (whole.grad_fn, whole.label) == (one.grad_fn, one.label)
            for many, single in ((whole.value, one.value), (whole.arrives, one.arrives)):
                torch.testing.assert_close(many[index], single, rtol=relative, atol=absolute, equal_nan=True)


@pytest.mark.parametrize("reach", REACHES)
def test_zero_is_on_every_grid(reach: int) -> None:
    x = gradients.curve("x", reach).x
    assert (x[0].item(), x[200].item(), x[-1].item()) == (-reach, 0, reach)


def test_value_and_gradient_are_finite_or_not_each_for_itself() -> None:
    log = gradients.point("log(x)", -1.0).trace
    assert log.root.value.isnan()
    assert log.grads["x"] == -1
    root = gradients.point("sqrt(x)**2", 0.0).trace
    assert root.root.value == 0
    assert root.grads["x"].isnan()


@pytest.mark.parametrize("text", ["relu(x)", "abs(x)"])
def test_at_a_kink_torch_chooses_zero(text: str) -> None:
    point = gradients.point(text, 0.0)
    assert point.is_kink
    assert point.trace.grads["x"] == 0


def test_the_session_shows_torchs_own_answers() -> None:
    said = {exchange.line: exchange.answer for exchange in gradients.point("x**2 - 5", 1.5).says}
    assert said == {
        "x": "tensor(1.5000, requires_grad=True)",
        "loss = x**2 - 5": "",
        "loss": "tensor(-2.7500, grad_fn=<SubBackward0>)",
        "loss.grad_fn": "<SubBackward0 object>",
        "loss.backward()": "",
        "x.grad": "tensor(3.)",
    }


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("text", [*PRESETS, "softplus(x)*pi", "5 - x", "x**x", "sin(2)*x"])
def test_the_snippet_runs_alone_and_prints_what_the_page_shows(text: str, requires_grad: bool) -> None:
    chosen = Settings(text, 4, 1.25, (0.5, -1.5, 2.0), requires_grad)
    result = gradients.evaluate(chosen)
    namespace: dict[str, object] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(gradients.snippet(chosen), namespace)  # noqa: S102  # our own snippet, as a reader would run it
    lines = printed.getvalue()
    point = {exchange.line: exchange.answer for exchange in result.point.says}
    values = {exchange.line: exchange.answer for exchange in result.comparison.says}
    assert f"loss: {point['loss']}\nx.grad: {point['x.grad']}\n" in lines
    assert f"loss: {values['loss']}\n" in lines
    if requires_grad:
        assert lines.endswith(f"x.grad: {values['x.grad']}\n")
    else:
        answer = next(exchange.answer for exchange in result.comparison.says if exchange.is_error)
        assert lines.endswith(f"backward: {answer.removeprefix('RuntimeError: ')}\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": 3},
        {"x": 10.5},
        {"x": math.nan},
        {"values": ()},
        {"values": (0.0,) * 13},
        {"values": (math.inf,)},
        {"expression": "import os"},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_wrong_expression_keeps_its_own_error() -> None:
    with pytest.raises(ExpressionError):
        Settings(expression="foo(x)")
