"""(N, 1) meets (N,) in mse_loss: it warns, and goes on."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear, note, two


def right(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        y_hat = net(x).squeeze(1)
        loss = F.mse_loss(y_hat, y)
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)


def wrong(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        y_hat = net(x)  # <- the bug: (N, 1)
        loss = F.mse_loss(y_hat, y)
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)


BUG = Bug(
    name="(N,1) in mse_loss",
    about="Predictions (N, 1) and targets (N,) in torch's own loss. `mse_loss` broadcasts them, too, but it warns.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, note, descend),
    setting={"samples": 50},
    symptom=lambda right, wrong: (
        f"A warning, and then the same wrong answer: the slope ends at **{two(wrong['slope'][-1])}** instead of "
        f"{right['slope'][-1]:.2f}."
    ),
    harmless={"samples": 1},
    looks=lambda right, wrong: (
        f"With a single sample both losses end at {wrong['loss'][-1]:.2g}; the warning comes all the same. Python "
        "shows a warning once for each line of code, and a long log hides it."
    ),
    warning="Using a target size",
)
