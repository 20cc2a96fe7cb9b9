"""The front door: what this is, what one will be able to do, and the course as a path."""

import streamlit as st

from components.course import STOPS, Stop
from components.explorer import explorer
from components.miniatures import WIDTH, miniature
from dashboard.experiments import gradients

FIRST = gradients.Settings()
SCENES = {
    "the slope is not the height": "gradients",
    "a kink": "gradients?scene=kink",
    "cut one of two paths": "graph?scene=cut",
    "a broadcast that surprises": "tensors?scene=surprise",
    "inside `no_grad`": "tracking?scene=no+grad",
}


def card(number: int, stop: Stop) -> None:
    """Show a stop of the course with its picture."""
    with st.container(border=True, height="stretch", gap="small"):
        picture = miniature(stop.stem)
        st.image(picture.svg, width=WIDTH, alt=picture.alt)
        st.page_link(stop.path, label=f"**{number}. {stop.title}** · {stop.minutes} min", icon=stop.icon)
        st.markdown(f"{stop.idea} *You can {stop.skill}.*")


st.title("Autograd Playground")
st.markdown(
    "Learn PyTorch's tensors, autograd and data loading by moving things and watching real PyTorch answer. "
    "**Drag the curve:** the :blue[**loss**] is its height, the :orange[**gradient**] is its slope."
)
picture, welcome = st.columns([3, 2], gap="large")
with picture:
    explorer(
        FIRST.expression,
        FIRST.reach,
        FIRST.x,
        key="home_explorer",
        compact=True,
    )
built = [stop for stop in STOPS if stop.is_built]
with welcome:
    st.header("Learning on your own?")
    st.markdown(
        f"Start with Tensors and follow the path: {len(built)} pages, {sum(stop.minutes for stop in built)} minutes in "
        "all. Every page asks you for a prediction first, then lets real PyTorch answer. There is nothing to install, "
        "and nothing that you can break."
    )
    st.page_link(built[0].path, label=f"Start: {built[0].title}", icon=built[0].icon)
    st.header("Teaching a room?")
    st.markdown(
        "Every link holds its whole scene. *Share* on each page gives the link of what you see, with a QR code; "
        "*Projector*, below, makes everything larger. Some scenes to begin with: "
        + ", ".join(f"[{name}](/{link})" for name, link in SCENES.items())
        + "."
    )

st.header("The course")
for first in range(0, len(built), 3):
    for column, stop in zip(st.columns(3), built[first : first + 3], strict=False):
        with column:
            card(STOPS.index(stop) + 1, stop)
