"""Backpropagation at work: forward, backward, update without tracking, zero the gradients; and what goes wrong."""

import streamlit as st

from components.benches import one_at_a_time
from components.course import link_to_next
from components.training.scenes import BENCHES

st.title("Training")
st.markdown(
    "Training is four lines, repeated: :blue[**forward**] gives the loss, :orange[**backward**] gives its slope, the "
    "**update** moves the weight a little against it, and the gradient is **zeroed** for the next step."
)
one_at_a_time("training", BENCHES)

st.header("Next")
link_to_next("training")
