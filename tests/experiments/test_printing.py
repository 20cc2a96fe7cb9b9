"""Elements are written as torch itself writes them."""

import re

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.experiments import printing
from dashboard.experiments.tensors import DTYPES


def printed(values: torch.Tensor) -> list[str]:
    """Return the elements' texts out of torch's own repr of a flat tensor."""
    inside = re.search(r"\[(.*)\]", repr(values), re.DOTALL)
    assert inside
    return [text.strip() for text in inside[1].split(",")]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(DTYPES)), st.lists(st.floats(), min_size=1, max_size=9))
@example("float32", [1.0, 2.0, float("nan")])
@example("float32", [1.0, 1001.0])
@example("float64", [1e-300, 1e300])
@example("float16", [65504.0, 0.1])
@example("complex64", [-0.0, 1.5])
@example("float32", [0.0, float("inf")])
def test_every_element_reads_as_in_torchs_repr(dtype: str, numbers: list[float]) -> None:
    floats = torch.tensor(numbers, dtype=torch.float64)
    values = (torch.complex(floats, -floats) if dtype == "complex64" else floats).to(DTYPES[dtype])
    assert printing.texts(values) == printed(values)


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
def test_a_thousand_elements_read_as_in_torchs_repr(dtype: torch.dtype) -> None:
    values = (torch.randn(1000, generator=torch.Generator().manual_seed(0)) * 50).to(dtype)
    assert printing.texts(values) == printed(values)


def test_shades_run_from_the_smallest_to_the_largest() -> None:
    assert printing.shades(torch.tensor([1.0, 2.0, 3.0, 4.0]), 4) == [0, 1, 2, 3]
    assert printing.shades(torch.tensor([5, 5]), 4) == [0, 0]
    assert printing.shades(torch.tensor([False, True]), 8) == [0, 7]
    assert printing.shades(torch.tensor([3 + 4j, 0j]), 8) == [7, 0]


@given(st.lists(st.floats(), max_size=9))
def test_shades_stay_within_their_levels(numbers: list[float]) -> None:
    assert all(0 <= shade < 8 for shade in printing.shades(torch.tensor(numbers, dtype=torch.float64), 8))
