"""Typed lists are read, or refused in words; nothing typed runs."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dashboard.experiments.typed_lists import read_list


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[1, 2]", [1, 2]),
        ("1, 2.5", [1, 2.5]),
        ("3", [3]),
        ("", []),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("(1, 2)", [[1, 2]]),
        ("[True, -1e3, 1+2j]", [True, -1000.0, 1 + 2j]),
    ],
)
def test_lists_are_read(text: str, values: object) -> None:
    assert read_list(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "[1, 'a']",
        "[x]",
        "[1",
        "__import__('os')",
        "[{}]",
        "1e999",
        "10**30",
        "1" + "0" * 30,
        "[" * 90,
        "[[[[[1]]]]]",
        "1," * 200,
    ],
)
def test_what_is_no_list_of_numbers_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        read_list(text)


@given(st.recursive(st.integers(-99, 99) | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_what_is_written_is_read_again(values: object) -> None:
    text = repr(values)
    if isinstance(values, list) and len(text) < 300:
        try:
            assert read_list(text) == values
        except ValueError as error:
            assert "brackets" in str(error)


@given(st.text(max_size=320))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        torch.tensor(read_list(text))
    except (ValueError, TypeError, RuntimeError) as error:
        assert str(error)
