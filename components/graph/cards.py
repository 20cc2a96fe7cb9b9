"""What one box of the drawing is: its facts, what it saved for backward, and what its place in the graph means."""

from typing import Any

from components.graph.drawing import tag
from components.graph.story import Entry, Index
from dashboard.experiments.ledger import Saved
from dashboard.experiments.trace import Node, Outside, Trace

ABOUT = {
    "leaf": "A leaf: you made it, nothing was recorded before it, and it requires grad. Its node is AccumulateGrad: "
    "once per backward(), it adds what arrives to {label}.grad.",
    "root": "The root: backward() starts here, with 1. A node's name is about the way back; the value in the box is "
    "the forward result.",
    "between": "An intermediate result. A node's name is about the way back; the value in the box is the forward "
    "result. Its gradient passes through and is not kept in .grad.",
    "input": "It does not require grad, so torch leaves it out of its graph: no node, no gradient. It is drawn here "
    "because the loss was computed from it.",
    "detach": "detach() hands the value on without its history. For torch the result is a leaf: nothing was recorded "
    "before it, so no gradient goes back this way.",
    "plain": "Nothing that requires grad went in, so torch recorded nothing: is_leaf is True, which here only means "
    "that nothing was recorded before it.",
    "cut off": "It requires grad, but the loss's record does not lead here: backward() never comes by.",
}


def card(trace: Trace, number: int, story: list[Entry], index: Index) -> dict[str, Any]:
    """Return the card of the value with this index; a fact is (term, kind, text, step from which it is known)."""
    value = trace.values[number]
    ran = next((step for step, entry in enumerate(story, 1) if entry.phase == "backward" and entry.node == number), 0)
    if isinstance(value, Node) and value is trace.root and not value.is_leaf:
        ran += 1  # backward() starting at the root is a step of its own, before its node runs
    facts = [
        ("operation", "", value.operation or "none: you made it", 0),
        ("value", "value", f"{{{index(value.value)}}}", 0),
        ("shape", "", shape(value), 0),
        ("grad_fn", "", value.grad_fn if value.operation and value.grad_fn else "None", 0),
        *_recorded(value, ran, index),
    ]
    about = ABOUT[_place(trace, value)].format(label=value.label)
    kept = value.saved if isinstance(value, Node) else ()
    return {
        "title": value.label,
        "about": about,
        "facts": facts,
        "ran": ran,
        "saved": [(saved.name, saved_text(saved, index), saved.is_tensor) for saved in kept],
    }


def _recorded(value: Node | Outside, ran: int, index: Index) -> list[tuple[str, str, str, int]]:
    if isinstance(value, Outside):
        grad = [(f"{value.label}.grad", "", "None", 0)] if value.is_input else []
        return [("requires_grad", "", str(value.requires_grad), 0), *grad]
    arrives = f"{{{index(value.arrives)}}}"
    if value.is_leaf:
        return [("node", "", value.grad_fn, 0), (f"{value.label}.grad", "gradient", f"+= {arrives}", ran)]
    return [("gradient", "gradient", arrives, ran)]


def _place(trace: Trace, value: Node | Outside) -> str:
    if isinstance(value, Outside):
        if value.requires_grad:
            return "cut off"
        return "input" if value.is_input else "detach" if value.operation == "detach" else "plain"
    return "leaf" if value.is_leaf else "root" if value is trace.root else "between"


def shape(value: Node | Outside) -> str:
    """Return the shape as torch prints it, without its class's name: `()` for a single number."""
    return str(tuple(value.value.shape))


def saved_text(saved: Saved, index: Index) -> str:
    """Return what was saved; a tensor's number is left to the browser."""
    value = saved.value
    return str(value) if isinstance(value, int | float) else f"tensor({{{index(value)}}})"


def rows(trace: Trace, drawn: list[list[str]], index: Index) -> list[list[str]]:
    """Return the table of the whole drawing: the recorded nodes' rows, and after them what no gradient reaches."""
    nodes = [
        [*row, shape(node), ", ".join(f"{saved.name} = {saved_text(saved, index)}" for saved in node.saved) or "-"]
        for row, node in zip(drawn, reversed(trace.nodes), strict=True)
    ]
    outside = [
        [value.label, f"{{{index(value.value)}}}", tag(value), "-", "-", "-", shape(value), "-"]
        for value in trace.outside
    ]
    return nodes + outside
