"""What autograd recorded: run a program, walk `grad_fn.next_functions`, and watch the engine go back through it."""

from collections.abc import Callable, Collection, Mapping

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import get_gradient_edge

from dashboard.experiments.dispatch import Ran, Results
from dashboard.experiments.ledger import read_saved
from dashboard.experiments.trace import Edge, Node, Outside, Trace

Label = Callable[[torch.Tensor, str], str]


def trace(
    program: Callable[..., torch.Tensor],
    label: Label = lambda result, operation: operation,
    **leaves: torch.Tensor,
) -> Trace:
    """Run an elementwise program forward and backward, and return everything that autograd did.

    Args:
        program: called with the leaves by name; returns the loss, in the shape of the leaves. Elementwise, so that a
            node called with ones answers with its local derivative at every element.
        label: names a result, given the tensor and the name of the operation that ran.
        leaves: values, of one shape; fresh leaves that require grad are made of them. Backward starts with ones, which
            for a scalar is what `backward()` means.

    Raises:
        RuntimeError: torch's own, if the loss does not depend on a leaf.

    Source: https://docs.pytorch.org/docs/stable/notes/autograd.html
    """
    run = record(program, leaves, tracked=leaves, label=label)
    if run.refusal:
        raise RuntimeError(run.refusal)
    return run


def record(
    program: Callable[..., torch.Tensor],
    leaves: Mapping[str, torch.Tensor],
    *,
    tracked: Collection[str],
    label: Label = lambda result, operation: operation,
    source: Callable[[], int | None] = lambda: None,
) -> Trace:
    """Do what `trace` does where only some leaves require grad, and keep what no gradient reaches, too.

    Args:
        program, leaves, label: as for `trace`.
        tracked: the names of the leaves that require grad.
        source: asked as each operation runs; what it answers is kept with the result.
    """
    inputs = {name: value.detach().clone().requires_grad_(name in tracked) for name, value in leaves.items()}
    with torch.enable_grad(), Results(source) as results:
        loss = program(**inputs)
    ran = [*(Ran("", leaf, name=name) for name, leaf in inputs.items()), *results.ran]
    recorded = {_grad_fn(item.result): item for item in ran if item.result.requires_grad}
    reached = reached_from(_grad_fn(loss)) if loss.requires_grad else {}
    fns = [fn for fn in recorded if fn in reached]
    locals_ = [_local_derivatives(fn, recorded[fn].result) for fn in fns]
    kept = [read_saved(fn) for fn in fns]
    arrived, left, refusal = _run_backward(loss, fns)
    nodes = tuple(
        Node(
            grad_fn=type(fn).__name__,
            label=recorded[fn].name or label(recorded[fn].result, recorded[fn].operation),
            value=recorded[fn].result.detach(),
            arrives=arrived[index],
            edges=tuple(
                Edge(fns.index(target), derivative, gradient)
                for (target, _), derivative, gradient in zip(fn.next_functions, local, left[index], strict=False)
                if target is not None
            ),
            operation=recorded[fn].operation,
            source=recorded[fn].source,
            saved=kept[index],
        )
        for index, (fn, local) in enumerate(zip(fns, locals_, strict=True))
    )
    grads = {name: leaf.grad for name, leaf in inputs.items() if leaf.is_leaf and leaf.grad is not None}
    place = {id(recorded[fn].result): index for index, fn in enumerate(fns)}
    return Trace(nodes, tuple(arrived), grads, *_rest(ran, loss, place, label), refusal)


def _grad_fn(result: torch.Tensor) -> GradFn:
    """Return a tracked tensor's node; of a leaf, its AccumulateGrad."""
    return get_gradient_edge(result).node


def _rest(
    ran: list[Ran], loss: torch.Tensor, place: dict[int, int], label: Label
) -> tuple[tuple[Outside, ...], tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Return what no gradient reaches, the links to it and from it, and the order of all values.

    Args:
        place: the index of the node of each result that has one, by the tensor's id.
    """
    made = {id(item.result): item for item in ran}
    wanted: set[int] = set()
    waiting = [id(loss)]
    while waiting:
        if (result := waiting.pop()) not in wanted:
            wanted.add(result)
            waiting += [id(tensor) for tensor in made[result].inputs if id(tensor) in made]
    shown = [item for item in ran if id(item.result) in wanted or item.name]
    left_out = [item for item in shown if id(item.result) not in place]
    index = place | {id(item.result): len(place) + number for number, item in enumerate(left_out)}
    outside = tuple(
        Outside(
            label=item.name or label(item.result, item.operation),
            value=item.result.detach(),
            operation=item.operation,
            source=item.source,
            grad_fn=type(_grad_fn(item.result)).__name__ if item.result.requires_grad else "",
            requires_grad=item.result.requires_grad,
            is_input=bool(item.name),
        )
        for item in left_out
    )
    links = tuple(
        (index[id(item.result)], index[id(tensor)])
        for item in shown
        for tensor in item.inputs
        if id(tensor) in index and not (id(item.result) in place and id(tensor) in place)
    )
    return outside, links, tuple(index[id(item.result)] for item in shown)


def reached_from(root: GradFn) -> dict[GradFn, None]:
    """Return the root and every node that its gradient can reach, as an ordered set."""
    found: dict[GradFn, None] = {}
    waiting = [root]
    while waiting:
        fn = waiting.pop()
        if fn not in found:
            found[fn] = None
            waiting += [target for target, _ in fn.next_functions if target is not None]
    return found


def _local_derivatives(fn: GradFn, value: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Ask the node itself for its derivative by each input.

    A quotient of what leaves and what arrives would be 0/0 where the gradient is 0, so the node is called with ones. It
    must happen before `backward()`, which frees what the node saved.
    """
    if not fn.next_functions:
        return ()
    with torch.no_grad():
        answer = fn(torch.ones_like(value))  # type: ignore[operator]  # torch's nodes are callable; its stubs do not say so
    return answer if isinstance(answer, tuple) else (answer,)


def _run_backward(
    loss: torch.Tensor, fns: list[GradFn]
) -> tuple[dict[int, torch.Tensor], dict[int, tuple[torch.Tensor, ...]], str]:
    """Run the real engine.

    Returns: by index what arrived at each node, in the engine's order; what it passed on; and why torch refused, if so.
    """
    arrived: dict[int, torch.Tensor] = {}
    left: dict[int, tuple[torch.Tensor, ...]] = {}
    for index, fn in enumerate(fns):
        # The hooks know indices, not nodes: a node that holds a hook that holds the node would never be freed.
        fn.register_prehook(lambda gradients, index=index: arrived.update({index: gradients[0].clone()}))
        fn.register_hook(lambda passed, _, index=index: left.update({index: tuple(passed)}))
    try:
        torch.autograd.backward(loss, torch.ones_like(loss))
    except RuntimeError as error:
        return {}, {}, str(error)
    return arrived, left, ""
