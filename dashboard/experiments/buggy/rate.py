"""The learning rate is too large."""

import torch

from dashboard.experiments.buggy.bug import Bug, Log, note, weight


def right(log: Log, seed: int, times: float) -> None:
    w = weight(seed)
    lr = 0.1
    for _ in range(20):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad.zero_()
        note(log, w=w)


def wrong(log: Log, seed: int, times: float) -> None:
    w = weight(seed)
    lr = 0.1 * times  # <- the bug
    for _ in range(20):
        loss = (w - 2) ** 2
        note(log, loss=loss)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad.zero_()
        note(log, w=w)


BUG = Bug(
    name="lr too large",
    about="Every update jumps over the minimum and lands farther away than it was. Here the gradient is 2·(w - 2), so "
    "each step multiplies the distance to 2 by 1 - 2·lr.",
    right=right,
    wrong=wrong,
    helpers=(weight, note),
    setting={"times": 11},
    symptom=lambda right, wrong: (
        f"The loss grows in every step: from {wrong['loss'][0]:.2f} to **{wrong['loss'][-1]:,.0f}**, where the smaller "
        f"rate gets to {right['loss'][-1]:.2g}. w ends at {wrong['w'][-1]:.1f} instead of {right['w'][-1]:.2f}."
    ),
    harmless={"times": 9.5},
    looks=lambda right, wrong: (
        f"Just below the limit, lr = 0.95, w jumps over 2 in every step ({wrong['w'][0]:.2f}, {wrong['w'][1]:.2f}, "
        f"{wrong['w'][2]:.2f}, ...), yet the loss falls to {wrong['loss'][-1]:.2g}. A loss that falls does not show "
        "how close the edge is."
    ),
    is_log=True,
)
