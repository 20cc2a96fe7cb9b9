"""A graph that is built as the code runs: a loop with n rounds, and an `if` that asks the data."""

from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.expressions import parse
from dashboard.experiments.recording import Recording, Script, leaf, perform
from dashboard.experiments.transcript import Exchange

MAX_ROUNDS = 30
MAX_START = 100.0
LIMIT = 10
SMALL, LARGE, DONE = (parse(text, ("y",)) for text in ("y*y", "y/2", "y"))
START = parse("x")
CODE = """\
y = x
for i in range({rounds}):
    if y < {limit}:
        y = {small}
    else:
        y = {large}
loss = y"""
BODY = {"start": 1, "small": 4, "large": 6, "done": 7}  # numbers of the lines that compute; line 0 makes x


@dataclass(frozen=True)
class Settings:
    """How often the loop runs, and the data it starts from.

    Raises:
        ValueError: if one of them is out of bounds.
    """

    rounds: int = 4
    start: float = 1.5

    def __post_init__(self) -> None:
        if not 0 <= self.rounds <= MAX_ROUNDS:
            raise ValueError(f"between 0 and {MAX_ROUNDS} rounds")
        if not abs(self.start) <= MAX_START:
            raise ValueError(f"x must lie between {-MAX_START:g} and {MAX_START:g}")


@dataclass(frozen=True)
class Round:
    """What one round did: the value it began with, the line that the `if` chose, and the value it left."""

    before: float
    line: str
    after: float


@dataclass(frozen=True, eq=False)
class Run:
    """The recorded graph, and the rounds that made it."""

    recording: Recording
    rounds: tuple[Round, ...]

    @property
    def size(self) -> int:
        """The number of nodes that autograd recorded."""
        return len(self.recording.trace.nodes)


def code(settings: Settings) -> str:
    """Return the program's lines."""
    return CODE.format(rounds=settings.rounds, limit=LIMIT, small=SMALL, large=LARGE)


@lru_cache(maxsize=128)
def run(settings: Settings) -> Run:
    """Run the loop: Python decides each round anew, and autograd records what ran."""
    rounds: list[Round] = []

    def body(script: Script, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        y = script.run(BODY["start"], START, tensors)
        for _ in range(settings.rounds):
            is_small = bool(y.detach() < LIMIT)
            line, expression = (BODY["small"], SMALL) if is_small else (BODY["large"], LARGE)
            new = script.run(line, expression, {"y": y})
            rounds.append(Round(y.item(), f"y = {expression}", new.item()))
            y = new
        return script.run(BODY["done"], DONE, {"y": y})

    recording = perform(body, tuple(code(settings).split("\n")), {"x": settings.start}, {"x"})
    return Run(recording, tuple(rounds))


@lru_cache(maxsize=128)
def session(settings: Settings) -> tuple[Exchange, ...]:
    """Ask the finished run: the graph's length shows in what the loss remembers."""
    x = torch.tensor(settings.start, requires_grad=True)
    y = x
    for _ in range(settings.rounds):
        y = y * y if y < LIMIT else y / 2
    return (
        transcript.say("loss", y),
        transcript.say("loss.grad_fn", y.grad_fn),
        transcript.attempt("loss.backward()", y.backward),
        transcript.say("x.grad", x.grad),
    )


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that records the same graph: it runs on its own and prints the same numbers."""
    return f"""\
import torch

{leaf("x", settings.start, True)}
{code(settings)}
print("loss:", loss)

node, names = loss.grad_fn, []
while node is not None:  # the graph is a chain: walk it from the loss to the leaf
    names.append(type(node).__name__)
    node = node.next_functions[0][0] if node.next_functions else None
print("recorded:", names)

loss.backward()
print("x.grad:", x.grad)
"""
