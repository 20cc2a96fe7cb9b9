"""The update is not inside no_grad."""

import torch

from dashboard.experiments.buggy.bug import Bug, Log, note, weight


def right(log: Log, seed: int, steps: int) -> None:
    w = weight(seed)
    for _ in range(steps):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
        note(log, w=w)


def wrong(log: Log, seed: int, steps: int) -> None:
    w = weight(seed)
    for _ in range(steps):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        w -= 0.1 * w.grad  # <- the bug
        w.grad.zero_()
        note(log, w=w)


BUG = Bug(
    name="no no_grad",
    about="The update is recorded like any other line. But w is a leaf: it is where a record begins.",
    right=right,
    wrong=wrong,
    helpers=(weight, note),
    setting={"steps": 20},
    symptom=lambda right, wrong: f"Torch refuses at the first update, after {len(wrong['loss'])} loss: w never moves.",
    harmless=None,
    looks=lambda right, wrong: (
        "It never does: torch refuses at the first step. Beware of the cure that only silences it, "
        "`w = w - lr * w.grad`: that is the next bug."
    ),
)
