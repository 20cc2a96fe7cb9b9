"""Values are read and rolled within bounds, and what is wrong is named."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dashboard.experiments import values
from dashboard.experiments.gradients import Settings


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=12))
def test_values_survive_being_written_and_read(some: list[float]) -> None:
    assert values.read(values.write(some)) == pytest.approx(some, rel=1e-5, abs=1e-12)


@given(st.text(max_size=60))
def test_any_text_of_values_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = values.read(text)
    except ValueError as error:
        assert str(error)
    else:
        Settings(values=found)


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
        values.read(text)


def test_a_seed_rolls_the_same_values_and_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    assert values.roll(3, 5) == values.roll(3, 5) != values.roll(4, 5)
    assert torch.equal(before, torch.get_rng_state())
    assert all(abs(value) <= values.MAX_X for value in values.roll(0, 12))
