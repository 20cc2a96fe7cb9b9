"""A walk as a plotly figure: a plain dictionary, with a frame for each step that the browser moves through."""

import math
from functools import cache, lru_cache
from typing import Any

import torch

from components import axes
from components.figures import GRADIENT, VALUE
from dashboard.experiments import downhill
from dashboard.experiments.downhill import Settings, Walk

ROOM = 8.0  # how many times higher than the curve a place of the walk may make the picture
TANGENT = 0.16  # of the picture's width and height, on each side of the place


@lru_cache(maxsize=16)  # each takes 200 to 300 kB, and every learning rate makes another one
def figure(settings: Settings) -> dict[str, Any]:
    """Return the curve, the whole walk on it, and a frame for each step. It is shared: do not change it."""
    walk = downhill.walk(settings)
    reach = downhill.reach(settings)
    x, loss = downhill.curve(settings.expression, reach)
    low, high = _height(loss, walk.loss)
    frames = _frames(walk, reach, high - low)
    return {
        "data": [_curve(x, loss), *_walked(frames[-1]["data"])],
        "layout": _layout([-reach, reach], [low, high]),
        "frames": frames,
    }


@cache
def ready_made() -> type:
    """Return a class for figures that plotly need not check again: its check costs more than the rest of a run.

    The tests let plotly check such figures instead.
    """
    from plotly.basedatatypes import BaseFigure

    class ReadyMade(BaseFigure):  # type: ignore[misc]
        def __init__(self, spec: dict[str, Any]) -> None:
            self._spec = spec

        def to_dict(self) -> dict[str, Any]:
            return self._spec

    return ReadyMade


def _height(curve: torch.Tensor, walked: torch.Tensor) -> tuple[float, float]:
    """Return the lowest and the highest loss of the picture: the curve's, and the walk's where it is not far beyond."""
    axis = axes.fit(curve, 5)
    room = ROOM * (axis.high - axis.low)
    seen = walked[(walked > axis.low - room) & (walked < axis.high + room)].tolist()
    return min([axis.low, *seen]), max([axis.high, *seen])


def _numbers(values: torch.Tensor) -> list[float | None]:
    """Return six digits of each number, and a gap where it is not finite."""
    return [float(f"{value:.6g}") if math.isfinite(value) else None for value in values.tolist()]


def _frames(walk: Walk, reach: float, height: float) -> list[dict[str, Any]]:
    """Return for every place the walk up to it, the slope there, and the place itself."""
    x, loss = _numbers(walk.x), _numbers(walk.loss)
    tangents = _tangents(walk, reach, height)
    return [
        {
            "name": str(place),
            "traces": [1, 2, 3],
            "data": [
                {"type": "scatter", "x": x[: place + 1], "y": loss[: place + 1]},
                {"type": "scatter", "x": tangent[:2], "y": tangent[2:]},
                {"type": "scatter", "x": [x[place]], "y": [loss[place]]},
            ],
        }
        for place, tangent in enumerate(tangents)
    ]


def _tangents(walk: Walk, reach: float, height: float) -> list[list[float | None]]:
    """Return for every place a piece of the tangent: two x and two y, or gaps where there is none."""
    x, loss, grad = walk.x.double(), walk.loss.double(), walk.grad.double()
    run = (height * TANGENT / grad.abs().clamp(min=1e-9)).clamp(max=2 * reach * TANGENT)
    ends = torch.stack([x - run, x + run, loss - grad * run, loss + grad * run], 1)
    ends[~ends.isfinite().all(1)] = torch.nan
    numbers = _numbers(ends.flatten())
    return [numbers[place : place + 4] for place in range(0, len(numbers), 4)]


def _curve(x: torch.Tensor, loss: torch.Tensor) -> dict[str, Any]:
    line = {"color": VALUE, "width": 3, "simplify": False}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "loss",
        "x": _numbers(x),
        "y": _numbers(loss),
        "line": line,
        "hoverinfo": "skip",
    }


def _walked(last: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the three traces that the frames move, as the last frame has them."""
    marker = {"color": GRADIENT, "size": 7}
    here = {"color": VALUE, "size": 15, "line": {"width": 2, "color": "white"}}
    looks: tuple[dict[str, Any], ...] = (
        {
            "name": "steps",
            "mode": "lines+markers",
            "marker": marker,
            "line": {"color": GRADIENT, "width": 1.5, "dash": "dot"},
        },
        {"name": "slope", "mode": "lines", "line": {"color": GRADIENT, "width": 4}, "hoverinfo": "skip"},
        {"name": "x now", "mode": "markers", "marker": here},
    )
    return [{**points, **look} for points, look in zip(last, looks, strict=True)]


def _layout(width: list[float], height: list[float]) -> dict[str, Any]:
    """Return the layout: its margins are fixed, since plotly draws everything anew to find out how wide they must be.

    It has no buttons and no slider of plotly's: no keyboard reaches those, see playback.py.
    """
    axis = {"fixedrange": True, "automargin": False}
    return {
        "template": {"layout": {}},
        "colorway": [VALUE, GRADIENT],
        "height": 360,
        "margin": {"l": 60, "r": 12, "t": 32, "b": 48, "autoexpand": False},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {**axis, "title": {"text": "x"}, "range": width},
        "yaxis": {**axis, "title": {"text": "loss"}, "range": height},
    }
