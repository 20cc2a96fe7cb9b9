"""(N, 1) meets (N,) in a binary cross-entropy: it raises."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear


def right(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    is_above = (y > 0).float()
    net = linear(seed)
    for _ in range(20):
        loss = F.binary_cross_entropy_with_logits(net(x.unsqueeze(1)).squeeze(1), is_above)
        log["loss"].append(loss.item())
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)


def wrong(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    is_above = (y > 0).float()
    net = linear(seed)
    for _ in range(20):
        loss = F.binary_cross_entropy_with_logits(net(x.unsqueeze(1)), is_above)  # <- the bug: (N, 1)
        log["loss"].append(loss.item())
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)


BUG = Bug(
    name="(N,1) in BCE",
    about="The same shapes in a binary cross-entropy, which wants both to be alike.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, descend),
    setting={"samples": 50},
    symptom=lambda right, wrong: (
        f"An error before the first loss: {len(wrong['loss'])} losses instead of {len(right['loss'])}. That is the "
        "kindest of the three."
    ),
    harmless=None,
    looks=lambda right, wrong: "It never does: it raises even for a single sample, (1, 1) against (1,).",
)
