"""What goes wrong: one mistake at a time, with the live answer, and the way out that runs."""

import streamlit as st

from components.code import code_panel, session
from components.scene import Scene
from dashboard.experiments.pitfalls import PITFALLS, make

FIRST = next(iter(PITFALLS))
SCENE: Scene = {"datasets_pitfall": FIRST}


def bench() -> None:
    """Show the bench."""
    name = (
        st.pills(
            "What goes wrong",
            tuple(PITFALLS),
            default=FIRST,
            required=True,
            key="datasets_pitfall",
            bind="query-params",
            label_visibility="collapsed",
        )
        or FIRST
    )
    pitfall, (wrong, right) = PITFALLS[name], make(name)
    broken, repaired = st.columns(2, gap="medium")
    with broken:
        st.header("The mistake")
        st.markdown(pitfall.does)
        st.code(wrong.code, language=None, wrap_lines=True)
        st.markdown(
            ":material/block: :red[**It raises:**]"
            if wrong.answer.is_error
            else ":material/visibility_off: :red[**No error**, but look what comes of it:]"
        )
        session((wrong.answer,))
        st.markdown(f"**Why?** {pitfall.why}")
    with repaired:
        st.header("The way out")
        st.markdown(pitfall.way_out)
        code_panel("datasets_pitfall", right.code)
        session((right.answer,))
