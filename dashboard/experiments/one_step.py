"""Training one weight by hand: forward, backward, update, zero the gradient; and again."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

import torch

from dashboard.experiments import transcript
from dashboard.experiments.expressions import parse
from dashboard.experiments.recording import Recording, Script, leaf, perform
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange

PHASES = ("forward", "backward", "update", "zero")
MAX_STEPS = 12
MAX_PHASES = MAX_STEPS * len(PHASES)
MAX_VALUE = 5.0
MAX_RATE = 2.0

FORWARD = {"y_hat": parse("w * x", ("w", "x")), "error": parse("y_hat - y", ("y_hat", "y"))}
LOSS = parse("error**2", ("error",))
CODE = """\
{leaves}
for step in range({steps}):
    y_hat = w*x
    error = y_hat - y
    loss = error**2
    loss.backward()
    with torch.no_grad():
        w -= {rate}*w.grad
    w.grad.zero_()"""
LINES = {"y_hat": 4, "error": 5, "loss": 6, "backward": 7, "update": 9, "zero": 10}
LINES_OF = {"forward": (4, 5, 6), "backward": (7,), "update": (8, 9), "zero": (10,)}


@dataclass(frozen=True)
class Settings:
    """One sample (x, y), the weight to start from, the learning rate, and how many phases are done.

    Raises:
        ValueError: if one of them is out of bounds.
    """

    x: float = 1.0
    y: float = 2.0
    w: float = 1.0
    rate: float = 0.01
    phases: int = 4

    def __post_init__(self) -> None:
        if not all(abs(value) <= MAX_VALUE for value in (self.x, self.y, self.w)):
            raise ValueError(f"x, y and w must lie between {-MAX_VALUE:g} and {MAX_VALUE:g}")
        if not 0 <= self.rate <= MAX_RATE:
            raise ValueError(f"the learning rate must lie between 0 and {MAX_RATE:g}")
        if not 0 <= self.phases <= MAX_PHASES:
            raise ValueError(f"between 0 and {MAX_PHASES} phases")


@dataclass(frozen=True)
class Moment:
    """What there is after a phase.

    Attributes:
        phase: the phase that has just run.
        w, loss: their values; there is no loss before the first forward.
        grad: `w.grad`; None before the first backward.
    """

    phase: str
    w: float
    grad: float | None
    loss: float

    @property
    def is_finite(self) -> bool:
        """Whether every number is finite."""
        return all(map(math.isfinite, (self.w, self.grad or 0.0, self.loss)))


@dataclass(frozen=True, eq=False)
class Run:
    """So many phases of training.

    Attributes:
        steps: for every step that has begun, a moment for each of its phases that ran. The first moment that is not
            finite is the last.
        starts: w at the start of each of these steps, and after the last of them.
        recording: the last of these steps, as autograd recorded it, beside the code of the loop.
        says: what torch says in that step.
    """

    steps: tuple[tuple[Moment, ...], ...]
    starts: tuple[float, ...]
    recording: Recording
    says: tuple[Exchange, ...]

    @property
    def now(self) -> tuple[Moment, ...]:
        """The moments of the last step."""
        return self.steps[-1] if self.steps else ()

    @property
    def before(self) -> float:
        """w at the start of the last step."""
        return self.starts[max(len(self.steps) - 1, 0)]

    @property
    def is_finite(self) -> bool:
        """Whether training went well so far."""
        return all(moment.is_finite for moment in self.now)


@lru_cache(maxsize=512)
def run(settings: Settings) -> Run:
    """Train for so many phases, or until a number is not finite any more."""
    with tracking():
        moments = tuple(islice(_until_not_finite(_train(settings)), settings.phases))
        steps = tuple(moments[at : at + len(PHASES)] for at in range(0, len(moments), len(PHASES)))
        starts = (settings.w, *(step[-1].w for step in steps))
        start = starts[max(len(steps) - 1, 0)]
        done = len(steps[-1]) if steps else 0
        return Run(steps, starts, _record(settings, start), _session(settings, start, done))


def _train(settings: Settings) -> Iterator[Moment]:
    x, y = torch.tensor(settings.x), torch.tensor(settings.y)
    w = torch.tensor(settings.w, requires_grad=True)
    for _ in range(MAX_STEPS):
        loss = (w * x - y) ** 2
        yield _moment("forward", w, loss)
        loss.backward()
        yield _moment("backward", w, loss)
        with torch.no_grad():
            w -= settings.rate * w.grad  # type: ignore[operator]  # backward has filled it
        yield _moment("update", w, loss)
        w.grad.zero_()  # type: ignore[union-attr]
        yield _moment("zero", w, loss)


def _moment(phase: str, w: torch.Tensor, loss: torch.Tensor) -> Moment:
    return Moment(phase, w.item(), None if w.grad is None else w.grad.item(), loss.item())


def _until_not_finite(moments: Iterator[Moment]) -> Iterator[Moment]:
    for moment in moments:
        yield moment
        if not moment.is_finite:
            return


def _record(settings: Settings, w: float) -> Recording:
    """Record the step that starts from w, beside the code of the whole loop."""

    def body(script: Script, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        for name, expression in FORWARD.items():
            tensors[name] = script.run(LINES[name], expression, tensors)
        return script.run(LINES["loss"], LOSS, tensors)

    recording = perform(body, (), {"x": settings.x, "y": settings.y, "w": w}, {"w"})
    code = CODE.format(leaves=_leaves(settings), steps=MAX_STEPS, rate=settings.rate)
    return replace(recording, code=tuple(code.split("\n")))


def _leaves(settings: Settings) -> str:
    return "\n".join(leaf(name, getattr(settings, name), name == "w") for name in ("x", "y", "w"))


def _session(settings: Settings, start: float, done: int) -> tuple[Exchange, ...]:
    """Do so many phases of one step as one would at the prompt."""
    x, y = torch.tensor(settings.x), torch.tensor(settings.y)
    w = torch.tensor(start, requires_grad=True)
    y_hat = w * x
    error = y_hat - y
    loss = error**2
    said: list[tuple[Exchange, ...]] = [
        (
            transcript.say("w", w),
            Exchange("y_hat = w*x"),
            Exchange("error = y_hat - y"),
            Exchange("loss = error**2"),
            transcript.say("loss", loss),
        )
    ]
    loss.backward()
    said.append((Exchange("loss.backward()"), transcript.say("w.grad", w.grad)))
    with torch.no_grad():
        w -= settings.rate * w.grad  # type: ignore[operator]
    said.append((Exchange(f"with torch.no_grad():\n...     w -= {settings.rate}*w.grad"), transcript.say("w", w)))
    said.append((transcript.say("w.grad.zero_()", w.grad.zero_()),))  # type: ignore[union-attr]
    return tuple(line for lines in said[:done] for line in lines) or (transcript.say("w", w),)


@dataclass(frozen=True)
class Factor:
    """One factor of the chain rule.

    Attributes:
        line: what ran forward.
        of, by: the derivative of what by what.
        rule: it as a formula.
        value: its value in this step, as the node itself says.
    """

    line: str
    of: str
    by: str
    rule: str
    value: float


RULES = (
    ("loss = error**2", "loss", "error", "2·error"),
    ("error = y_hat - y", "error", "y_hat", "1"),
    ("y_hat = w*x", "y_hat", "w", "x"),
)


def chain(recording: Recording) -> tuple[Factor, ...]:
    """Return the factors whose product is w's gradient, from the loss to w."""
    nodes = reversed(recording.trace.nodes[1:])
    return tuple(Factor(*rule, node.edges[0].local.item()) for rule, node in zip(RULES, nodes, strict=True))


_SNIPPET = """\
import torch

{leaves}

for step in range({steps}):
    # Forward: the loss, and the record of how it came about.
    y_hat = w*x
    error = y_hat - y
    loss = error**2
    # Backward: the chain rule, from the loss back to w. It adds to w.grad.
    loss.backward()
    grad = w.grad.item()
    # Update: a little against the gradient. This must not be recorded.
    with torch.no_grad():
        w -= {rate}*w.grad
    # Zero the gradient, or the next backward adds to it.
    w.grad.zero_()
    print(f"step {{step + 1}}: loss {{loss.item():.6g}}, w.grad {{grad:.6g}}, then w {{w.item():.6g}}")
"""


def snippet(settings: Settings) -> str:
    """Return plain PyTorch that finishes the step that the last phase belongs to, and prints every step's numbers."""
    return _SNIPPET.format(leaves=_leaves(settings), steps=max(len(run(settings).steps), 1), rate=settings.rate)
