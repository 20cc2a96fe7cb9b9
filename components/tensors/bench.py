"""What the benches of the Tensors page have in common."""

import streamlit as st

DOCS = "https://docs.pytorch.org/docs/stable"


def refused(error: str) -> None:
    """Show torch's own words as text, whatever they contain."""
    st.error("PyTorch refuses:", icon=":material/block:")
    st.code(error, language=None, wrap_lines=True)
