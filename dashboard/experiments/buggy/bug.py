"""What there is to a bug, and the small things that several of them train on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

Log = dict[str, list[float]]  # what a loop notes, step by step


@dataclass(frozen=True)
class Bug:
    """A bug beside the loop as it should be.

    Attributes:
        name: how the choice reads.
        about: what is wrong, in a sentence or two.
        right, wrong: the loops. They note their numbers in a log, and take the seed and a setting by name.
        helpers: the functions that they call, each after those that it calls itself.
        setting: with which the bug shows.
        symptom: how it shows, given both logs.
        harmless: with which it looks harmless; None where there is no such setting.
        looks: when it looks harmless, given both logs.
        chart: the series that tells the story.
        per: what each of its numbers belongs to.
        is_log: whether its chart needs a logarithmic axis.
        warning: words of the warning that torch gives; nothing where it gives none.
    """

    name: str
    about: str
    right: Callable[..., None]
    wrong: Callable[..., None]
    helpers: tuple[Callable[..., Any], ...]
    setting: Mapping[str, float]
    symptom: Callable[[Log, Log], str]
    harmless: Mapping[str, float] | None
    looks: Callable[[Log, Log], str]
    chart: str = "loss"
    per: str = "step"
    is_log: bool = False
    warning: str = ""


def two(number: float) -> str:
    """Return the number with two decimals; never "-0.00"."""
    return f"{round(number, 2) + 0.0:.2f}"


def note(log: Log, **numbers: Any) -> None:
    """Write down numbers, each under its name."""
    for name, number in numbers.items():
        log[name].append(torch.as_tensor(number).item())


def line(seed: int, samples: int = 50) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x, of shape (samples, 1), and y = 3x with a little noise, of shape (samples,)."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-1, 1, samples)
    return x.unsqueeze(1), 3 * x + 0.1 * torch.randn(samples, generator=generator)


def linear(seed: int) -> nn.Linear:
    """Return a layer from one number to one number; its first weight is the seed's."""
    net = nn.Linear(1, 1)
    nn.init.uniform_(net.weight, -1, 1, generator=torch.Generator().manual_seed(seed))
    nn.init.zeros_(net.bias)
    return net


def weight(seed: int) -> Any:
    """Return a number between -1 and 1 that requires grad."""
    start = 2 * torch.rand((), generator=torch.Generator().manual_seed(seed)) - 1
    return start.requires_grad_()


def grad_norm(net: nn.Module) -> float:
    """Return the length of the gradient of all weights."""
    return float(torch.cat([p.grad.flatten() for p in net.parameters() if p.grad is not None]).norm())


def descend(net: nn.Module, lr: float) -> None:
    """Move every weight a little against its gradient, as torch.optim.SGD does."""
    with torch.no_grad():
        for p in net.parameters():
            if p.grad is not None:
                p.sub_(lr * p.grad)
