"""Several values, each with its gradient in three ways: as a formula, a table and a chart."""

import streamlit as st

from components import figures, tables
from dashboard.experiments import gradients
from dashboard.experiments.expressions import parse


@st.cache_data(max_entries=64, show_spinner=False)  # it replays what it drew: plotly's check of a figure is costly
def draw(settings: gradients.Settings) -> None:
    """Draw the comparison at the settings' values."""
    text = settings.expression
    result = gradients.compare(text, settings.values, settings.requires_grad)
    if result.formula:
        st.latex(rf"\text{{loss}} = {parse(text).latex()} \qquad \frac{{d\,\text{{loss}}}}{{dx}} = {result.formula}")
    st.table(
        tables.comparison(result),
        hide_index=True,
        border="horizontal",
        alt="Each value's gradient, found in three ways",
    )
    st.plotly_chart(
        figures.values_on_curve(gradients.curve(text, settings.reach), result, text),
        alt=f"The loss {text} and its slope over x, with each value's loss and gradient marked on them.",
        config={"displayModeBar": False},
    )
