"""Backward with a vector is v @ J: J by formula, J row by row, and the product itself."""

import contextlib
import io
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import vector
from dashboard.experiments.vector import FUNCTIONS, NO_VECTOR, VECTORS, Settings, multiply


def softmax(x: torch.Tensor) -> torch.Tensor:
    """Return the Jacobian by its formula: diag(s) - s sᵀ."""
    s = x.exp() / x.exp().sum()
    return s.diag() - torch.outer(s, s)


# The Jacobians by hand, of x in float64.
BY_HAND: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "x**2 - 5": lambda x: (2 * x).diag(),
    "cumsum(x)": lambda x: torch.ones(len(x), len(x), dtype=x.dtype).tril(),
    "softmax(x)": softmax,
    "x * x.sum()": lambda x: x.sum() * torch.eye(len(x), dtype=x.dtype) + x[:, None],
}
XS = st.lists(st.floats(-10, 10), min_size=1, max_size=6).map(tuple)


def test_every_function_has_its_formula() -> None:
    assert set(BY_HAND) == set(FUNCTIONS)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(FUNCTIONS)), XS)
def test_the_jacobian_is_the_formulas(function: str, x: tuple[float, ...]) -> None:
    found = multiply(Settings(function, x)).jacobian
    expected = BY_HAND[function](torch.tensor(x).double()).float()
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(FUNCTIONS)), XS)
def test_the_jacobian_is_the_stacked_one_hot_products(function: str, x: tuple[float, ...]) -> None:
    rows = [multiply(Settings(function, x, "one-hot", index)).grad for index in range(len(x))]
    stacked = torch.stack([row for row in rows if row is not None])
    torch.testing.assert_close(stacked, multiply(Settings(function, x)).jacobian, rtol=0, atol=0)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FUNCTIONS)), XS, st.sampled_from(["ones", "one-hot", "random"]), st.integers(0, 9999))
def test_backward_is_v_times_j(function: str, x: tuple[float, ...], kind: str, seed: int) -> None:
    result = multiply(Settings(function, x, kind, len(x) - 1, seed))
    assert result.grad is not None
    assert result.product is not None
    torch.testing.assert_close(result.grad, result.product, rtol=1e-4, atol=1e-3)
    weighed_sum = torch.tensor(x, requires_grad=True)
    (result.v * FUNCTIONS[function].run(weighed_sum)).sum().backward()
    torch.testing.assert_close(result.grad, weighed_sum.grad, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_gradcheck_confirms_every_function(function: str) -> None:
    x = torch.tensor([0.3, -1.2, 2.0, 0.7], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(FUNCTIONS[function].run, x)


def test_cumsum_tells_the_product_from_the_other_order() -> None:
    result = multiply(Settings())
    assert result.grad is not None and result.other is not None
    assert (result.grad.tolist(), result.other.tolist()) == ([3, 2, 1], [1, 2, 3])


def test_ones_leave_nothing_of_softmax_and_its_jacobian_is_symmetric() -> None:
    result = multiply(Settings("softmax(x)"))
    assert result.grad is not None
    assert result.grad.tolist() == [0, 0, 0]
    torch.testing.assert_close(result.jacobian, result.jacobian.T)
    torch.testing.assert_close(result.jacobian.sum(0), torch.zeros(3), rtol=0, atol=1e-6)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_v_torch_refuses_unless_y_is_a_single_number(function: str) -> None:
    many, one = multiply(Settings(function, kind=NO_VECTOR)), multiply(Settings(function, (2.0,), NO_VECTOR))
    with pytest.raises(RuntimeError) as live:
        FUNCTIONS[function].run(torch.tensor([1.0, 2.0, 3.0], requires_grad=True)).backward()
    assert many.refusal == f"RuntimeError: {live.value}"
    assert many.grad is many.product is None
    assert not one.refusal
    assert one.grad is not None
    torch.testing.assert_close(one.grad, one.jacobian[0], rtol=0, atol=0)


@pytest.mark.parametrize("own", [(1.0,), (1.0, 2.0), (1.0, 2.0, 3.0, 4.0)])
def test_a_v_of_another_shape_is_refused_in_torchs_own_words(own: tuple[float, ...]) -> None:
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    with pytest.raises(RuntimeError) as live:
        x.cumsum(0).backward(gradient=torch.tensor(own))
    result = multiply(Settings(kind="own numbers", own=own))
    assert result.refusal == f"RuntimeError: {live.value}"
    assert result.says[-1].answer == "None"
    assert multiply(Settings(kind="wrong length")).refusal.startswith("RuntimeError: Mismatch in shape")


@pytest.mark.parametrize("x", [(1.0, 2.0, 3.0), (-0.5,), (0.1, 9.0, -4.0, 2.0, 0.0, 1.0)])
@pytest.mark.parametrize("kind", VECTORS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_snippet_prints_what_the_page_shows(function: str, kind: str, x: tuple[float, ...]) -> None:
    chosen = Settings(function, x, kind, len(x) - 1, 7)
    result = multiply(chosen)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(vector.snippet(chosen), {})  # noqa: S102  # our own snippet, as a reader would run it
    assert printed.getvalue().endswith(f"x.grad: {result.grad}\n")
    assert ("backward: " in printed.getvalue()) == bool(result.refusal)
    assert result.refusal.removeprefix("RuntimeError: ") in printed.getvalue()
    if kind != NO_VECTOR and not result.refusal:
        assert f"J: {result.jacobian}\n" in printed.getvalue()
        assert f"v @ J: {result.product}\n" in printed.getvalue()


@pytest.mark.parametrize(
    "wrong",
    [
        {"function": "sin(x)"},
        {"values": ()},
        {"values": (0.0,) * 7},
        {"values": (11.0,)},
        {"values": (float("nan"),)},
        {"kind": "twos"},
        {"index": 3},
        {"seed": -1},
        {"own": (1.0,) * 13},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_seven_values_are_one_too_many() -> None:
    assert vector.read("1, 2, 3, 4, 5, 6") == (1, 2, 3, 4, 5, 6)
    with pytest.raises(ValueError, match="7 values: at most 6"):
        vector.read("1, 2, 3, 4, 5, 6, 7")
