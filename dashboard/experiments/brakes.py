"""Brakes: ways to keep torch from recording. Each is a function, and its source is the code that the page shows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from dashboard.experiments.listing import listing

Function = Callable[[torch.Tensor], torch.Tensor]
Variables = dict[str, torch.Tensor]  # what a run made, by name, c first
OPERATION = "operation"  # stands in a path where the operation stands


@dataclass(frozen=True)
class Operation:
    """What is done with c: the function, and the short names of its steps."""

    run: Function
    steps: str


OPERATIONS = {
    "c**2 - 5": Operation(lambda c: c**2 - 5, "pow, sub"),
    "c**2": Operation(lambda c: c**2, "pow"),
    "c @ c": Operation(lambda c: c @ c, "matmul"),
    "c.exp()": Operation(lambda c: c.exp(), "exp"),
}


@dataclass(frozen=True)
class Brake:
    """One way to run the operation.

    Attributes:
        run: makes the variables from c. It may change c.
        paths: what leads where, for a picture.
        reasons: why each variable is tracked or not, if c was made with `requires_grad=True`.
        asks: lines to try afterwards, in this order.
    """

    run: Callable[[torch.Tensor, Function], Variables]
    paths: tuple[tuple[str, ...], ...]
    reasons: Mapping[str, str]
    asks: tuple[str, ...] = field(default=("loss.sum().backward()",))

    def code(self, operation: str) -> str:
        """Return the lines that run, with the operation written out."""
        return re.sub(r"operation\((\w+)\)", lambda call: re.sub(r"\bc\b", call[1], operation), listing(self.run))


# What may be tried with the variables afterwards; the text is the code.
ASKS: dict[str, Callable[[Variables], object]] = {
    "loss.sum().backward()": lambda v: v["loss"].sum().backward(),
    "d.sum().backward()": lambda v: v["d"].sum().backward(),
    "outside.sum().backward()": lambda v: v["outside"].sum().backward(),
    "inside.sum().backward()": lambda v: v["inside"].sum().backward(),
    "loss.requires_grad_(False)": lambda v: v["loss"].requires_grad_(False),
    "loss.numpy()": lambda v: v["loss"].numpy(),
    "loss.add_(1)": lambda v: v["loss"].add_(1),
    "loss + c": lambda v: v["loss"] + v["c"],
    "loss * c": lambda v: v["loss"] * v["c"],
    "loss._version": lambda v: v["loss"]._version,
}


def _nothing(c: torch.Tensor, operation: Function) -> Variables:
    loss = operation(c)
    return {"c": c, "loss": loss}


def _detach_before(c: torch.Tensor, operation: Function) -> Variables:
    d = c.detach()
    loss = operation(d)
    return {"c": c, "d": d, "loss": loss}


def _detach_after(c: torch.Tensor, operation: Function) -> Variables:
    loss = operation(c)
    d = loss.detach()
    return {"c": c, "loss": loss, "d": d}


def _no_grad(c: torch.Tensor, operation: Function) -> Variables:
    with torch.no_grad():
        loss = operation(c)
    return {"c": c, "loss": loss}


def _decorator(c: torch.Tensor, operation: Function) -> Variables:
    @torch.no_grad()
    def forward(c: torch.Tensor) -> torch.Tensor:
        return operation(c)

    loss = forward(c)
    return {"c": c, "loss": loss}


def _inference(c: torch.Tensor, operation: Function) -> Variables:
    with torch.inference_mode():
        loss = operation(c)
    return {"c": c, "loss": loss}


def _switch_off_before(c: torch.Tensor, operation: Function) -> Variables:
    c.requires_grad_(False)
    loss = operation(c)
    return {"c": c, "loss": loss}


def _switch_off_after(c: torch.Tensor, operation: Function) -> Variables:
    loss = operation(c)
    c.requires_grad_(False)
    return {"c": c, "loss": loss}


def _enable_in_no_grad(c: torch.Tensor, operation: Function) -> Variables:
    with torch.no_grad():
        outside = operation(c)
        with torch.enable_grad():
            inside = operation(c)
    return {"c": c, "outside": outside, "inside": inside}


def _enable_in_inference(c: torch.Tensor, operation: Function) -> Variables:
    with torch.inference_mode():
        outside = operation(c)
        with torch.enable_grad():
            inside = operation(c)
    return {"c": c, "outside": outside, "inside": inside}


def _eval(c: torch.Tensor, operation: Function) -> Variables:
    net = torch.nn.Sequential(torch.nn.Dropout(0.5))
    net.eval()
    y = net(c)
    loss = operation(y)
    return {"c": c, "y": y, "loss": loss}


_LINE = (("c", OPERATION, "loss"),)
_FORK = (("c", OPERATION, "outside"), ("c", OPERATION, "inside"))
_MADE = "It requires grad: you said so when you made it."
_RECORDED = "It was computed from c, which requires grad, and nothing stopped the recording."

BRAKES = {
    "nothing": Brake(_nothing, _LINE, {"c": _MADE, "loss": _RECORDED}),
    "c.detach()": Brake(
        _detach_before,
        (("c", "detach", "d", OPERATION, "loss"),),
        {
            "c": "It still requires grad: detach makes a new tensor and leaves c as it is.",
            "d": "detach cut it off: c's storage, but no history.",
            "loss": "It was computed from d, and d does not require grad.",
        },
    ),
    "loss.detach()": Brake(
        _detach_after,
        (("c", OPERATION, "loss", "detach", "d"),),
        {
            "c": _MADE,
            "loss": "It keeps its history: detach made a new tensor and left loss as it is. It frees nothing while "
            "loss lives.",
            "d": "detach cut it off: loss's storage, but no history.",
        },
        ("d.sum().backward()", "loss.sum().backward()"),
    ),
    "no_grad": Brake(
        _no_grad,
        _LINE,
        {
            "c": "It still requires grad: no_grad stops the recording, it does not change c.",
            "loss": "It was computed inside no_grad: torch computed the values and recorded nothing.",
        },
    ),
    "@no_grad": Brake(
        _decorator,
        _LINE,
        {
            "c": "It still requires grad: no_grad stops the recording, it does not change c.",
            "loss": "The whole function ran inside no_grad: torch computed the values and recorded nothing.",
        },
    ),
    "inference_mode": Brake(
        _inference,
        _LINE,
        {
            "c": "It still requires grad: inference mode stops the recording, it does not change c.",
            "loss": "It was computed inside inference mode: nothing was recorded, and as an inference tensor it can "
            "never be saved for backward.",
        },
    ),
    "requires_grad_(False) before": Brake(
        _switch_off_before,
        _LINE,
        {
            "c": "requires_grad_(False) took it back: c no longer requires grad.",
            "loss": "When it was computed, c no longer required grad.",
        },
    ),
    "requires_grad_(False) after": Brake(
        _switch_off_after,
        _LINE,
        {
            "c": "requires_grad_(False) took it back, after the forward: no gradient will be put into c.grad.",
            "loss": "It was recorded while c still required grad, and the record stays.",
        },
        ("loss.requires_grad_(False)", "loss.sum().backward()"),
    ),
    "enable_grad in no_grad": Brake(
        _enable_in_no_grad,
        _FORK,
        {
            "c": "It still requires grad: neither block changes c.",
            "outside": "It was computed inside no_grad only: nothing was recorded.",
            "inside": "enable_grad switched the recording on again for its own block.",
        },
        ("outside.sum().backward()", "inside.sum().backward()"),
    ),
    "enable_grad in inference_mode": Brake(
        _enable_in_inference,
        _FORK,
        {
            "c": "It still requires grad: neither block changes c.",
            "outside": "It was computed inside inference mode: nothing was recorded.",
            "inside": "enable_grad does not undo inference mode: nothing was recorded.",
        },
        ("outside.sum().backward()", "inside.sum().backward()"),
    ),
}

# The net's only layer is a Dropout: in eval() it hands on c itself, so all else can be compared with the plain lane.
EVAL = Brake(
    _eval,
    _LINE,
    {
        "c": _MADE,
        "y": "Dropout in eval() hands on what it gets: y is c.",
        "loss": "eval() changed what Dropout does, and nothing about the recording.",
    },
)
