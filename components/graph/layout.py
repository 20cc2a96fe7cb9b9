"""Where the boxes of a recorded graph go: layers from the root at the top to the leaves at the bottom.

The layered drawing of Sugiyama, Tagawa and Toda (https://doi.org/10.1109/TSMC.1981.4308636) in its plainest form: a
node's layer is its longest way from the root, an edge that skips layers gets a bend in each, and sweeps up and down put
everything near the mean of its neighbours.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx

SWEEPS = 8
BOX_GAP = 1.0  # least distance between two boxes of a layer, in columns
BEND_GAP = 0.8  # least distance of a bend from its neighbours: only a line, but with a label beside it
PORTS = 0.6  # share of a box's width over which its edges are spread

Neighbours = dict[Hashable, list[Hashable]]


@dataclass(frozen=True)
class Layout:
    """Places in columns and layers; both start at 0, column 0 is the leftmost.

    Attributes:
        places: (column, layer) of every node.
        bends: for every edge, in the order given, the places that it passes on its way from source to target.
        ports: for every edge, how far from the middle of its boxes it leaves the one and enters the other, in widths.
        columns: the width: the largest column, plus one.
        layers: the number of layers.
    """

    places: tuple[tuple[float, int], ...]
    bends: tuple[tuple[tuple[float, int], ...], ...]
    ports: tuple[tuple[float, float], ...]
    columns: float
    layers: int


def arrange(nodes: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """Place nodes 0 to `nodes - 1` of a directed acyclic graph; `edges` are (source, target), and may be parallel."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(edges)
    layer: dict[Hashable, int] = {
        node: depth for depth, generation in enumerate(nx.topological_generations(graph)) for node in generation
    }
    chains: list[list[Hashable]] = []
    for number, (source, target) in enumerate(edges):
        chain: list[Hashable] = [(number, depth) for depth in range(layer[source] + 1, layer[target])]
        layer |= {bend: layer[source] + 1 + step for step, bend in enumerate(chain)}
        chains.append(chain)
    column = _columns(layer, [[source, *chain, target] for (source, target), chain in zip(edges, chains, strict=True)])
    left = min(column.values())
    place = {item: (column[item] - left, depth) for item, depth in layer.items()}
    ways = [
        [place[source], *(place[bend] for bend in chain), place[target]]
        for (source, target), chain in zip(edges, chains, strict=True)
    ]
    leaving = _spread([(source, way[1][0]) for (source, _), way in zip(edges, ways, strict=True)])
    entering = _spread([(target, way[-2][0]) for (_, target), way in zip(edges, ways, strict=True)])
    return Layout(
        places=tuple(place[node] for node in range(nodes)),
        bends=tuple(tuple(way[1:-1]) for way in ways),
        ports=tuple(zip(leaving, entering, strict=True)),
        columns=max(column.values()) - left + 1,
        layers=max(layer.values()) + 1,
    )


def _spread(ends: list[tuple[int, float]]) -> list[float]:
    """Spread the edges that end at one node over its box, ordered by the column that each comes from or goes to."""
    ports = [0.0] * len(ends)
    for node in {node for node, _ in ends}:
        here = sorted((number for number, (end, _) in enumerate(ends) if end == node), key=lambda edge: ends[edge][1])
        for rank, number in enumerate(here):
            ports[number] = PORTS * ((rank + 0.5) / len(here) - 0.5)
    return ports


def _columns(layer: dict[Hashable, int], paths: Sequence[Sequence[Hashable]]) -> dict[Hashable, float]:
    """Give every node and bend a column, in sweeps that pull it to the mean of its neighbours above, then below."""
    rows: list[list[Hashable]] = [[] for _ in range(max(layer.values()) + 1)]
    for item, depth in layer.items():
        rows[depth].append(item)
    above: Neighbours = {item: [] for item in layer}
    below: Neighbours = {item: [] for item in layer}
    for path in paths:
        for upper, lower in pairwise(path):
            above[lower].append(upper)
            below[upper].append(lower)
    column = {item: float(position) for row in rows for position, item in enumerate(row)}
    for sweep in range(SWEEPS):
        neighbours, order = (above, rows) if sweep % 2 == 0 else (below, rows[::-1])
        for row in order:
            _settle(row, column, neighbours)
    return column


def _settle(row: list[Hashable], column: dict[Hashable, float], neighbours: Neighbours) -> None:
    """Order a row by where its neighbours stand, then keep its members apart around where they would like to be."""

    def wish(item: Hashable) -> float:
        near = neighbours[item]
        return sum(column[other] for other in near) / len(near) if near else column[item]

    wishes = {item: wish(item) for item in row}
    row.sort(key=lambda item: wishes[item])
    free = float("-inf")
    for item in row:
        gap = BEND_GAP if isinstance(item, tuple) else BOX_GAP
        column[item] = max(wishes[item], free + gap)
        free = column[item]
    shift = sum(column[item] - wishes[item] for item in row) / len(row)
    for item in row:
        column[item] -= shift
