"""Strides, offsets and sharing are torch's; the arithmetic is checked against what the tensors really hold."""

import contextlib
import io
import itertools
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import layouts, view_operations, views
from dashboard.experiments.view_operations import OPERATIONS
from dashboard.experiments.views import WRITES, Settings, look


def run(code: str) -> tuple[dict[str, Any], str]:
    """Run a snippet as a reader would; return its names and what it printed."""
    namespace: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)  # noqa: S102  # our own snippet
    return namespace, printed.getvalue()


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
ARGUMENTS = {
    "reshape": ["12", "4, 3", "-1", "2, -1", "3, 2, 2", ""],
    "view": ["12", "-1", "2, 2, 3", "4, 3"],
    "transpose": ["0, 1", "-1, 0", "0, 2"],
    "permute": ["1, 0", "2, 0, 1", "0"],
    "slice": ["1:", "::2", ":, ::2", "1:3, 1:", "-1", "0, 1:2", "5:", "::-1"],
    "select": ["0, 1", "1, 0", "-1, -1", "0, 9"],
    "unsqueeze": ["0", "-1", "1", "5"],
    "squeeze": ["", "0", "1"],
    "expand": ["2, 3, 4", "3, 4", "2, 2, 3, 4", "-1, 4", "5, 5"],
}


@st.composite
def chains(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    names = draw(st.lists(st.sampled_from(sorted(OPERATIONS)), max_size=3))
    return tuple((name, draw(st.sampled_from(ARGUMENTS.get(name, [""])))) for name in names)


@settings(deadline=None, max_examples=200)
@given(shapes, chains())
def test_offset_plus_index_times_stride_is_the_cell_that_every_element_reads(
    sizes: tuple[int, ...], chain: tuple[tuple[str, str], ...]
) -> None:
    result = look(Settings(sizes, chain))
    made = result.layouts[-1]
    by_hand = [
        made.offset + sum(index * stride for index, stride in zip(place, made.stride, strict=True))
        for place in itertools.product(*map(range, made.shape))
    ]
    assert list(made.cells) == by_hand
    assert result.y.reshape(-1).tolist() == [result.y_storage[cell].item() for cell in made.cells]


@settings(deadline=None, max_examples=150)
@given(shapes, chains(), st.sampled_from(WRITES), st.integers(0, 100))
def test_a_write_reaches_the_base_exactly_where_storage_is_shared(
    sizes: tuple[int, ...], chain: tuple[tuple[str, str], ...], write: str, element: int
) -> None:
    result = look(Settings(sizes, chain, write, element))
    fresh = layouts.base(sizes)
    changed = set(torch.nonzero(result.x.reshape(-1) != fresh.reshape(-1)).flatten().tolist())
    assert changed == set(result.x_changed)
    if not result.shares or write == WRITES[0]:
        assert not changed
    elif write == "y[...] = 100" and result.y.numel():
        flat = min(element, result.y.numel() - 1)
        cell = result.layouts[-1].cells[flat]
        assert changed == ({cell} if fresh.reshape(-1)[cell] != 100 else set())


@settings(deadline=None, max_examples=100)
@given(shapes, chains(), st.sampled_from(WRITES), st.integers(0, 100))
def test_the_snippet_runs_alone_and_ends_with_the_tensors_of_the_page(
    sizes: tuple[int, ...], chain: tuple[tuple[str, str], ...], write: str, element: int
) -> None:
    chosen = Settings(sizes, chain, write, element)
    result = look(chosen)
    namespace, printed = run(views.snippet(chosen))
    assert torch.equal(namespace["x"], result.x)
    assert torch.equal(namespace["y"], result.y)
    made = result.layouts[-1]
    assert (
        f"shape: {made.shape} stride: {made.stride} offset: {made.offset}\nshared storage: {made.shares}\n" in printed
    )
    if result.error:
        assert f"refused: {result.error.answer.split(': ', 1)[1]}" in printed


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_suggested_for_an_operation_works(name: str) -> None:
    text = views.suggestion((3, 4), (), name)
    result = look(Settings((3, 4), ((name, text),)))
    assert result.error is None
    assert not result.limit


@settings(deadline=None, max_examples=80)
@given(shapes, chains(), st.sampled_from(sorted(OPERATIONS)))
def test_a_suggestion_can_always_be_read(sizes: tuple[int, ...], chain: tuple[tuple[str, str], ...], name: str) -> None:
    OPERATIONS[name].read(views.suggestion(sizes, chain[:2], name) or ("0" if name == "slice" else ""))


@pytest.mark.parametrize(
    ("chain", "shares"),
    [
        ((("T", ""),), True),
        ((("T", ""), ("reshape", "12")), False),
        ((("reshape", "12"),), True),
        ((("slice", "1:"),), True),
        ((("expand", "2, 3, 4"),), True),
        ((("flatten", ""),), True),
        ((("T", ""), ("flatten", "")), False),
        ((("contiguous", ""),), True),
        ((("T", ""), ("contiguous", "")), False),
        ((("clone", ""),), False),
        ((("detach", ""),), True),
    ],
)
def test_who_shares_and_who_copies(chain: tuple[tuple[str, str], ...], shares: bool) -> None:
    assert look(Settings((3, 4), chain)).shares is shares


def test_data_ptr_alone_misleads() -> None:
    made = look(Settings((3, 4), (("slice", "1:"),))).layouts[-1]
    assert made.shares
    assert not made.same_pointer


def test_view_works_on_what_is_not_contiguous_where_strides_allow_it() -> None:
    result = look(Settings((3, 4), (("T", ""), ("view", "2, 2, 3"))))
    assert not result.layouts[1].is_contiguous
    assert result.error is None
    assert result.shares


def test_view_refuses_in_torchs_words_and_there_is_a_way_out() -> None:
    with pytest.raises(RuntimeError) as live:
        layouts.base((3, 4)).T.view(12)
    result = look(Settings((3, 4), (("T", ""), ("view", "12"))))
    assert result.error is not None
    assert result.error.answer == f"RuntimeError: {live.value}"
    assert result.way_out[-1].answer == "False"
    assert look(Settings((3, 4), (("view", "5"),))).way_out == ()


def test_an_expanded_tensor_refuses_an_in_place_sum() -> None:
    result = look(Settings((3, 4), (("expand", "2, 3, 4"),), "y.add_(1)"))
    refused = next(said for said in result.says if said.is_error)
    assert "more than one element of the written-to tensor refers to a single memory location" in refused.answer
    assert not result.x_changed


def test_this_page_has_limits_of_its_own_and_says_so() -> None:
    assert "at most 216" in look(Settings((3, 4), (("expand", "99, 3, 4"),))).limit
    assert "two dimensions" in look(Settings((2, 2, 2), (("T", ""),))).limit


@given(st.text(max_size=30))
def test_any_text_in_brackets_is_read_or_refused_in_words(text: str) -> None:
    for read in (view_operations.read_numbers, view_operations.read_index):
        try:
            read(text)
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize("index", ["1:", "::2", "0, 1:3", "-1, :, 1:5:2"])
def test_an_index_is_written_as_it_was_read(index: str) -> None:
    assert view_operations.write_index(view_operations.read_index(index)) == index


@pytest.mark.parametrize(
    "wrong",
    [
        {"sizes": ()},
        {"sizes": (7,)},
        {"sizes": (1, 1, 1, 1)},
        {"operations": (("clone", ""),) * 4},
        {"operations": (("eval", ""),)},
        {"operations": (("view", "a"),)},
        {"operations": (("T", "1"),)},
        {"write": "x.fill_(0)"},
        {"element": -1},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)
