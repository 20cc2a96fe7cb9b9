"""The loss is cut off before backward."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear


def right(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x.unsqueeze(1)).squeeze(1), y)
        log["loss"].append(loss.item())
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        log["slope"].append(net.weight.item())


def wrong(log: Log, seed: int, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x.unsqueeze(1)).squeeze(1), y)
        log["loss"].append(loss.item())
        net.zero_grad()
        loss = loss.detach()  # <- the bug: no way leads back from here
        loss.backward()
        descend(net, lr=0.3)
        log["slope"].append(net.weight.item())


BUG = Bug(
    name="loss.detach()",
    about="`detach()` hands the number on without its history. `backward()` has nowhere to go.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, descend),
    setting={"steps": 40},
    symptom=lambda right, wrong: (
        f"`backward()` raises in the first step: {len(wrong['slope'])} updates instead of {len(right['slope'])}."
    ),
    harmless=None,
    looks=lambda right, wrong: (
        "After `backward()` it is harmless and even wise: `losses.append(loss.detach())` keeps the number and lets the "
        "graph go. But detach one of a loss's two terms, and nothing raises: that term just teaches nothing."
    ),
)
