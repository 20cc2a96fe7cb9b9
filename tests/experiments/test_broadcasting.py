"""The rule is torch's: checked against torch.broadcast_shapes over many shapes."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments.broadcasting import align, result_shape

shapes = st.lists(st.sampled_from([1, 1, 2, 3]), max_size=4).map(tuple)


@settings(deadline=None)
@given(shapes, shapes)
def test_shapes_fit_exactly_where_torch_says_so(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    try:
        expected = tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        assert result_shape(a, b) is None
    else:
        assert result_shape(a, b) == expected


@settings(deadline=None)
@given(shapes, shapes)
def test_what_is_stretched_has_a_stride_of_zero(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    shape = result_shape(a, b)
    if shape is None:
        return
    expanded = {name: torch.zeros(own).expand(shape) for name, own in (("a", a), ("b", b))}
    for place, dim in enumerate(align(a, b)):
        for name, tensor in expanded.items():
            is_longer = tensor.stride(place) == 0 and shape[place] > 1
            is_added = (dim.a if name == "a" else dim.b) is None
            assert (dim.stretched == name) is (is_longer or is_added)


def test_the_alignment_counts_from_the_right_and_marks_what_does_not_fit() -> None:
    first, last = align((3, 4), (3,))
    assert (first.number, first.a, first.b, first.result, first.stretched) == (-2, 3, None, 3, "b")
    assert (last.number, last.a, last.b, last.result, last.stretched) == (-1, 4, 3, None, "")
