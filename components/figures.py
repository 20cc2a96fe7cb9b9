"""Results as plotly figures, written as plain dictionaries: building `go.Figure` objects costs more than the rest.

A line or marker has a colour that can be read on the light and on the dark ground alike, since a figure is drawn before
the theme flips; what it means is in its shape and its words, too.
"""

from typing import Any

import torch

from components import axes
from dashboard.experiments.gradients import Curve
from dashboard.experiments.three_ways import Comparison

VALUE, GRADIENT = "#3B82F6", "#E0700F"


def values_on_curve(curve: Curve, result: Comparison, text: str) -> dict[str, Any]:
    """Return loss and slope over x as lines, and each value's loss and gradient as a circle and a diamond."""
    lines = [
        _trace(f"loss = {text}", curve.x, curve.trace.root.value, VALUE, mode="lines", hoverinfo="skip"),
        _trace("slope", curve.x, curve.trace.grads["x"], GRADIENT, mode="lines", hoverinfo="skip", dash="dash"),
    ]
    points = [_trace("loss at the values", result.x, result.loss, VALUE, mode="markers", symbol="circle")]
    if result.grad is not None:
        points.append(_trace("x.grad", result.x, result.grad, GRADIENT, mode="markers", symbol="diamond"))
    axis = axes.fit(torch.cat([curve.trace.root.value, curve.trace.grads["x"]]), 5)
    return {
        "data": lines + points,
        "layout": {
            "colorway": [VALUE, GRADIENT],
            "height": 360,
            "margin": {"l": 48, "r": 16, "t": 16, "b": 40},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": "x"}, "fixedrange": True},
            "yaxis": {"fixedrange": True, "range": [axis.low, axis.high]},
        },
    }


def _trace(
    name: str, x: torch.Tensor, y: torch.Tensor, color: str, *, symbol: str = "circle", dash: str = "solid", **more: Any
) -> dict[str, Any]:
    """Return a trace of numpy arrays: plotly sends them packed, and leaves a gap where a number is not finite."""
    return {
        "type": "scatter",
        "name": name,
        "x": x.numpy(),
        "y": y.where(y.isfinite(), torch.nan).numpy(),
        "line": {"color": color, "dash": dash, "simplify": False},
        "marker": {"color": color, "size": 11, "symbol": symbol, "line": {"width": 1, "color": "white"}},
        **more,
    }
