"""The layered layout: downwards, apart, and the same for the same graph."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.graph.layout import BOX_GAP, arrange


@st.composite
def dags(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """Return a graph whose edges lead from a larger number to a smaller one, as a trace's do, some of them parallel."""
    nodes = draw(st.integers(1, 25))
    pairs = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(lambda pair: pair[0] > pair[1])
    return nodes, draw(st.lists(pairs, max_size=40)) if nodes > 1 else []


@given(dags())
def test_edges_lead_down_through_a_bend_in_every_layer(graph: tuple[int, list[tuple[int, int]]]) -> None:
    nodes, edges = graph
    layout = arrange(nodes, edges)
    for (source, target), bends in zip(edges, layout.bends, strict=True):
        way = [layout.places[source], *bends, layout.places[target]]
        assert all(lower[1] - upper[1] == 1 for upper, lower in pairwise(way))


@given(dags())
def test_boxes_of_a_layer_never_overlap(graph: tuple[int, list[tuple[int, int]]]) -> None:
    layout = arrange(*graph)
    for layer in range(layout.layers):
        columns = sorted(column for column, depth in layout.places if depth == layer)
        assert all(right - left >= BOX_GAP - 1e-9 for left, right in pairwise(columns))
    assert min(column for column, _ in layout.places) >= 0
    assert max(column for column, _ in layout.places) <= layout.columns - 1 + 1e-9


@given(dags())
def test_edges_at_one_box_keep_apart(graph: tuple[int, list[tuple[int, int]]]) -> None:
    nodes, edges = graph
    layout = arrange(nodes, edges)
    for node in range(nodes):
        leaving = [ports[0] for (source, _), ports in zip(edges, layout.ports, strict=True) if source == node]
        entering = [ports[1] for (_, target), ports in zip(edges, layout.ports, strict=True) if target == node]
        assert len(set(leaving)) == len(leaving)
        assert len(set(entering)) == len(entering)
        assert all(abs(port) < 0.5 for port in leaving + entering)


def test_a_chain_is_one_column() -> None:
    layout = arrange(3, [(1, 0), (2, 1)])
    assert layout.places == ((0, 2), (0, 1), (0, 0))
    assert (layout.columns, layout.layers) == (1, 3)


def test_a_long_edge_passes_beside_what_it_skips() -> None:
    layout = arrange(3, [(2, 0), (2, 1), (1, 0)])
    (bend,) = layout.bends[0]
    assert abs(bend[0] - layout.places[1][0]) >= 0.5


@pytest.mark.parametrize("nodes", [1, 2])
def test_parallel_edges_and_single_nodes_are_fine(nodes: int) -> None:
    arrange(nodes, [(1, 0), (1, 0)] if nodes == 2 else [])
