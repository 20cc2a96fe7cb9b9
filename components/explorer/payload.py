"""What the browser needs to know of a curve: every number that it may show, packed, and the words around them."""

import base64
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from components import axes
from components.graph import drawing, story
from dashboard.experiments import gradients
from dashboard.experiments.graph import Trace

NOTES = {
    "kink": "A kink: there is no derivative here. Torch chooses {grad}.",
    "loss": "The loss is {loss} here; the slope, {grad}, is only what the formula for it says.",
    "grad": "The loss is fine here, but its slope is {grad}: backward multiplied by something that is not finite.",
    "both": "Neither loss ({loss}) nor slope ({grad}) is a finite number here.",
}


class Arrays:
    """The tensors of a run on the grid, each beside the same tensor of the run at one point.

    Pairs that hold the same numbers are kept once. Both runs count: on the grid alone, two tensors could be nan
    everywhere and yet differ at a point between.
    """

    def __init__(self, grid: list[torch.Tensor], point: list[torch.Tensor]) -> None:
        numbers: dict[tuple[bytes, bytes], int] = {}
        pairs = [(_bytes(whole), _bytes(one)) for whole, one in zip(grid, point, strict=True)]
        self._number = {
            id(tensor): numbers.setdefault(pair, len(numbers)) for tensor, pair in zip(grid, pairs, strict=True)
        }
        self.grid, self.point = (base64.b64encode(b"".join(part)).decode() for part in zip(*numbers, strict=True))

    def index(self, tensor: torch.Tensor) -> int:
        """Return the number of a tensor of the grid's run."""
        return self._number[id(tensor)]


def _bytes(tensor: torch.Tensor) -> bytes:
    """Return little-endian float32: unlike JSON, it knows nan and inf."""
    return np.asarray(tensor).astype("<f4").tobytes()


def _tensors(x: torch.Tensor, trace: Trace) -> list[torch.Tensor]:
    """Return every tensor that the stage may show, in a fixed order: the same for the grid and for one point."""
    along = [tensor for node in trace.nodes for edge in node.edges for tensor in (edge.local, edge.gradient)]
    return [x, trace.grads["x"], *(tensor for node in trace.nodes for tensor in (node.value, node.arrives)), *along]


@lru_cache(maxsize=64)
def pack(text: str, reach: int, x: float) -> dict[str, Any]:
    """Return all that the stage shows of the loss `text`, ready for JSON. It is shared: do not change it."""
    curve, point = gradients.curve(text, reach), gradients.point(text, x)
    arrays = Arrays(_tensors(curve.x, curve.trace), _tensors(point.x, point.trace))
    index = arrays.index
    loss, grad, marks = curve.trace.root.value, curve.trace.grads["x"], curve.landmarks
    return {
        "arrays": arrays.grid,
        "point": arrays.point,
        "length": len(curve.x),
        "perUnit": round(1 / (curve.x[1] - curve.x[0]).item()),
        "x": index(curve.x),
        "loss": index(loss),
        "grad": index(grad),
        "at": point.x.item(),
        "isKink": point.is_kink,
        "kinks": curve.kinks.nonzero().flatten().tolist(),
        "axes": {
            "x": asdict(axes.axis(curve.x[0].item(), curve.x[-1].item(), 8)),
            "loss": asdict(axes.fit(loss, 5)),
            "slope": asdict(axes.fit(grad, 4)),
        },
        "lossZero": torch.stack([marks.loss_zero, marks.loss_zero_slope], 1).tolist(),
        "slopeZero": torch.stack([marks.slope_zero, marks.slope_zero_loss], 1).tolist(),
        "graph": drawing.draw(curve.trace, index),
        "story": [asdict(entry) for entry in story.tell(curve.trace, index)],
        "whole": f"Drag the curve to move x. {story.WHOLE}",
        "notes": NOTES,
        "title": f"loss = {text}",
        "alt": {
            "curve": f"The loss {text} over x, with its tangent at the chosen x, and below it the slope of the loss.",
            "graph": drawing.in_words(curve.trace),
        },
    }
