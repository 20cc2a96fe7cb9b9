"""Marks stand where the curve really is 0, flat or kinked."""

import pytest
import torch

from dashboard.experiments import landmarks
from dashboard.experiments.expressions import parse

GRID = torch.arange(-200, 201) / 50


@pytest.mark.parametrize(
    ("text", "loss_zero", "slope_zero"),
    [
        ("x**2 - 5", [-(5**0.5), 5**0.5], [0.0]),
        ("x**3 - 3*x", [-(3**0.5), 0.0, 3**0.5], [-1.0, 1.0]),
        ("x**2", [0.0], [0.0]),
        ("exp(-x**2)", [], [0.0]),
        ("sin(x)", [-torch.pi, 0.0, torch.pi], [-torch.pi / 2, torch.pi / 2]),
        ("1/x", [], []),  # a pole changes sign without a zero
        ("tan(x)", [-torch.pi, 0.0, torch.pi], []),
        ("abs(x)", [0.0], []),  # torch's 0 at a kink is no slope
        ("relu(x)", [], []),  # flat stretches are no places
        ("log(x)", [1.0], []),
        ("x + 100", [], []),
    ],
)
def test_zeros_of_loss_and_slope(text: str, loss_zero: list[float], slope_zero: list[float]) -> None:
    found = landmarks.find(parse(text), GRID)
    assert found.loss_zero.tolist() == pytest.approx(loss_zero, abs=1e-9)
    assert found.slope_zero.tolist() == pytest.approx(slope_zero, abs=1e-7)
    torch.testing.assert_close(found.slope_zero_loss, parse(text)(x=found.slope_zero))
    torch.testing.assert_close(found.loss_zero_slope, landmarks.slope(parse(text), found.loss_zero))


@pytest.mark.parametrize(
    ("text", "kinked_at"),
    [
        ("abs(x)", [0.0]),
        ("relu(x)", [0.0]),
        ("relu(x - 1)", [1.0]),
        ("relu(x)**2", []),  # relu reads 0, and yet the slopes on both sides are 0
        ("abs(x)*abs(x - 2)", [0.0, 2.0]),
        ("x**2 - 5", []),
        ("sin(abs(x))", [0.0]),
        ("cos(abs(x))", []),
    ],
)
def test_kinks_are_where_the_slope_jumps(text: str, kinked_at: list[float]) -> None:
    assert GRID[landmarks.kinks(parse(text), GRID)].tolist() == pytest.approx(kinked_at)


def test_slope_is_autograds() -> None:
    x = torch.linspace(-2, 2, 9, dtype=torch.float64)
    torch.testing.assert_close(landmarks.slope(parse("x**3"), x), 3 * x**2)
