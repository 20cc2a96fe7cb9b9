"""Follow one batch into a linear model: forward, loss, backward, and the shapes on the way."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as everyone writes it)

from dashboard.experiments.csv_files import CsvSamples
from dashboard.experiments.samples import SOURCES, Samples
from dashboard.experiments.scope import tracking
from dashboard.experiments.transcript import Exchange, say

SEED = 0  # of the weights
MAX_SHOWN = 40  # elements of a gradient that the session prints


@dataclass(frozen=True)
class Loss:
    """What a target asks for.

    Attributes:
        code: how it is called; `z` are the model's outputs, `y` the targets.
        function: the same.
        outputs: what the model's outputs are.
        squeezes: whether the model's only column is taken away, so that z has the targets' shape.
        is_float: whether the targets have to be float32.
    """

    code: str
    function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    outputs: str
    squeezes: bool = False
    is_float: bool = True


LOSSES = {
    "a class": Loss("F.cross_entropy(z, y)", F.cross_entropy, "a score for every class", is_float=False),
    "labels": Loss(
        "F.binary_cross_entropy_with_logits(z, y)", F.binary_cross_entropy_with_logits, "a score for every label"
    ),
    "a number": Loss("F.mse_loss(z, y)", F.mse_loss, "a number for every sample", squeezes=True),
}


def target_kind(samples: Samples) -> str:
    """Return which of the losses fits the targets."""
    if samples.targets.ndim == 2:
        return "labels"
    return "a class" if samples.class_names else "a number"


@dataclass(frozen=True, eq=False)
class Followed:
    """What became of a batch of B samples with D features each, for K outputs. Every tensor is detached.

    Attributes:
        kind: a key of LOSSES.
        x: (B, D) float32.
        y: (B,) int64 or float32, or (B, K) float32.
        weight, bias: (K, D) and (K,).
        z: (B, K), or (B,) where the target is a number.
        loss: (), the mean.
        z_grad, weight_grad, bias_grad: shaped as what they are the gradients of.
        says: the session.
    """

    kind: str
    x: torch.Tensor
    y: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor
    z: torch.Tensor
    loss: torch.Tensor
    z_grad: torch.Tensor
    weight_grad: torch.Tensor
    bias_grad: torch.Tensor
    says: tuple[Exchange, ...]


def follow(samples: Samples, indices: tuple[int, ...]) -> Followed:
    """Send these samples through a linear model and back.

    Raises:
        ValueError: if there are no indices: the mean of no losses is not a number.
    """
    if not indices:
        raise ValueError("An empty batch cannot be followed")
    kind = target_kind(samples)
    loss_of = LOSSES[kind]
    batch = list(indices)
    x = samples.features[batch].flatten(1).float()
    y = samples.targets[batch].float() if loss_of.is_float else samples.targets[batch]
    with tracking():
        model = linear(x.shape[1], outputs(samples))
        z = model(x).squeeze(1) if loss_of.squeezes else model(x)
        z.retain_grad()
        loss = loss_of.function(z, y)
        forward = (
            say("x.shape", x.shape),
            Exchange(f"z = {_forward(loss_of)}"),
            say("z.shape", z.shape),
            say("z.grad_fn", z.grad_fn),
            Exchange(f"loss = {loss_of.code}"),
            say("loss", loss),
            say("model.weight.grad is None", model.weight.grad is None),
        )
        loss.backward()
    weight, bias = model.weight, model.bias
    assert weight.grad is not None and bias.grad is not None and z.grad is not None
    tensors = (weight.detach(), bias.detach(), z.detach(), loss.detach(), z.grad, weight.grad, bias.grad)
    return Followed(kind, x, y, *tensors, (*forward, *_backward(weight.grad)))


def _backward(grad: torch.Tensor) -> tuple[Exchange, ...]:
    shape = say("model.weight.grad.shape", grad.shape)
    shown = (say("model.weight.grad", grad),) if grad.numel() <= MAX_SHOWN else ()
    return Exchange("loss.backward()"), shape, *shown


def outputs(samples: Samples) -> int:
    """Return K: one output per class or label, or one."""
    return len(samples.class_names) or 1


def linear(features: int, outputs: int) -> nn.Linear:
    """Return a linear model whose weights come from a generator of their own: nn.Linear itself takes none."""
    model = nn.Linear(features, outputs)
    generator = torch.Generator().manual_seed(SEED)
    for parameter in model.parameters():
        nn.init.uniform_(parameter, -(features**-0.5), features**-0.5, generator=generator)
    return model


def _forward(loss_of: Loss) -> str:
    return "model(x).squeeze(1)" if loss_of.squeezes else "model(x)"


@dataclass(frozen=True)
class Stage:
    """A tensor on the way: what made it, and whether it is a gradient."""

    name: str
    tensor: torch.Tensor
    code: str
    meaning: str
    is_gradient: bool = False


def stages(followed: Followed) -> tuple[Stage, ...]:
    """Return the tensors of the way forward and back, in the order in which they come to be."""
    loss_of = LOSSES[followed.kind]
    return (
        Stage("x", followed.x, ".flatten(1).float()", "the batch in float32, a row for every sample"),
        Stage("z", followed.z, _forward(loss_of), f"{loss_of.outputs}: `x @ weight.T + bias`"),
        Stage("loss", followed.loss, loss_of.code, "one number: the mean over the batch"),
        Stage("z.grad", followed.z_grad, "loss.backward()", "what each output does to the loss", True),
        Stage("weight.grad", followed.weight_grad, "loss.backward()", "summed over the batch: the batch is gone", True),
        Stage("bias.grad", followed.bias_grad, "loss.backward()", "summed over the batch, too", True),
    )


_SNIPPET = """\
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

{code}

batch = {batch}
x = torch.from_numpy(features[batch]).flatten(1).float()
y = torch.from_numpy(targets[batch]){cast}

model = nn.Linear({features}, {outputs})
generator = torch.Generator().manual_seed({seed})
for parameter in model.parameters():
    nn.init.uniform_(parameter, -({features}**-0.5), {features}**-0.5, generator=generator)

z = {forward}
z.retain_grad()
loss = {loss}
loss.backward()
print(x.shape, z.shape, loss)
print(z.grad.shape, model.weight.grad.shape, model.bias.grad.shape)
print(model.weight.grad)
"""


def snippet(samples: Samples, indices: tuple[int, ...]) -> str:
    """Return plain PyTorch that does the same: it runs on its own (an upload wants its file beside it)."""
    loss_of = LOSSES[target_kind(samples)]
    return _SNIPPET.format(
        code=samples.code if isinstance(samples, CsvSamples) else SOURCES[samples.name].code,
        batch=list(indices),
        cast=".float()" if loss_of.is_float else "",
        features=samples.features[:1].flatten(1).shape[1],
        outputs=outputs(samples),
        seed=SEED,
        forward=_forward(loss_of),
        loss=loss_of.code,
    )
