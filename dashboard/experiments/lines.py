"""The lines of a program in x, y, w and b: read, checked, and cut at one of their edges."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

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

LEAVES = ("x", "y", "w", "b")
MAX_TEXT = 160  # characters of a program
MAX_LINES = 5
MAX_OPERATIONS = 24  # of all lines together; torch may record two nodes for one
LINE = re.compile(r"\s*([A-Za-z_]+)\s*=(?!=)(.*)", re.DOTALL)


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
