"""A walk downhill: by formula, by torch's own optimizer, and how it ends."""

import contextlib
import io
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import downhill, three_ways
from dashboard.experiments.downhill import FAR, MAX_STEPS, Settings, walk
from dashboard.experiments.expressions import parse
from dashboard.experiments.gradients import PRESETS

SMOOTH = [text for text in PRESETS if text not in ("relu(x)", "abs(x)", "log(x)", "1/x")]


def walked_by_sgd(chosen: Settings, steps: int) -> list[float]:
    """Walk with torch's own optimizer."""
    x = torch.tensor(chosen.start, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=chosen.rate, momentum=chosen.momentum)
    places = [x.item()]
    for _ in range(steps):
        optimizer.zero_grad()
        parse(chosen.expression)(x=x).backward()
        optimizer.step()
        places.append(x.item())
    return places


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(PRESETS),
    st.floats(-4, 4),
    st.floats(0, 1.2),
    st.sampled_from([0.0, 0.5, 0.9]),
    st.integers(1, 20),
)
def test_it_walks_as_torchs_optimizer_does(text: str, start: float, rate: float, momentum: float, steps: int) -> None:
    chosen = Settings(text, start, rate, steps, momentum)
    found = walk(chosen)
    places = walked_by_sgd(chosen, found.steps)
    # One step at a time: a walk can make a rounding error of float32 arbitrarily large.
    for place in range(min(found.steps, 3)):
        assert math.isclose(found.x[place + 1].item(), places[place + 1], rel_tol=1e-4, abs_tol=1e-4)


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.5, 0.9, 1.0])
def test_on_the_bowl_it_agrees_with_the_optimizer_to_the_end(rate: float, momentum: float) -> None:
    chosen = Settings(rate=rate, momentum=momentum, steps=40)
    found = walk(chosen)
    torch.testing.assert_close(found.x, torch.tensor(walked_by_sgd(chosen, found.steps)), rtol=1e-4, atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(st.floats(-10, 10), st.floats(0, 1.2), st.integers(1, 20))
def test_on_the_bowl_every_step_multiplies_by_one_minus_two_lr(start: float, rate: float, steps: int) -> None:
    chosen = Settings(start=start, rate=rate, steps=steps)
    found = walk(chosen)
    factor = chosen.factor
    assert factor is not None
    for place, x in enumerate(found.x.tolist()):
        assert math.isclose(x, start * factor**place, rel_tol=1e-3, abs_tol=1e-3)


@pytest.mark.parametrize("text", SMOOTH)
def test_its_slopes_are_those_of_finite_differences(text: str) -> None:
    found = walk(Settings(text, 0.7, 0.2, 10))
    torch.testing.assert_close(
        found.grad.double(), three_ways.finite_difference(parse(text), found.x), rtol=1e-3, atol=1e-3
    )
    torch.testing.assert_close(found.loss, parse(text)(x=found.x), rtol=1e-4, atol=1e-5)


def test_a_rate_of_one_bounces_for_ever() -> None:
    found = walk(Settings(rate=1.0, steps=6))
    assert found.x.tolist() == [1.5, -1.5, 1.5, -1.5, 1.5, -1.5, 1.5]
    assert (found.end, found.period) == (downhill.AROUND, 2)


def test_a_rate_of_one_half_lands_on_zero_in_one_step() -> None:
    found = walk(Settings(rate=0.5))
    assert found.x.tolist() == [1.5, 0]
    assert found.end == downhill.STILL


def test_above_one_it_explodes_and_is_called_off() -> None:
    found = walk(Settings(rate=1.1, steps=MAX_STEPS))
    assert found.end == downhill.EXPLODED
    assert found.steps < MAX_STEPS
    assert (found.x[:-1].abs() <= FAR).all() and found.x[-1].abs() > FAR


def test_with_momentum_the_rule_of_two_lr_no_longer_holds() -> None:
    """With momentum 0.9 it converges at lr 1.8, where plain steps explode, and explodes at 1.95."""
    assert abs(1 - 2 * 1.8) > 1
    assert walk(Settings(rate=1.8, steps=MAX_STEPS)).end == downhill.EXPLODED
    assert abs(walked_by_sgd(Settings(rate=1.8, momentum=0.9), 400)[-1]) < 1e-6
    assert walk(Settings(rate=1.95, momentum=0.9, steps=MAX_STEPS)).end == downhill.EXPLODED
    calm = walk(Settings(rate=1.8, momentum=0.9, steps=MAX_STEPS))
    assert calm.end == downhill.WALKING
    assert calm.x[-10:].abs().max() < calm.x[:10].abs().max() / 5
    assert Settings(rate=1.8, momentum=0.9).factor is None


def test_only_the_bowl_without_momentum_has_a_factor() -> None:
    assert Settings("x**2-5", rate=0.25).factor == 0.5
    assert Settings("x**2 + 1").factor is None


@pytest.mark.parametrize(
    ("chosen", "end"),
    [
        (Settings("log(x)", rate=0.8), downhill.NOT_FINITE),
        (Settings("1/x", start=0.0), downhill.NOT_FINITE),
        (Settings("sqrt(x)**2", start=0.0), downhill.NOT_FINITE),
        (Settings("exp(exp(x))", start=10.0), downhill.NOT_FINITE),
        (Settings("relu(x)", start=-1.0), downhill.STILL),
        (Settings("abs(x)", start=1.25, rate=0.5), downhill.AROUND),
        (Settings(rate=0.0), downhill.STILL),
        (Settings(rate=0.4, steps=MAX_STEPS), downhill.ARRIVED),
        (Settings(), downhill.WALKING),
        (Settings("x**3", start=-10.0, rate=1.0), downhill.EXPLODED),
    ],
)
def test_every_end_has_its_word(chosen: Settings, end: str) -> None:
    assert walk(chosen).end == end


def test_momentum_rolls_on_where_the_slope_is_zero() -> None:
    found = walk(Settings(rate=0.5, momentum=0.5, steps=3))
    assert (found.x[1].item(), found.grad[1].item(), found.velocity[1].item()) == (0, 0, 1.5)
    assert found.x[2] == -0.75


def test_a_walk_that_repeats_itself_goes_on_repeating() -> None:
    for chosen in (Settings("abs(x)", 1.25, 0.5, 30), Settings(rate=1.0, steps=30)):
        found = walk(chosen)
        assert found.x[-1] == found.x[-1 - found.period]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0, 1.1])
@pytest.mark.parametrize("text", [*PRESETS, "sin(pi*x)", "5 - x"])
def test_the_snippet_walks_to_the_same_place(text: str, rate: float, momentum: float) -> None:
    chosen = Settings(text, 1.5, rate, 12, momentum)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(downhill.snippet(chosen), {})  # noqa: S102  # our own snippet, as a reader would run it
    found = walk(chosen)
    lines = printed.getvalue().splitlines()
    assert lines[-1] == f"x: {found.x[-1].item()}"
    for place, line in enumerate(lines[:-1]):
        x, loss, grad = (values[place].item() for values in (found.x, found.loss, found.grad))
        assert line == f"{place} x: {x} loss: {loss} x.grad: {grad}"
    assert "with torch.no_grad():" in downhill.snippet(chosen)


@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_the_loop_at_the_prompt_prints_its_places(rate: float) -> None:
    first, loop = downhill.places(Settings(rate=rate, steps=4))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(f"import torch\n{first.line}\n{loop.line.replace(chr(10) + '... ', chr(10))}", {})  # noqa: S102
    assert printed.getvalue() == f"{loop.answer}\n"


def test_the_session_shows_torchs_answer_to_a_recorded_update() -> None:
    x = torch.tensor(1.5, requires_grad=True)
    with pytest.raises(RuntimeError) as live:
        x -= 0.1 * torch.tensor(3.0)
    said = {one.line: one.answer for one in walk(Settings()).says}
    assert said["x -= 0.1 * x.grad"] == f"RuntimeError: {live.value}"
    assert said["x"] == "tensor(1.2000, requires_grad=True)"


@pytest.mark.parametrize(
    "wrong",
    [
        {"expression": "foo(x)"},
        {"start": math.nan},
        {"start": 11.0},
        {"rate": -0.1},
        {"rate": math.inf},
        {"steps": 0},
        {"steps": MAX_STEPS + 1},
        {"momentum": 1.0},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)  # type: ignore[arg-type]
