"""The run as plain PyTorch: it needs nothing of the dashboard, and prints the numbers that the page shows."""

from itertools import pairwise

import torch

from dashboard.experiments import training_data
from dashboard.experiments.training import ACTIVATIONS, BATCHES, OPTIMIZERS, Run, Settings, build
from dashboard.experiments.training_data import Split, split
from dashboard.experiments.transcript import Exchange, say

_IMPORTS = """\
import math

import torch
from torch import nn
"""

_MODEL = """\
# The model. nn.Linear takes no generator, so its parameters are drawn anew, from the same range, with our own.
generator = torch.Generator().manual_seed({seed})
model = nn.Sequential(
{layers}
)
for layer in model:
    if isinstance(layer, nn.Linear):
        bound = 1 / math.sqrt(layer.in_features)
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
"""

_LOOP = """\
compare = nn.functional.{loss}
optimizer = torch.optim.{optimizer}(model.parameters(), {options})
for epoch in range(1, {epochs} + 1):
    for rows in torch.randperm(len(x[train]), generator=generator).split({batch}):
        loss = compare(model(x[train][rows]), y[train][rows])  # forward
        loss.backward()  # backward
        optimizer.step()  # update
        optimizer.zero_grad()  # zero the gradients
    with torch.no_grad():
        if not compare(model(x[train]), y[train]).isfinite():
            break

print("epoch", epoch)
for name, part in (("train", train), ("held out", held)):
    output = model(x[part])
    print(name, "loss", compare(output, y[part]))
"""
_ACCURACY = """\
    print(name, "accuracy", (output.argmax(1) == y[part]).float().mean())
"""


def snippet(settings: Settings) -> str:
    """Return the whole run as a script."""
    data = split(settings.data)
    kind, options = OPTIMIZERS[settings.optimizer]
    given = {"lr": settings.rate, **options}
    model = _MODEL.format(seed=settings.seed, layers="\n".join(f"    {layer}," for layer in _layers(settings, data)))
    loop = _LOOP.format(
        loss="cross_entropy" if data.class_names else "mse_loss",
        optimizer=kind.__name__,
        options=", ".join(f"{name}={value:g}" for name, value in given.items()),
        epochs=settings.bounded_epochs,
        batch=min(BATCHES[settings.batch], len(data.train_part[0])),
    )
    parts = (_IMPORTS, training_data.code(settings.data), model, loop + (_ACCURACY if data.class_names else ""))
    return "\n".join(parts)


def _layers(settings: Settings, data: Split) -> list[str]:
    sizes = [data.x.shape[1], *[settings.width] * settings.layers]
    activation = f"nn.{ACTIVATIONS[settings.activation].__name__}()"
    hidden = [layer for wide, following in pairwise(sizes) for layer in (f"nn.Linear({wide}, {following})", activation)]
    return [*hidden, f"nn.Linear({sizes[-1]}, {data.outputs})"]


def session(run: Run) -> tuple[Exchange, ...]:
    """Return what torch says after the last epoch: the model, and the numbers that the snippet prints."""
    model = build(run.settings, torch.Generator())
    count = sum(parameter.numel() for parameter in model.parameters())
    says = [say("model", model), say("sum(p.numel() for p in model.parameters())", count)]
    lines = ("compare(model(x[{0}]), y[{0}])", "(model(x[{0}]).argmax(1) == y[{0}]).float().mean()")
    for part, answers in zip(("train", "held"), run.says, strict=True):
        says += [Exchange(line.format(part), answer) for line, answer in zip(lines, answers, strict=False)]
    return tuple(says)
