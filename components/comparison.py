"""Several values, each with its gradient in three ways: as a formula, a table and a chart."""

import streamlit as st

from components import figures, tables
from dashboard.experiments import gradients, three_ways
from dashboard.experiments.expressions import parse


@st.cache_data(max_entries=64, show_spinner=False)  # it replays what it drew: pandas and Arrow are costly
def table(settings: gradients.Settings) -> None:
    """Draw the formula, and a row for every value."""
    result = three_ways.compare(settings.expression, settings.values, settings.requires_grad)
    if result.formula:
        loss = parse(settings.expression).latex()
        st.latex(rf"\text{{loss}} = {loss} \qquad \frac{{d\,\text{{loss}}}}{{dx}} = {result.formula}")
    st.table(
        tables.comparison(result),
        hide_index=True,
        border="horizontal",
        alt="Each value's gradient, found in three ways",
    )
    if disagree := tables.disagreements(result):
        st.markdown(f"{disagree}.")


@st.cache_data(max_entries=64, show_spinner=False)  # it replays what it drew: plotly's check of a figure is costly
def chart(settings: gradients.Settings) -> None:
    """Draw the values on the curve of the loss and on that of its slope."""
    result = three_ways.compare(settings.expression, settings.values, settings.requires_grad)
    reach = next(reach for reach in gradients.REACHES if max(map(abs, settings.values)) <= reach)
    st.plotly_chart(
        figures.values_on_curve(gradients.curve(settings.expression, reach), result, settings.expression),
        alt=f"The loss {settings.expression} and its slope over x, with each value's loss and gradient on them.",
        config={"displayModeBar": False},
    )
