"""What autograd recorded: run a program, walk `grad_fn.next_functions`, and watch the engine go back through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import get_gradient_edge
from torch.utils._python_dispatch import TorchDispatchMode

ACCUMULATE = "AccumulateGrad"


@dataclass(frozen=True)
class Edge:
    """One way back from a node to a node whose result it used.

    Attributes:
        target: index of that node in `Trace.nodes`.
        local: derivative of the node's result by this input, in the shape of the result.
        gradient: what flows back along this edge, in the same shape.
    """

    target: int
    local: torch.Tensor
    gradient: torch.Tensor


@dataclass(frozen=True)
class Node:
    """One node of the recorded graph.

    Attributes:
        grad_fn: torch's name of the node, such as `PowBackward0`; of a leaf, `AccumulateGrad`.
        label: what ran, in the program's words; of a leaf, its name.
        value: the forward result.
        arrives: the gradient that arrives at the node: the sum over all edges that lead to it.
        edges: where the gradient goes from here. Constants have no edge, so torch leaves them out.
    """

    grad_fn: str
    label: str
    value: torch.Tensor
    arrives: torch.Tensor
    edges: tuple[Edge, ...]

    @property
    def is_leaf(self) -> bool:
        """Whether the node is where a leaf's `.grad` is added up."""
        return self.grad_fn == ACCUMULATE


@dataclass(frozen=True)
class Trace:
    """A run, forward and backward, as torch performed it. Tensors are detached; nothing holds the graph alive.

    Attributes:
        nodes: leaves first, then the nodes in the order in which the program ran them; the last is the root.
        order: indices of nodes in the order in which the engine ran them backwards.
        grads: `.grad` of every leaf after the one `backward()`.
    """

    nodes: tuple[Node, ...]
    order: tuple[int, ...]
    grads: Mapping[str, torch.Tensor]

    @property
    def root(self) -> Node:
        """The node that `backward()` starts from."""
        return self.nodes[-1]


class _Results(TorchDispatchMode):
    """Keeps what every operation returned, with the operation's name.

    Autograd attaches its node to the very tensor that an operation returns, so afterwards each result knows its
    `grad_fn`. This also shows operations that nobody typed: `1/x` runs `reciprocal` and `mul`.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ran: list[tuple[str, torch.Tensor]] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Torch would import its compiler to keep it away from this mode: 800 modules, 70 MB and seconds for nothing.
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.ran.append((func.overloadpacket.__name__, result))
        return result


def trace(
    program: Callable[..., torch.Tensor],
    label: Callable[[torch.Tensor, str], str] = lambda result, operation: operation,
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
    tracked = {name: value.detach().clone().requires_grad_() for name, value in leaves.items()}
    with torch.enable_grad(), _Results() as results:
        loss = program(**tracked)
    recorded = {get_gradient_edge(leaf).node: (leaf, name) for name, leaf in tracked.items()}
    recorded |= {result.grad_fn: (result, label(result, name)) for name, result in results.ran if result.grad_fn}
    reached = _reached_from(get_gradient_edge(loss).node)
    fns = [fn for fn in recorded if fn in reached]
    locals_ = [_local_derivatives(fn, recorded[fn][0]) for fn in fns]
    arrived, left = _run_backward(loss, fns)
    nodes = tuple(
        Node(
            grad_fn=type(fn).__name__,
            label=recorded[fn][1],
            value=recorded[fn][0].detach(),
            arrives=arrived[index],
            edges=tuple(
                Edge(fns.index(target), derivative, gradient)
                for (target, _), derivative, gradient in zip(fn.next_functions, local, left[index], strict=False)
                if target is not None
            ),
        )
        for index, (fn, local) in enumerate(zip(fns, locals_, strict=True))
    )
    grads = {name: leaf.grad for name, leaf in tracked.items() if leaf.grad is not None}
    return Trace(nodes, tuple(arrived), grads)


def _reached_from(root: GradFn) -> set[GradFn]:
    """Return the root and every node that its gradient can reach."""
    found: set[GradFn] = set()
    waiting = [root]
    while waiting:
        fn = waiting.pop()
        if fn not in found:
            found.add(fn)
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
) -> tuple[dict[int, torch.Tensor], dict[int, tuple[torch.Tensor, ...]]]:
    """Run the real engine; return by index what arrived at each node, in the engine's order, and what it passed on."""
    arrived: dict[int, torch.Tensor] = {}
    left: dict[int, tuple[torch.Tensor, ...]] = {}
    for index, fn in enumerate(fns):
        # The hooks know indices, not nodes: a node that holds a hook that holds the node would never be freed.
        fn.register_prehook(lambda gradients, index=index: arrived.update({index: gradients[0].clone()}))
        fn.register_hook(lambda passed, _, index=index: left.update({index: tuple(passed)}))
    torch.autograd.backward(loss, torch.ones_like(loss))
    return arrived, left
