"""`detach` shares storage: edit the copy that is none, and see what becomes of the original and of its gradient."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch

from dashboard.experiments import transcript
from dashboard.experiments.brakes import OPERATIONS
from dashboard.experiments.scope import tracking
from dashboard.experiments.tracking import Settings
from dashboard.experiments.transcript import Exchange

MAX_VALUE = 1000

WAYS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "c.detach()": lambda c: c.detach(),
    "c.data": lambda c: c.data,
    "c.detach().clone()": lambda c: c.detach().clone(),
}
# When d is edited: how many of the lines "forward" and "backward" run before it.
MOMENTS = {"before the forward": 0, "between forward and backward": 1, "after backward": 2}


@dataclass(frozen=True)
class Edit:
    """What an edit of d did.

    Attributes:
        before, after: c's repr before and after the edit.
        changed: whether the edit of d changed c.
        gradient: `c.grad` at the end; None where backward raised.
        right: the gradient of the loss that the forward computed.
        verdict: "right", "refused" (backward raises) or "silently wrong".
        says: the session.
    """

    before: str
    after: str
    changed: bool
    gradient: torch.Tensor | None
    right: torch.Tensor
    verdict: str
    says: tuple[Exchange, ...]


class _Session:
    """One run, line by line."""

    def __init__(self, settings: Settings, way: str, value: int) -> None:
        self.operation, self.way, self.value = settings.operation, way, float(value)
        self.c = settings.make()
        self.d = WAYS[way](self.c)
        self.loss = self.c
        self.right = self.c

    def forward(self) -> Exchange:
        """Compute the loss and, on a copy of c as it is now, the gradient that backward should find."""
        function = OPERATIONS[self.operation].run
        self.loss = function(self.c)
        copy = self.c.detach().clone().requires_grad_()
        (self.right,) = torch.autograd.grad(function(copy).sum(), copy)
        return Exchange(f"loss = {self.operation}")

    def backward(self) -> Exchange:
        """Ask for c's gradient."""
        return transcript.attempt("loss.sum().backward()", lambda: self.loss.sum().backward())

    def edit(self) -> Exchange:
        """Write the value into d's first element."""
        first = (0,) * self.d.ndim
        self.d[first] = self.value
        return Exchange(f"d[{', '.join(map(str, first))}] = {self.value:g}")


@lru_cache(maxsize=256)
def edit(settings: Settings, way: str, moment: str, value: int) -> Edit:
    """Make d from c, and write the value into d's first element at the moment. c requires grad, whatever is set."""
    with tracking():
        run = _Session(Settings(True, "nothing", settings.operation, settings.start, settings.seed), way, value)
        original = run.c.detach().clone()
        before = transcript.say("c", run.c)
        lines = [run.forward, run.backward]
        lines.insert(MOMENTS[moment], run.edit)
        said = [line() for line in lines]
        after, gradient = transcript.say("c", run.c), run.c.grad
    return Edit(
        before=before.answer,
        after=after.answer,
        changed=not torch.equal(original, run.c.detach()),
        gradient=gradient,
        right=run.right,
        verdict=_verdict(gradient, run.right),
        says=(before, Exchange(f"d = {way}"), *said, after, *_rest(run)),
    )


def _rest(run: _Session) -> tuple[Exchange, ...]:
    return transcript.say("loss", run.loss), transcript.say("c.grad", run.c.grad)


def _verdict(gradient: torch.Tensor | None, right: torch.Tensor) -> str:
    if gradient is None:
        return "refused"
    return "right" if torch.equal(gradient, right) else "silently wrong"


def verdicts(settings: Settings, value: int) -> dict[str, tuple[str, ...]]:
    """Return, for every way, the verdict of an edit at every moment, in the order of `MOMENTS`."""
    return {way: tuple(edit(settings, way, moment, value).verdict for moment in MOMENTS) for way in WAYS}
