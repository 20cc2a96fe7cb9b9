"""The run in words, one step at a time: values from the leaf up, then gradients from the loss down.

A number is written as {k}: the browser fills in what array k holds at the shown x.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from dashboard.experiments.trace import Edge, Node, Outside, Trace

Index = Callable[[torch.Tensor], int]

WHOLE = "Every number is shown. Forward and Backward play the run node by node; the slider takes it step by step."


@dataclass(frozen=True)
class Entry:
    """One step: its phase, who acts, what happens, which parts of the drawing it lights, and which box it is about."""

    phase: str
    who: str
    text: str
    lights: tuple[str, ...]
    node: int


def tell(trace: Trace, index: Index) -> list[Entry]:
    """Tell the run. `index` gives the number of the array that holds a tensor of the trace."""
    return [*_forward(trace, index), *_backward(trace, index)]


def length(trace: Trace) -> int:
    """Return how many steps the story of this run has."""
    return len(tell(trace, lambda tensor: 0))


def _forward(trace: Trace, index: Index) -> Iterator[Entry]:
    ends = [*((number, edge.target) for number, node in enumerate(trace.nodes) for edge in node.edges), *trace.links]
    for position in trace.forward:
        value = trace.values[position]
        lines = tuple(f"line-{number}" for number, (source, _) in enumerate(ends) if source == position)
        text = _made(value).format(value=f"{{{index(value.value)}}}", grad_fn=value.grad_fn)
        yield Entry("forward", value.label, text, (f"value-{position}", *lines), position)


# What happened when a value came to be: (whether torch tracks it, whether it was given).
MADE = {
    (True, True): " = {value} is a leaf: you made it, and it requires grad. So torch writes down what is done with it.",
    (True, False): " computes {value}; torch remembers how to go back: {grad_fn}.",
    (False, True): " = {value} does not require grad. Torch computes with it and writes nothing down for it.",
    (False, False): " computes {value} and nothing is written down: nothing that requires grad went in.",
}
DETACHED = " hands {value} on without its history: nothing is written down, and no gradient will come back this way."


def _made(value: Node | Outside) -> str:
    if value.operation == "detach":
        return DETACHED
    if isinstance(value, Outside):
        return MADE[value.requires_grad, value.is_input]
    return MADE[True, value.is_leaf]


def _backward(trace: Trace, index: Index) -> Iterator[Entry]:
    if trace.refusal:
        last = trace.forward[-1]
        yield Entry("backward", "backward()", f" raises RuntimeError: {trace.refusal}.", (f"value-{last}",), last)
        return
    edges = [(position, edge) for position, node in enumerate(trace.nodes) for edge in node.edges]
    arrives = f"{{{index(trace.root.arrives)}}}"
    starts = f" starts at the loss with {arrives}: the loss changes as itself."
    yield Entry("backward", "backward()", starts, ("start",), len(trace.nodes) - 1)
    for position in trace.order:
        node = trace.nodes[position]
        if node.is_leaf:
            yield Entry("backward", node.grad_fn, _adds(position, node, edges, index), (f"grad-{position}",), position)
        else:
            lights = tuple(f"edge-{number}" for number, (source, _) in enumerate(edges) if source == position)
            yield Entry("backward", node.grad_fn, _passes(trace, node, index), lights, position)


def _adds(position: int, node: Node, edges: list[tuple[int, Edge]], index: Index) -> str:
    paths = [f"{{{index(edge.gradient)}}}" for _, edge in edges if edge.target == position]
    total = f"{{{index(node.arrives)}}}"
    summed = f" receives {total}, the sum of all paths ({' + '.join(paths)}), once, and" if len(paths) > 1 else ""
    return f"{summed} adds {total} to {node.label}.grad, which was empty before."


def _passes(trace: Trace, node: Node, index: Index) -> str:
    return ";".join(_along(trace, node, edge, index) for edge in node.edges) + "."


def _along(trace: Trace, node: Node, edge: Edge, index: Index) -> str:
    arrives, local, gradient = (f"{{{index(tensor)}}}" for tensor in (node.arrives, edge.local, edge.gradient))
    target = trace.nodes[edge.target].label
    if bool((edge.local == 1).all()):
        return f" passes the gradient on unchanged to {target}: {arrives} × {local} = {gradient}"
    return f" multiplies what arrives, {arrives}, by its local derivative, {local}, and hands {gradient} to {target}"
