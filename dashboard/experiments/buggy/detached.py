"""The loss is cut off before backward."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear, note


def right(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x).squeeze(1), y)
        note(log, loss=loss)
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, slope=net.weight)


def wrong(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x).squeeze(1), y)
        note(log, loss=loss)
        net.zero_grad()
        loss = loss.detach()  # <- the bug
        loss.backward()
        descend(net, lr=0.3)
        note(log, slope=net.weight)


BUG = Bug(
    name="loss.detach()",
    about="`detach()` hands the number on without its history. `backward()` has nowhere to go.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, note, descend),
    setting={"steps": 40},
    symptom=lambda right, wrong: (
        f"`backward()` raises in the first step: {len(wrong['slope'])} updates instead of {len(right['slope'])}."
    ),
    harmless=None,
    looks=lambda right, wrong: (
        "After `backward()` it is harmless and even wise: `losses.append(loss.detach())` keeps the number and lets the "
        "graph go. But detach one of a loss's two terms, and nothing raises: that term teaches nothing."
    ),
)
