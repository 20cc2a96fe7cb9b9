"""What stands around every page: the size of everything on a phone and a projector, and the last line."""

import streamlit as st
import torch

PROJECTOR = "projector"
# A table that scrolls sideways cannot be reached by keys: on a phone its cells are set closer, and wrap.
NARROW = """@media (max-width: 640px) {
    [data-testid=stTable] tr > :nth-child(n) { padding: 4px; white-space: normal }
    [data-testid=stTable] [data-testid=stMarkdownContainer] :is(p, code) { font-size: 13px }
}"""
# Plotly measures the page in real pixels: zoomed as well, its figures would be cut off. So they get the room alone.
LARGE = """[data-testid=stMain] { zoom: 1.3 }
.js-plotly-plot { zoom: calc(1 / 1.3) }
.js-plotly-plot :is(.xtick, .ytick) text { font-size: 15px !important }
[data-testid=stSidebar], [data-testid=stExpandSidebarButton] { display: none }"""


def projecting() -> bool:
    """Whether the page is for a room: larger, without sidebar and code."""
    by_link = st.query_params.get(PROJECTOR) == "true"  # the switch stands at the end of the page: not drawn yet
    return bool(st.session_state.get(PROJECTOR, by_link))


def style() -> None:
    """Make tables fit a phone, and everything larger where it is for a room. Nothing typed gets into the style."""
    st.html(f"<style>{NARROW}{LARGE if projecting() else ''}</style>")


def last_line() -> None:
    """Show which torch answers, what is kept, and the switch for a projector."""
    with st.container(horizontal=True, vertical_alignment="center", key="last_line"):
        st.markdown(f":gray[PyTorch {torch.__version__.split('+')[0]}. Nothing you type is stored.]", width="stretch")
        st.toggle("Projector", key=PROJECTOR, bind="query-params", help="Larger, and without sidebar and code.")
