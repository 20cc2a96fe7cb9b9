"""The bare page that imports torch, served like ours: warmed, behind the guard."""

import streamlit as st
from starlette.middleware import Middleware

from dashboard.guard import Guard, Limits
from dashboard.opening import opening
from dashboard.warmup import warm_up

warm_up()
app = st.App("bare_torch.py", lifespan=opening(lambda: [""]), middleware=[Middleware(Guard, limits=Limits())])
