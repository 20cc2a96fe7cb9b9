"""Numbers have limits: what a cast loses, the steps of the floats, and which dtype wins."""

import pandas as pd
import streamlit as st

from components.code import Answers, session
from components.scene import Scene
from components.tensors import pictures, stage
from components.tensors.bench import DOCS, refused
from components.texts import checked_text
from dashboard.experiments import limits
from dashboard.experiments.limits import CASTS
from dashboard.experiments.promotion import KINDS, OPERATORS
from dashboard.experiments.surprises import SURPRISES, surprise

FIRST = limits.Settings()
FIRST_SURPRISE = next(iter(SURPRISES))
FIRST_NEAR = 10.0
MAX_NEAR = 60000.0
MAX_TEXT = 200
SCENE: Scene = {
    "tensors_values": limits.write_values(FIRST.values),
    "tensors_from": FIRST.start,
    "tensors_to": FIRST.target,
    "tensors_surprise": FIRST_SURPRISE,
    "tensors_near": FIRST_NEAR,
    "tensors_meet": FIRST.operation,
    "tensors_kind": FIRST.kind,
}


def show(answers: Answers) -> None:
    """Show the bench, and what PyTorch says to it."""
    left, right = st.columns(2, gap="large")
    with left:
        st.header("A cast can lose")
        values, start, target = _cast()
    with right:
        st.header("Surprises")
        _surprises()
    st.header("The steps of the floats")
    _steps()
    st.header("Which dtype wins?")
    operation, kind = _promotion()
    settings = limits.Settings(values, start, target, operation, kind)
    answers.show(limits.cast(values, start, target).says, limits.snippet(settings))


def _cast() -> tuple[tuple[float, ...], str, str]:
    _, values = checked_text(
        "Values",
        key="tensors_values",
        default=limits.write_values(FIRST.values),
        read=limits.read_values,
        max_chars=MAX_TEXT,
        help=f"Up to {limits.MAX_VALUES} numbers with commas between them.",
    )
    with st.container(horizontal=True):
        start = _dtype("From", "tensors_from", FIRST.start)
        target = _dtype("To", "tensors_to", FIRST.target)
    result = limits.cast(values, start, target)
    if result.error:
        refused(result.error)
        st.markdown("Until then the values are kept as float64.")
    st.table(_lost(result, target), hide_index=True, border="horizontal", alt="Each value, cast and cast back")
    return values, start, target


def _dtype(label: str, key: str, default: str) -> str:
    chosen = st.selectbox(label, CASTS, CASTS.index(default), key=key, bind="query-params", width=140)
    return chosen or default


def _lost(result: limits.Cast, target: str) -> pd.DataFrame:
    made, cast, back = zip(*limits.cells(result), strict=True)
    marks = (
        f"✓ {after}" if kept else f":red[✗ {after}]" + (f", and back {again}" if again != after else "")
        for after, again, kept in zip(cast, back, result.kept, strict=True)
    )
    return pd.DataFrame({"x": made, f"to {target}": list(marks)})


def _surprises() -> None:
    name = st.segmented_control(
        "Surprise",
        tuple(SURPRISES),
        default=FIRST_SURPRISE,
        required=True,
        key="tensors_surprise",
        bind="query-params",
        wrap=True,
        label_visibility="collapsed",
    )
    session(surprise(name or FIRST_SURPRISE))


def _steps() -> None:
    near = st.number_input(
        "Near",
        0.0,
        MAX_NEAR,
        FIRST_NEAR,
        step=1.0,
        format="%g",
        key="tensors_near",
        bind="query-params",
        width=160,
    )
    st.markdown(
        "\n".join(
            f"- **{row.dtype}** stores {row.stored}, and above it {row.above}: a step of **{row.step}**. "
            f"It ends at {row.largest}."
            for row in limits.steps(near)
        )
    )


def _promotion() -> tuple[str, str]:
    with st.container(horizontal=True):
        operation = st.segmented_control(
            "Operation",
            tuple(OPERATORS),
            default=FIRST.operation,
            required=True,
            key="tensors_meet",
            bind="query-params",
        )
        kind = st.segmented_control(
            "a is 1-D, and", KINDS, default=FIRST.kind, required=True, key="tensors_kind", bind="query-params"
        )
    operation, kind = operation or FIRST.operation, kind or FIRST.kind
    panel = pictures.promoted(operation, kind)
    stage([panel], key="tensors_promoted", label="Which dtype wins when two meet", pick="winner", selected=3)
    return operation, kind


WHY = f"""
A dtype has so many bits and no more. **Integers** wrap: beyond int8's 127 comes -128, and torch says nothing while it
computes; it refuses only to *construct* what does not fit. Casting a float that does not fit into an integer has no
defined result at all. **Floats** keep a fixed number of digits, so their steps grow with the number: float16 has finer
steps than bfloat16 and overflows above 65504; bfloat16 has float32's range with 8 bits of precision.

When two dtypes **meet**, torch takes the smallest one that can hold both kinds: bool, then integer, then float, then
complex. `/` always leaves the integers. A number without dimensions only counts by its kind: a float16 tensor and a
float64 scalar make float16.

More in PyTorch's own words: [type promotion]({DOCS}/tensor_attributes.html#torch.dtype) and
[numerical accuracy]({DOCS}/notes/numerical_accuracy.html).
"""
