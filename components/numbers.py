"""Number boxes bound to the link."""

from collections.abc import Callable

import streamlit as st


def whole_number(
    label: str,
    low: int,
    high: int,
    default: int,
    *,
    key: str,
    width: int = 150,
    on_change: Callable[[], None] | None = None,
) -> int:
    """Show a box for a whole number, bound to the link.

    It is a box for floats underneath: Streamlit's box for integers raises OverflowError where a link says 1e999, and
    the one for floats goes back to its default.
    """
    value = st.number_input(
        label,
        float(low),
        float(high),
        float(default),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
        width=width,
        on_change=on_change,
    )
    return round(value)
