"""Programs of one or more lines in x, y, w and b: run, and the graph that autograd recorded of them."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.autograd.graph import get_gradient_edge

from dashboard.experiments import transcript
from dashboard.experiments.lines import Program, read
from dashboard.experiments.recording import Recording, Script, leaf, perform
from dashboard.experiments.transcript import Exchange

MAX_VALUE = 100.0


@dataclass(frozen=True)
class Preset:
    """A program that is worth a look, with its leaves' values and which of them require grad."""

    text: str
    values: tuple[tuple[str, float], ...]
    tracked: tuple[str, ...]


PRESETS = {
    "x**2 - 5": Preset("x**2 - 5", (("x", 3.0),), ("x",)),
    "a neuron": Preset("y_hat = w * x; loss = (y_hat - y)**2", (("x", 1.0), ("y", 2.0), ("w", 1.0)), ("w",)),
    "x*x + x": Preset("x*x + x", (("x", 3.0),), ("x",)),
    "shared": Preset("s = w * x + b; loss = s * sigmoid(s)", (("x", 2.0), ("w", 0.5), ("b", 0.0)), ("w", "b")),
    "x*x": Preset("x*x", (("x", 3.0),), ("x",)),
    "2*x": Preset("2*x", (("x", 3.0),), ("x",)),
    "1/x": Preset("1/x", (("x", 2.0),), ("x",)),
}


@dataclass(frozen=True)
class Settings:
    """Everything that a program's run can be set to.

    Attributes:
        program: the lines.
        values: of the leaves, by name; one that is missing is 1.
        tracked: which leaves require grad.
        cut: the name of the `Use` that is detached; nothing is, where the program has no such use.

    Raises:
        ExpressionError: if the program cannot be read.
        ValueError: if a value is out of bounds.
    """

    program: str = "x**2 - 5"
    values: tuple[tuple[str, float], ...] = (("x", 3.0),)
    tracked: tuple[str, ...] = ("x",)
    cut: str = ""

    def __post_init__(self) -> None:
        read(self.program)
        if not all(abs(value) <= MAX_VALUE for _, value in self.values):
            raise ValueError(f"a value must lie between {-MAX_VALUE:g} and {MAX_VALUE:g}")

    @property
    def final(self) -> Program:
        """The program, cut where it is to be cut."""
        program = read(self.program)
        use = next((use for use in program.uses() if use.name == self.cut), None)
        return program.cut(use) if use else program

    @property
    def inputs(self) -> dict[str, float]:
        """The value of every leaf that occurs."""
        return {name: dict(self.values).get(name, 1.0) for name in read(self.program).leaves}


@lru_cache(maxsize=256)
def run(settings: Settings) -> Recording:
    """Run the program forward and backward, and return what autograd recorded."""
    program, inputs = settings.final, settings.inputs

    def body(script: Script, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        for line, statement in enumerate(program.statements, start=len(inputs)):
            tensors[statement.name] = script.run(line, statement.expression, tensors)
        return tensors["loss"]

    return perform(body, program.code, inputs, settings.tracked)


@lru_cache(maxsize=256)
def session(settings: Settings) -> tuple[Exchange, ...]:
    """Do it once more as one would at the prompt, and keep what torch answers."""
    inputs = settings.inputs
    tensors = {name: torch.tensor(value, requires_grad=name in settings.tracked) for name, value in inputs.items()}
    said = [transcript.say(name, tensors[name]) for name in inputs]
    for statement in settings.final.statements:
        tensors[statement.name] = statement.expression(**tensors)
        said += [Exchange(str(statement)), transcript.say(statement.name, tensors[statement.name])]
    loss = tensors["loss"]
    said += [transcript.say("loss.grad_fn", loss.grad_fn)]
    if loss.grad_fn is not None:
        said += [transcript.say("loss.grad_fn.next_functions", loss.grad_fn.next_functions)]
    said += [transcript.attempt("loss.backward()", loss.backward)]
    said += [transcript.say(f"{name}.grad", tensors[name].grad) for name in inputs]
    return tuple(said)


@lru_cache(maxsize=1)
def arrivals() -> tuple[Exchange, ...]:
    """Listen at x's AccumulateGrad while `x*x + x` goes back at 3: three ways lead there."""
    x = torch.tensor(3.0, requires_grad=True)
    loss = x * x + x
    heard: list[str] = []
    node = get_gradient_edge(x).node
    node.register_prehook(lambda gradients: heard.append(str(gradients)))
    loss.backward()
    return (
        Exchange(leaf("x", 3.0, True)),
        Exchange("loss = x*x + x"),
        Exchange("node = torch.autograd.graph.get_gradient_edge(x).node"),
        transcript.say("node", node),
        Exchange("hook = node.register_prehook(print)"),
        Exchange("loss.backward()", "\n".join(heard)),
        transcript.say("x.grad", x.grad),
    )


_SNIPPET = """\
{imports}

{leaves}
{lines}
print("loss:", loss)


def walk(node, depth=0):
    print("  " * depth + type(node).__name__)
    for earlier, _ in node.next_functions:
        if earlier is not None:
            walk(earlier, depth + 1)


if loss.grad_fn is not None:
    walk(loss.grad_fn)  # what autograd wrote down, from the loss to the leaves

{backward}
{grads}
"""

_BACKWARD = {
    True: "loss.backward()",
    False: """\
try:
    loss.backward()
except RuntimeError as error:
    print("backward:", error)""",
}


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that records the same graph: it runs on its own and prints the same numbers."""
    program, inputs = settings.final, settings.inputs
    needs_math = any(statement.expression.needs_math() for statement in program.statements)
    return _SNIPPET.format(
        imports="import math\n\nimport torch" if needs_math else "import torch",
        leaves="\n".join(leaf(name, value, name in settings.tracked) for name, value in inputs.items()),
        lines="\n".join(program.code),
        backward=_BACKWARD[not run(settings).trace.refusal],
        grads="\n".join(f'print("{name}.grad:", {name}.grad)' for name in inputs),
    )
