"""(N, 1) meets (N,) in a binary cross-entropy: it raises."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear, note


def right(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    is_above = (y > 0).float()
    net = linear(seed)
    for _ in range(60):
        y_hat = net(x).squeeze(1)
        loss = F.binary_cross_entropy_with_logits(y_hat, is_above)
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)


def wrong(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    is_above = (y > 0).float()
    net = linear(seed)
    for _ in range(60):
        y_hat = net(x)  # <- the bug: (N, 1)
        loss = F.binary_cross_entropy_with_logits(y_hat, is_above)
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)


BUG = Bug(
    name="(N,1) in BCE",
    about="Predictions (N, 1) and targets (N,) in a binary cross-entropy, which wants both shapes to be alike.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, note, descend),
    setting={"samples": 50},
    symptom=lambda right, wrong: (
        f"An error before the first loss: {len(wrong['loss'])} losses instead of {len(right['loss'])}. Of the "
        "three losses, this is the kindest."
    ),
    harmless=None,
    looks=lambda right, wrong: "It never does: it raises even for a single sample, (1, 1) against (1,).",
)
