"""Backpropagation at work: forward, backward, update without tracking, zero the gradients; and what goes wrong."""

import streamlit as st

from components.benches import one_at_a_time
from components.course import link_to_next
from components.head import head
from components.predict import predict
from components.training.questions import QUESTIONS
from components.training.scenes import BENCHES, SCENE, SCENES

head("training", SCENE, SCENES)
st.markdown(
    "Training is four lines, repeated: :blue[**forward**] gives the loss, :orange[**backward**] gives its slope, the "
    "**update** moves the weight a little against it, and the gradient is **zeroed** for the next step."
)
predict("training", QUESTIONS)
one_at_a_time("training", BENCHES)

st.header("Next")
st.markdown(
    "Under *One step*, take lr = 0.5 and see w land on its target at once; then 1.0, and 1.1. Under *A network*, "
    "give the spiral 0 hidden layers. Under *Bugs*, look for the ones that say nothing, and at the setting where each "
    "looks harmless. That was the course: from one tensor to a net that learns."
)
link_to_next("training")
