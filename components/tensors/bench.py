"""What the benches of the Tensors page have in common."""

import streamlit as st

from components.code import code_panel, session
from dashboard.experiments.transcript import Exchange

LONG = 30  # lines of an answer that stand on the page as they are
DOCS = "https://docs.pytorch.org/docs/stable"


def says_and_code(says: tuple[Exchange, ...], snippet: str) -> None:
    """Show what PyTorch says beside the code that makes it say so."""
    left, right = st.columns(2)
    with left:
        st.header("What PyTorch says")
        session(tuple(said for said in says if not _is_long(said)))
        for said in filter(_is_long, says):
            with st.expander(f"`{said.line}` in full, {said.answer.count(chr(10)) + 1} lines"):
                session((said,))
    with right:
        st.header("The code")
        code_panel("tensors", snippet)


def _is_long(said: Exchange) -> bool:
    return said.answer.count("\n") >= LONG


def refused(error: str) -> None:
    """Show torch's own words as text, whatever they contain."""
    st.error("PyTorch refuses:", icon=":material/block:")
    st.code(error, language=None, wrap_lines=True)
