"""The small language a learner may type: text -> checked tree -> torch, one step at a time.

`reading` turns the text into a tree, `tree` has the table of what can be computed, `spelling` writes a tree back, and
`folding` works out constants. This module is what the others use.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments.folding import MAX_CONSTANT, ExpressionError, fold
from dashboard.experiments.reading import MAX_EXPONENT, MAX_LENGTH, Reader
from dashboard.experiments.spelling import CODE, LATEX, LEARNER, latex, shorten, write
from dashboard.experiments.tree import (
    CONSTANTS,
    FUNCTIONS,
    OPERATIONS,
    Apply,
    Constant,
    Node,
    Number,
    Variable,
    is_constant,
    walk,
)

__all__ = [
    "CODE",
    "CONSTANTS",
    "FUNCTIONS",
    "LATEX",
    "LEARNER",
    "MAX_CONSTANT",
    "MAX_DEPTH",
    "MAX_EXPONENT",
    "MAX_LENGTH",
    "MAX_STEPS",
    "OPERATIONS",
    "Apply",
    "Constant",
    "Expression",
    "ExpressionError",
    "Node",
    "Number",
    "Step",
    "Variable",
    "fold",
    "is_constant",
    "latex",
    "parse",
    "shorten",
    "walk",
    "write",
]

MAX_DEPTH = 12  # operations inside one another
MAX_STEPS = 16  # operations that autograd records


@dataclass(frozen=True)
class Step:
    """One operation as it ran: `inputs` are tensors, or Python numbers where no variable is involved."""

    node: Apply
    inputs: tuple[torch.Tensor | int | float, ...]
    result: torch.Tensor


@dataclass(frozen=True)
class Expression:
    """A checked expression, made by `parse`. `variables` are the names that occur in it."""

    tree: Node
    variables: tuple[str, ...]

    def __str__(self) -> str:
        return write(self.tree)

    def code(self) -> str:
        """The same in PyTorch's own names: needs `import torch`, and `import math` if `needs_math()`."""
        return write(_functions_folded(self.tree), CODE)

    def needs_math(self) -> bool:
        """Whether `code()` mentions the module math."""
        return "math." in self.code()

    def latex(self) -> str:
        """The same in LaTeX."""
        return latex(self.tree)

    def steps(self, **tensors: torch.Tensor) -> tuple[Step, ...]:
        """One step per operation on a variable, in the order in which Python evaluates the line.

        The tensors, one per variable, may have any shapes that broadcast; autograd records the steps if they require
        grad. The last result is the value, nan or inf included. Raises KeyError for a variable without a tensor.
        """
        steps: list[Step] = []
        _evaluate(self.tree, tensors, steps)
        return tuple(steps)

    def __call__(self, **tensors: torch.Tensor) -> torch.Tensor:
        """The value, by the same steps."""
        value = _evaluate(self.tree, tensors, [])
        assert isinstance(value, torch.Tensor)  # parse() refuses an expression without a variable
        return value


@lru_cache(maxsize=256)
def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read and check what a learner typed. Raises ExpressionError, and nothing else, whatever the text."""
    tree = Reader(text, variables).read()
    found = {node.name for node in walk(tree) if isinstance(node, Variable)}
    if not found:
        raise ExpressionError(
            f"{write(tree)} is a constant: there is no {' or '.join(variables)} in it, so there is no slope to show"
        )
    _check_size(tree)
    return Expression(tree, tuple(name for name in variables if name in found))


def _evaluate(node: Node, tensors: dict[str, torch.Tensor], steps: list[Step]) -> torch.Tensor | int | float:
    if isinstance(node, Variable):
        return tensors[node.name]
    if not isinstance(node, Apply) or is_constant(node):
        return fold(node)
    inputs = tuple(_evaluate(argument, tensors, steps) for argument in node.arguments)
    result: torch.Tensor = OPERATIONS[node.operation](*inputs)
    steps.append(Step(node, inputs, result))
    return result


def _functions_folded(node: Node) -> Node:
    """torch.sin(2) is an error, so a function of a constant becomes the number that it is."""
    if not isinstance(node, Apply):
        return node
    if node.operation in FUNCTIONS and is_constant(node):
        return Number(fold(node))
    return Apply(node.operation, tuple(map(_functions_folded, node.arguments)))


def _check_size(tree: Node) -> None:
    steps = sum(isinstance(node, Apply) and not is_constant(node) for node in walk(tree))
    if steps > MAX_STEPS:
        raise ExpressionError(f"This takes {steps} steps", f"At most {MAX_STEPS} can be shown.")
    if _depth(tree) > MAX_DEPTH:
        raise ExpressionError(f"This is nested {_depth(tree)} deep", f"At most {MAX_DEPTH} is possible.")


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.arguments)) if isinstance(node, Apply) else 0
