"""Nobody zeroes the gradients."""

from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, descend, grad_norm, line, linear, note


def right(log: Log, seed: int, lr: float, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x).squeeze(1), y)
        net.zero_grad()
        loss.backward()
        note(log, grad_norm=grad_norm(net))
        descend(net, lr)
        note(log, loss=loss, slope=net.weight)


def wrong(log: Log, seed: int, lr: float, steps: int) -> None:
    x, y = line(seed)
    net = linear(seed)
    for _ in range(steps):
        loss = F.mse_loss(net(x).squeeze(1), y)
        # <- the bug: no net.zero_grad()
        loss.backward()
        note(log, grad_norm=grad_norm(net))
        descend(net, lr)
        note(log, loss=loss, slope=net.weight)


BUG = Bug(
    name="no zero_grad",
    about="`backward()` adds to `.grad`. Without `zero_grad()`, each step moves along the sum of all gradients so far.",
    right=right,
    wrong=wrong,
    helpers=(line, linear, note, grad_norm, descend),
    setting={"lr": 0.3, "steps": 40},
    symptom=lambda right, wrong: (
        f"It overshoots, swings back and never settles: over the last ten steps the gradient norm reaches "
        f"**{max(wrong['grad_norm'][-10:]):.2f}** against {max(right['grad_norm'][-10:]):.2f}, "
        f"the loss **{max(wrong['loss'][-10:]):.2f}** against {max(right['loss'][-10:]):.2f}."
    ),
    harmless={"lr": 0.01, "steps": 20},
    looks=lambda right, wrong: (
        f"With a small learning rate and few steps it even looks better: the growing sum goes the right way, faster. "
        f"After {len(right['loss'])} steps the loss is **{wrong['loss'][-1]:.2f}** with the bug and "
        f"{right['loss'][-1]:.2f} without. What gives it away is the gradient norm: {wrong['grad_norm'][-1]:.1f} "
        f"against {right['grad_norm'][-1]:.1f}."
    ),
)
