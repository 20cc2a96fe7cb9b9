"""The least that a Streamlit page can be: one slider, and one text that shows its value."""

import streamlit as st

st.text(f"x={st.slider('x', -400, 400, 0, key='x')}")
