"""The update of a training step: why it runs inside `no_grad`, and what the other ways of writing it do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from dashboard.experiments import transcript
from dashboard.experiments.listing import listing, statements
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange
from dashboard.experiments.warned import NOT_A_LEAF, warned

START, RATE = 1.5, 0.1

Update = Callable[[Any, float], Any]  # takes w, whose gradient has just been computed, and the learning rate


def _no_grad(w: Any, lr: float) -> Any:
    with torch.no_grad():
        w -= lr * w.grad
    return w


def _in_place(w: Any, lr: float) -> Any:
    w -= lr * w.grad
    return w


def _assigned(w: Any, lr: float) -> Any:
    w = w - lr * w.grad
    return w


def _data(w: Any, lr: float) -> Any:
    w.data -= lr * w.grad
    return w


def _optimiser(w: Any, lr: float) -> Any:
    torch.optim.SGD([w], lr=lr).step()
    return w


UPDATES: dict[str, Update] = {
    "no_grad": _no_grad,
    "in place": _in_place,
    "w = w - ...": _assigned,
    "w.data": _data,
    "optimizer.step()": _optimiser,
}


@dataclass(frozen=True)
class Step:
    """Forward, backward and update, and then forward and backward once more.

    Attributes:
        code: the update.
        answer: what torch says to the update.
        w: w's repr after the update.
        is_leaf: whether w is still a leaf.
        next_grad: `w.grad` after the second backward, as torch prints it.
        says: the whole session.
    """

    code: str
    answer: Exchange
    w: str
    is_leaf: bool
    next_grad: str
    says: tuple[Exchange, ...]


@lru_cache(maxsize=len(UPDATES))
def step(name: str) -> Step:
    """Train w on `w**2 - 5` for a step with one of the updates, and look whether a second step is possible."""
    update = UPDATES[name]
    code = listing(update).replace("lr", str(RATE)).replace(f"{RATE}={RATE}", f"lr={RATE}")
    (line,) = statements(code)
    with tracking():
        w = torch.tensor(START, requires_grad=True)
        (w**2 - 5).backward()
        first = transcript.say("w.grad", w.grad)
        w, answer = _apply(update, w, line)
        after, is_leaf = transcript.say("w", w), w.is_leaf
        w.grad = None
        (w**2 - 5).backward()
        second, warnings = _read_grad(w)
        w, again = _apply(update, w, line)
    return Step(
        code=code,
        answer=answer,
        w=after.answer,
        is_leaf=is_leaf,
        next_grad=second.answer,
        says=(
            Exchange(f"w = torch.tensor({START}, requires_grad=True)"),
            Exchange("loss = w**2 - 5"),
            Exchange("loss.backward()"),
            first,
            answer,
            after,
            transcript.say("w.is_leaf", is_leaf),
            Exchange("w.grad = None"),
            Exchange("loss = w**2 - 5"),
            Exchange("loss.backward()"),
            Exchange(second.line, "\n".join((*warnings, second.answer))),
            again,
        ),
    )


def _apply(update: Update, w: torch.Tensor, line: str) -> tuple[torch.Tensor, Exchange]:
    """Return w after the update, or w as it was and torch's answer where there is an error."""
    made = [w]

    def action() -> None:
        updated, _ = warned(lambda: update(w, RATE), NOT_A_LEAF)
        made.append(updated)

    answer = transcript.attempt(line, action)
    return made[-1], answer


def _read_grad(w: torch.Tensor) -> tuple[Exchange, tuple[str, ...]]:
    grad, warnings = warned(lambda: w.grad, NOT_A_LEAF)
    return transcript.say("w.grad", grad), warnings
