"""What the browser needs to know of a curve: every number that it may show, packed, and the words around them."""

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from components import axes
from components.graph import drawing, story
from dashboard.experiments import gradients
from dashboard.experiments.trace import Trace

NOTES = {
    "kink": "A kink: there is no derivative here. Torch chooses {grad}.",
    "loss": "The loss is {loss} here; the slope, {grad}, is only what the formula for it says.",
    "grad": "The loss is fine here, but its slope is {grad}: backward multiplied by something that is not finite.",
    "both": "Neither loss ({loss}) nor slope ({grad}) is a finite number here.",
}


@dataclass(frozen=True)
class Scene:
    """All of the stage that stays while x moves.

    Attributes:
        json: what the browser draws, as text: it parses it anew only when it has changed.
        shared: for every array of the scene, the places of its tensors in the run. Tensors that hold the same numbers
            over the whole grid share an array.
    """

    json: str
    shared: tuple[tuple[int, ...], ...]


def _bytes(tensor: torch.Tensor) -> bytes:
    """Return little-endian float32: unlike JSON, it knows nan and inf."""
    return np.asarray(tensor).astype("<f4").tobytes()


def _text(arrays: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(arrays)).decode()


def _tensors(x: torch.Tensor, trace: Trace) -> list[torch.Tensor]:
    """Return every tensor that the stage may show, in a fixed order: the same for the grid and for one point."""
    along = [tensor for node in trace.nodes for edge in node.edges for tensor in (edge.local, edge.gradient)]
    return [x, trace.grads["x"], *(tensor for node in trace.nodes for tensor in (node.value, node.arrives)), *along]


@lru_cache(maxsize=64)  # each may hold a scene of 100 kB
def pack(text: str, reach: int, x: float) -> dict[str, Any]:
    """Return the stage of the loss `text` at x, ready for JSON. It is shared: do not change it."""
    point = gradients.point(text, x)
    numbers = [_bytes(tensor) for tensor in _tensors(point.x, point.trace)]
    drawn = scene(text, reach)
    if any(len({numbers[place] for place in places}) > 1 for places in drawn.shared):
        drawn = scene(text, reach, sharing=False)  # what is the same all over the grid differs between its points
    return {
        "scene": drawn.json,
        "point": {
            "at": point.x.item(),
            "numbers": _text(numbers[places[0]] for places in drawn.shared),
            "isKink": point.is_kink,
        },
    }


@lru_cache(maxsize=64)
def scene(text: str, reach: int, sharing: bool = True) -> Scene:
    """Return all that the stage of the loss `text` knows from -reach to reach."""
    curve = gradients.curve(text, reach)
    tensors = _tensors(curve.x, curve.trace)
    arrays: dict[bytes | int, list[int]] = {}
    for place, tensor in enumerate(tensors):
        arrays.setdefault(_bytes(tensor) if sharing else place, []).append(place)
    shared = tuple(map(tuple, arrays.values()))
    number = {id(tensors[place]): number for number, places in enumerate(shared) for place in places}

    def index(tensor: torch.Tensor) -> int:
        return number[id(tensor)]

    loss, grad, marks = curve.trace.root.value, curve.trace.grads["x"], curve.landmarks
    drawn = {
        "arrays": _text(_bytes(tensors[places[0]]) for places in shared),
        "length": len(curve.x),
        "perUnit": round(1 / (curve.x[1] - curve.x[0]).item()),
        "x": index(curve.x),
        "loss": index(loss),
        "grad": index(grad),
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
    return Scene(json.dumps(drawn, allow_nan=False), shared)
