"""The bugs that everyone makes, each beside the run as it should be."""

import streamlit as st

from components.code import code_panel, session
from components.numbers import whole_number
from components.scene import Scene
from components.training import bug_pictures
from dashboard.experiments import bugs
from dashboard.experiments.bugs import BUGS, HARMLESS, MAX_SEED, SHOWS, Comparison, Settings

FIRST = Settings()
SCENE: Scene = {"training_bug": FIRST.bug, "training_where": FIRST.where, "training_bug_seed": float(FIRST.seed)}
SCENES: dict[str, Scene] = {
    "accumulate": {"training_bug": "no zero_grad"},
    "harmless": {"training_bug": "no zero_grad", "training_where": HARMLESS},
    "broadcast": {"training_bug": "(N,1) by hand"},
    "memory": {"training_bug": "eval() as no_grad"},
}


def bench() -> None:
    """Show the bench."""
    name = (
        st.pills("The bug", tuple(BUGS), default=FIRST.bug, required=True, key="training_bug", bind="query-params")
        or FIRST.bug
    )
    bug = BUGS[name]
    st.markdown(bug.about)
    settings = Settings(name, *_where(bool(bug.harmless)))
    result = bugs.compare(settings)
    _loops(settings)
    _symptom(settings, result)
    says, code = st.columns(2)
    with says:
        st.header("What PyTorch says")
        session(result.says)
    with code:
        st.header("The code")
        st.markdown("The two loops as they stand above, with all that they call. It runs on its own.")
        with st.expander("The whole script", icon=":material/code:"):
            code_panel("training", bugs.snippet(settings))


def _where(has_harmless: bool) -> tuple[str, int]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        where = SHOWS
        if has_harmless:
            where = (
                st.segmented_control(
                    "A setting where",
                    (SHOWS, HARMLESS),
                    default=SHOWS,
                    required=True,
                    key="training_where",
                    bind="query-params",
                )
                or SHOWS
            )
        seed = whole_number("Seed", 0, MAX_SEED, FIRST.seed, key="training_bug_seed", width=120)
    return where, seed


def _loops(settings: Settings) -> None:
    """Show both loops side by side."""
    bug = BUGS[settings.bug]
    titles = (f"**✓ As it should be** · `{bugs.written(settings)}`", "**✗ With the bug** · the same")
    for column, title, loop in zip(st.columns(2), titles, (bug.right, bug.wrong), strict=True):
        with column:
            st.markdown(title)
            st.code(bugs.lines(loop), language=None, wrap_lines=True)


def _symptom(settings: Settings, result: Comparison) -> None:
    """Say what came of it, with torch's own words where there are some, and show both runs in numbers."""
    kind = ":material/visibility_off: " if settings.where == HARMLESS else ":material/vital_signs: "
    st.markdown(kind + result.words)
    for warning in result.wrong.warnings:
        st.warning("PyTorch warns:", icon=":material/warning:")
        st.code(warning, language=None, wrap_lines=True)
    if result.wrong.error:
        st.error("PyTorch refuses:", icon=":material/block:")
        st.code(result.wrong.error, language=None, wrap_lines=True)
    picture, table = st.columns([3, 2], vertical_alignment="center")
    with picture:
        bug_pictures.chart(settings)
    with table:
        bug_pictures.table(result)
    if settings.where == SHOWS:
        st.markdown(f":material/visibility_off: **When it looks harmless.** {bugs.looks(settings)}")


WHY = """
**Why do these bugs live so long?** Most of them raise nothing. `backward()` *adds*, broadcasting *fits* shapes, `.data`
goes behind autograd's back: each does what it promises, and the loss still is a number. So compare: the loss of a run
that you trust, the norm of the gradients, the shapes, the bytes.

**zero_grad** is needed because adding is useful, too: for a loss that is computed in parts, or a batch that does not
fit into memory at once. **no_grad** stops the recording; **eval()** only tells layers such as Dropout to behave as in
use. **Shapes**: a loss wants prediction and target to be alike, so squeeze what the last layer returns, or unsqueeze
the targets.

More in PyTorch's own words: [Optimizer.zero_grad](https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html),
[in-place operations](https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd),
[evaluation mode](https://docs.pytorch.org/docs/stable/notes/autograd.html#evaluation-mode-nn-module-eval),
[broadcasting](https://docs.pytorch.org/docs/stable/notes/broadcasting.html) and
[DataLoader](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader).
"""
