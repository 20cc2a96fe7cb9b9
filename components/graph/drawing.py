"""A trace as the browser draws it: boxes and lines with their places, and the same as rows of a table and in words.

A number is written as {k}: the browser fills in what array k holds.
"""

from typing import Any

from components.graph import layout
from components.graph.story import Index
from dashboard.experiments.trace import Edge, Node, Outside, Trace


def draw(trace: Trace, index: Index) -> dict[str, Any]:
    """Return the drawing. `index` gives the number of the array that holds a tensor of the trace.

    Edges are numbered as in the story: recorded ones first, then the links to what no gradient reaches.
    """
    edges = [(position, edge) for position, node in enumerate(trace.nodes) for edge in node.edges]
    ends = [*((position, edge.target) for position, edge in edges), *trace.links]
    arranged = layout.arrange(len(trace.values), ends)
    boxes = [
        {
            "at": place,
            "label": value.label,
            "tag": tag(value),
            "value": index(value.value),
            **_kind(trace, value, index),
        }
        for value, place in zip(trace.values, arranged.places, strict=True)
    ]
    lines = [_flow(trace, position, edge, index) for position, edge in edges]
    lines += [{"link": _link(trace, source, target)} for source, target in trace.links]
    return {
        "columns": arranged.columns,
        "layers": arranged.layers,
        "nodes": boxes,
        "edges": [
            {"from": source, "to": target, "bends": bends, "ports": ports, **line}
            for (source, target), bends, ports, line in zip(ends, arranged.bends, arranged.ports, lines, strict=True)
        ],
        "table": [_row(node, index) for node in reversed(trace.nodes)],
    }


def tag(value: Node | Outside) -> str:
    """Return what torch recorded, in a few words."""
    if isinstance(value, Node):
        return f"leaf: {value.grad_fn}" if value.is_leaf else f"grad_fn: {value.grad_fn}"
    if value.grad_fn:
        return "leaf, not reached" if value.is_input else f"{value.grad_fn}, not reached"
    return "requires_grad=False" if value.is_input else "grad_fn: None"


def _kind(trace: Trace, value: Node | Outside, index: Index) -> dict[str, Any]:
    if isinstance(value, Node):
        return {"leaf": value.is_leaf, "root": value is trace.root, "arrives": index(value.arrives)}
    return {"leaf": value.is_input, "root": False, "outside": "unreached" if value.requires_grad else "untracked"}


def _flow(trace: Trace, position: int, edge: Edge, index: Index) -> dict[str, Any]:
    return {
        "arrives": index(trace.nodes[position].arrives),
        "local": index(edge.local),
        "gradient": index(edge.gradient),
    }


def _link(trace: Trace, source: int, target: int) -> str:
    """Say whether torch recorded a way that backward does not come by, or none."""
    ends = trace.values[source], trace.values[target]
    return "recorded" if all(isinstance(end, Node) or end.requires_grad for end in ends) else "untracked"


def _row(node: Node, index: Index) -> list[str]:
    return [
        node.label,
        f"{{{index(node.value)}}}",
        node.grad_fn,
        f"{{{index(node.arrives)}}}",
        ", ".join(f"{{{index(edge.local)}}}" for edge in node.edges) or "-",
        ", ".join(f"{{{index(edge.gradient)}}}" for edge in node.edges) or f"adds to {node.label}.grad",
    ]


def in_words(trace: Trace) -> str:
    """Return the picture's description for those who do not see it."""
    parts = [
        f"{node.grad_fn} ({node.label}) leads to "
        + " and ".join(trace.nodes[edge.target].grad_fn for edge in node.edges)
        for node in reversed(trace.nodes)
        if node.edges
    ]
    outside = [f"{value.label} ({'not reached' if value.requires_grad else 'untracked'})" for value in trace.outside]
    if not trace.nodes:
        return f"Autograd recorded nothing: no leaf requires grad. Computed, and grey: {', '.join(outside)}."
    only = f"only the leaf {trace.root.label}"
    grey = f" Outside it, grey: {', '.join(outside)}." if outside else ""
    return f"The graph that autograd recorded, from the loss down: {'; '.join(parts or [only])}.{grey}"
