"""What autograd recorded, as a value: the nodes, what went back along their edges, and what no gradient reached."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from dashboard.experiments.ledger import Saved

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
