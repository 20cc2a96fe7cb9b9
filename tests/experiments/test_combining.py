"""What two tensors make, and where every element of it came from."""

import contextlib
import io
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import combining
from dashboard.experiments.combining import ALL, DIMS, OPERATIONS, Settings, combine, snippet

shapes = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=3).map(tuple)


def run(code: str) -> tuple[dict[str, Any], str]:
    """Run a snippet as a reader would; return its names and what it printed."""
    namespace: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)  # noqa: S102  # our own snippet
    return namespace, printed.getvalue()


@settings(deadline=None, max_examples=200)
@given(shapes, shapes, st.sampled_from(sorted(OPERATIONS)), st.sampled_from(DIMS), st.booleans())
def test_the_snippet_runs_alone_and_prints_what_the_page_shows(
    a: tuple[int, ...], b: tuple[int, ...], operation: str, dim: str, keepdim: bool
) -> None:
    chosen = Settings(a, b, operation, dim, keepdim)
    result = combine(chosen)
    namespace, printed = run(snippet(chosen))
    if result.error:
        assert printed == f"{result.error}\n"
    elif result.c is None:
        assert namespace["c"] == result.a.item()
    else:
        assert torch.equal(namespace["c"], result.c)


@settings(deadline=None, max_examples=100)
@given(shapes, shapes, st.sampled_from("+-*/"))
def test_elementwise_results_come_from_the_element_under_them(
    a: tuple[int, ...], b: tuple[int, ...], operation: str
) -> None:
    result = combine(Settings(a, b, operation))
    if result.c is None:
        return
    places = [
        torch.arange(math.prod(shape)).reshape(shape).expand(result.c.shape).reshape(-1).tolist() for shape in (a, b)
    ]
    assert [list(found) for found in zip(*places, strict=True)] == [
        [*one, *other] for one, other in zip(result.from_a, result.from_b, strict=True)
    ]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_a_product_comes_from_a_row_and_a_column(rows: int, inner: int, columns: int) -> None:
    result = combine(Settings((rows, inner), (inner, columns), "@"))
    for place, (one, other) in enumerate(zip(result.from_a, result.from_b, strict=True)):
        row, column = divmod(place, columns)
        assert list(one) == [row * inner + step for step in range(inner)]
        assert list(other) == [step * columns + column for step in range(inner)]


@pytest.mark.parametrize("operation", ["sum", "mean", "max"])
@pytest.mark.parametrize("keepdim", [True, False])
@pytest.mark.parametrize("dim", ["0", "1", "-1", ALL])
def test_a_reduction_comes_from_the_whole_of_what_it_folds(operation: str, dim: str, keepdim: bool) -> None:
    result = combine(Settings((3, 4), (1,), operation, dim, keepdim))
    table = torch.arange(12).reshape(3, 4)
    expected = {"0": table.T.tolist(), "1": table.tolist(), "-1": table.tolist(), ALL: [list(range(12))]}[dim]
    assert [list(found) for found in result.from_a] == expected
    assert set(result.from_b) == {()}
    assert result.c is not None
    kept = {"0": (1, 4), "1": (3, 1), "-1": (3, 1), ALL: ()}[dim]
    assert result.c.shape == (kept if keepdim else {"0": (4,), "1": (3,), "-1": (3,), ALL: ()}[dim])


def test_cat_and_stack_take_every_element_once() -> None:
    for operation in ("cat", "stack"):
        result = combine(Settings((2, 3), (2, 3), operation, "1"))
        assert sorted(place for found in result.from_a for place in found) == list(range(6))
        assert sorted(place for found in result.from_b for place in found) == list(range(6))
        assert all(len(one) + len(other) == 1 for one, other in zip(result.from_a, result.from_b, strict=True))


def test_the_surprise_is_a_table_of_sixteen() -> None:
    result = combine(Settings())
    assert result.c is not None
    assert result.c.shape == (4, 4)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Settings((3, 4), (3,), "+"), "The size of tensor a (4) must match the size of tensor b (3)"),
        (Settings((3, 4), (3, 4), "@"), "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)"),
        (Settings((2,), (3,), "stack"), "stack expects each tensor to be equal size"),
        (Settings((3,), (3,), "sum", "2"), "Dimension out of range"),
        (Settings((3,), (3,), "item"), "a Tensor with 3 elements cannot be converted to Scalar"),
    ],
)
def test_torch_refuses_in_its_own_words(chosen: Settings, words: str) -> None:
    assert words in combine(chosen).error


def test_item_answers_with_a_python_number() -> None:
    assert combine(Settings((1, 1), (1,), "item")).says[-1].answer == "1.0"


def test_the_largest_result_is_a_table_of_4096() -> None:
    result = combine(Settings((8, 8, 1, 1), (8, 8), "*"))
    assert result.c is not None
    assert result.c.numel() == 4096


@given(st.text(max_size=30))
def test_any_text_is_a_shape_or_refused_in_words(text: str) -> None:
    try:
        shape = combining.read_shape(text)
    except ValueError as error:
        assert str(error)
    else:
        assert combining.read_shape(combining.write_shape(shape)) == shape


@pytest.mark.parametrize(
    "wrong", [{"a": (9,)}, {"b": (8, 8, 2)}, {"a": (0,)}, {"operation": "**"}, {"dim": "7"}, {"low": 10**6}]
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)
