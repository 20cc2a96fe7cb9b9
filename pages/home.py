"""The front door: what this is, and the course as a path."""

import streamlit as st

from components.course import STOPS
from components.explorer import explorer
from dashboard.experiments import gradients

FIRST = gradients.Settings()

st.title("Autograd Playground")
st.markdown(
    "Learn PyTorch's tensors, autograd and data loading by moving things and watching real PyTorch answer. "
    "**Drag the curve:** the :blue[**loss**] is its height, the :orange[**gradient**] is its slope."
)
picture, path = st.columns([3, 2], gap="large")
with picture:
    explorer(
        FIRST.expression,
        FIRST.reach,
        FIRST.x,
        key="home_explorer",
        compact=True,
    )
with path:
    st.header("The course")
    for number, stop in enumerate(STOPS, start=1):
        with st.container(border=True, gap="xxsmall"):
            if stop.is_built:
                st.page_link(stop.path, label=f"**{number}. {stop.title}**", icon=stop.icon)
                st.markdown(stop.idea)
            else:
                st.markdown(f":gray[{number}. {stop.title}, in preparation: {stop.idea}]")
