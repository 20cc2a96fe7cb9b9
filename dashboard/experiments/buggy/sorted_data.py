"""The data are sorted by class, and nobody shuffles them."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import DataLoader, TensorDataset

from dashboard.experiments.buggy.bug import Bug, Log, descend


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
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(TensorDataset(x, y), batch_size, shuffle=True, generator=generator)
    for _ in range(6):
        for some_x, some_y in loader:
            net.zero_grad()
            F.cross_entropy(net(some_x), some_y).backward()
            descend(net, lr=0.5)
        with torch.no_grad():
            log["loss"].append(F.cross_entropy(net(x), y).item())
            log["accuracy"].append((net(x).argmax(1) == y).float().mean().item())


def wrong(log: Log, seed: int, batch_size: int) -> None:
    x, y = classes(seed)
    net = three_ways(seed)
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(TensorDataset(x, y), batch_size, shuffle=False, generator=generator)  # <- the bug
    for _ in range(6):
        for some_x, some_y in loader:
            net.zero_grad()
            F.cross_entropy(net(some_x), some_y).backward()
            descend(net, lr=0.5)
        with torch.no_grad():
            log["loss"].append(F.cross_entropy(net(x), y).item())
            log["accuracy"].append((net(x).argmax(1) == y).float().mean().item())


BUG = Bug(
    name="shuffle=False",
    about="The samples are sorted by class. Every batch is of one class, so the net learns one and unlearns the last.",
    right=right,
    wrong=wrong,
    helpers=(classes, three_ways, descend),
    setting={"batch_size": 10},
    symptom=lambda right, wrong: (
        f"After the first epoch **{wrong['accuracy'][0]:.0%}** are right instead of {right['accuracy'][0]:.0%}, and "
        f"the loss is {wrong['loss'][0]:.2f} instead of {right['loss'][0]:.2f}. Later the two come close: "
        f"{wrong['accuracy'][-1]:.0%} against {right['accuracy'][-1]:.0%} after {len(right['loss'])} epochs."
    ),
    harmless={"batch_size": 90},
    looks=lambda right, wrong: (
        f"With all samples in one batch their order is nothing: {wrong['accuracy'][0]:.0%} and "
        f"{right['accuracy'][0]:.0%} after the first epoch. And who only looks at the last epoch sees little of it."
    ),
)
