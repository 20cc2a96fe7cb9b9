"""What torch answers to the questions about training."""

from functools import lru_cache

import torch
from torch.nn import functional as F  # noqa: N812  # as PyTorch's own documentation writes it

from dashboard.experiments import training, transcript, update
from dashboard.experiments.buggy.bug import line, linear
from dashboard.experiments.buggy.evaluation import with_dropout
from dashboard.experiments.recording import leaf
from dashboard.experiments.scope import tracking
from dashboard.experiments.training_data import split
from dashboard.experiments.transcript import Exchange

STEPS = 3
PATIENT = 100  # steps after which a straight line through xor no longer moves


@lru_cache(maxsize=1)
def never_zeroed() -> tuple[Exchange, ...]:
    """Let w go after 2 in three steps, and nobody zeroes its gradient."""
    with tracking():
        w = torch.tensor(1.0, requires_grad=True)
        said = [Exchange(leaf("w", 1.0, True))]
        for _ in range(STEPS):
            loss = (w - 2) ** 2
            loss.backward()
            arrived = transcript.say("w.grad", w.grad)
            with torch.no_grad():
                w -= 0.1 * w.grad  # type: ignore[operator]  # backward has filled it
            said += [Exchange("loss = (w - 2)**2; loss.backward()"), arrived]
            said += [Exchange("with torch.no_grad(): w -= 0.1 * w.grad"), transcript.say("w", w)]
    return tuple(said)


@lru_cache(maxsize=1)
def swinging() -> tuple[Exchange, ...]:
    """Take steps with learning rate 1 on `(w*1 - 2)**2`, from w = 1."""
    with tracking():
        w = torch.tensor(1.0, requires_grad=True)
        said = [Exchange(leaf("w", 1.0, True))]
        for _ in range(STEPS):
            w.grad = None
            ((w * 1 - 2) ** 2).backward()
            with torch.no_grad():
                w -= 1.0 * w.grad  # type: ignore[operator]
            said += [Exchange("w.grad = None; ((w*1 - 2)**2).backward()")]
            said += [Exchange("with torch.no_grad(): w -= 1.0 * w.grad"), transcript.say("w", w)]
    return tuple(said)


def new_w() -> tuple[Exchange, ...]:
    """Take two steps whose update makes a new w."""
    return update.step("w = w - ...").says


@lru_cache(maxsize=1)
def many_differences() -> tuple[Exchange, ...]:
    """Subtract targets of shape (50,) from predictions of shape (50, 1)."""
    x, y = line(0)
    net = linear(0)
    with tracking():
        y_hat = net(x)
        difference = y_hat - y
        matched = y_hat.squeeze(1) - y
    return (
        transcript.say("y_hat.shape", y_hat.shape),
        transcript.say("y.shape", y.shape),
        transcript.say("(y_hat - y).shape", difference.shape),
        transcript.say("((y_hat - y)**2).mean()", (difference**2).mean()),
        transcript.say("((y_hat.squeeze(1) - y)**2).mean()", (matched**2).mean()),
    )


@lru_cache(maxsize=1)
def evaluating() -> tuple[Exchange, ...]:
    """Ask a net with Dropout in evaluation mode whether its output is tracked."""
    x, _ = line(0, 1)
    net = with_dropout(0)
    with tracking():
        net.eval()
        inside = net(x).requires_grad
        with torch.no_grad():
            outside = net(x).requires_grad
    return (
        Exchange("net = net.eval()"),
        transcript.say("net(x).requires_grad", inside),
        Exchange("with torch.no_grad(): y_hat = net(x)"),
        transcript.say("y_hat.requires_grad", outside),
    )


@lru_cache(maxsize=1)
def straight() -> tuple[Exchange, ...]:
    """Train one linear layer on xor until it no longer moves, and count what it gets right."""
    x, y = split("xor").train_part
    net = training.build(training.Settings("xor", layers=0), torch.Generator().manual_seed(0))
    with tracking():
        for _ in range(PATIENT):
            net.zero_grad()
            F.cross_entropy(net(x), y).backward()
            with torch.no_grad():
                for parameter in net.parameters():
                    parameter -= 1.0 * parameter.grad  # type: ignore[operator, misc]  # backward has filled it
        slopes = [parameter.grad for parameter in net.parameters()]
    return (
        transcript.say("net", net),
        Exchange(f"for _ in range({PATIENT}): step(net, x, y, lr=1.0)"),
        *(transcript.say(f"net[0].{name}.grad", slope) for name, slope in zip(("weight", "bias"), slopes, strict=True)),
        transcript.say("(net(x).argmax(1) == y).float().mean()", (net(x).argmax(1) == y).float().mean()),
    )
