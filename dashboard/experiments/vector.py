"""Why `backward` wants a vector: for a y of several elements it computes the vector-Jacobian product v @ J."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.autograd.functional import jacobian

from dashboard.experiments import transcript
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import MAX_X
from dashboard.experiments.values import read as read_values

MAX_SIZE = 6  # elements of x
MAX_OWN = 12  # numbers that a v of one's own may have: too many is worth trying
MAX_SEED = 9999


@dataclass(frozen=True)
class Function:
    """A function from n numbers to n numbers: as it is written in PyTorch, and what it is good for here."""

    code: str
    run: Callable[[torch.Tensor], torch.Tensor]
    note: str


FUNCTIONS: dict[str, Function] = {
    "x**2 - 5": Function(
        "x**2 - 5",
        lambda x: x**2 - 5,
        "Each y depends on its own x alone, so J is diagonal: there is one number to a column, and with ones nobody "
        "sees that backward weighs and adds.",
    ),
    "cumsum(x)": Function(
        "x.cumsum(0)",
        lambda x: x.cumsum(0),
        "Each y is the sum of all x up to its place. The first x is in every y, so its column is full: this function "
        "tells `v @ J` from `J @ v`.",
    ),
    "softmax(x)": Function(
        "x.softmax(0)",
        lambda x: x.softmax(0),
        "The y always add up to 1: what one of them gains, the others lose. So every column adds up to 0, and with "
        "ones nothing is left. J is symmetric here, so it cannot tell the two orders apart.",
    ),
    "x * x.sum()": Function(
        "x * x.sum()",
        lambda x: x * x.sum(),
        "Each y depends on its own x and, through the sum, on all of them: J is full.",
    ),
}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Attributes:
        function: a name in `FUNCTIONS`.
        values: x, 1 to 6 numbers.
        kind: a name in `VECTORS`.
        index: where a one-hot v has its 1.
        seed: of a random v.
        own: a v of one's own, 1 to 12 numbers.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    function: str = "cumsum(x)"
    values: tuple[float, ...] = (1.0, 2.0, 3.0)
    kind: str = "ones"
    index: int = 0
    seed: int = 0
    own: tuple[float, ...] = (1.0, 10.0, 5.0)

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS or self.kind not in VECTORS:
            raise ValueError("a function and a v out of the tables")
        if not 1 <= len(self.values) <= MAX_SIZE or not 1 <= len(self.own) <= MAX_OWN:
            raise ValueError(f"1 to {MAX_SIZE} values of x, 1 to {MAX_OWN} of v")
        if not all(abs(value) <= MAX_X for value in (*self.values, *self.own)):
            raise ValueError(f"no number beyond {MAX_X:g}")
        if not (0 <= self.index < len(self.values) and 0 <= self.seed <= MAX_SEED):
            raise ValueError(f"an index within x, a seed between 0 and {MAX_SEED}")

    @property
    def size(self) -> int:
        """How many elements x has."""
        return len(self.values)


@dataclass(frozen=True)
class Kind:
    """A way to choose v: its code, as one would write it, and the tensor."""

    code: Callable[[Settings], str]
    make: Callable[[Settings], torch.Tensor]


def _one_hot(settings: Settings) -> list[float]:
    return [float(place == settings.index) for place in range(settings.size)]


def _random(settings: Settings) -> list[float]:
    """Draw whole numbers and halves: their sums can be checked in one's head."""
    generator = torch.Generator().manual_seed(settings.seed)
    drawn: list[float] = (torch.randint(-6, 7, (settings.size,), generator=generator) / 2).tolist()
    return drawn


NO_VECTOR = "no v"
VECTORS: dict[str, Kind] = {
    "ones": Kind(lambda settings: f"torch.ones({settings.size})", lambda settings: torch.ones(settings.size)),
    "one-hot": Kind(
        lambda settings: f"torch.tensor({_one_hot(settings)})", lambda settings: torch.tensor(_one_hot(settings))
    ),
    "random": Kind(
        lambda settings: f"torch.tensor({_random(settings)})", lambda settings: torch.tensor(_random(settings))
    ),
    "own numbers": Kind(
        lambda settings: f"torch.tensor({list(settings.own)})", lambda settings: torch.tensor(settings.own)
    ),
    "wrong length": Kind(
        lambda settings: f"torch.ones({settings.size + 1})", lambda settings: torch.ones(settings.size + 1)
    ),
    # What torch itself takes where nothing is given, and y has a single element.
    NO_VECTOR: Kind(lambda settings: "", lambda settings: torch.ones(settings.size)),
}


@dataclass(frozen=True)
class Product:
    """A backward from a y of several elements. Tensors are detached.

    Attributes:
        y: f(x), (n,).
        jacobian: (n, n): row i says how y[i] changes with each x, column j what x[j] does to each y.
        v: the vector that backward was given, (m,); ones where it was given none.
        grad: x.grad, (n,); None where torch refused.
        product: v @ J, (n,); None where torch refused.
        other: J @ v, (n,), which is not what backward computes; None where torch refused.
        refusal: torch's live words where it refused; else nothing.
        says: the session.
    """

    y: torch.Tensor
    jacobian: torch.Tensor
    v: torch.Tensor
    grad: torch.Tensor | None
    product: torch.Tensor | None
    other: torch.Tensor | None
    refusal: str
    says: tuple[Exchange, ...]


@lru_cache(maxsize=256)
def multiply(settings: Settings) -> Product:
    """Run forward, and backward with v; and find the whole Jacobian, which backward itself never builds.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html
    """
    function, kind = FUNCTIONS[settings.function], VECTORS[settings.kind]
    with tracking():
        x = torch.tensor(settings.values, requires_grad=True)
        y = function.run(x)
        j = jacobian(function.run, x.detach())
        v = kind.make(settings)
        says, refusal = _session(settings, x, y, v)
    made = None if refusal else v
    return Product(
        y=y.detach(),
        jacobian=j,
        v=v,
        grad=x.grad,
        product=None if made is None else made @ j,
        other=None if made is None else j @ made,
        refusal=refusal,
        says=says,
    )


def _session(settings: Settings, x: torch.Tensor, y: torch.Tensor, v: torch.Tensor) -> tuple[tuple[Exchange, ...], str]:
    """Go back as one would at the prompt: first without v, where that is refused anyway, then with it."""
    says = [
        Exchange(f"x = torch.tensor({list(settings.values)}, requires_grad=True)"),
        Exchange(f"y = {FUNCTIONS[settings.function].code}"),
        transcript.say("y", y),
    ]
    if settings.kind == NO_VECTOR or settings.size > 1:
        says.append(transcript.attempt("y.backward()", y.backward))
    if settings.kind != NO_VECTOR:
        says.append(Exchange(f"v = {VECTORS[settings.kind].code(settings)}"))
        says.append(transcript.attempt("y.backward(gradient=v)", lambda: y.backward(gradient=v)))
    refusal = says[-1].answer
    return (*says, transcript.say("x.grad", x.grad)), refusal


def read(text: str) -> tuple[float, ...]:
    """Read the values of x.

    Raises:
        ValueError: with a message that says which of them is wrong, and what is possible.
    """
    found = read_values(text)
    if len(found) > MAX_SIZE:
        raise ValueError(f"These are {len(found)} values: at most {MAX_SIZE} are possible here")
    return found


_SNIPPET = """\
import torch
from torch.autograd.functional import jacobian


def f(x):
    return {code}


x = torch.tensor({values}, requires_grad=True)
y = f(x)
"""
_GIVEN = """\
v = {v}
try:
    y.backward(gradient=v)
    # The same by hand. Backward itself never builds J.
    J = jacobian(f, x.detach())
    print("J:", J)
    print("v @ J:", v @ J)
except RuntimeError as error:
    print("backward:", error)
print("x.grad:", x.grad)
"""
_NOT_GIVEN = """\
try:
    y.backward()
except RuntimeError as error:
    print("backward:", error)
print("x.grad:", x.grad)
"""


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does the same: it runs on its own and prints the same numbers."""
    rest = _NOT_GIVEN if settings.kind == NO_VECTOR else _GIVEN
    return (_SNIPPET + rest).format(
        code=FUNCTIONS[settings.function].code,
        values=list(settings.values),
        v=VECTORS[settings.kind].code(settings),
    )
