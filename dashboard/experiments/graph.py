"""What autograd recorded: run a program, walk `grad_fn.next_functions`, and watch the engine go back through it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import get_gradient_edge
from torch.utils._python_dispatch import TorchDispatchMode

from dashboard.experiments.ledger import Saved, read_saved

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
        operation: torch's name of what ran, such as `pow`; of a leaf, nothing.
        source: which part of the program made it, as the program itself says; None where it does not say.
        saved: what the node kept for its own way back.
    """

    grad_fn: str
    label: str
    value: torch.Tensor
    arrives: torch.Tensor
    edges: tuple[Edge, ...]
    operation: str = ""
    source: int | None = None
    saved: tuple[Saved, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether the node is where a leaf's `.grad` is added up."""
        return self.grad_fn == ACCUMULATE


@dataclass(frozen=True)
class Outside:
    """A value on the way to the loss that no gradient reaches.

    Attributes:
        label, value, operation, source: as in `Node`.
        grad_fn: what torch recorded for it all the same (the loss's own record does not lead here); else nothing.
        requires_grad: whether torch tracks it.
        is_input: whether the program was given it.
    """

    label: str
    value: torch.Tensor
    operation: str
    source: int | None
    grad_fn: str
    requires_grad: bool
    is_input: bool


@dataclass(frozen=True)
class Trace:
    """A run, forward and backward, as torch performed it. Tensors are detached; nothing holds the graph alive.

    A value has one index: that of its node, or len(nodes) plus its place in `outside`.

    Attributes:
        nodes: leaves first, then the nodes in the order in which the program ran them; the last is the root.
        order: indices of nodes in the order in which the engine ran them backwards.
        grads: `.grad` of every leaf after the one `backward()`; a leaf that no gradient reached has none.
        outside: the values that the loss was computed from and that backward does not reach.
        links: (result, input) for what was computed from what, where no recorded edge says so.
        forward: the index of every value in the order in which they came to be.
        refusal: torch's own words where `backward()` raised; else nothing.
    """

    nodes: tuple[Node, ...]
    order: tuple[int, ...]
    grads: Mapping[str, torch.Tensor]
    outside: tuple[Outside, ...] = ()
    links: tuple[tuple[int, int], ...] = ()
    forward: tuple[int, ...] = ()
    refusal: str = ""

    @property
    def root(self) -> Node:
        """The node that `backward()` starts from."""
        return self.nodes[-1]

    @property
    def values(self) -> tuple[Node | Outside, ...]:
        """Every value, by its index."""
        everything: tuple[Node | Outside, ...] = (*self.nodes, *self.outside)
        return everything

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of what the program was given, in its order."""
        return tuple(self.values[index].label for index in self.forward if not self.values[index].operation)

    @property
    def loss(self) -> torch.Tensor:
        """The program's result."""
        return self.values[self.forward[-1]].value


class _Ran(NamedTuple):
    """One operation as it ran, or an input of the program."""

    operation: str
    result: torch.Tensor
    inputs: tuple[torch.Tensor, ...] = ()
    source: int | None = None
    name: str = ""  # of an input


class _Results(TorchDispatchMode):
    """Keeps what every operation was given and returned, with the operation's name.

    Autograd attaches its node to the very tensor that an operation returns, so afterwards each result knows its
    `grad_fn`. This also shows operations that nobody typed: `1/x` runs `reciprocal` and `mul`.
    """

    def __init__(self, source: Callable[[], int | None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.source = source
        self.ran: list[_Ran] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here. By default, the first operation would import torch's compiler to be skipped by it.

        That import takes two seconds and 800 modules.
        """
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
            inputs = tuple(argument for argument in args if isinstance(argument, torch.Tensor))
            self.ran.append(_Ran(func.overloadpacket.__name__, result, inputs, self.source()))
        return result


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
    with torch.enable_grad(), _Results(source) as results:
        loss = program(**inputs)
    ran = [*(_Ran("", leaf, name=name) for name, leaf in inputs.items()), *results.ran]
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
    ran: list[_Ran], loss: torch.Tensor, place: dict[int, int], label: Label
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
