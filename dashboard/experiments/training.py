"""Training a small network: settings in, every epoch's numbers and weights out."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from dashboard.experiments.scope import tracking
from dashboard.experiments.training_data import DATA, Split, split

ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}
OPTIMIZERS: dict[str, tuple[type[torch.optim.Optimizer], dict[str, float]]] = {
    "SGD": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "Adam": (torch.optim.Adam, {}),
}
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES: dict[str, int] = {"8": 8, "32": 32, "128": 128, "all": 10_000}
MAX_LAYERS = 3
MIN_WIDTH, MAX_WIDTH = 2, 32
MAX_EPOCHS = 200
MAX_SEED = 9999
MAX_STEPS = 5000  # updates in a run: with many samples in small batches, fewer epochs than asked for


@dataclass(frozen=True)
class Settings:
    """Everything that a run can be set to.

    Raises:
        ValueError: if a setting is out of bounds.
    """

    data: str = "spiral"
    layers: int = 2
    width: int = 16
    activation: str = "tanh"
    optimizer: str = "Adam"
    rate: float = 0.03
    batch: str = "32"
    epochs: int = 80
    seed: int = 0

    def __post_init__(self) -> None:
        if self.data not in DATA or self.activation not in ACTIVATIONS or self.optimizer not in OPTIMIZERS:
            raise ValueError("data, an activation and an optimizer out of the tables")
        if self.rate not in RATES or self.batch not in BATCHES:
            raise ValueError("a learning rate and a batch size out of the tables")
        if not (0 <= self.layers <= MAX_LAYERS and MIN_WIDTH <= self.width <= MAX_WIDTH):
            raise ValueError(f"up to {MAX_LAYERS} hidden layers of {MIN_WIDTH} to {MAX_WIDTH}")
        if not (1 <= self.epochs <= MAX_EPOCHS and 0 <= self.seed <= MAX_SEED):
            raise ValueError(f"1 to {MAX_EPOCHS} epochs, a seed up to {MAX_SEED}")

    @property
    def bounded_epochs(self) -> int:
        """How many epochs there is time for."""
        samples = len(split(self.data).train_part[0])
        return max(1, min(self.epochs, MAX_STEPS // math.ceil(samples / BATCHES[self.batch])))


@dataclass(frozen=True, eq=False)
class Run:
    """What happened, epoch by epoch; epoch 0 is before the first update. E is the number of epochs plus one.

    Attributes:
        loss: over the training part and over the part held out, (E, 2).
        accuracy: the share that is right, likewise (E, 2); None where a number is predicted.
        grad_norms: of the training loss with respect to each layer's weight, (E, layers).
        weights: all parameters after each epoch, (E, parameters).
        ended: why the run ended early, or "".
        says: the last epoch's loss and accuracy as torch prints them, for the training part and the part held out.
    """

    settings: Settings
    split: Split
    loss: Tensor
    accuracy: Tensor | None
    grad_norms: Tensor
    weights: Tensor
    ended: str
    says: tuple[tuple[str, ...], ...]

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.loss) - 1


def build(settings: Settings, generator: torch.Generator) -> nn.Sequential:
    """Return the model, its parameters drawn by the generator from the range that nn.Linear itself draws from."""
    data = split(settings.data)
    sizes = [data.x.shape[1], *[settings.width] * settings.layers]
    hidden = [part for ends in pairwise(sizes) for part in _hidden(*ends, settings.activation)]
    model = nn.Sequential(*hidden, nn.Linear(sizes[-1], data.outputs))
    for layer in linear_layers(model):
        bound = 1 / math.sqrt(layer.in_features)
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    return model


def _hidden(width_in: int, width_out: int, activation: str) -> tuple[nn.Module, nn.Module]:
    return nn.Linear(width_in, width_out), ACTIVATIONS[activation]()


def linear_layers(model: nn.Sequential) -> list[nn.Linear]:
    """Return the layers that have weights."""
    return [layer for layer in model if isinstance(layer, nn.Linear)]


def loss_function(data: Split) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss that fits the data: cross entropy for classes, the mean squared error for numbers."""
    return functional.cross_entropy if data.class_names else functional.mse_loss


def run(settings: Settings, on_epoch: Callable[[int], None] = lambda done: None) -> Run:
    """Train, and note loss, accuracy, gradient norms and weights after every epoch.

    The run is the same whatever happens elsewhere in the process: every random number comes from its own generator.

    Args:
        on_epoch: called after every epoch with the number of epochs done; what it raises ends the run.
    """
    with tracking():
        return _run(settings, on_epoch)


def _run(settings: Settings, on_epoch: Callable[[int], None]) -> Run:
    data = split(settings.data)
    generator = torch.Generator().manual_seed(settings.seed)
    model = build(settings, generator)
    kind, options = OPTIMIZERS[settings.optimizer]
    make: Any = kind  # the base class does not say that all of them take lr
    optimizer: torch.optim.Optimizer = make(model.parameters(), lr=settings.rate, **options)
    notes = [_note(model, data)]
    for epoch in range(1, settings.bounded_epochs + 1):
        _train_epoch(model, data, optimizer, BATCHES[settings.batch], generator)
        notes.append(_note(model, data))
        on_epoch(epoch)
        if not math.isfinite(notes[-1].loss[0]):
            break
    return _finish(settings, data, model, notes)


def _train_epoch(
    model: nn.Module, data: Split, optimizer: torch.optim.Optimizer, batch: int, generator: torch.Generator
) -> None:
    x, y = data.train_part
    compare = loss_function(data)
    for rows in torch.randperm(len(x), generator=generator).split(batch):
        loss = compare(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


@dataclass(frozen=True)
class _Note:
    """What is noted after an epoch."""

    loss: tuple[float, float]
    accuracy: tuple[float, float] | None
    grad_norms: list[float]
    weights: Tensor


def _note(model: nn.Sequential, data: Split) -> _Note:
    """Look at the model without leaving anything in its `.grad`."""
    compare = loss_function(data)
    outputs = [model(part[0]) for part in (data.train_part, data.held_part)]
    losses = [compare(output, part[1]) for output, part in zip(outputs, (data.train_part, data.held_part), strict=True)]
    grads = torch.autograd.grad(losses[0], [layer.weight for layer in linear_layers(model)])
    return _Note(
        (losses[0].item(), losses[1].item()),
        (_right(outputs[0], data.train_part[1]), _right(outputs[1], data.held_part[1])) if data.class_names else None,
        [grad.norm().item() for grad in grads],
        nn.utils.parameters_to_vector(model.parameters()).detach().clone(),
    )


def _right(output: Tensor, target: Tensor) -> float:
    return (output.argmax(1) == target).float().mean().item()


def _finish(settings: Settings, data: Split, model: nn.Sequential, notes: list[_Note]) -> Run:
    epochs, last = len(notes) - 1, notes[-1]
    ended = f"After epoch {epochs} the loss is {last.loss[0]}" if not math.isfinite(last.loss[0]) else ""
    return Run(
        settings=settings,
        split=data,
        loss=torch.tensor([note.loss for note in notes]),
        accuracy=torch.tensor([note.accuracy for note in notes]) if data.class_names else None,
        grad_norms=torch.tensor([note.grad_norms for note in notes]),
        weights=torch.stack([note.weights for note in notes]),
        ended=ended,
        says=tuple(_says(model, data, part) for part in (data.train_part, data.held_part)),
    )


def _says(model: nn.Sequential, data: Split, part: tuple[Tensor, Tensor]) -> tuple[str, ...]:
    x, y = part
    output = model(x)
    loss = repr(loss_function(data)(output, y))
    return (loss, repr((output.argmax(1) == y).float().mean())) if data.class_names else (loss,)
