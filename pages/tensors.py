"""A tensor is a shape, a dtype and a view onto storage."""

import streamlit as st

from components.benches import one_at_a_time
from components.course import link_to_next
from components.head import head
from components.predict import predict
from components.tensors.questions import QUESTIONS
from components.tensors.scenes import BENCHES, SCENE, SCENES

head("tensors", SCENE, SCENES)
st.markdown(
    "A tensor is a **shape**, a **dtype** and a :blue[**view onto storage**]. "
    "Point at an element to see the cell that it reads."
)
predict("tensors", QUESTIONS)
one_at_a_time("tensors", BENCHES)

st.header("Next")
st.markdown(
    "Create x with four dimensions and find `x[1, 2, 0, 1]`. Under *Views and storage*, chain `T` and `view` and read "
    "what torch refuses. Under *Two tensors*, see why (3, 4) + (3,) does not fit. Then go on to what tensors are for."
)
link_to_next("tensors")
