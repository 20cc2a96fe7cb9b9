"""What the browser needs to know of a run: every number that it may show, packed, and the words around them."""

import base64
import hashlib
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from components import axes
from components.axes import Axis
from dashboard.experiments.training import Run, build, linear_layers
from dashboard.experiments.training_runs import Finished
from dashboard.experiments.training_snapshots import LEVELS, Snapshots

DECADES = 1.5  # where the losses span more powers of ten, their axis is logarithmic
FLOOR = 1e-10  # smaller numbers stand at the bottom of a logarithmic axis
CEILING = 1e12


def pack(finished: Finished) -> dict[str, Any]:
    """Return all that the player shows of a run, ready for JSON."""
    run, snapshots = finished.run, finished.snapshots
    curves = [run.loss, *([] if run.accuracy is None else [run.accuracy]), run.grad_norms]
    return {
        "run": hashlib.sha1(repr(run.settings).encode()).hexdigest(),
        "kept": list(snapshots.epochs),
        "length": run.epochs + 1,
        "curves": _floats(*(curve.T for curve in curves)),
        "hasAccuracy": run.accuracy is not None,
        "axes": {"loss": _positive(run.loss), "norm": _logarithmic(run.grad_norms)},
        "layers": _layers(run, snapshots),
        "histograms": _histograms(snapshots),
        "samples": {"x": _floats(run.split.x), "y": _floats(run.split.y), "held": run.split.held}
        if run.split.is_drawn
        else None,
        "picture": _picture(snapshots),
        "reach": snapshots.reach,
        "levels": LEVELS,
        "features": list(run.split.feature_names),
        "classes": list(run.split.class_names),
        "alt": _alt(run),
    }


def _floats(*tensors: Tensor) -> str:
    """Return little-endian float32, one tensor behind the other: unlike JSON, it knows nan and inf."""
    return base64.b64encode(b"".join(np.asarray(tensor).astype("<f4").tobytes() for tensor in tensors)).decode()


def _bytes(tensor: Tensor) -> str:
    return base64.b64encode(np.asarray(tensor).astype(np.uint8).tobytes()).decode()


def _picture(snapshots: Snapshots) -> dict[str, Any]:
    packed = _bytes if snapshots.kind == "areas" else _floats
    return {"kind": snapshots.kind, "packed": packed(snapshots.pictures), "size": snapshots.pictures.shape[-1]}


def _layers(run: Run, snapshots: Snapshots) -> list[dict[str, Any]]:
    layers = linear_layers(build(run.settings, torch.Generator()))
    names = [*(f"layer {number}" for number in range(1, len(layers))), "output layer"]
    return [
        {"name": name, "shape": f"{layer.in_features} → {layer.out_features}", "spread": f"{spread:.3g}"}
        for name, layer, spread in zip(names, layers, snapshots.spreads, strict=True)
    ]


def _histograms(snapshots: Snapshots) -> str:
    """Return the heights of all bars in bytes, a layer's highest being 255."""
    counts = snapshots.histograms.float()
    return _bytes((counts / counts.amax((1, 2), keepdim=True) * 255).round())


def _positive(values: Tensor) -> dict[str, Any]:
    """Return an axis from 0, or a logarithmic one where the values span too much for that."""
    finite = values[values.isfinite() & (values > 0)]
    if len(finite) and math.log10((finite.max() / values[0].max()).item()) > DECADES:
        return _logarithmic(values)
    return {**asdict(axes.axis(0.0, finite.max().item() if len(finite) else 1.0, 4)), "log": False}


def _logarithmic(values: Tensor) -> dict[str, Any]:
    """Return an axis whose numbers are powers of ten."""
    finite = values[values.isfinite() & (values > 0)].clamp(FLOOR, CEILING)
    low, high = (finite.min().item(), finite.max().item()) if len(finite) else (0.1, 1.0)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    first = min(first, last - 1)
    every = math.ceil((last - first) / 4)
    ticks = tuple((float(power), f"1e{power}") for power in range(first, last + 1, every))
    return {**asdict(Axis(float(first), float(last), ticks)), "log": True}


def _alt(run: Run) -> dict[str, str]:
    held, end = run.split, "held-out samples hollow, training samples filled"
    classes = ", ".join(held.class_names)
    picture = {
        True: f"The classes {classes} that the network predicts over {' and '.join(held.feature_names)}, {end}.",
        False: f"The line that the network fits over {held.feature_names[:1]}, {end}.",
    }[bool(held.class_names)]
    return {
        "picture": picture,
        "loss": "Loss over the epochs, for the training samples and the held-out ones.",
        "accuracy": "Accuracy over the epochs, for the training samples and the held-out ones.",
        "norm": "Norm of the gradient of each layer's weight over the epochs, on a logarithmic axis.",
    }
