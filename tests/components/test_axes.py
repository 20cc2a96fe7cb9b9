"""Axes show what matters, with ticks at round numbers."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from components.axes import axis, fit


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 10))
def test_ticks_are_round_and_on_the_axis(low: float, width: float, ticks: int) -> None:
    found = axis(low, low + width, ticks)
    values = [value for value, _ in found.ticks]
    assert len(values) <= ticks + 1
    slack = 1e-6 * (abs(low) + width)
    assert all(low - slack <= value <= low + width + slack for value in values)
    if len(values) > 1:
        step = values[1] - values[0]
        mantissa = step / 10 ** math.floor(math.log10(step * (1 + 1e-6)))
        assert any(mantissa == pytest.approx(round_one, rel=1e-3) for round_one in (1, 2, 5, 10))


def test_the_courses_parabola_fits_whole() -> None:
    found = fit(torch.linspace(-5, 11, 401), 5)
    assert found.low < -5
    assert found.high > 11
    assert [label for _, label in found.ticks] == ["-5", "0", "5", "10"]


def test_a_pole_does_not_flatten_the_rest() -> None:
    x = torch.arange(-200, 201) / 50
    assert fit(1 / x, 5).high < 20 < (1 / x)[201].item()


def test_nothing_finite_still_has_an_axis() -> None:
    assert fit(torch.full((5,), math.nan), 5).low < 0


def test_a_constant_zero_has_room() -> None:
    found = fit(torch.zeros(401), 5)
    assert found.low < 0 < found.high
