"""The course: its stops in order, and where their pages are. The sidebar and the home page both read it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Stop:
    """A page of the course.

    Attributes:
        stem: of its file, which is its address.
        title, icon: as they stand in the sidebar.
        idea: the one idea of the page.
        skill: what one can do afterwards, after "You can".
        minutes: how long one needs.
    """

    stem: str
    title: str
    icon: str
    idea: str
    skill: str = ""
    minutes: int = 0

    @property
    def path(self) -> Path:
        """Where the page's file is, or will be."""
        return PAGES / f"{self.stem}.py"

    @property
    def is_built(self) -> bool:
        """Whether the page can be visited."""
        return self.path.exists()

    def page(self, default: bool = False) -> st.Page:
        """Return the page as Streamlit's navigation wants it."""
        return st.Page(self.path, title=self.title, icon=self.icon, help=self.idea, default=default)


HOME = Stop("home", "Home", ":material/home:", "What this is, and where to go.")
STOPS = (
    Stop(
        "tensors",
        "Tensors",
        ":material/grid_on:",
        "A tensor is a shape, a dtype and a view onto storage.",
        "say which operations copy and which only look, and predict a broadcast shape",
        15,
    ),
    Stop(
        "gradients",
        "Gradients",
        ":material/show_chart:",
        "Forward gives the loss; backward gives its slope, in `x.grad`.",
        "read a gradient off a curve, and say why `backward` wants a vector",
        20,
    ),
    Stop(
        "graph",
        "Graph",
        ":material/account_tree:",
        "Autograd records a graph as the code runs, and walks it backwards.",
        "name what autograd records of a line, and follow `backward()` node by node",
        15,
    ),
    Stop(
        "tracking",
        "Tracking",
        ":material/visibility:",
        "`requires_grad`, `detach`, `no_grad`: is the result tracked?",
        "tell whether a result is tracked, and choose the right brake",
        15,
    ),
    Stop(
        "datasets",
        "Datasets",
        ":material/stacks:",
        "A Dataset answers `len` and `[i]`; a DataLoader turns it into batches.",
        "predict how many batches a loader deals, and repair those that break",
        15,
    ),
    Stop(
        "training",
        "Training",
        ":material/model_training:",
        "Forward, backward, update, zero the gradients; repeat.",
        "write the training loop, and recognise its classic bugs by their symptoms",
        20,
    ),
)


def link_to_next(stem: str) -> None:
    """Show the link to the next stop that is built; after the last one, to the course."""
    later = STOPS[[stop.stem for stop in STOPS].index(stem) + 1 :]
    following = next((stop for stop in later if stop.is_built), None)
    if following:
        st.page_link(following.path, label=f"Next: {following.title}", icon=following.icon)
    else:
        st.page_link(HOME.path, label="Back to the course", icon=":material/route:")
