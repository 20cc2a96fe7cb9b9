"""Programs of one or more lines in x, y, w and b: read, cut, run, and the graph that autograd recorded of them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch.autograd.graph import get_gradient_edge

from dashboard.experiments import transcript
from dashboard.experiments.expressions import (
    CONSTANTS,
    FUNCTIONS,
    Apply,
    Expression,
    ExpressionError,
    Node,
    is_constant,
    parse,
    walk,
    write,
)
from dashboard.experiments.recording import Recording, Script, leaf, perform
from dashboard.experiments.transcript import Exchange

LEAVES = ("x", "y", "w", "b")
MAX_TEXT = 160  # characters of a program
MAX_LINES = 5
MAX_OPERATIONS = 24  # of all lines together; torch may record two nodes for one
MAX_VALUE = 100.0
LINE = re.compile(r"\s*([A-Za-z_]+)\s*=(?!=)(.*)", re.DOTALL)


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
class Statement:
    """One line: a name, and what it gets."""

    name: str
    expression: Expression

    def __str__(self) -> str:
        return f"{self.name} = {self.expression.code()}"


@dataclass(frozen=True)
class Use:
    """One place where a line uses a value that has a gradient to expect: an edge that can be cut.

    Attributes:
        statement: which line, from 0.
        path: which argument of which argument ... of the line's tree is used.
        name: how the choice reads, such as `x → x*x (left)`; no two of a program read alike.
    """

    statement: int
    path: tuple[int, ...]
    name: str


@dataclass(frozen=True)
class Program:
    """Checked lines; the last one computes the loss."""

    statements: tuple[Statement, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The leaves that occur in it."""
        used = {name for statement in self.statements for name in statement.expression.variables}
        return tuple(name for name in LEAVES if name in used)

    @property
    def code(self) -> tuple[str, ...]:
        """The lines in PyTorch's own names."""
        return tuple(map(str, self.statements))

    def uses(self) -> tuple[Use, ...]:
        """Return every edge that can be cut, in the order of the lines."""
        found = [
            (number, *use)
            for number, statement in enumerate(self.statements)
            for use in _uses(statement.expression.tree)
        ]
        names = _unlike([name for *_, name in found])
        return tuple(Use(number, path, name) for (number, path, _), name in zip(found, names, strict=True))

    def cut(self, use: Use) -> "Program":
        """Return the program with `.detach()` at that place."""
        statements = list(self.statements)
        old = statements[use.statement]
        tree = _detached(old.expression.tree, use.path)
        statements[use.statement] = replace(old, expression=replace(old.expression, tree=tree))
        return Program(tuple(statements))


def _uses(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], str]]:
    if not isinstance(node, Apply):
        return
    sides = ("left", "right") if len(node.arguments) == 2 and node.arguments[0] == node.arguments[1] else ("", "")
    for place, (argument, side) in enumerate(zip(node.arguments, sides, strict=False)):
        if not is_constant(argument):
            yield from _uses(argument, (*path, place))
            yield (*path, place), f"{write(argument)} → {write(node)}{side and f' ({side})'}"


def _unlike(names: list[str]) -> list[str]:
    """Number the names that occur more than once."""
    often, seen = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} #{seen[name]}" if often[name] > 1 else name)
    return numbered


def _detached(node: Node, path: tuple[int, ...]) -> Node:
    if not path:
        return Apply("detach", (node,))
    assert isinstance(node, Apply)
    arguments = list(node.arguments)
    arguments[path[0]] = _detached(arguments[path[0]], path[1:])
    return Apply(node.operation, tuple(arguments))


@lru_cache(maxsize=128)
def read(text: str) -> Program:
    """Read lines such as `y_hat = w * x; loss = (y_hat - y)**2`; the last may do without its name.

    Raises:
        ExpressionError: with a message that says what is wrong, and what is possible.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"This has {len(text)} characters", f"At most {MAX_TEXT} are possible.")
    parts = text.split(";")
    if len(parts) > MAX_LINES:
        raise ExpressionError(f"These are {len(parts)} lines", f"At most {MAX_LINES} are possible.")
    statements: list[Statement] = []
    for part in parts:
        names = (*LEAVES, *(statement.name for statement in statements))
        statements.append(_statement(part, names, is_last=len(statements) + 1 == len(parts)))
    operations = sum(isinstance(node, Apply) for line in statements for node in walk(line.expression.tree))
    if operations > MAX_OPERATIONS:
        raise ExpressionError(f"This takes {operations} operations", f"At most {MAX_OPERATIONS} can be shown.")
    return Program(tuple(statements))


def _statement(text: str, names: tuple[str, ...], is_last: bool) -> Statement:
    match = LINE.fullmatch(text)
    if not match and not is_last:
        raise ExpressionError("Every line but the last needs a name", "Write for example y_hat = w * x; y_hat**2.")
    name, right = match.groups() if match else ("loss", text)
    if is_last and name != "loss":
        raise ExpressionError(f"The last line computes {name}", "It must compute the loss: begin it with loss =")
    if name in (*names, *CONSTANTS, *FUNCTIONS, "torch", "math") or (name == "loss" and not is_last):
        raise ExpressionError(f"{name} already means something", "Choose another name for this line.")
    return Statement(name, parse(right, names))


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
