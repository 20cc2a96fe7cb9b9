"""One step by hand: every number against the formulas that one derives on paper."""

import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import one_step
from dashboard.experiments.one_step import MAX_PHASES, PHASES, Settings
from dashboard.experiments.transcript import show

halves = st.integers(-10, 10).map(lambda number: number / 2)
rates = st.sampled_from((0.001, 0.01, 0.1, 0.5))


def close(value: float | None, expected: float) -> bool:
    """Whether a float32 result is what float64 says, but for rounding."""
    return value is not None and math.isclose(value, expected, rel_tol=1e-4, abs_tol=1e-3)


def test_the_courses_example() -> None:
    forward, backward, update, zero = one_step.run(Settings()).now
    assert (forward.loss, forward.grad) == (1.0, None)
    assert backward.grad == -2.0
    assert update.w == torch.tensor(1.02).item()
    assert (zero.grad, zero.w) == (0.0, update.w)


@settings(deadline=None, max_examples=40)
@given(x=halves, y=halves, w=halves, rate=rates)
def test_every_phase_is_what_the_formula_says(x: float, y: float, w: float, rate: float) -> None:
    forward, backward, update, zero = one_step.run(Settings(x, y, w, rate, 4)).now
    slope = 2 * (w * x - y) * x
    assert close(forward.loss, (w * x - y) ** 2)
    assert close(backward.grad, slope)
    assert close(update.w, w - rate * slope)
    assert zero.grad == 0


@settings(deadline=None, max_examples=20)
@given(x=halves, y=halves, w=halves, rate=rates)
def test_each_step_multiplies_the_error_by_the_same_factor(x: float, y: float, w: float, rate: float) -> None:
    run = one_step.run(Settings(x, y, w, rate, 12))
    factor = 1 - 2 * rate * x**2
    if not run.is_finite:
        return
    errors = [start * x - y for start in run.starts]
    for before, after in itertools.pairwise(errors):
        assert math.isclose(after, factor * before, rel_tol=1e-3, abs_tol=1e-3 * max(map(abs, errors)) + 1e-6)


@settings(deadline=None, max_examples=20)
@given(x=halves, y=halves, w=halves)
def test_the_loss_passes_gradcheck(x: float, y: float, w: float) -> None:
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)

    def loss(weight: torch.Tensor) -> torch.Tensor:
        error = one_step.FORWARD["error"](
            y_hat=one_step.FORWARD["y_hat"](w=weight, x=torch.tensor(x)), y=torch.tensor(y)
        )
        return one_step.LOSS(error=error)

    assert torch.autograd.gradcheck(loss, (weight,))


@settings(deadline=None, max_examples=20)
@given(x=halves, y=halves, w=halves)
def test_the_chain_rule_is_told_factor_by_factor(x: float, y: float, w: float) -> None:
    run = one_step.run(Settings(x, y, w, phases=4))
    factors = [factor.value for factor in one_step.chain(run.recording)]
    assert factors == [2 * (w * x - y), 1.0, x]
    assert run.recording.trace.grads["w"].item() == math.prod(factors)
    assert run.now[1].grad == math.prod(factors)


@pytest.mark.parametrize("phases", range(MAX_PHASES + 1))
def test_so_many_phases_are_done_in_their_order(phases: int) -> None:
    run = one_step.run(Settings(phases=phases))
    done = [moment.phase for step in run.steps for moment in step]
    assert done == [PHASES[number % 4] for number in range(phases)]
    assert len(run.starts) == len(run.steps) + 1


def test_the_recording_is_of_the_step_that_the_last_phase_belongs_to() -> None:
    run = one_step.run(Settings(phases=9))
    values = {value.label: value.value.item() for value in run.recording.trace.values}
    assert values["w"] == run.before == run.starts[2] != 1.0
    assert run.recording.code[2] == "w = torch.tensor(1.0, requires_grad=True)"
    made = {
        value.label: run.recording.code[line]
        for value, line in zip(run.recording.trace.values, run.recording.lines, strict=True)
    }
    assert made["w*x"].strip() == "y_hat = w*x"
    assert made["error**2"].strip() == "loss = error**2"
    for phase, lines in one_step.LINES_OF.items():
        assert one_step.LINES.get(phase, 6) in lines


@pytest.mark.parametrize("rate", [1.0, 1.1, 2.0])
def test_a_rate_of_one_swings_for_ever_and_beyond_it_w_runs_away(rate: float) -> None:
    run = one_step.run(Settings(rate=rate, phases=24))
    distances = [abs(w - 2) for w in run.starts]
    if rate == 1.0:
        assert list(run.starts[:4]) == [1.0, 3.0, 1.0, 3.0]
    else:
        assert all(later > earlier for earlier, later in itertools.pairwise(distances))


def test_half_lands_in_one_step() -> None:
    assert one_step.run(Settings(rate=0.5, phases=4)).starts[1] == 2.0


def test_what_is_not_finite_ends_the_training() -> None:
    run = one_step.run(Settings(x=5.0, rate=2.0, phases=MAX_PHASES))
    moments = [moment for step in run.steps for moment in step]
    assert not run.is_finite
    assert [moment.is_finite for moment in moments] == [True] * (len(moments) - 1) + [False]
    assert len(moments) < MAX_PHASES


@pytest.mark.parametrize(
    "wrong", [{"x": 6.0}, {"w": math.nan}, {"rate": 3.0}, {"rate": -1.0}, {"phases": 49}, {"phases": -1}]
)
def test_settings_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="between"):
        Settings(**wrong)


@settings(deadline=None, max_examples=15)
@given(x=halves, y=halves, w=halves, rate=rates, phases=st.integers(0, 16))
def test_the_snippet_runs_on_its_own_and_prints_every_step(
    x: float, y: float, w: float, rate: float, phases: int
) -> None:
    printed: list[str] = []
    chosen = Settings(x, y, w, rate, phases)
    exec(one_step.snippet(chosen), {"print": printed.append})  # noqa: S102  # our own code
    finished = one_step.run(Settings(x, y, w, rate, max(-(-phases // 4), 1) * 4))
    assert printed == [
        f"step {place}: loss {step[0].loss:.6g}, w.grad {step[1].grad:.6g}, then w {step[2].w:.6g}"
        for place, step in enumerate(finished.steps, start=1)
    ]


def test_the_session_says_what_the_phases_left() -> None:
    said = show(one_step.run(Settings(phases=8)).says)
    assert ">>> w\ntensor(1.0200, requires_grad=True)" in said
    assert "tensor(0.9604, grad_fn=<PowBackward0>)" in said
    assert ">>> w.grad\ntensor(-1.9600)" in said
    assert ">>> w.grad.zero_()\ntensor(0.)" in said
    assert "backward" not in show(one_step.run(Settings(phases=5)).says)


def test_what_the_page_says_beside_it_is_true() -> None:
    assert f"{torch.finfo(torch.float32).max:.1e}" == "3.4e+38"
    w = torch.tensor(1.0, requires_grad=True)
    (w**2).backward()
    optimizer = torch.optim.SGD([w])
    optimizer.zero_grad()
    assert w.grad is None
