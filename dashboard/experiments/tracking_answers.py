"""The sessions that answer the questions about tracking."""

import torch

from dashboard.experiments import saved, transcript
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange

DROPPED = 1000  # elements that go through Dropout


def inside_no_grad() -> tuple[Exchange, ...]:
    """Look at an old tensor, a result and a new layer inside `no_grad`."""
    with tracking():
        c = torch.ones(2, 2, requires_grad=True)
        with torch.no_grad():
            loss = c**2
            layer = torch.nn.Linear(2, 2)
    return (
        Exchange("c = torch.ones(2, 2, requires_grad=True)"),
        Exchange("with torch.no_grad():\n...     loss = c**2\n...     layer = torch.nn.Linear(2, 2)"),
        transcript.say("c.requires_grad", c.requires_grad),
        transcript.say("loss.requires_grad", loss.requires_grad),
        transcript.say("layer.weight.requires_grad", layer.weight.requires_grad),
    )


def eval_and_train() -> tuple[Exchange, ...]:
    """Send ones through Dropout, in training mode and in evaluation mode."""
    says = [
        Exchange(f"c = torch.ones({DROPPED}, requires_grad=True)"),
        Exchange("net = torch.nn.Sequential(torch.nn.Dropout(0.5))"),
    ]
    with tracking():
        c = torch.ones(DROPPED, requires_grad=True)
        net = torch.nn.Sequential(torch.nn.Dropout(0.5))
        for mode in ("train", "eval"):
            y = getattr(net, mode)()(c)
            says += [
                Exchange(f"y = net.{mode}()(c)"),
                transcript.say("(y == 0).sum()", (y == 0).sum()),
                transcript.say("y.requires_grad", y.requires_grad),
            ]
    return tuple(says)


def three_chains() -> tuple[Exchange, ...]:
    """Weigh what ten operations keep, by the very functions that the page uses."""
    return (
        Exchange("from dashboard.experiments import saved"),
        *(
            transcript.say(f'saved.chain("{name}", 10).tracked.extra', saved.chain(name, 10).tracked.extra)
            for name in ("y + 1", "y.sin()", "y.exp()")
        ),
    )


def inference_tensor() -> tuple[Exchange, ...]:
    """Use an inference tensor in a tracked computation."""
    with tracking():
        c = torch.ones(2, requires_grad=True)
        with torch.inference_mode():
            loss = c**2
        return (
            Exchange("c = torch.ones(2, requires_grad=True)"),
            Exchange("with torch.inference_mode():\n...     loss = c**2"),
            transcript.say("loss + c", loss + c),
            transcript.attempt("loss * c", lambda: loss * c),
            transcript.attempt("loss._version", lambda: loss._version),
        )


def switched_off_after() -> tuple[Exchange, ...]:
    """Take `requires_grad` back between forward and backward."""
    with tracking():
        c = torch.ones(2, requires_grad=True)
        loss = c**2
        off = transcript.say("c.requires_grad_(False)", c.requires_grad_(False))
        return (
            Exchange("c = torch.ones(2, requires_grad=True)"),
            Exchange("loss = c**2"),
            off,
            transcript.say("loss.requires_grad", loss.requires_grad),
            transcript.attempt("loss.sum().backward()", lambda: loss.sum().backward()),
            transcript.say("c.grad", c.grad),
        )
