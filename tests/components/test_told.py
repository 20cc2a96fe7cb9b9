"""What a browser tells is read, and what is no number in the right place is none."""

import pytest

from components.told import whole


def test_a_move_is_read() -> None:
    assert whole({"moved": {"step": 4, "sequence": 2}}, "moved", "step") == 4


@pytest.mark.parametrize(
    "state", [None, {}, [], 5, {"moved": None}, {"moved": 5}, {"moved": {"step": "x"}}, {"moved": {"step": 1e999}}]
)
def test_what_is_no_move_is_none(state: object) -> None:
    assert whole(state, "moved", "step") is None
