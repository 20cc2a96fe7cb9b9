"""Every factory makes what its code says, and every fact is torch's."""

import contextlib
import io
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import tensors
from dashboard.experiments.tensors import DTYPES, FACTORIES, INFERRED, Settings, inspect, snippet


def default(factory: str, **changes: Any) -> Settings:
    """Return a factory's settings with its own first arguments."""
    chosen = Settings(factory, arguments=tuple(value for _, value in FACTORIES[factory].arguments))
    return replace(chosen, **changes)


def run(code: str) -> tuple[dict[str, Any], str]:
    """Run a snippet as a reader would; return its names and what it printed."""
    namespace: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)  # noqa: S102  # our own snippet
    return namespace, printed.getvalue()


def test_the_first_tensor_is_ten_to_a_hundred_and_twenty() -> None:
    result = inspect(Settings())
    assert torch.equal(result.x, torch.arange(10.0, 130.0, 10.0).reshape(3, 4))
    assert result.refused == ""


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("dtype", [INFERRED, *DTYPES])
@pytest.mark.parametrize("factory", FACTORIES)
def test_the_snippet_makes_the_tensor_and_prints_the_facts_of_the_page(
    factory: str, dtype: str, requires_grad: bool
) -> None:
    chosen = default(factory, dtype=dtype, requires_grad=requires_grad, seed=7)
    result = inspect(chosen)
    namespace, printed = run(snippet(chosen))
    assert torch.equal(namespace["x"].detach(), result.x)
    assert namespace["x"].dtype == result.x.dtype
    for line, ask in tensors.FACTS:
        assert f"{line}: {ask(namespace['x'])!r}\n" in printed
        assert next(said.answer for said in result.says if said.line == line) == repr(ask(namespace["x"]))
    assert next(said.answer for said in result.says if said.line == "x") == repr(namespace["x"])


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([name for name in FACTORIES if "list" not in FACTORIES[name].needs and name != "eye"]),
    st.lists(st.integers(1, 8), min_size=1, max_size=4),
)
def test_the_shape_is_the_one_asked_for(factory: str, sizes: list[int]) -> None:
    chosen = default(factory, sizes=tuple(sizes))
    assert inspect(chosen).x.shape == torch.Size(sizes)
    assert torch.equal(run(snippet(chosen))[0]["x"], inspect(chosen).x)


@pytest.mark.parametrize(
    ("chosen", "refused", "words"),
    [
        (default("arange", dtype="int64", requires_grad=True), "requires_grad", "only Tensors of floating point"),
        (default("rand", dtype="int64"), "dtype", "not implemented for 'Long'"),
        (default("randn", dtype="bool"), "dtype", "not implemented for 'Bool'"),
        (default("full", arguments=(300,), dtype="int8"), "dtype", "cannot be converted to type int8_t"),
        (default("randint", arguments=(5, 5)), "arguments", "expects 'from' to be less than 'to'"),
        (default("arange", arguments=(1, 0)), "arguments", "step must be nonzero"),
        (default("tensor", listed="[[1], [1, 2]]"), "list", "expected sequence of length 1"),
        (default("from_numpy", listed="[[1], [1, 2]]"), "list", "inhomogeneous shape"),
    ],
)
def test_what_torch_refuses_is_named_in_its_own_words_and_the_rest_is_shown(
    chosen: Settings, refused: str, words: str
) -> None:
    result = inspect(chosen)
    assert result.refused == refused
    assert words in result.error
    assert result.x.numel()


def test_a_refusals_text_is_the_live_one() -> None:
    with pytest.raises(RuntimeError) as live:
        torch.rand(3, 4, dtype=torch.int64)
    assert inspect(default("rand", dtype="int64")).error == f"{type(live.value).__name__}: {live.value}"


def test_random_factories_take_the_seed_and_leave_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    for factory in ("rand", "randn", "randint", "rand_like"):
        inspect.cache_clear()
        first = inspect(default(factory, seed=1)).x
        inspect.cache_clear()
        assert torch.equal(first, inspect(default(factory, seed=1)).x)
        assert not torch.equal(first, inspect(default(factory, seed=2)).x)
    assert torch.equal(before, torch.get_rng_state())


def test_from_numpy_takes_no_dtype_and_shares_numpys_memory() -> None:
    result = inspect(default("from_numpy", dtype="float16"))
    assert result.refused == "dtype"
    assert "from_numpy() takes no keyword arguments" in result.error
    array = np.array([1.0, 2.0])
    x = torch.from_numpy(array)
    array[0] = 5
    assert x.tolist() == [5, 2]


def test_inferred_dtypes() -> None:
    inferred = {name: inspect(default(name, dtype=INFERRED)).x.dtype for name in FACTORIES}
    assert inferred["arange"] == inferred["tensor"] == inferred["randint"] == inferred["full"] == torch.int64
    assert inferred["rand"] == inferred["zeros"] == inferred["eye"] == torch.float32
    assert inferred["rand_like"] == inferred["zeros_like"] == inferred["new_tensor"] == torch.float64


@pytest.mark.parametrize(
    "wrong",
    [
        {"factory": "empty"},
        {"sizes": ()},
        {"sizes": (1,) * 5},
        {"sizes": (0,)},
        {"sizes": (65,)},
        {"sizes": (64, 65)},
        {"sizes": (64, 64, 2)},
        {"arguments": ()},
        {"arguments": (1, 10**6)},
        {"dtype": "float8"},
        {"seed": -1},
        {"listed": "import os"},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)


def test_the_largest_tensor_is_allowed() -> None:
    for sizes in itertools.chain([(64, 64)], [(16, 16, 16)], [(8, 8, 8, 8)]):
        assert inspect(default("randn", sizes=sizes)).x.numel() == tensors.MAX_ELEMENTS
