"""The update is not inside no_grad."""

import torch

from dashboard.experiments.buggy.bug import Bug, Log, line, weight


def right(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    w = weight(seed)
    for _ in range(steps):
        loss = ((w * x - y) ** 2).mean()
        log["loss"].append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= 0.3 * w.grad
        w.grad.zero_()
        log["w"].append(w.item())


def wrong(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    w = weight(seed)
    for _ in range(steps):
        loss = ((w * x - y) ** 2).mean()
        log["loss"].append(loss.item())
        loss.backward()
        w -= 0.3 * w.grad  # <- the bug: this move would be recorded
        w.grad.zero_()
        log["w"].append(w.item())


BUG = Bug(
    name="no no_grad",
    about="The update is recorded like any other line. But w is a leaf: it is where a record begins.",
    right=right,
    wrong=wrong,
    helpers=(line, weight),
    setting={"steps": 20},
    symptom=lambda right, wrong: f"Torch refuses at the first update, after {len(wrong['loss'])} loss: w never moves.",
    harmless=None,
    looks=lambda right, wrong: (
        "It never does: torch refuses at the first step. Beware of the cure that only silences it, "
        "`w = w - lr * w.grad`: that is the next bug."
    ),
)
