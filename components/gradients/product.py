"""The vector-Jacobian product as a picture: v above, the Jacobian as a heatmap with its numbers, v @ J below."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
import torch

from components.graph import MOUNT
from dashboard.experiments import vector
from dashboard.experiments.vector import Product, Settings

SHADES = 11  # from none to full
_HERE = Path(__file__).parent
_STAGE = st.components.v2.component(
    "vector_jacobian_product",
    html=(_HERE / "product.html").read_text(),
    css=(_HERE / "product.css").read_text(),
    js=MOUNT + (_HERE / "product.js").read_text(),
)


def stage(settings: Settings, *, key: str) -> None:
    """Show v, J and what backward makes of them; a column that is pointed at, focused or tapped is summed up."""
    _STAGE(key=key, data=pack(settings))


@lru_cache(maxsize=128)
def pack(settings: Settings) -> dict[str, Any]:
    """Return all that the picture shows, ready for JSON. It is shared: do not change it."""
    result = vector.multiply(settings)
    v, product, grad = _given(settings, result), result.product, result.grad
    return {
        "label": f"The vector-Jacobian product of {settings.function}",
        "title": "J: row y[i], column x[j] says how y[i] changes with x[j]. Rounded to four decimals.",
        "v": v,
        "note": _note(settings, result),
        "refused": bool(result.refusal),
        "columns": [f"x[{column}]" for column in range(settings.size)],
        "rows": _rows(result, v),
        "sums": [] if product is None or grad is None else _sums(product, grad),
        "verdict": "" if product is None or grad is None else _verdict(product, grad),
        "says": {
            "columns": [_column_in_words(result, column) for column in range(settings.size)],
            "rows": [_row_in_words(result, row) for row in range(settings.size)],
        },
    }


def number(value: float) -> str:
    """Return a number with at most four decimals."""
    return f"{round(value, 4) + 0.0:g}"


def _given(settings: Settings, result: Product) -> list[str]:
    return [] if settings.kind == vector.NO_VECTOR else [number(weight) for weight in result.v.tolist()]


def _note(settings: Settings, result: Product) -> str:
    if result.refusal:
        return f"✗ {result.refusal}"
    if settings.kind == vector.NO_VECTOR:
        return "y has one element: backward() takes v = 1 by itself"
    return "a weight for every y: how much each of them counts"


def _rows(result: Product, v: list[str]) -> list[dict[str, Any]]:
    largest = result.jacobian.abs().max().item() or 1.0
    return [
        {
            "name": f"y[{row}]",
            "weight": "" if result.refusal else v[row] if v else "1",
            "texts": [number(value) for value in values],
            "shades": [round(SHADES * abs(value) / largest, 1) for value in values],
            "signs": [-1 if value < 0 else 1 for value in values],
        }
        for row, values in enumerate(result.jacobian.tolist())
    ]


def _sums(product: torch.Tensor, grad: torch.Tensor) -> list[dict[str, Any]]:
    rows = {"v @ J": product, "x.grad": grad}
    return [{"name": name, "texts": [number(value) for value in row.tolist()]} for name, row in rows.items()]


def _verdict(product: torch.Tensor, grad: torch.Tensor) -> str:
    equal = torch.allclose(product, grad, rtol=1e-4, atol=1e-5)
    return "✓ v @ J equals x.grad" if equal else "v @ J and x.grad differ: float32 rounds"


def _column_in_words(result: Product, column: int) -> str:
    values = result.jacobian[:, column].tolist()
    if result.grad is None:
        return f"Column x[{column}] of J: {', '.join(map(number, values))}. Without a fitting v there is no sum."
    weighed = (f"{number(weight)}*{_factor(value)}" for weight, value in zip(result.v.tolist(), values, strict=True))
    return f"x.grad[{column}] = {' + '.join(weighed)} = {number(result.grad[column].item())}"


def _factor(value: float) -> str:
    """Return a number as it stands behind an asterisk."""
    return f"({number(value)})" if value < 0 else number(value)


def _row_in_words(result: Product, row: int) -> str:
    changes = ", ".join(map(number, result.jacobian[row].tolist()))
    told = f"Row y[{row}] of J, what each x does to y[{row}]: {changes}."
    return told if result.grad is None else f"{told} v gives it the weight {number(result.v[row].item())}."
