"""The course: its stops in order, and where their pages are. The sidebar and the home page both read it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Stop:
    """A page: the stem of its file (which is its address), its name, its icon and its one idea."""

    stem: str
    title: str
    icon: str
    idea: str

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
    Stop("tensors", "Tensors", ":material/grid_on:", "A tensor is a shape, a dtype and a view onto storage."),
    Stop(
        "gradients",
        "Gradients",
        ":material/show_chart:",
        "Forward gives the loss; backward gives its slope, in `x.grad`.",
    ),
    Stop(
        "graph",
        "Graph",
        ":material/account_tree:",
        "Autograd records a graph as the code runs, and walks it backwards.",
    ),
    Stop(
        "tracking", "Tracking", ":material/visibility:", "`requires_grad`, `detach`, `no_grad`: is the result tracked?"
    ),
    Stop(
        "datasets",
        "Datasets",
        ":material/stacks:",
        "A Dataset answers `len` and `[i]`; a DataLoader turns it into batches.",
    ),
    Stop("training", "Training", ":material/model_training:", "Forward, backward, update, zero the gradients; repeat."),
)


def link_to_next(stem: str) -> None:
    """Show the link to the next stop that is built; after the last one, to the course."""
    later = STOPS[[stop.stem for stop in STOPS].index(stem) + 1 :]
    following = next((stop for stop in later if stop.is_built), None)
    if following:
        st.page_link(following.path, label=f"Next: {following.title}", icon=following.icon)
    else:
        st.page_link(HOME.path, label="Back to the course", icon=":material/route:")
