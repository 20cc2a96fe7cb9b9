"""Is the result tracked? Two questions, kept apart: does c require grad, and where is the brake?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.code import Answers, session
from components.course import link_to_next
from components.head import head
from components.numbers import whole_number
from components.predict import predict
from components.tracking import facts, lanes, verdict
from components.tracking.questions import LANES, MEMORY, QUESTIONS, SHARING, UPDATE
from components.tracking.scenes import (
    FIRST,
    FIRST_LENGTH,
    FIRST_LOOK,
    FIRST_MOMENT,
    FIRST_UPDATE,
    FIRST_VALUE,
    FIRST_WAY,
    SCENE,
    SCENES,
)
from dashboard.experiments import saved, sharing, tracking, update
from dashboard.experiments.brakes import BRAKES, OPERATIONS


def choose(label: str, options: list[str], first: str, key: str) -> str:
    """Show choices of which one is always chosen, whatever a link says."""
    return st.pills(label, options, default=first, required=True, key=key, bind="query-params", wrap=True) or first


@st.fragment
def stage(answers: Answers, closer: DeltaGenerator) -> None:
    """The two questions, and what becomes of every variable; in its own place beneath the reasons, a closer look."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = choose("c is", list(tracking.STARTS), FIRST.start, "tracking_start")
        seed = whole_number("Seed", 0, tracking.MAX_SEED, FIRST.seed, key="tracking_seed", width=120)
        operation = choose("The operation", list(OPERATIONS), FIRST.operation, "tracking_operation")
    requires_grad = st.toggle(
        "Does c require grad?", FIRST.requires_grad, key="tracking_requires_grad", bind="query-params"
    )
    bench(requires_grad, operation, start, seed, answers)
    with closer:
        look_closer(tracking.Settings(requires_grad, FIRST.brake, operation, start, seed))


@st.fragment
def bench(requires_grad: bool, operation: str, start: str, seed: int, answers: Answers) -> None:
    """Choose the brake, and see what becomes of every variable."""
    brake = choose("Where is the brake?", list(BRAKES), FIRST.brake, "tracking_brake")
    settings = tracking.Settings(requires_grad, brake, operation, start, seed)
    run = tracking.run(settings)
    verdict(run, key="tracking_verdict")
    answers.show(tracking.session(settings), tracking.snippet(settings))


@st.fragment
def look_closer(settings: tracking.Settings) -> None:
    """Choose one of the smaller benches."""
    LOOKS[choose("Look closer", list(LOOKS), FIRST_LOOK, "tracking_look")](settings)


def training_update(settings: tracking.Settings) -> None:
    """Choose a way to write the update, and see the next step."""
    st.header("The update of a training step")
    st.markdown("Two of these five ways go wrong: one at once, and one only in the next step.")
    name = choose("The update", list(update.UPDATES), FIRST_UPDATE, "tracking_update")
    session(update.step(name).says)
    st.table(
        facts.updates(),
        hide_index=True,
        border="horizontal",
        alt="Each way to write the update: whether it runs, whether w is still a leaf, and whether it runs once more",
    )


def memory(settings: tracking.Settings) -> None:
    """Choose the length of a chain, and see what tracking it costs."""
    st.header("The memory that tracking costs")
    st.markdown(
        "To go back, an operation may need its input or its result again, so the graph keeps them alive. Here one "
        "operation is applied again and again to 1,000 numbers (4,000 bytes). A storage is counted once, however often "
        "it is saved; *extra* leaves out the leaf's own, which is there anyway."
    )
    length = whole_number("How many operations", 1, saved.MAX_OPERATIONS, FIRST_LENGTH, key="tracking_length")
    st.table(
        facts.chains(length),
        hide_index=True,
        border="horizontal",
        alt=f"The bytes that {length} operations in a row keep for backward, tracked and inside no_grad",
    )


def five_lanes(settings: tracking.Settings) -> None:
    """The same line plain, under three brakes, and in a net that is in evaluation mode."""
    st.header("The same line in five lanes")
    st.markdown(
        "Each line at the bottom of a lane was tried on a fresh run. `eval()` is no brake: Dropout hands on c as it "
        "is, and all else in its lane is as in the plain one."
    )
    lanes(
        tracking.lanes(settings.requires_grad, settings.operation, settings.start, settings.seed), key="tracking_lanes"
    )


def shared_storage(settings: tracking.Settings) -> None:
    """Edit d, and see what becomes of c and of its gradient."""
    st.header("detach shares storage")
    st.markdown(
        "`c.detach()` is no copy: it is another tensor on the same storage. Edit it, and look at the original. "
        "(Here c always requires grad.)"
    )
    way = choose("d is made by", list(sharing.WAYS), FIRST_WAY, "tracking_way")
    moment = choose("d is edited", list(sharing.MOMENTS), FIRST_MOMENT, "tracking_moment")
    value = whole_number(
        "The new first element", -sharing.MAX_VALUE, sharing.MAX_VALUE, FIRST_VALUE, key="tracking_value"
    )
    edit = sharing.edit(settings, way, moment, value)
    table, says = st.columns([3, 2])
    with table:
        st.markdown(OUTCOMES[edit.verdict] + CHANGES[edit.changed])
        st.table(
            facts.edits(settings, value),
            hide_index=True,
            border="horizontal",
            alt="Whether the gradient is right after an edit of d, for each way to make d and each moment of the edit",
        )
    with says:
        session(edit.says)


LOOKS = {UPDATE: training_update, MEMORY: memory, LANES: five_lanes, SHARING: shared_storage}
REASONS = """
- **The update of a training step.** The weight moves against its gradient, and that move is no part of the loss: it
  must not be recorded. Written without a brake, `w -= 0.1 * w.grad` says: :red[{error}]
- **Memory.** What is recorded is kept alive for backward. Ten `exp`, one after another, on 4,000 bytes: the graph keeps
  **{bytes.tracked.extra:,} bytes** more; inside `no_grad`, **{bytes.untracked.extra:,}**.
"""
OUTCOMES = {
    "right": ":material/check_circle: **The gradient is right**: it belongs to the loss that the forward computed. ",
    "refused": ":material/error: **Backward refuses**: torch counts the edits of a tensor, and one that it had saved "
    "was edited. ",
    "silently wrong": ":material/warning: :red[**Silently wrong**]: the loss that was computed has another gradient. "
    "An edit through `.data` is not counted, so torch went on with the new number. ",
}
CHANGES = {True: "Editing d changed c: they share storage.", False: "Editing d left c as it was."}

head("tracking", SCENE, SCENES)
st.markdown(
    "Every operation on a tensor that requires grad is written into the graph, unless you say otherwise. "
    "Then you get **the same values, but no history**. Is the result tracked?"
)
predict("tracking", QUESTIONS)

first = st.container()
answers = Answers("tracking")
st.header("Why stop the recording?")
st.markdown(REASONS.format(error=update.step("in place").answer.answer, bytes=saved.chain("y.exp()", 10)))
closer = st.container()
with first:
    stage(answers, closer)

with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(
        """
*Tracked* means: the tensor requires grad. You ask for it when you make a leaf. A result requires grad if
something that it was computed from does, and if torch was recording at that moment. So there are two ways to stop:
**cut the tensor off** (`detach`, `requires_grad_(False)`) or **stop the recording** for a while (`no_grad`,
`inference_mode`). Both leave the values as they are.

`is_leaf` says that nothing was recorded before the tensor. So an untracked result is a leaf, too.

`no_grad` stops the recording in this thread, until its block ends. `inference_mode` goes further: its results have no
version counter and can never be saved for backward, not even later; `enable_grad` does not undo it. `net.eval()`
is about neither: it tells layers such as Dropout to behave as in use.

Bytes *referenced* and bytes *extra* differ: for `c**2` the graph saves c itself, which is there anyway. Numbers that
are no tensors, such as the 2 in `2 * y`, are kept as well; the table does not count them.

In PyTorch's own words: [autograd mechanics: locally disabling gradient
computation](https://docs.pytorch.org/docs/stable/notes/autograd.html#locally-disabling-gradient-computation),
[saved tensors](https://docs.pytorch.org/docs/stable/notes/autograd.html#saved-tensors),
[in-place operations](https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd) and
[torch.Tensor.detach](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html).
"""
    )

st.header("Next")
st.markdown(
    "Turn *Does c require grad?* off: now nothing is tracked, whatever the brake. Take `c.exp()` as the operation: its "
    "graph keeps its result, so the lanes show extra bytes, and an edit of c no longer spoils the gradient."
)
link_to_next("tracking")
