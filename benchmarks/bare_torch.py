"""The bare page beside `import torch`: what a page on autograd costs before anything is done about it."""

import streamlit as st
import torch

st.text(f"x={torch.tensor(st.slider('x', -400, 400, 0, key='x'))}")
