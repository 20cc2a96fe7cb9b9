"""Running an expression in torch: traced, for the graph; and line by line, as one would at the prompt."""

import torch

from dashboard.experiments import transcript
from dashboard.experiments.expressions import Expression, Step, shorten
from dashboard.experiments.graph import trace
from dashboard.experiments.trace import Trace
from dashboard.experiments.transcript import Exchange


def run(expression: Expression, x: torch.Tensor) -> Trace:
    """Trace the expression with each node labelled by the part of the expression that made it."""
    steps: list[Step] = []

    def program(x: torch.Tensor) -> torch.Tensor:
        steps.extend(expression.steps(x=x))
        return steps[-1].result if steps else x

    def label(result: torch.Tensor, operation: str) -> str:
        typed = (shorten(step.node) for step in steps if step.result is result)
        return next(typed, operation)  # an operation that nobody typed, such as 1/x's reciprocal, goes by torch's name

    return trace(program, label, x=x)


def session(expression: Expression, x: torch.Tensor, requires_grad: bool) -> tuple[Exchange, ...]:
    """Do it once more as one would at the prompt, and keep what torch answers."""
    x = x.detach().clone().requires_grad_(requires_grad)
    loss = expression(x=x)
    gradient = f"gradient=torch.ones({x.numel()})" if x.ndim else ""
    return (
        transcript.say("x", x),
        Exchange(f"loss = {expression.code()}"),
        transcript.say("loss", loss),
        transcript.say("loss.grad_fn", loss.grad_fn),
        transcript.attempt(f"loss.backward({gradient})", lambda: loss.backward(gradient=torch.ones_like(loss))),
        transcript.say("x.grad", x.grad),
    )
