"""The data are sorted by class, and nobody shuffles them."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import DataLoader, TensorDataset

from dashboard.experiments.buggy.bug import Bug, Log, descend, note


def classes(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return 90 points in the plane, (90, 2), and their classes: thirty 0s, then thirty 1s, then thirty 2s."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(90) // 30
    centres = torch.tensor([[0.0, 0.0], [2.0, 0.0], [1.0, 1.7]])
    return centres[y] + 0.6 * torch.randn(90, 2, generator=generator), y


def three_ways(seed: int) -> nn.Linear:
    """Return a layer from the plane to three classes; its first weights are the seed's."""
    net = nn.Linear(2, 3)
    nn.init.xavier_uniform_(net.weight, generator=torch.Generator().manual_seed(seed))
    nn.init.zeros_(net.bias)
    return net


def right(log: Log, seed: int, batch_size: int) -> None:
    x, y = classes(seed)
    net = three_ways(seed)
    loader = DataLoader(
        TensorDataset(x, y),
        batch_size,
        generator=torch.Generator().manual_seed(seed),
        shuffle=True,
    )
    for _ in range(6):
        for some_x, some_y in loader:
            loss = F.cross_entropy(net(some_x), some_y)
            net.zero_grad()
            loss.backward()
            descend(net, lr=0.5)
        with torch.no_grad():
            hits = (net(x).argmax(1) == y).float()
            note(log, loss=F.cross_entropy(net(x), y))
            note(log, accuracy=hits.mean())


def wrong(log: Log, seed: int, batch_size: int) -> None:
    x, y = classes(seed)
    net = three_ways(seed)
    loader = DataLoader(
        TensorDataset(x, y),
        batch_size,
        generator=torch.Generator().manual_seed(seed),
        shuffle=False,  # <- the bug
    )
    for _ in range(6):
        for some_x, some_y in loader:
            loss = F.cross_entropy(net(some_x), some_y)
            net.zero_grad()
            loss.backward()
            descend(net, lr=0.5)
        with torch.no_grad():
            hits = (net(x).argmax(1) == y).float()
            note(log, loss=F.cross_entropy(net(x), y))
            note(log, accuracy=hits.mean())


BUG = Bug(
    name="shuffle=False",
    about="The samples are sorted by class, so a small batch holds one class only. The net learns one class and "
    "unlearns the last.",
    right=right,
    wrong=wrong,
    helpers=(classes, three_ways, note, descend),
    setting={"batch_size": 10},
    symptom=lambda right, wrong: (
        f"After the first epoch **{wrong['accuracy'][0]:.0%}** are right instead of {right['accuracy'][0]:.0%}, and "
        f"the loss is {wrong['loss'][0]:.2f} instead of {right['loss'][0]:.2f}. Later the two come close: "
        f"{wrong['accuracy'][-1]:.0%} against {right['accuracy'][-1]:.0%} after {len(right['loss'])} epochs."
    ),
    per="epoch",
    harmless={"batch_size": 90},
    looks=lambda right, wrong: (
        f"With all samples in one batch their order does not matter: {wrong['accuracy'][0]:.0%} and "
        f"{right['accuracy'][0]:.0%} after the first epoch. And whoever looks only at the last epoch sees little of it."
    ),
)
