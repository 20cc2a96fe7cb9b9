"""The conveyor: all samples in dataset order, and below them the batches in which a loader deals them out."""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
import torch

from components.datasets.marks import kinds
from components.datasets.scatter import scatter
from components.told import whole
from dashboard.experiments.batch import Batch
from dashboard.experiments.datasets import Deal, Epoch
from dashboard.experiments.remembered import remembered
from dashboard.experiments.samples import Samples

DRAWN = 20_000  # indices that are sent to the browser at most, but always two epochs
_HERE = Path(__file__).parent
_GRAPH = _HERE.parent / "graph"
_STAGE = st.components.v2.component(
    "conveyor",
    html=(_HERE / "conveyor.html").read_text(),
    css="".join(path.read_text() for path in (_GRAPH / "stage.css", _HERE / "classes.css", _HERE / "conveyor.css")),
    js="".join(
        path.read_text()
        for path in (
            _GRAPH.parent / "mount.js",
            _GRAPH / "steps.js",
            _HERE / "tiles.js",
            _HERE / "shown.js",
            _HERE / "conveyor.js",
        )
    ),
)


def conveyor(
    samples: Samples,
    deal: Deal,
    batch: Batch | None,
    *,
    key: str,
    step: int,
    size: int,
    shapes: dict[int, str],
    columns: tuple[str, str],
    moved: Callable[[int], None],
) -> None:
    """Show the deal with one batch lit.

    Args:
        batch: the shown batch, for its pictures; None where there is none.
        step: the shown batch, counted from 1 through all epochs.
        size: the loader's `batch_size`.
        shapes: for the sizes that batches have, their dtypes and shapes in words.
        columns: the names of the scatter's two columns, as `scatter` takes them.
        moved: called, before the next run of the page, with the step that a learner came to rest on. It comes from
            the browser: whoever takes it must bound it.
    """

    def on_moved_change() -> None:
        if (step := whole(st.session_state[key], "moved", "step")) is not None:
            moved(step)

    data = {
        "samples": _samples(samples, *columns),
        "deal": _deal(deal),
        "size": size,
        "shapes": [[key, text] for key, text in shapes.items()],
        "step": step,
        "pictures": _pictures(batch) if batch and batch.x.ndim == 3 else None,
        "sequence": whole(st.session_state.get(key), "moved", "sequence") or 0,
    }
    _STAGE(key=key, data=data, on_moved_change=on_moved_change)


def shown_epochs(deal: Deal) -> int:
    """Return how many epochs the conveyor shows: the first ones, as many as are not too much to send."""
    return min(len(deal.epochs), max(2, DRAWN // deal.length))


@remembered
def _samples(samples: Samples, across: str, up: str) -> dict[str, Any]:
    found, numbers = kinds(samples)
    return _named(
        {
            "title": f"{len(samples)} samples in dataset order{_sorted(samples)}",
            "length": len(samples),
            "kinds": [asdict(kind) for kind in found],
            "numbers": _packed(numbers.tolist()),
            "scatter": scatter(samples, across, up),
        }
    )


def _sorted(samples: Samples) -> str:
    targets = samples.targets
    is_sorted = bool(samples.class_names) and targets.ndim == 1 and targets.equal(targets.sort().values)
    return ", which is sorted by class" if is_sorted and targets[0] != targets[-1] else ""


@lru_cache(maxsize=64)
def _deal(deal: Deal) -> dict[str, Any]:
    shown = deal.epochs[: shown_epochs(deal)]
    return _named(
        {
            "epochs": [
                {
                    "order": _packed(epoch.order),
                    "kept": sum(map(len, epoch.batches)),
                    "title": f"epoch {number}{_same(deal, number)}",
                    "note": note(epoch),
                }
                for number, epoch in enumerate(shown, start=1)
            ],
            "footer": footer(deal),
        }
    )


def _same(deal: Deal, number: int) -> str:
    if number == 1 or deal.drawn < 2:
        return ""
    if deal.epochs[number - 1].order == deal.epochs[number - 2].order:
        return ": the same order again, nothing is drawn at random"
    return ": same loader, another order, because its generator has moved on" if number == 2 else ": another order"


def note(epoch: Epoch) -> str:
    """Return what becomes of the samples in an epoch, in words."""
    sizes = sorted({len(batch) for batch in epoch.batches}, reverse=True)
    batches = f"{len(epoch.batches)} batch{'es' * (len(epoch.batches) != 1)}"
    parts = [f"{batches} of {' and '.join(map(str, sizes))}" if sizes else "no batch"]
    for count, says in (
        (len(epoch.dropped), "dropped (drop_last)"),
        (len(epoch.never), "never drawn"),
        (len(epoch.repeated), "drawn twice or more"),
    ):
        if count:
            parts.append(f"{count} {says}")
    return " · ".join(parts)


def footer(deal: Deal) -> str:
    """Return what a new loader with the same seed does, as it was tried."""
    repeats = "deals epoch 1 exactly as above" if deal.repeats else "deals another epoch 1"
    hidden = len(deal.epochs) - shown_epochs(deal)
    more = f" {hidden} more epochs were dealt; they are not drawn here." if hidden else ""
    return f"A new loader with the same seed {repeats}.{more}"


def _pictures(batch: Batch) -> dict[str, Any]:
    """Return the batch's pictures as bytes from 0 to 255, each picture between its own extremes."""
    flat = batch.x.double().flatten(1)
    low = flat.min(1, keepdim=True).values
    spread = (flat.max(1, keepdim=True).values - low).clamp(min=1e-12)
    inks = ((flat - low) / spread * 255).round().to(torch.uint8)
    return {
        "indices": list(batch.indices),
        "shape": list(batch.x.shape[1:]),
        "inks": base64.b64encode(inks.numpy().tobytes()).decode(),
    }


def _packed(numbers: Iterable[int]) -> str:
    """Return whole numbers below 65,536 as base64 of uint16."""
    return base64.b64encode(torch.tensor(list(numbers), dtype=torch.int32).numpy().astype("<u2").tobytes()).decode()


def _named(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "id": hashlib.sha1(repr(part).encode()).hexdigest()}
