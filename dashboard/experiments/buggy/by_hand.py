"""(N, 1) meets (N,) in a loss that is written by hand: silently wrong."""

from dashboard.experiments.buggy.bug import Bug, Log, descend, line, linear, two


def right(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        prediction = net(x.unsqueeze(1)).squeeze(1)
        loss = ((prediction - y) ** 2).mean()
        log["loss"].append(loss.item())
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        log["slope"].append(net.weight.item())
        log["differences"].append((prediction - y).numel())


def wrong(log: Log, seed: int, samples: int) -> None:
    x, y = line(seed, samples)
    net = linear(seed)
    for _ in range(40):
        prediction = net(x.unsqueeze(1))  # <- the bug: (N, 1), and y is (N,)
        loss = ((prediction - y) ** 2).mean()
        log["loss"].append(loss.item())
        net.zero_grad()
        loss.backward()
        descend(net, lr=0.3)
        log["slope"].append(net.weight.item())
        log["differences"].append((prediction - y).numel())


BUG = Bug(
    name="(N,1) by hand",
    about="The net returns (N, 1), the targets are (N,). Their difference is (N, N): every prediction is compared with "
    "every target, and no error tells.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, descend),
    setting={"samples": 50},
    symptom=lambda right, wrong: (
        f"The best answer to all targets at once is their mean: the slope ends at **{two(wrong['slope'][-1])}** "
        f"instead of {right['slope'][-1]:.2f}, the loss at {wrong['loss'][-1]:.2f} instead of {right['loss'][-1]:.2f}, "
        f"of {wrong['differences'][-1]:,} differences instead of {right['differences'][-1]:,}. Torch is silent."
    ),
    harmless={"samples": 1},
    looks=lambda right, wrong: (
        f"With a single sample, (1, 1) - (1,) is one difference: both losses end at {wrong['loss'][-1]:.2g}. And "
        "with many it merely looks like a net that learns badly: the loss does fall a little."
    ),
)
