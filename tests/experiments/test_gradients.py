"""The numbers of the Gradients page are torch's, and three ways agree on them."""

import contextlib
import io
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import gradients
from dashboard.experiments.expressions import ExpressionError, parse
from dashboard.experiments.gradients import PRESETS, REACHES, Settings


def test_the_courses_numbers() -> None:
    result = gradients.compare("x**2 - 5", gradients.COURSE_VALUES, True)
    assert [round(loss, 4) for loss in result.loss.tolist()] == [-3.4711, -1.6712, -3.8549, -4.9924, -4.9986]
    assert result.grad is not None
    assert [round(grad, 4) for grad in result.grad.tolist()] == [-2.4730, 3.6490, -2.1402, 0.1738, -0.0752]
    assert result.verdicts == ("agree",) * 5
    assert result.formula == "2 x"


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
    assert set(gradients.compare(text, tuple(values), True).verdicts) == {"agree"}


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
    assert gradients.compare(text, (x,), True).verdicts == (verdict,)


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


def test_without_requires_grad_nothing_is_recorded_and_backward_says_so() -> None:
    result = gradients.compare("x**2 - 5", (1.5,), False)
    said = {exchange.line: exchange for exchange in result.says}
    with pytest.raises(RuntimeError) as live:
        (torch.tensor([1.5]) ** 2 - 5).backward(gradient=torch.ones(1))
    assert said["loss.backward(gradient=torch.ones(1))"].answer == f"RuntimeError: {live.value}"
    assert said["loss.backward(gradient=torch.ones(1))"].is_error
    assert said["loss.grad_fn"].answer == "None"
    assert result.grad is None


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


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=12))
def test_values_survive_being_written_and_read(values: list[float]) -> None:
    assert gradients.read_values(gradients.write_values(values)) == pytest.approx(values, rel=1e-5, abs=1e-12)


@given(st.text(max_size=60))
def test_any_text_of_values_is_read_or_refused_in_words(text: str) -> None:
    try:
        values = gradients.read_values(text)
    except ValueError as error:
        assert str(error)
    else:
        Settings(values=values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1, two, 3", "Value 2"),
        ("1,,3", "Value 2"),
        ("", "Value 1"),
        ("nan", "between -10 and 10"),
        ("inf", "between -10 and 10"),
        ("1, 11", "Value 2"),
        (", ".join("1" * 13), "at most 12"),
    ],
)
def test_wrong_values_are_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        gradients.read_values(text)


def test_a_seed_rolls_the_same_values_and_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    assert gradients.roll(3, 5) == gradients.roll(3, 5) != gradients.roll(4, 5)
    assert torch.equal(before, torch.get_rng_state())
    assert all(abs(value) <= gradients.MAX_X for value in gradients.roll(0, 12))
