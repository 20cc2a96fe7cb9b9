"""(N, 1) meets (N,) in a loss that is written by hand: silently wrong."""

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear, note, two


def right(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        y_hat = net(x).squeeze(1)
        errors = y_hat - y
        loss = (errors**2).mean()
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)
        note(log, errors=errors.numel())


def wrong(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        y_hat = net(x)  # <- the bug: (N, 1)
        errors = y_hat - y
        loss = (errors**2).mean()
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        note(log, loss=loss, slope=net.weight)
        note(log, errors=errors.numel())


BUG = Bug(
    name="(N,1) by hand",
    about="The net returns (N, 1), the targets are (N,). Their difference is (N, N): every prediction is compared with "
    "every target, and no error tells.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, note, descend),
    setting={"samples": 50},
    symptom=lambda right, wrong: (
        f"The best answer to all targets at once is their mean: the slope ends at **{two(wrong['slope'][-1])}** "
        f"instead of {right['slope'][-1]:.2f}, the loss at {wrong['loss'][-1]:.2f} instead of {right['loss'][-1]:.2f}, "
        f"of {wrong['errors'][-1]:,} differences instead of {right['errors'][-1]:,}. Torch is silent."
    ),
    harmless={"samples": 1},
    looks=lambda right, wrong: (
        f"With a single sample, (1, 1) - (1,) is one difference: both losses end at {wrong['loss'][-1]:.2g}. And "
        "with many it merely looks like a net that learns badly: the loss falls a little."
    ),
)
