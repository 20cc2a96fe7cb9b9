"""Life after backward: what a graph saved, what `backward()` frees, and what is left for a second one."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import saved_tensors_hooks

from dashboard.experiments import transcript
from dashboard.experiments.expressions import Expression, parse
from dashboard.experiments.graph import reached_from
from dashboard.experiments.ledger import Saved, is_freed, read_saved
from dashboard.experiments.recording import leaf
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.warned import NOT_A_LEAF, warned

PROGRAMS = ("x - 5", "2*x", "x**2", "a**2 + (b - 5)")
VALUES = {"x": 3.0, "a": 3.0, "b": 4.0}
RETAIN = {True: "retain_graph=True", False: ""}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Raises:
        ValueError: if the program is none of `PROGRAMS`.
    """

    program: str = "2*x"
    retain_graph: bool = False
    retain_grad: bool = False

    def __post_init__(self) -> None:
        if self.program not in PROGRAMS:
            raise ValueError(f"the program must be one of {PROGRAMS}")


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: what one node saved, and what became of it.

    Attributes:
        grad_fn: the node.
        name: torch's name of what it saved; nothing where it saved nothing.
        value: its repr.
        after: after the first `backward()`: freed, alive, or what else there is to say.
    """

    grad_fn: str
    name: str
    value: str
    after: str


@dataclass(frozen=True)
class Life:
    """Two backward passes through one graph.

    Attributes:
        ledger: what every node saved.
        hook_bytes: what the saved-tensor hooks saw; a number that a node keeps as a tensor escapes them.
        first, second: `.grad` of every leaf after the first and after the second `backward()`.
        refusal: torch's own words if the second one raised; else nothing.
        says: the session.
    """

    ledger: tuple[Entry, ...]
    hook_bytes: int
    first: dict[str, float]
    second: dict[str, float]
    refusal: str
    says: tuple[Exchange, ...]


@lru_cache(maxsize=16)
def live(program: str, retain_graph: bool) -> Life:
    """Run one of `PROGRAMS` forward once and backward twice."""
    expression = parse(program, tuple(VALUES))
    leaves = {name: torch.tensor(VALUES[name], requires_grad=True) for name in expression.variables}
    loss = expression(**leaves)
    saved = saved_by(loss)
    loss.backward(retain_graph=retain_graph)
    ledger = entries(saved)
    first = _grads(leaves)
    after_first = [transcript.say(f"{name}.grad", tensor.grad) for name, tensor in leaves.items()]
    answer = transcript.attempt("loss.backward()", loss.backward)
    makes = [Exchange(leaf(name, VALUES[name], True)) for name in leaves]
    says = (
        *makes,
        Exchange(f"loss = {expression.code()}"),
        Exchange(f"loss.backward({RETAIN[retain_graph]})"),
        *after_first,
        answer,
        *(transcript.say(f"{name}.grad", tensor.grad) for name, tensor in leaves.items()),
    )
    return Life(ledger, _hook_bytes(expression, leaves), first, _grads(leaves), answer.answer, says)


def saved_by(loss: torch.Tensor) -> list[tuple[GradFn, tuple[Saved, ...]]]:
    """Return every node of the graph, but for the leaves', with what it holds; to be asked before `backward()`."""
    assert loss.grad_fn is not None
    return [(fn, read_saved(fn)) for fn in reached_from(loss.grad_fn) if fn.next_functions]


def entries(saved: list[tuple[GradFn, tuple[Saved, ...]]]) -> tuple[Entry, ...]:
    """Return the ledger of what became of what was saved; to be asked after `backward()`."""
    return tuple(entry for fn, kept in saved for entry in _entries(fn, kept))


def _hook_bytes(expression: Expression, leaves: dict[str, torch.Tensor]) -> int:
    """Count what torch's hooks for saved tensors are shown while the expression runs.

    Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#hooks-for-saved-tensors
    """
    seen: list[int] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        seen.append(tensor.nbytes)
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        expression(**leaves)
    return sum(seen)


def _grads(leaves: dict[str, torch.Tensor]) -> dict[str, float]:
    return {name: tensor.grad.item() for name, tensor in leaves.items() if tensor.grad is not None}


def _entries(fn: GradFn, kept: tuple[Saved, ...]) -> list[Entry]:
    name = type(fn).__name__
    after = {True: "freed" if is_freed(fn) else "alive", False: "a number: it stays"}
    found = [Entry(name, item.name, repr(item.value), after[item.is_tensor]) for item in kept]
    return found or [Entry(name, "", "", "it saved nothing")]


@lru_cache(maxsize=1)
def second_time() -> tuple[Exchange, ...]:
    """Let the three programs in x go back twice, and keep what torch answers."""
    return tuple(said for program in PROGRAMS[:3] for said in _shortly(program))


def _shortly(program: str) -> tuple[Exchange, ...]:
    answer = live(program, False).refusal.split(" (")[0]
    twice = "loss.backward(); loss.backward()"
    return (Exchange(f"loss = {program}; {twice}", answer and f"{answer} ..."),)


@lru_cache(maxsize=2)
def middle(retain_grad: bool) -> tuple[Exchange, ...]:
    """Ask a tensor in the middle of the graph for its `.grad`, with torch's live warning."""
    x = torch.tensor(3.0, requires_grad=True)
    y = 2 * x
    if retain_grad:
        y.retain_grad()
    loss = y**2
    loss.backward()
    grad, warnings = warned(lambda: y.grad, NOT_A_LEAF)
    asked = [Exchange("y.retain_grad()")] if retain_grad else []
    return (
        Exchange(leaf("x", 3.0, True)),
        Exchange("y = 2*x"),
        *asked,
        Exchange("loss = y**2"),
        Exchange("loss.backward()"),
        transcript.say("y.is_leaf", y.is_leaf),
        Exchange("y.grad", "\n".join([*warnings, repr(grad)])),
        transcript.say("x.grad", x.grad),
    )


_SNIPPET = """\
import torch

{leaves}
loss = {code}
for node in [loss.grad_fn, *(earlier for earlier, _ in loss.grad_fn.next_functions)]:
    names = [name for name in dir(node) if name.startswith("_saved_")]
    print(type(node).__name__, {{name: getattr(node, name) for name in names}})

loss.backward({keep})
{grads}
try:
    loss.backward()  # the second time
except RuntimeError as error:
    print("second backward:", error)
{grads}

# A tensor in the middle of the graph.
x = torch.tensor(3.0, requires_grad=True)
y = 2*x
{asks}loss = y**2
loss.backward()
print("y.grad:", y.grad)
"""


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does the same: it runs on its own and prints the same numbers."""
    expression = parse(settings.program, tuple(VALUES))
    return _SNIPPET.format(
        leaves="\n".join(leaf(name, VALUES[name], True) for name in expression.variables),
        code=expression.code(),
        keep=RETAIN[settings.retain_graph],
        grads="\n".join(f'print("{name}.grad:", {name}.grad)' for name in expression.variables),
        asks="y.retain_grad()\n" if settings.retain_grad else "",
    )
