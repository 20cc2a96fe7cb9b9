"""Reading what a learner typed: text -> checked tree.

Nothing typed is ever executed. `ast.parse` only reads the text, and what is on the list is copied into our own tree.
Characters and tokens are checked before `ast.parse` sees them: that is where the friendly answers come from, and why
Python's own tokenizer finds nothing to warn about.
"""

import ast
import difflib
import re
from itertools import pairwise
from typing import NamedTuple

from dashboard.experiments.folding import MAX_CONSTANT, ExpressionError, fold
from dashboard.experiments.spelling import write
from dashboard.experiments.tree import CONSTANTS, FUNCTIONS, Apply, Constant, Node, Number, Variable, is_constant

MAX_LENGTH = 100  # characters of typed text
MAX_EXPONENT = 100  # of a constant exponent
SYNTAX: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}

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
FOREIGN = re.compile(r"[^A-Za-z0-9_ .,()+*/-]")
TOKEN = re.compile(
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)|(?P<name>[A-Za-z_]+)|(?P<operator>\*\*|[+*/])|(?P<sign>[-(),])|(?P<point>\.)"
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


class Reader:
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
        except SyntaxError as error:  # parentheses, or a number like 007: Python's own words are good ones
            problem, column = (error.msg or "This cannot be read").split(";")[0], (error.offset or 1) - 1
            raise self.error(problem.capitalize(), column) from None
        except (ValueError, MemoryError, RecursionError):
            raise self.error("This cannot be read", 0) from None
        return self.build(syntax.body)

    def error(self, problem: str, column: int, advice: str = "") -> ExpressionError:
        """`column` counts from 0 without the leading spaces, as ast does."""
        return ExpressionError(problem, advice, column + len(self.text) - len(self.text.lstrip()) + 1)

    def check_characters(self) -> None:
        if len(self.typed) > MAX_LENGTH:
            raise ExpressionError(
                f"This has {len(self.typed)} characters", f"At most {MAX_LENGTH} are possible in a line."
            )
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
        if kind == "number" and float(text) > MAX_CONSTANT:
            raise ExpressionError(f"{_short(text)} is too large", f"A number may be {MAX_CONSTANT} at most.", position)
        if kind == "name" and text not in self.names:
            raise ExpressionError(f"I do not know {_short(text)}", f"{self.suggestion(text)}{self.possible}", position)
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


def _short(text: str) -> str:
    """Return what was typed, or how it begins."""
    return text if len(text) <= 20 else f"{text[:20]}…"
