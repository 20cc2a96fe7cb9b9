"""What the benches of the Gradients page have in common."""

import math

import streamlit as st

from dashboard.experiments.values import MAX_X

DOCS = "https://docs.pytorch.org/docs/stable"


def choose(label: str, options: tuple[str, ...], first: str, key: str) -> str:
    """Show choices of which one is always chosen, whatever a link says."""
    return st.pills(label, options, default=first, required=True, key=key, bind="query-params", wrap=True) or first


def decimal(
    label: str, low: float, high: float, default: float, *, key: str, step: float, help: str | None = None
) -> float:
    """Show a box for a number, bound to the link."""
    value = st.number_input(
        label, low, high, default, step=step, format="%g", key=key, bind="query-params", width=150, help=help
    )
    return value if math.isfinite(value) else default


def x_box(label: str, default: float, key: str) -> float:
    """Show a box for a value of x."""
    return decimal(label, -MAX_X, MAX_X, default, key=key, step=0.5)
