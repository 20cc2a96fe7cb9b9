"""eval() is taken for no_grad."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from dashboard.experiments.buggy.bug import Bug, Log, line, note


def with_dropout(seed: int) -> nn.Sequential:
    """Return a net of two layers with Dropout between them; its first weights are the seed's."""
    net = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 1))
    generator = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return net


def batches(seed: int, count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return so many batches of 20 samples, x (20, 1) and y (20,)."""
    x, y = line(seed, 20 * count)
    return list(zip(x.split(20), y.split(20), strict=True))


def kept_bytes(result: Any, net: nn.Module) -> int:
    """Count the bytes that the result's graph keeps alive, without the net's own weights."""
    storages: dict[int, int] = {}
    waiting = [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None:
            saved = [getattr(node, name) for name in dir(node) if name.startswith("_saved_")]
            tensors = [value.untyped_storage() for value in saved if isinstance(value, torch.Tensor)]
            storages |= {storage.data_ptr(): storage.nbytes() for storage in tensors}
            waiting += [earlier for earlier, _ in node.next_functions]
    own = {parameter.untyped_storage().data_ptr() for parameter in net.parameters()}
    return sum(size for address, size in storages.items() if address not in own)


def right(log: Log, seed: int, count: int) -> None:
    net = with_dropout(seed)
    net.eval()
    total = torch.zeros(())
    with torch.no_grad():
        for x, y in batches(seed, count):
            loss = F.mse_loss(net(x).squeeze(1), y)
            total = total + loss
            note(log, loss=loss)
            note(log, kept_bytes=kept_bytes(total, net))


def wrong(log: Log, seed: int, count: int) -> None:
    net = with_dropout(seed)
    net.eval()  # <- the bug: not no_grad
    total = torch.zeros(())
    for x, y in batches(seed, count):
        loss = F.mse_loss(net(x).squeeze(1), y)
        total = total + loss
        note(log, loss=loss)
        note(log, kept_bytes=kept_bytes(total, net))


BUG = Bug(
    name="eval() as no_grad",
    about="`eval()` tells Dropout to rest. It does not stop the recording: the sum of the losses holds the graph of "
    "every batch.",
    right=right,
    wrong=wrong,
    helpers=(line, with_dropout, batches, kept_bytes, note),
    setting={"count": 10},
    symptom=lambda right, wrong: (
        f"The losses are the same. But the graphs keep **{wrong['kept_bytes'][-1]:,.0f} bytes** after "
        f"{len(wrong['loss'])} batches, and more with each; inside `no_grad`, {right['kept_bytes'][-1]:,.0f}."
    ),
    harmless={"count": 1},
    looks=lambda right, wrong: (
        f"The numbers never tell: the loss is {wrong['loss'][0]:.4f} in both runs. And one small batch keeps only "
        f"{wrong['kept_bytes'][0]:,.0f} bytes, until its result is gone."
    ),
    chart="kept_bytes",
    per="batch",
)
