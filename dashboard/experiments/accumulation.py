"""`.grad` accumulates: every backward adds to it, until somebody clears it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import lifetimes, transcript
from dashboard.experiments.expressions import parse
from dashboard.experiments.lifetimes import Entry
from dashboard.experiments.recording import leaf
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.values import MAX_X

PROGRAMS = ("x**2 - 5", "2*x", "x - 5")
MAX_CALLS = 8
NOTHING, ZERO_GRAD = "nothing", "net.zero_grad()"
ANEW, AGAIN = "forward and backward", "backward through one graph"
ROUNDS = (ANEW, AGAIN)

# What may stand between two rounds. `net.zero_grad()` is the method of modules; the one of optimizers does the same.
CLEARS: dict[str, Callable[[torch.Tensor, torch.nn.ParameterList], object]] = {
    NOTHING: lambda x, net: None,
    ZERO_GRAD: lambda x, net: net.zero_grad(),
    "x.grad = None": lambda x, net: setattr(x, "grad", None),
    "x.grad.zero_()": lambda x, net: _zero(x),
}


def _zero(x: torch.Tensor) -> torch.Tensor:
    assert x.grad is not None
    return x.grad.zero_()


@dataclass(frozen=True)
class Settings:
    """Everything that can be set.

    Attributes:
        program: one of `PROGRAMS`.
        x: where the leaf stands.
        calls: how often backward is called.
        rounds: whether a new graph is recorded for each call, or one graph is gone through again: one of `ROUNDS`.
        between: what stands between two rounds, one of `CLEARS`; for new graphs only.
        retain_graph: what `backward` is told; for one graph only.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    program: str = PROGRAMS[0]
    x: float = 1.5
    calls: int = 3
    rounds: str = ANEW
    between: str = NOTHING
    retain_graph: bool = False

    def __post_init__(self) -> None:
        if self.program not in PROGRAMS or self.rounds not in ROUNDS or self.between not in CLEARS:
            raise ValueError("a program, rounds and what is between out of the tables")
        if not (1 <= self.calls <= MAX_CALLS and math.isfinite(self.x) and abs(self.x) <= MAX_X):
            raise ValueError(f"1 to {MAX_CALLS} calls, x between {-MAX_X:g} and {MAX_X:g}")


@dataclass(frozen=True)
class Moment:
    """One line that does something to `.grad`.

    Attributes:
        line: the code.
        before, after: `.grad` before and after it; None where there is none.
        refusal: torch's live words if it raised; else nothing.
    """

    line: str
    before: float | None
    after: float | None
    refusal: str = ""

    @property
    def is_backward(self) -> bool:
        """Whether the line goes back through a graph; else it clears."""
        return self.line.startswith("loss.backward")

    @property
    def added(self) -> float:
        """What the line added to `.grad`; where there was none, it counts as 0."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Timeline:
    """Several backward passes into one leaf.

    Attributes:
        moments: in their order; an error is the last.
        saved: what every node of one graph kept, and what the first `backward` left of it; nothing for new graphs.
        says: the session.
    """

    moments: tuple[Moment, ...]
    saved: tuple[Entry, ...]
    says: tuple[Exchange, ...]


class _Run:
    """Does one line after the other, and notes what it did to `.grad`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.expression = parse(settings.program)
        self.forward_line = f"loss = {self.expression.code()}"
        self.net = torch.nn.ParameterList([torch.nn.Parameter(torch.tensor(settings.x))])
        self.x: torch.Tensor = self.net[0]
        self.moments: list[Moment] = []
        self.says = [Exchange(line) for line in _first_lines(settings)]

    def grad(self) -> float | None:
        return None if self.x.grad is None else self.x.grad.item()

    def forward(self) -> torch.Tensor:
        self.says.append(Exchange(self.forward_line))
        return self.expression(x=self.x)

    def do(self, line: str, action: Callable[[], object]) -> bool:
        """Do it; whether torch did not refuse."""
        before, refusal = self.grad(), ""
        try:
            value = action()
            self.says.append(Exchange(line) if value is None else transcript.say(line, value))
        except transcript.REFUSALS as error:
            self.says.append(transcript.refusal(line, error))
            refusal = self.says[-1].answer
        self.says.append(transcript.say("x.grad", self.x.grad))
        self.moments.append(Moment(line, before, self.grad(), refusal))
        return not refusal

    def anew(self) -> None:
        """A new graph for every call."""
        between = self.settings.between
        for call in range(self.settings.calls):
            if call and between != NOTHING:
                self.do(between, lambda: CLEARS[between](self.x, self.net))
            self.do("loss.backward()", self.forward().backward)

    def again(self) -> tuple[Entry, ...]:
        """Go back through one graph again and again, until torch refuses. Return what became of what it saved."""
        loss, retain = self.forward(), self.settings.retain_graph
        saved = lifetimes.saved_by(loss)
        entries: tuple[Entry, ...] = ()
        for _ in range(self.settings.calls):
            fine = self.do(_backward(self.settings), lambda: loss.backward(retain_graph=retain))
            entries = entries or lifetimes.entries(saved)
            if not fine:
                break
        return entries


@lru_cache(maxsize=256)
def run(settings: Settings) -> Timeline:
    """Call backward again and again, as the settings say."""
    with tracking():
        doing = _Run(settings)
        saved: tuple[Entry, ...] = ()
        if settings.rounds == ANEW:
            doing.anew()
        else:
            saved = doing.again()
    return Timeline(tuple(doing.moments), saved, tuple(doing.says))


def _backward(settings: Settings) -> str:
    return f"loss.backward({lifetimes.RETAIN[settings.retain_graph]})"


def _first_lines(settings: Settings) -> tuple[str, ...]:
    """Return the lines that make x, and the module that holds it where its `zero_grad` is called."""
    if _uses_net(settings):
        return f"x = torch.nn.Parameter(torch.tensor({settings.x!r}))", "net = torch.nn.ParameterList([x])"
    return (leaf("x", settings.x, True),)


def _uses_net(settings: Settings) -> bool:
    return settings.rounds == ANEW and settings.between == ZERO_GRAD


_ANEW = """\
for call in range({calls}):
{clear}    loss = {code}  # forward: a new graph
    loss.backward()
    print("x.grad:", x.grad)
"""
_CLEAR = """\
    if call:
        {between}
        print("x.grad:", x.grad)
"""
_AGAIN = """\
loss = {code}  # forward, once
try:
    for call in range({calls}):
        {backward}
        print("x.grad:", x.grad)
except RuntimeError as error:
    print("backward:", error)
print("x.grad:", x.grad)
"""


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that does the same: it runs on its own and prints the same numbers."""
    clear = "" if settings.between == NOTHING else _CLEAR.format(between=settings.between)
    body = (_ANEW if settings.rounds == ANEW else _AGAIN).format(
        calls=settings.calls,
        clear=clear,
        code=parse(settings.program).code(),
        backward=_backward(settings),
    )
    first = "\n".join(_first_lines(settings))
    return f"import torch\n\n{first}\n{body}"
