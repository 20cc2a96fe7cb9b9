"""A text box keeps what it was understood as last, and says why it does not understand what stands in it now."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
ONLY_NUMBERS = """
import streamlit as st
from components.texts import checked_text

text, meaning = checked_text("Number", key="page_number", default="1", read=float, max_chars=9, help="")
st.markdown(f"{text} means {meaning}")
"""
# page, what opens its bench, the box, what it understands and what the page then shows of it
BOXES: tuple[tuple[str, dict[str, str], str, str, str], ...] = (
    ("gradients", {}, "gradients_expression", "sin(x)", "sin(x)"),
    ("gradients", {}, "gradients_values", "7.5, 2", "7.5"),
    ("gradients", {"gradients_bench": "Why a vector"}, "gradients_vector_x", "7, 2", "7."),
    ("graph", {}, "graph_program", "x*y", "x*y"),
    ("tensors", {"tensors_factory": "tensor"}, "tensors_list", "[77, 88]", "[77, 88]"),
    ("tensors", {"tensors_bench": "Views and storage", "tensors_op_1": "view"}, "tensors_in_1", "6, 2", "(6, 2)"),
    ("tensors", {"tensors_bench": "Two tensors"}, "tensors_a", "1, 4", "(1, 4)"),
    ("tensors", {"tensors_bench": "Limits"}, "tensors_values", "77.5", "77.5"),
)
NONSENSE = ("foo(x)(", "1e999", "😀", "x" * 10_000, "<b>hi</b> $x$ `a` :red[b]")


def shown(app: AppTest) -> str:
    """Return the code that the page gives for what is on it."""
    return "\n".join(block.value for block in app.code)


def test_what_was_understood_last_stays() -> None:
    app = AppTest.from_string(ONLY_NUMBERS).run()
    assert app.markdown[0].value == "1 means 1.0"
    app.text_input(key="page_number").set_value("2").run()
    app.text_input(key="page_number").set_value("two").run()
    assert app.markdown[0].value == "2 means 2.0"
    assert app.error[0].value == "could not convert string to float\\: 'two'. Until then the page shows `2`."
    app.text_input(key="page_number").set_value("3").run()
    assert not app.error and app.markdown[0].value == "3 means 3.0"


@pytest.mark.parametrize(("page", "query", "key", "good", "sign"), BOXES, ids=[box[2] for box in BOXES])
def test_nonsense_takes_nothing_from_the_stage(
    page: str, query: dict[str, str], key: str, good: str, sign: str
) -> None:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"../pages/{page}.py").run()
    app.text_input(key=key).set_value(good).run()
    before = shown(app)
    assert sign in before and not app.error
    for text in NONSENSE:
        app.text_input(key=key).set_value(text).run()
        assert not app.exception and len(app.error) == 1, text
        assert app.error[0].value.endswith(f"Until then the page shows `{good}`."), text
        assert len(app.error[0].value) < 400, text
        assert shown(app) == before, text
