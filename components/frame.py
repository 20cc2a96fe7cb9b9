"""What stands around every page: the size of everything on a projector, and the last line."""

import streamlit as st
import torch

PROJECTOR = "projector"
LARGE = """<style>
[data-testid=stMain] { zoom: 1.3 }
[data-testid=stSidebar], [data-testid=stExpandSidebarButton] { display: none }
</style>"""


def projecting() -> bool:
    """Whether the page is for a room: larger, without sidebar and code."""
    by_link = st.query_params.get(PROJECTOR) == "true"  # the switch stands at the end of the page: not drawn yet
    return bool(st.session_state.get(PROJECTOR, by_link))


def enlarge() -> None:
    """Make everything larger where it is for a room. The style is ours alone: nothing typed gets into it."""
    if projecting():
        st.html(LARGE)


def last_line() -> None:
    """Show which torch answers, what is kept, and the switch for a projector."""
    with st.container(horizontal=True, vertical_alignment="center", key="last_line"):
        st.markdown(f":gray[PyTorch {torch.__version__.split('+')[0]}. Nothing you type is stored.]", width="stretch")
        st.toggle("Projector", key=PROJECTOR, bind="query-params", help="Larger, and without sidebar and code.")
