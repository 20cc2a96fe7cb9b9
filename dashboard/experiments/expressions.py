"""The small language a learner may type: text -> checked tree -> torch, one step at a time.

Nothing typed is ever executed. `ast.parse` only reads the text; `_Reader` then copies what is on the list below into
a tree of our own, and a tree is evaluated through the table `OPERATIONS`, one function call per step.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import torch

MAX_LENGTH = 100  # characters of typed text
MAX_DEPTH = 12  # operations inside one another
MAX_STEPS = 16  # operations that autograd records
MAX_CONSTANT = 1_000_000  # of every number, typed or worked out from typed ones
MAX_EXPONENT = 100  # of a constant exponent


class ExpressionError(ValueError):
    """A text that is not an expression. The message says what is wrong, where (1-based), and what is possible."""

    def __init__(self, problem: str, advice: str = "", position: int | None = None) -> None:
        where = "" if position is None else f" (position {position})"
        super().__init__(f"{problem}{where}. {advice}".strip())
        self.problem, self.advice, self.position = problem, advice, position


@dataclass(frozen=True)
class Number:
    """A number as it was typed: an int stays an int."""

    value: int | float


@dataclass(frozen=True)
class Constant:
    """pi or e."""

    name: str


@dataclass(frozen=True)
class Variable:
    """A name that gets its tensor when the expression is evaluated."""

    name: str


@dataclass(frozen=True)
class Apply:
    """One operation of the table `OPERATIONS` on one or two arguments."""

    operation: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Constant | Variable | Apply

# What can be computed, and with what. A constant stays a Python number, so that x**2 records PowBackward0.
CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
}
OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    **FUNCTIONS,
}
SYNTAX: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


ATOM = 5  # binds tightest: never needs parentheses


class Spelling(NamedTuple):
    """How an operation is written: `needs[i]` is how tightly argument i must bind to go without parentheses."""

    template: str
    binds: int = ATOM
    needs: tuple[int, ...] = (0,)


OPERATORS = {
    "()": Spelling("(%s)"),
    "+": Spelling("%s + %s", 1, (1, 2)),
    "-": Spelling("%s - %s", 1, (1, 2)),
    "*": Spelling("%s*%s", 2, (2, 3)),
    "/": Spelling("%s/%s", 2, (2, 3)),
    "neg": Spelling("-%s", 3, (4,)),
    "**": Spelling("%s**%s", 4, (5, 3)),
}
LEARNER = {
    **OPERATORS,
    **{name: Spelling(name) for name in CONSTANTS},
    **{name: Spelling(f"{name}(%s)") for name in FUNCTIONS},
}
CODE = {
    **OPERATORS,
    **{name: Spelling(f"math.{name}") for name in CONSTANTS},
    **{name: Spelling(f"torch.{name}(%s)") for name in FUNCTIONS},
    "softplus": Spelling("torch.nn.functional.softplus(%s)"),
}
LATEX = {
    "()": Spelling(r"\left(%s\right)"),
    "+": Spelling("%s + %s", 1, (1, 3)),
    "-": Spelling("%s - %s", 1, (1, 3)),
    "neg": Spelling("-%s", 2, (3,)),
    "*": Spelling(r"%s \cdot %s", 3, (2, 3)),
    "/": Spelling(r"\frac{%s}{%s}", 4, (0, 0)),
    "**": Spelling("%s^{%s}", 4, (5, 0)),
    "pi": Spelling(r"\pi"),
    "e": Spelling("e"),
    **{name: Spelling(rf"\{name}\left(%s\right)") for name in ("sin", "cos", "tan", "tanh", "log")},
    "exp": Spelling("e^{%s}", 4),
    "sqrt": Spelling(r"\sqrt{%s}"),
    "abs": Spelling(r"\left|%s\right|"),
    "relu": Spelling(r"\operatorname{relu}\left(%s\right)"),
    "sigmoid": Spelling(r"\sigma\left(%s\right)"),
    "softplus": Spelling(r"\operatorname{softplus}\left(%s\right)"),
}


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


def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read and check what a learner typed. Raises ExpressionError, and nothing else, whatever the text."""
    tree = _Reader(text, variables).read()
    found = {node.name for node in walk(tree) if isinstance(node, Variable)}
    if not found:
        raise ExpressionError(
            f"{write(tree)} is a constant: there is no {' or '.join(variables)} in it, so there is no slope to show"
        )
    _check_size(tree)
    return Expression(tree, tuple(name for name in variables if name in found))


def write(node: Node, style: dict[str, Spelling] = LEARNER) -> str:
    """Any part of a tree as text, with no more parentheses than it needs."""
    return _spell(node, style)[0]


def latex(node: Node) -> str:
    """Any part of a tree in LaTeX. A product shows its dot only where the factors would otherwise run together."""
    text = re.sub(r"\\cdot (?!\d|\\frac)", "", write(node, LATEX))
    return re.sub(r"(\d[\d.]*)e-0*(\d+)", r"{\1 \\cdot 10^{-\2}}", text)  # 1e-07


def walk(node: Node) -> Iterator[Node]:
    """The node and everything beneath it, arguments first, left to right."""
    for argument in node.arguments if isinstance(node, Apply) else ():
        yield from walk(argument)
    yield node


def is_constant(node: Node) -> bool:
    """Whether there is no variable in this part."""
    return not any(isinstance(part, Variable) for part in walk(node))


def fold(node: Node) -> int | float:
    """The value of a constant part as a Python number. Raises ExpressionError where that is not real or too large."""
    match node:
        case Number(value):
            return _bounded(value, node)
        case Constant(name):
            return CONSTANTS[name]
        case Apply(operation, arguments):
            return _compute(operation, [fold(argument) for argument in arguments], node)
    raise TypeError(f"{node.name} is not a constant")


def _compute(operation: str, numbers: list[int | float], node: Node) -> int | float:
    apply = OPERATIONS[operation]
    if operation in FUNCTIONS:  # torch's functions for numbers too: there is no second table that could disagree
        return _bounded(apply(torch.tensor(numbers[0], dtype=torch.float64)).item(), node)
    try:
        _bounded(apply(*map(float, numbers)), node)  # floats first: they overflow where integers would grow and grow
        return _bounded(apply(*numbers), node)
    except ZeroDivisionError:
        raise ExpressionError(f"{write(node)} divides by zero") from None
    except OverflowError:
        return _bounded(math.inf, node)


def _bounded(number: Any, node: Node) -> int | float:
    if isinstance(number, complex) or math.isnan(number):
        raise ExpressionError(f"{write(node)} is not a real number")
    if abs(number) > MAX_CONSTANT:
        raise ExpressionError(f"{write(node)} is too large", f"A number may be {MAX_CONSTANT} at most.")
    result: int | float = number
    return result


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


def _spell(node: Node, style: dict[str, Spelling]) -> tuple[str, int]:
    """The text of a node, and how tightly it binds."""
    match node:
        case Number(value):
            text, binds = repr(value), ATOM
        case Variable(name):
            text, binds = name, ATOM
        case Constant(name):
            text, binds, _ = style[name]
        case Apply(operation, arguments):
            template, binds, needs = style[operation]
            parts = [_enclosed(argument, need, style) for argument, need in zip(arguments, needs, strict=True)]
            text = template % tuple(parts)
    # Whatever starts with a minus sign binds no tighter than one: without this, x*(-2*y) would read x -2 y in LaTeX.
    return text, min(binds, style["neg"].binds) if text.startswith("-") else binds


def _enclosed(node: Node, need: int, style: dict[str, Spelling]) -> str:
    text, binds = _spell(node, style)
    return text if binds >= need else style["()"].template % text


def _check_size(tree: Node) -> None:
    steps = sum(isinstance(node, Apply) and not is_constant(node) for node in walk(tree))
    if steps > MAX_STEPS:
        raise ExpressionError(f"This takes {steps} steps", f"At most {MAX_STEPS} can be shown.")
    if _depth(tree) > MAX_DEPTH:
        raise ExpressionError(f"This is nested {_depth(tree)} deep", f"At most {MAX_DEPTH} is possible.")


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.arguments)) if isinstance(node, Apply) else 0


# Reading. Characters and tokens are checked before ast.parse sees them: that is where the friendly answers come from,
# and why Python's own tokenizer finds nothing to warn about.
LOOKALIKES = {
    "^": "Use ** for powers, as in x**2.",
    "²": "Write **2.",
    "³": "Write **3.",
    **dict.fromkeys("×·⋅∙•∗", "Write *."),
    **dict.fromkeys("÷∕", "Write /."),
    **dict.fromkeys("−–—", "Write the minus sign of the keyboard, -."),
    "π": "Write pi.",
    "√": "Write sqrt(x).",
    "|": "Write abs(x).",
    "=": "Type only the right side, as in x**2 - 5.",
    **dict.fromkeys("[]{}", "Use ( and )."),
}
OTHER_NAMES = {"ln": "log", "tg": "tan", "logistic": "sigmoid"}
FOREIGN = re.compile(r"[^A-Za-z0-9 .,()+*/-]")
TOKEN = re.compile(
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)|(?P<name>[A-Za-z]+)|(?P<operator>\*\*|[+*/])|(?P<sign>[-(),])|(?P<point>\.)"
)


class Token(NamedTuple):
    kind: str
    text: str
    position: int


WAITING = {"start", "operator", "-", ","}
NEIGHBOURS: list[tuple[set[str], set[str], str]] = [  # what cannot stand side by side, and what to say
    ({"function"}, {"number", "name", "function", "operator", "-", ")", ",", "end"}, "{0} needs parentheses: {0}(x)"),
    ({"number", "name", ")"}, {"number", "name", "function", "("}, "A * is missing between {0} and {1}"),
    (WAITING, {"operator", ")", ",", "end"}, "Something is missing between {0} and {1}"),
    ({"("}, {"operator", ",", "end"}, "Something is missing between {0} and {1}"),
]


class _Reader:
    """Text -> tree. Each method refuses what it finds with the position at which it found it."""

    def __init__(self, typed: str, variables: tuple[str, ...]) -> None:
        self.typed, self.variables = typed, variables
        self.text = "".join(" " if character.isspace() else character for character in typed[:MAX_LENGTH])
        self.names = (*variables, *CONSTANTS, *FUNCTIONS)
        self.possible = f"I know numbers, + - * / ** ( ), {', '.join(self.names)}."

    def read(self) -> Node:
        self.check_characters()
        self.check_tokens()
        try:
            syntax = ast.parse(self.text.strip(), mode="eval")
        except SyntaxError as error:  # parentheses, or a number like 007
            raise self.error(
                (error.msg or "This cannot be read").split(";")[0].capitalize(), (error.offset or 1) - 1
            ) from None
        except (ValueError, MemoryError, RecursionError):
            raise self.error("This cannot be read", 0) from None
        return self.build(syntax.body)

    def error(self, problem: str, column: int, advice: str = "") -> ExpressionError:
        """`column` counts from 0 without the leading spaces, as ast does."""
        return ExpressionError(problem, advice, column + len(self.text) - len(self.text.lstrip()) + 1)

    def check_characters(self) -> None:
        if len(self.typed) > MAX_LENGTH:
            raise ExpressionError(f"This has {len(self.typed)} characters", f"At most {MAX_LENGTH} are possible.")
        if not self.text.strip():
            raise ExpressionError("There is nothing here yet", f"Type for example x**2 - 5. {self.possible}")
        if found := FOREIGN.search(self.text):
            advice = LOOKALIKES.get(found[0], self.possible)
            raise ExpressionError(f"{found[0]!r} has no meaning here", advice, found.start() + 1)

    def check_tokens(self) -> None:
        tokens = [self.token(match) for match in TOKEN.finditer(self.text)]
        start, end = Token("start", "the start", 1), Token("end", "the end", len(self.text.rstrip()) + 1)
        for left, right in pairwise([start, *tokens, end]):
            for lefts, rights, problem in NEIGHBOURS:
                if left.kind in lefts and right.kind in rights:
                    raise ExpressionError(problem.format(left.text, right.text), position=right.position)

    def token(self, match: re.Match[str]) -> Token:
        kind, text, position = match.lastgroup or "", match[0], match.start() + 1
        if kind == "point":
            raise ExpressionError("A point alone has no meaning here", self.possible, position)
        if kind == "name" and text not in self.names:
            raise ExpressionError(f"I do not know {text}", f"{self.suggestion(text)}{self.possible}", position)
        kinds = {"sign": text, "name": "function" if text in FUNCTIONS else "name"}
        return Token(kinds.get(kind, kind), text, position)

    def suggestion(self, name: str) -> str:
        values = {*self.variables, *CONSTANTS}
        halves = ((name[:i], name[i:]) for i in range(1, len(name)))
        products = [f"{left}*{right}" for left, right in halves if left in values and right in self.names]
        synonyms = [OTHER_NAMES[name]] if name in OTHER_NAMES else []
        similar = difflib.get_close_matches(name.lower(), self.names, n=1, cutoff=0.75)
        return "".join(f"Did you mean {guess}? " for guess in [*synonyms, *products, *similar][:1])

    def build(self, syntax: ast.expr) -> Node:
        """Copy what is on the list, and check every constant part as soon as it is complete."""
        match syntax:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                node: Node = Number(value)
            case ast.Name(id=name) if name in self.variables:
                node = Variable(name)
            case ast.Name(id=name) if name in CONSTANTS:
                node = Constant(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                node = Apply("neg", (self.build(operand),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SYNTAX:
                node = Apply(SYNTAX[type(op)], (self.build(left), self.build(right)))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                node = Apply(name, (self.build(argument),))
            case _:
                raise self.error(*self.misunderstood(syntax))
        self.check_constants(node, syntax.col_offset)
        return node

    def check_constants(self, node: Node, column: int) -> None:
        try:
            if is_constant(node):
                fold(node)
        except ExpressionError as error:
            raise self.error(error.problem, column, error.advice) from None
        match node:
            case Apply("**", (_, power)) if is_constant(power) and abs(fold(power)) > MAX_EXPONENT:
                raise self.error(f"The exponent {write(power)} is too large", column, f"At most {MAX_EXPONENT}.")

    def misunderstood(self, syntax: ast.expr) -> tuple[str, int, str]:
        match syntax:
            case ast.Call(func=ast.Name(id=name), args=arguments):
                problem, advice = f"{name} takes one number, not {len(arguments)}", f"Write {name}(x)."
            case ast.Tuple(elts=[]):
                problem, advice = "The parentheses are empty", self.possible
            case ast.Tuple():
                problem, advice = "A comma has no meaning here", "Write a decimal number with a point, as in 1.5."
            case _:
                problem, advice = "This has no meaning here", self.possible
        return problem, syntax.col_offset, advice
