"""The bytes are counted as torch's own graph shows them: each storage once."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import saved
from dashboard.experiments.saved import ELEMENTS, OPERATIONS, Kept

SIZE = ELEMENTS * 4


def saved_by_nodes(node: Any) -> Iterator[torch.Tensor]:
    """Walk the graph and read what its nodes say that they saved: an oracle without hooks.

    Numbers such as the 2 of `2 * y` are read as tensors without a dimension; they are left out, as the page says.
    """
    for name in dir(node):
        if name.startswith("_saved_") and isinstance(tensor := getattr(node, name), torch.Tensor) and tensor.ndim:
            yield tensor
    for next_node, _ in node.next_functions:
        if next_node is not None:
            yield from saved_by_nodes(next_node)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(list(OPERATIONS)), st.integers(1, saved.MAX_OPERATIONS))
def test_the_nodes_themselves_hold_as_many_bytes(operation: str, length: int) -> None:
    leaf = torch.ones(ELEMENTS, requires_grad=True)
    result = saved.repeat(OPERATIONS[operation], leaf, length)
    held = {tensor.untyped_storage().data_ptr() for tensor in saved_by_nodes(result.grad_fn)}
    kept = saved.chain(operation, length).tracked
    assert kept.referenced == SIZE * len(held)
    assert kept.extra == SIZE * len(held - {leaf.untyped_storage().data_ptr()})


@pytest.mark.parametrize(
    ("operation", "extra", "keeps"),
    [
        ("y + 1", 0, "no tensor"),
        ("2 * y", 0, "no tensor"),
        ("y.sin()", 36_000, "its input"),
        ("y**2", 36_000, "its input"),
        ("y.exp()", 40_000, "its result"),
    ],
)
def test_ten_operations_on_4000_bytes(operation: str, extra: int, keeps: str) -> None:
    chain = saved.chain(operation, 10)
    assert (chain.tracked.extra, chain.keeps) == (extra, keeps)
    assert chain.untracked == Kept(0, 0)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_name_of_an_operation_is_its_code(operation: str) -> None:
    y = torch.linspace(0.5, 2, 5)
    assert torch.equal(OPERATIONS[operation](y), eval(operation, {"y": y}))  # noqa: S307  # a key of our own table


def test_a_storage_that_is_saved_twice_counts_once() -> None:
    c = torch.rand(2, 2, requires_grad=True)
    assert saved.measure(lambda: c @ c, c) == Kept(referenced=16, extra=0)
    other = torch.rand(2, 2)
    assert saved.measure(lambda: (c @ other) * other, c) == Kept(referenced=16, extra=16)


def test_a_number_is_kept_without_a_byte_of_a_tensor() -> None:
    x = torch.ones(3, requires_grad=True)
    assert saved.measure(lambda: 2 * x, x) == Kept(0, 0)
    total = (2 * x).sum()
    total.backward()
    with pytest.raises(RuntimeError, match="second time"):
        total.backward()
