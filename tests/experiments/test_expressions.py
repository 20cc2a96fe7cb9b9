"""The language: what it reads, how it is written back, what torch records, and what it refuses and how."""

import ast
import math
import re
import subprocess
import sys
import time
import warnings

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.experiments.expressions import (
    FUNCTIONS,
    MAX_CONSTANT,
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_LENGTH,
    MAX_STEPS,
    Apply,
    Constant,
    Expression,
    ExpressionError,
    Node,
    Number,
    Variable,
    parse,
    write,
)
from dashboard.experiments.reading import Reader

X = Variable("x")
COURSE_VALUES = [-1.2365, 1.8245, -1.0701, 0.0869, -0.0376]
POINTS = torch.tensor([-2.5, -1.0, -0.3, 0.0, 0.7, 1.0, 3.0])
modest = settings(max_examples=150, deadline=None)


def in_bounds(text: str) -> Expression:
    """Parse; skip a generated text only because a bound or a constant's value forbids it, never for its syntax."""
    try:
        return parse(text)
    except ExpressionError as error:
        assume(not re.search("too large|real number|by zero|constant|steps|deep|characters", str(error)))
        raise


def trees() -> st.SearchStrategy[Node]:
    numbers = st.integers(0, 9) | st.sampled_from([0.5, 1.25, 1e-7])
    leaves: st.SearchStrategy[Node] = st.just(X) | numbers.map(Number) | st.sampled_from(["pi", "e"]).map(Constant)
    return st.recursive(st.just(X) | leaves, _branches, max_leaves=8)


def _branches(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = st.tuples(st.sampled_from(["neg", *FUNCTIONS]), st.tuples(nodes))
    two = st.tuples(st.sampled_from(["+", "-", "*", "/", "**"]), st.tuples(nodes, nodes))
    return (one | two).map(lambda branch: Apply(*branch))


def run(code: str, x: torch.Tensor) -> torch.Tensor:
    """Run the code that a page shows. It comes from a checked tree, never from what was typed."""
    namespace = {"torch": torch, "math": math, "x": x}
    exec(f"result = {code}", namespace)  # noqa: S102
    result = namespace["result"]
    assert isinstance(result, torch.Tensor)
    return result


def recorded(node: object) -> object:
    """The names of a grad_fn and of all that it leads to."""
    if node is None:
        return None
    return type(node).__name__, [recorded(parent) for parent, _ in getattr(node, "next_functions", ())]


def same_bits(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.dtype == b.dtype and torch.equal(a.detach().view(torch.int32), b.detach().view(torch.int32))


# Reading


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x", X),
        ("  x ", X),
        ("((x))", X),
        ("2*x", Apply("*", (Number(2), X))),
        ("-x**2", Apply("neg", (Apply("**", (X, Number(2))),))),
        ("2**-x", Apply("**", (Number(2), Apply("neg", (X,))))),
        ("x - 1 - 2", Apply("-", (Apply("-", (X, Number(1))), Number(2)))),
        ("x**2**3", Apply("**", (X, Apply("**", (Number(2), Number(3)))))),
        ("1e3*x", Apply("*", (Number(1000.0), X))),
        (".5*x", Apply("*", (Number(0.5), X))),
        ("sin(pi*x)", Apply("sin", (Apply("*", (Constant("pi"), X)),))),
        ("x\n+\t1", Apply("+", (X, Number(1)))),
    ],
)
def test_a_text_is_read_as_python_reads_it(text: str, tree: Node) -> None:
    assert parse(text).tree == tree


def test_an_integer_stays_an_integer_and_a_float_a_float() -> None:
    assert repr(parse("x**2").tree) == repr(Apply("**", (X, Number(2))))
    assert repr(parse("x**2.").tree) == repr(Apply("**", (X, Number(2.0))))


def test_the_variables_that_occur_are_named_in_the_order_given() -> None:
    assert parse("b + w*x", ("x", "y", "w", "b")).variables == ("x", "w", "b")
    assert parse("x").variables == ("x",)


def test_each_variable_gets_its_own_tensor() -> None:
    loss = parse("(w*x + b - y)**2", ("x", "y", "w", "b"))
    x, y, w, b = map(torch.tensor, (2.0, 1.0, 3.0, 0.5))
    assert loss(x=x, y=y, w=w, b=b).item() == 5.5**2


def test_a_variable_without_a_tensor_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse("x + y", ("x", "y"))(x=torch.tensor(1.0))


@modest
@given(tree=trees())
def test_what_is_written_reads_back_as_the_same_tree(tree: Node) -> None:
    expression = in_bounds(write(tree))
    assert repr(expression.tree) == repr(tree)
    assert str(expression) == write(tree)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x**2-5", "x**2 - 5"),
        ("x * sin( x )", "x*sin(x)"),
        ("exp(-(x**2))", "exp(-x**2)"),
        ("(-x)**2", "(-x)**2"),
        ("x-(1-x)", "x - (1 - x)"),
        ("(x-1)-x", "x - 1 - x"),
        ("1/(2*x)", "1/(2*x)"),
        ("(1/2)*x", "1/2*x"),
        ("(x**2)**3", "(x**2)**3"),
        ("2**(-x)", "2**-x"),
        ("--x", "-(-x)"),
        ("x*-2", "x*-2"),
        ("-(2*x)", "-(2*x)"),
        ("x*pi", "x*pi"),
        ("sin(2)*x", "sin(2)*x"),
    ],
)
def test_an_expression_is_written_with_no_more_parentheses_than_it_needs(text: str, written: str) -> None:
    assert str(parse(text)) == written


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x**2 - 5", "x^{2} - 5"),
        ("1/x", r"\frac{1}{x}"),
        ("2*x*3", r"2 x \cdot 3"),
        ("2*(1/x)", r"2 \cdot \frac{1}{x}"),
        ("abs(x)*sqrt(x)", r"\left|x\right| \sqrt{x}"),
        ("exp(-x**2)**2", r"\left(e^{-x^{2}}\right)^{2}"),
        ("relu(x) - sigmoid(pi*x)", r"\operatorname{relu}\left(x\right) - \sigma\left(\pi x\right)"),
        ("x*(-2*x)", r"x \left(-2 x\right)"),
        ("-2*x + -x", r"-2 x + \left(-x\right)"),
        ("(x + 1)*(x - 1)", r"\left(x + 1\right) \left(x - 1\right)"),
        ("(1/x)**2", r"\left(\frac{1}{x}\right)^{2}"),
        ("1e-7*x", r"{1 \cdot 10^{-7}} x"),
    ],
)
def test_latex_looks_like_a_textbook(text: str, latex: str) -> None:
    assert parse(text).latex() == latex


@modest
@given(tree=trees())
def test_latex_closes_what_it_opens(tree: Node) -> None:
    latex = in_bounds(write(tree)).latex()
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert "**" not in latex


# What torch does


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x**2", ["PowBackward0"]),
        ("x**2 - 5", ["SubBackward0", "PowBackward0"]),
        ("x**(1 + 1)", ["PowBackward0"]),
        ("x**sqrt(4)", ["PowBackward0"]),
        ("x**-1", ["PowBackward0"]),
        ("5 - x", ["RsubBackward1"]),
        ("1/x", ["MulBackward0", "ReciprocalBackward0"]),
        ("x/2", ["DivBackward0"]),
        ("x*x", ["MulBackward0"]),
        ("-x", ["NegBackward0"]),
        ("2*x + 1", ["AddBackward0", "MulBackward0"]),
        ("x**x", ["PowBackward1"]),
        ("2**x", ["PowBackward2"]),
        ("softplus(x)", ["SoftplusBackward0"]),
        ("abs(x)", ["AbsBackward0"]),
    ],
)
def test_autograd_records_what_the_typed_line_would_have_recorded(text: str, names: list[str]) -> None:
    node = parse(text)(x=torch.tensor(1.5, requires_grad=True)).grad_fn
    for name in names:
        assert type(node).__name__ == name
        assert node is not None
        node = node.next_functions[0][0]
    assert type(node).__name__ == "AccumulateGrad"


@modest
@given(tree=trees())
def test_the_code_gives_the_same_bits_and_records_the_same_nodes(tree: Node) -> None:
    expression = in_bounds(write(tree))
    x = POINTS.clone().requires_grad_()
    ran, value = run(expression.code(), x), expression(x=x)
    assert same_bits(ran, value)
    assert recorded(ran.grad_fn) == recorded(value.grad_fn)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x**2 - 5", "x**2 - 5"),
        ("relu(x) + abs(x)", "torch.relu(x) + torch.abs(x)"),
        ("softplus(x)", "torch.nn.functional.softplus(x)"),
        ("sin(2*pi*x)", "torch.sin(2*math.pi*x)"),
        ("e**x", "math.e**x"),
        ("abs(-3)*x", "3.0*x"),
        ("relu(2 - 3)**2*x", "0.0**2*x"),
        ("x**-abs(-3)", "x**-3.0"),
        ("log(1/2)*x", "-0.6931471805599453*x"),
        ("log(1/2)**2*x", "(-0.6931471805599453)**2*x"),
    ],
)
def test_the_code_uses_torchs_own_names(text: str, code: str) -> None:
    assert parse(text).code() == code


@pytest.mark.parametrize(("text", "needs"), [("x*pi", True), ("e**x", True), ("exp(x)", False), ("sin(pi)*x", False)])
def test_math_is_needed_only_where_the_code_mentions_it(text: str, needs: bool) -> None:
    assert parse(text).needs_math() is needs


def test_the_courses_loss_has_the_courses_numbers() -> None:
    loss = parse("x**2 - 5")(x=torch.tensor(COURSE_VALUES))
    assert [round(value, 4) for value in loss.tolist()] == [-3.4711, -1.6712, -3.8549, -4.9924, -4.9986]


def test_steps_come_in_the_order_in_which_python_evaluates() -> None:
    steps = parse("sin(x)*2 - 3*x**(1 + 1)").steps(x=torch.tensor(2.0))
    assert [write(step.node) for step in steps] == [
        "sin(x)",
        "sin(x)*2",
        "x**(1 + 1)",
        "3*x**(1 + 1)",
        "sin(x)*2 - 3*x**(1 + 1)",
    ]
    assert steps[-1].result.item() == pytest.approx(2 * math.sin(2) - 12)


def test_a_step_shows_tensors_and_constants_as_torch_got_them() -> None:
    x = torch.tensor(2.0)
    square, difference = parse("x**(1 + 1) - 5").steps(x=x)
    assert square.inputs[0] is x
    assert square.inputs[1] == 2 and isinstance(square.inputs[1], int)
    assert difference.inputs[0] is square.result
    assert difference.inputs[1] == 5 and isinstance(difference.inputs[1], int)


def test_the_same_part_typed_twice_runs_twice() -> None:
    first, second, total = parse("x*x + x*x").steps(x=torch.tensor(3.0))
    assert first.node == second.node and first.result is not second.result
    assert total.inputs[0] is first.result and total.inputs[1] is second.result


def test_the_bare_variable_is_an_expression_without_steps() -> None:
    x = torch.tensor(1.5)
    assert parse("x").steps(x=x) == ()
    assert parse("x")(x=x) is x


# What is refused, and how

MESSAGES = [
    ("", "nothing here yet"),
    ("   ", "x**2 - 5"),
    ("2x", "A * is missing between 2 and x (position 2)"),
    ("2sin(x)", "A * is missing between 2 and sin (position 2)"),
    ("x(2)", "A * is missing between x and ( (position 2)"),
    ("2(x)", "A * is missing between 2 and ( (position 2)"),
    ("(x)(x)", "A * is missing between ) and ( (position 4)"),
    ("x x", "A * is missing between x and x (position 3)"),
    ("x2", "A * is missing between x and 2 (position 2)"),
    ("  2x", "(position 4)"),
    ("2e", "A * is missing between 2 and e"),
    ("1e3x", "A * is missing between 1e3 and x"),
    ("1if", "I do not know if (position 2)"),
    ("0x1", "A * is missing between 0 and x"),
    ("1j", "I do not know j (position 2)"),
    ("sin x", "sin needs parentheses: sin(x) (position 5)"),
    ("sin", "sin needs parentheses: sin(x)"),
    ("sin**2", "sin needs parentheses: sin(x)"),
    ("sin(x, x)", "sin takes one number, not 2 (position 1)"),
    ("1 + sin()*x", "sin takes one number, not 0 (position 5)"),
    ("  1 + sin()*x", "sin takes one number, not 0 (position 7)"),
    ("()", "The parentheses are empty"),
    ("1,5*x", "Write a decimal number with a point, as in 1.5"),
    ("foo(x)", "I do not know foo (position 1). I know numbers, + - * / ** ( ), x, pi, e, sin, cos,"),
    ("2*ln(x)", "I do not know ln (position 3). Did you mean log?"),
    ("sine(x)", "Did you mean sin?"),
    ("X", "Did you mean x?"),
    ("PI*x", "Did you mean pi?"),
    ("xx", "Did you mean x*x?"),
    ("pix", "Did you mean pi*x?"),
    ("True", "I do not know True (position 1)"),
    ("None", "I do not know None (position 1)"),
    ("x^2", "'^' has no meaning here (position 2). Use ** for powers"),
    ("x²", "Write **2"),
    ("x³", "Write **3"),
    ("2·x", "Write *"),
    ("2×x", "Write *"),
    ("x÷2", "Write /"),
    ("x−5", "the minus sign of the keyboard"),
    ("2*π*x", "Write pi"),
    ("√x", "Write sqrt(x)"),
    ("|x|", "Write abs(x)"),
    ("[x]", "Use ( and )"),
    ("y = x**2", "Type only the right side"),
    ("x == 2", "Type only the right side"),
    ("x ? 1", "'?' has no meaning here (position 3). I know numbers"),
    ("x\0", r"'\x00' has no meaning here (position 2)"),
    ("\ud800x", r"'\ud800' has no meaning here (position 1)"),
    ("x.", "A point alone has no meaning here (position 2)"),
    ("+x", "Something is missing between the start and + (position 1)"),
    ("x +", "Something is missing between + and the end (position 4)"),
    ("x//2", "Something is missing between / and / (position 3)"),
    ("x***2", "Something is missing between ** and * (position 4)"),
    ("sin(*x)", "Something is missing between ( and *"),
    ("(x", "'(' was never closed (position 1)"),
    ("  (x", "'(' was never closed (position 3)"),
    ("x)", "Unmatched ')' (position 2)"),
    ("x + 007", "Leading zeros"),
    ("5", "5 is a constant: there is no x in it"),
    ("sin(2) + pi", "is a constant"),
    ("1/0*x", "1/0 divides by zero (position 1)"),
    ("x + 0**-1", "0**-1 divides by zero (position 5)"),
    ("x + log(-1)", "log(-1) is not a real number (position 5)"),
    ("(-8)**0.5*x", "(-8)**0.5 is not a real number"),
    ("x*log(0)", "log(0) is too large"),
    ("x*exp(99)", f"A number may be {MAX_CONSTANT} at most"),
    ("x*1e999", "too large (position 3)"),
]


@pytest.mark.parametrize(("text", "fragment"), MESSAGES)
def test_the_message_says_what_is_wrong_and_where(text: str, fragment: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(text)
    assert fragment in str(refusal.value)


def test_the_message_names_the_variables_of_the_page() -> None:
    with pytest.raises(ExpressionError, match=re.escape("I know numbers, + - * / ** ( ), x, w, pi, e, sin")):
        parse("y + w", ("x", "w"))
    with pytest.raises(ExpressionError, match="there is no x or w in it"):
        parse("5", ("x", "w"))
    with pytest.raises(ExpressionError, match=re.escape("Did you mean w*x?")):
        parse("wx", ("x", "w"))


HOSTILE = [
    "__import__('os')",
    "().__class__",
    "x.__class__",
    "x.real",
    "x[0]",
    "[x for x in x]",
    "(x for x in x)",
    "{x}",
    "{x: x}",
    "lambda: x",
    "lambda x: x",
    "(x := 2)",
    "f'{x}'",
    "'a'*9",
    "b'a'",
    "1j*x",
    "None",
    "True + x",
    "...",
    "x if x else x",
    "x and x",
    "not x",
    "x < 1",
    "x @ x",
    "x // 2",
    "x % 2",
    "x << 2",
    "x | x",
    "x & x",
    "~x",
    "+x",
    "x, x",
    "sin(x=2)",
    "sin(x, out=x)",
    "sin(*x)",
    "sin(**x)",
    "sin(x, x)",
    "sin(x)(x)",
    "(sin)(x)",
    "sin",
    "sin.real(x)",
    "eval(x)",
    "print(x)",
    "await_",
    "(yield)",
    "x; x",
    "x\\\n+1",
    "# x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_on_the_list_is_refused_with_its_position(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"\(position \d+\)") as refusal:
        parse(text)
    assert refusal.value.position is not None and 1 <= refusal.value.position <= len(text) + 1


@pytest.mark.parametrize("text", [text for text in HOSTILE if text not in ("x; x", "# x", "x\\\n+1", "(sin)(x)")])
def test_the_walk_refuses_it_even_if_the_tokens_had_not(text: str) -> None:
    reader = Reader("x", ("x",))
    with pytest.raises(ExpressionError):
        reader.build(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("failure", [ValueError, MemoryError, RecursionError, SyntaxError])
def test_a_failure_of_pythons_parser_is_an_expression_error(
    failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> ast.Expression:
        raise failure

    with monkeypatch.context() as patched:  # no longer than needed: pytest itself reads sources with ast.parse
        patched.setattr(ast, "parse", fail)
        with pytest.raises(ExpressionError):
            Reader("x", ("x",)).read()


def refuses_or_reads(text: str) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            expression = parse(text)
        except ExpressionError as error:
            assert str(error)
        else:
            assert parse(str(expression)).tree == expression.tree
    assert not warned


ALPHABET = ["x", "pi", "e", *FUNCTIONS, *"+-*/()., 0123456789=^²_'jXyz", "**", "if", "1e", "0x", "\t", "\n"]


@modest
@given(text=st.text(max_size=MAX_LENGTH + 5))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    refuses_or_reads(text)


@settings(max_examples=400, deadline=None)
@given(text=st.lists(st.sampled_from(ALPHABET), max_size=20).map("".join))
def test_any_text_of_the_languages_own_letters_is_read_or_refused(text: str) -> None:
    refuses_or_reads(text)


@modest
@given(tree=trees(), where=st.integers(0, 40), gone=st.integers(0, 3), put=st.sampled_from(["", *ALPHABET]))
def test_an_expression_with_a_typing_error_is_read_or_refused(tree: Node, where: int, gone: int, put: str) -> None:
    text = write(tree)
    refuses_or_reads(text[:where] + put + text[where + gone :])


# Bounds


@pytest.mark.parametrize(
    ("inside", "outside", "names"),
    [
        ("x" + " " * (MAX_LENGTH - 3) + "+1", "x" + " " * (MAX_LENGTH - 2) + "+1", MAX_LENGTH),
        ("-" * MAX_DEPTH + "x", "-" * (MAX_DEPTH + 1) + "x", MAX_DEPTH),
        ("-(" + " + ".join(["-x"] * 8) + ")", "x - (" + " + ".join(["-x"] * 8) + ") - 1", MAX_STEPS),
        (f"x*{MAX_CONSTANT}", f"x*{MAX_CONSTANT + 1}", MAX_CONSTANT),
        (f"x*-{MAX_CONSTANT}", f"x*-{MAX_CONSTANT + 1}", MAX_CONSTANT),
        ("x*(1000*1000)", "x*(1000*1001)", MAX_CONSTANT),
        ("x*(-1000000.0)", "x*(-1000000.0 - 1)", MAX_CONSTANT),
        ("x*(10**6)", "x*(10**7)", MAX_CONSTANT),
        (f"x**{MAX_EXPONENT}", f"x**{MAX_EXPONENT + 1}", MAX_EXPONENT),
        (f"x**-{MAX_EXPONENT}", f"x**-{MAX_EXPONENT + 1}", MAX_EXPONENT),
        ("x**(50 + 50)", "x**(50 + 51)", MAX_EXPONENT),
        (f"x*0.5**{MAX_EXPONENT}", f"x*0.5**{MAX_EXPONENT + 1}", MAX_EXPONENT),
    ],
)
def test_a_bound_holds_exactly_and_is_named(inside: str, outside: str, names: int) -> None:
    assert parse(inside).variables == ("x",)
    with pytest.raises(ExpressionError, match=rf"\b{names}\b"):
        parse(outside)


def test_the_steps_of_the_largest_expression_are_as_many_as_the_bound() -> None:
    assert len(parse("-(" + " + ".join(["-x"] * 8) + ")").steps(x=POINTS)) == MAX_STEPS


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "9**9**9**9*x",
        "10**100*x",
        "x**9**9**9",
        "x**(9**9**9)",
        "2**(10**9)*x",
        "(((9**9)**9)**9)**9*x",
        "9**-9**9*x",
        "999999*999999*999999*x",
        "exp(exp(exp(exp(9))))*x",
        "1e308*1e308*x",
        f"x*{'9' * 90}",
    ],
)
def test_a_tower_of_powers_is_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ExpressionError, match="too large"):
        parse(text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["(" * 49 + "x" + ")" * 49, "sin(" * 24 + "x" + ")", "(" * 100, "-" * 99 + "x"])
def test_deep_nesting_is_read_or_refused(text: str) -> None:
    refuses_or_reads(text)


def test_a_constant_that_no_longer_has_a_variable_keeps_what_was_typed() -> None:
    expression = parse("x*(2*pi)")
    assert str(expression) == "x*(2*pi)"
    assert expression.steps(x=torch.tensor(1.0))[0].inputs[1] == 2 * math.pi


def test_the_language_does_not_need_sympy() -> None:
    code = "import sys, dashboard.experiments.expressions; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
