"""Small tables as Markdown: `st.table` goes through pandas and Arrow, which costs thirty times as much."""

from collections.abc import Mapping, Sequence

import streamlit as st


def table(columns: Mapping[str, Sequence[str]]) -> None:
    """Show a table of texts, given column by column. Cells are Markdown without a bar in it."""
    rows = (list(columns), ["---"] * len(columns), *zip(*columns.values(), strict=True))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
