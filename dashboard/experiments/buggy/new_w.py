"""The update makes a new w instead of moving the old one."""

import torch

from dashboard.experiments.buggy.bug import Bug, Log, note, weight
from dashboard.experiments.warned import NOT_A_LEAF


def right(log: Log, seed: int, steps: int) -> None:
    w = weight(seed)
    for _ in range(steps):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad = None
        note(log, w=w)


def wrong(log: Log, seed: int, steps: int) -> None:
    w = weight(seed)
    for _ in range(steps):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        w = w - 0.1 * w.grad  # <- the bug
        w.grad = None
        note(log, w=w)


BUG = Bug(
    name="w = w - ...",
    about="`w = w - lr * w.grad` computes a new tensor with a history and calls it w. Only leaves get a `.grad`, so "
    "the next `backward()` fills that of the old w.",
    right=right,
    wrong=wrong,
    helpers=(weight, note),
    setting={"steps": 20},
    symptom=lambda right, wrong: (
        f"The first update works, **{wrong['w'][0]:.2f}** in both runs. In the second step `w.grad` is None, with a "
        f"warning, and the loop raises: {len(wrong['w'])} update instead of {len(right['w'])}."
    ),
    harmless={"steps": 1},
    looks=lambda right, wrong: (
        f"For a single step: w is {wrong['w'][0]:.4f} with the bug and {right['w'][0]:.4f} without. Try at least two."
    ),
    warning=NOT_A_LEAF,
)
