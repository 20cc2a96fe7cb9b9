"""How an expression is written: in the learner's language, in PyTorch's own names, in LaTeX."""

import re
from typing import NamedTuple

from dashboard.experiments.tree import CONSTANTS, FUNCTIONS, Apply, Constant, Node, Number, Variable

LONG_LABEL = 16  # characters that fit a node of a drawn graph
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
    "detach": Spelling("%s.detach()", ATOM, (ATOM,)),
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
    "detach": Spelling(r"\operatorname{detach}\left(%s\right)"),
}


def write(node: Node, style: dict[str, Spelling] = LEARNER) -> str:
    """Any part of a tree as text, with no more parentheses than it needs."""
    return _spell(node, style)[0]


def shorten(node: Apply) -> str:
    """The node as text; where that is long, only its own operation, with dots for what it works on."""
    text = write(node)
    if len(text) <= LONG_LABEL:
        return text
    dots: tuple[Node, ...] = tuple(Variable("…") if isinstance(part, Apply) else part for part in node.arguments)
    return write(Apply(node.operation, dots))


def latex(node: Node) -> str:
    """Any part of a tree in LaTeX. A product shows its dot only where the factors would otherwise run together."""
    text = re.sub(r"\\cdot (?!\d|\\frac)", "", write(node, LATEX))
    return re.sub(r"(\d[\d.]*)e-0*(\d+)", r"{\1 \\cdot 10^{-\2}}", text)  # 1e-07


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
