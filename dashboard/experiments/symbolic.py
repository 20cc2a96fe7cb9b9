"""The derivative by hand: sympy's rules on the checked tree, its values from torch in float64.

Nothing goes through a string: sympy never parses, and what it finds is evaluated through the table `TORCH`. sympy works
exactly and at once, so a few characters could keep it busy for ever: 9**9**(x - x + 9), or 2**(1/999983). Therefore it
only gets to know the easy constants, the others go by a name; and each part is checked before the next is built on it.

sympy takes a moment to load: import this module only when a formula is wanted.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy
import torch
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.printing.latex import LatexPrinter

from dashboard.experiments.expressions import (
    FUNCTIONS,
    LATEX,
    Apply,
    Constant,
    Expression,
    Node,
    Number,
    Variable,
    fold,
    is_constant,
    latex,
    walk,
    write,
)

ARITHMETIC = {"+", "-", "*", "/", "neg"}
LARGEST_DENOMINATOR = 100  # of a fraction that sympy may take roots of, or use as an exponent
LARGEST = 10**300  # numerator and denominator: a float64 holds little more
UNDEFINED = (sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I)


class NoFormulaError(ArithmeticError):
    """There is no formula in real numbers, or only one with absurdly large ones."""


class Named(sympy.Function):  # type: ignore[misc]
    """A function of which sympy knows the slope, and that it is real: as it was typed, nothing is rewritten.

    relu, sigmoid and softplus are not in sympy. Its own log, tan and tanh may be complex, and there it loses its way:
    tanh(9*log(x)**-99) takes seconds, and tan((-1)**(99 - e - x)) calls itself until the stack is full.
    """

    is_real = True
    name = ""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        return SLOPES[self.name](self.args[0])

    def _latex(self, printer: LatexPrinter, exp: str | None = None) -> str:
        text = LATEX[self.name].template % printer.doprint(self.args[0])
        return text if exp is None else f"{text}^{{{exp}}}"


class Power(sympy.Function):  # type: ignore[misc]
    """base**exponent, real. sympy's own looks for complex roots: ((log(x)**99 + x)**98)**0.5 could take minutes."""

    is_real = True

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        base, exponent = self.args
        return exponent * _power(base, exponent - 1) if argindex == 1 else sympy.log(base) * self

    def _latex(self, printer: LatexPrinter, exp: str | None = None) -> str:
        text = rf"\left({printer.doprint(self.args[0])}\right)^{{{printer.doprint(self.args[1])}}}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    easy = exponent.is_Integer or base.is_Symbol or base.is_number
    return base**exponent if easy else Power(base, exponent)


SLOPES: dict[str, Callable[[sympy.Expr], sympy.Expr]] = {
    "sin": lambda z: NAMED["cos"](z),
    "cos": lambda z: -NAMED["sin"](z),
    "tan": lambda z: 1 + NAMED["tan"](z) ** 2,
    "tanh": lambda z: 1 - NAMED["tanh"](z) ** 2,
    "log": lambda z: 1 / z,
    "sqrt": lambda z: 1 / (2 * NAMED["sqrt"](z)),
    "abs": lambda z: sympy.sign(z),
    "relu": lambda z: sympy.Piecewise((1, z > 0), (0, True)),
    "sigmoid": lambda z: NAMED["sigmoid"](z) * (1 - NAMED["sigmoid"](z)),
    "softplus": lambda z: NAMED["sigmoid"](z),
}
NAMED: dict[str, Any] = {name: type(name, (Named,), {"name": name}) for name in SLOPES}

# The language's operations -> sympy.
CONSTANTS = {"pi": sympy.pi, "e": sympy.E}
OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": _power,
    "neg": operator.neg,
    "exp": sympy.exp,
    **NAMED,
}


def _number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def _unknown(*parts: torch.Tensor) -> torch.Tensor:
    return _number(torch.nan)


def _sign(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x.isnan(), x, torch.sign(x))  # torch.sign(nan) is 0


def _comparison(holds: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[..., torch.Tensor]:
    """1 where it holds, 0 where it does not, nan where nobody can tell."""
    return lambda left, right: torch.where((left - right).isnan(), torch.nan, holds(left, right).double())


def _piecewise(*cases: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    result = _number(torch.nan)
    for value, holds in reversed(cases):
        result = torch.where(holds.isnan(), holds, torch.where(holds == 1, value, result))
    return result


# What sympy's rules make of them -> torch.
TORCH: dict[Any, Callable[..., Any]] = {
    sympy.Add: lambda *terms: reduce(operator.add, terms),
    sympy.Mul: lambda *factors: reduce(operator.mul, factors),
    sympy.Pow: torch.pow,
    Power: torch.pow,
    sympy.exp: torch.exp,
    sympy.log: torch.log,
    sympy.Abs: torch.abs,
    sympy.sign: _sign,
    **{NAMED[name]: FUNCTIONS[name] for name in NAMED},
    sympy.Piecewise: _piecewise,
    ExprCondPair: lambda value, holds: (value, holds),
    BooleanTrue: lambda: _number(1),
    BooleanFalse: lambda: _number(0),
    sympy.Gt: _comparison(torch.gt),
    sympy.Ge: _comparison(torch.ge),
    sympy.Lt: _comparison(torch.lt),
    sympy.Le: _comparison(torch.le),
    sympy.Eq: _comparison(torch.eq),
    sympy.Ne: _comparison(torch.ne),
}


@dataclass(frozen=True)
class ByHand:
    """A formula that sympy found; `formula` and `latex` are None where there is none in real numbers."""

    formula: sympy.Expr | None
    variable: str
    constants: dict[str, float]  # what the names in the formula stand for that are no variables: "sin(2)"
    latex: str | None

    def __call__(self, values: torch.Tensor, **others: torch.Tensor) -> torch.Tensor:
        """The formula at `values` of its variable, `others` by name: a float64 tensor of the shape they broadcast to.

        nan or inf where the formula is not defined, nan everywhere if there is none; untracked. Raises KeyError for a
        variable of the formula without a tensor.
        """
        tensors = {name: tensor.detach().double() for name, tensor in {self.variable: values, **others}.items()}
        shape = torch.broadcast_shapes(*(tensor.shape for tensor in tensors.values()))
        if self.formula is None:
            return _number(torch.nan).repeat(shape)
        tensors |= {name: _number(value) for name, value in self.constants.items()}
        result: torch.Tensor = _evaluate(self.formula, tensors)
        return result.expand(shape).clone()


def formula(expression: Expression) -> sympy.Expr:
    """The expression in sympy, its variables real symbols. Raises NoFormulaError."""
    return _build(expression.tree)


def value(expression: Expression, variable: str = "x") -> ByHand:
    """The expression itself as sympy understands it: an independent check of the value."""
    return _by_hand(expression, variable, lambda found: found)


def derivative(expression: Expression, variable: str = "x") -> ByHand:
    """The derivative with respect to one variable, by sympy's rules."""
    return _by_hand(expression, variable, lambda found: sympy.diff(found, _symbol(variable)))


def _by_hand(expression: Expression, variable: str, rule: Callable[[sympy.Expr], sympy.Expr]) -> ByHand:
    constants = {write(node): node for node in walk(expression.tree) if is_constant(node)}
    values = {name: fold(node) for name, node in constants.items()}
    try:
        found = _checked(rule(formula(expression)))
    except (ArithmeticError, TypeError, RecursionError):  # sympy's, where a part is imaginary
        return ByHand(None, variable, values, None)
    names = {symbol: latex(constants[symbol.name]) for symbol in found.free_symbols if symbol.name in constants}
    return ByHand(found, variable, values, sympy.latex(found, symbol_names=names))


def _build(node: Node) -> sympy.Expr:
    if isinstance(node, Variable):
        return _symbol(node.name)
    if not isinstance(node, Apply) or is_constant(node):
        return _constant(node)
    parts = [_build(argument) for argument in node.arguments]
    if node.operation not in ARITHMETIC and not all(map(_as_typed, parts, node.arguments)):
        raise NoFormulaError("the variable cancels")
    result = _checked(OPERATIONS[node.operation](*parts))
    if not (_varies(result) or result.is_Rational):
        raise NoFormulaError("the variable cancels")
    return result


def _constant(node: Node) -> sympy.Expr:
    """Small fractions, pi and e are exact; any other constant is a symbol that is named as it was typed."""
    number = fold(node)
    if number == int(number):
        return sympy.Integer(int(number))
    match node:
        case Constant(name):
            return CONSTANTS[name]
        case Number():
            exact = sympy.Rational(str(number))
        case Apply(operation, arguments) if operation in ARITHMETIC:
            exact = OPERATIONS[operation](*map(_constant, arguments))
        case _:
            return _symbol(write(node), positive=number > 0)
    easy = all(part.q <= LARGEST_DENOMINATOR for part in exact.atoms(sympy.Rational))
    return exact if easy else _symbol(write(node), positive=number > 0)


def _symbol(name: str, positive: bool | None = None) -> sympy.Symbol:
    return sympy.Symbol(name, real=True, positive=positive)


def _varies(expression: sympy.Expr) -> bool:
    """Whether a variable is left: of a constant's symbol the sign is known."""
    return any(symbol.is_positive is None for symbol in expression.free_symbols)


def _as_typed(expression: sympy.Expr, node: Node) -> bool:
    return _varies(expression) or is_constant(node)


def _checked(expression: sympy.Expr) -> sympy.Expr:
    """Refuse what is undefined, and numbers so large that the next operation on them could take for ever."""
    if expression.has(*UNDEFINED):
        raise NoFormulaError("undefined")
    if any(max(abs(number.p), number.q) > LARGEST for number in expression.atoms(sympy.Rational)):
        raise NoFormulaError("too many digits")
    return expression


def _evaluate(expression: sympy.Basic, tensors: dict[str, torch.Tensor]) -> Any:
    if expression.is_Symbol:
        return tensors[expression.name]
    if expression.is_number and not expression.args:
        return _number(float(expression))
    function = TORCH.get(expression.func, _unknown)
    return function(*[_evaluate(part, tensors) for part in expression.args])
