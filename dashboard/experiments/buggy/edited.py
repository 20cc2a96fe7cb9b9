"""A weight is edited through .data between forward and backward."""

import torch

from dashboard.experiments.buggy.bug import Bug, Log, note, weight


def right(log: Log, seed: int, decay: float) -> None:
    w = weight(seed)
    w.data += 3
    for _ in range(10):
        loss = (w**2 - 4) ** 2
        slope = 4 * w.item() * (w.item() ** 2 - 4)
        loss.backward()
        note(log, loss=loss, slope=slope)
        note(log, gradient=w.grad)
        with torch.no_grad():
            w -= 0.01 * w.grad
            w *= decay
        w.grad.zero_()


def wrong(log: Log, seed: int, decay: float) -> None:
    w = weight(seed)
    w.data += 3
    for _ in range(10):
        loss = (w**2 - 4) ** 2
        slope = 4 * w.item() * (w.item() ** 2 - 4)
        w.data *= decay  # <- the bug
        loss.backward()
        note(log, loss=loss, slope=slope)
        note(log, gradient=w.grad)
        with torch.no_grad():
            w -= 0.01 * w.grad
        w.grad.zero_()


BUG = Bug(
    name=".data edited",
    about="The graph saved w for the way back, and w is shrunk through `.data` before `backward()`. Torch counts "
    "edits and would refuse, but an edit through `.data` is not counted.",
    right=right,
    wrong=wrong,
    helpers=(weight, note),
    setting={"decay": 0.5},
    symptom=lambda right, wrong: (
        f"The loss stays, and its gradient is wrong: in the first step the slope of the loss is "
        f"{wrong['slope'][0]:.2f}, and `w.grad` says **{wrong['gradient'][0]:.2f}**. No error, no warning."
    ),
    harmless={"decay": 1.0},
    looks=lambda right, wrong: (
        f"As long as the edit changes nothing (decay 1), `w.grad` is {wrong['gradient'][0]:.2f} in both runs. As the "
        "update itself, after `backward()`, `.data` does what `no_grad` does."
    ),
    chart="gradient",
)
