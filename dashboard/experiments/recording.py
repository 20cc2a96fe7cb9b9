"""A run that knows its own lines: which line of code made which value of the recorded graph."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import torch

from dashboard.experiments.expressions import Expression, Step, shorten
from dashboard.experiments.graph import record
from dashboard.experiments.trace import Trace

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True, eq=False)  # two runs are two recordings, and a recording can be a cache's key
class Recording:
    """A program's run beside its code.

    Attributes:
        trace: what autograd recorded, and how the engine went back through it.
        code: the lines; first one for every leaf, last `loss.backward()`.
        lines: for every value of the trace, by its index, the number of the line that made it, from 0.
    """

    trace: Trace
    code: tuple[str, ...]
    lines: tuple[int, ...]


class Script:
    """Runs expressions, and keeps which line is running and which part of it made which tensor."""

    def __init__(self) -> None:
        self.line: int | None = None
        self.steps: list[Step] = []

    def run(self, line: int, expression: Expression, values: Tensors) -> torch.Tensor:
        """Compute the expression as line number `line`."""
        self.line = line
        steps = expression.steps(**values)
        self.steps.extend(steps)
        return steps[-1].result if steps else values[expression.variables[0]]

    def label(self, result: torch.Tensor, operation: str) -> str:
        """Return the text that made the result; what nobody typed, such as 1/x's reciprocal, goes by torch's name."""
        return next((shorten(step.node) for step in self.steps if step.result is result), operation)


def perform(
    body: Callable[[Script, dict[str, torch.Tensor]], torch.Tensor],
    code: tuple[str, ...],
    values: Mapping[str, float],
    tracked: Collection[str],
) -> Recording:
    """Run a body forward and backward.

    Args:
        body: computes the loss from the leaves by running its lines in the script.
        code: the body's lines; those of the leaves and of `loss.backward()` are put around them, so that the body's
            first line has the number len(values).
        values: the leaves' values by name.
        tracked: which of them require grad.
    """
    script = Script()
    trace = record(
        lambda **leaves: body(script, leaves),
        {name: torch.tensor(value) for name, value in values.items()},
        tracked=tracked,
        label=script.label,
        source=lambda: script.line,
    )
    names = list(values)
    lines = tuple(names.index(value.label) if value.source is None else value.source for value in trace.values)
    leaves = [leaf(name, value, name in tracked) for name, value in values.items()]
    return Recording(trace, (*leaves, *code, "loss.backward()"), lines)


def leaf(name: str, value: float, tracked: bool) -> str:
    """Return the line that makes a leaf."""
    return f"{name} = torch.tensor({value}{', requires_grad=True' if tracked else ''})"
