"""Is the result tracked? Two questions, kept apart: does c require grad, and where is the brake?"""

import streamlit as st

from components.code import code_panel, session
from components.course import HOME
from components.numbers import whole_number
from components.predict import Question, predict
from components.scene import reset_button
from components.tracking import facts, lanes, verdict
from dashboard.experiments import saved, sharing, tracking, update
from dashboard.experiments import tracking_answers as answers
from dashboard.experiments.brakes import BRAKES, OPERATIONS

FIRST = tracking.Settings()
FIRST_UPDATE, FIRST_WAY, FIRST_MOMENT = "w = w - ...", "c.data", "between forward and backward"
FIRST_LENGTH, FIRST_VALUE = 10, 100
UPDATE, MEMORY = "the update of a training step", "memory"
SCENE = {
    "tracking_requires_grad": FIRST.requires_grad,
    "tracking_brake": FIRST.brake,
    "tracking_operation": FIRST.operation,
    "tracking_start": FIRST.start,
    "tracking_seed": float(FIRST.seed),
    "tracking_why": UPDATE,
    "tracking_update": FIRST_UPDATE,
    "tracking_length": float(FIRST_LENGTH),
    "tracking_way": FIRST_WAY,
    "tracking_moment": FIRST_MOMENT,
    "tracking_value": float(FIRST_VALUE),
}
QUESTIONS = (
    Question(
        "Inside `with torch.no_grad():` you look at an old tensor `c` that requires grad, at the result `c**2`, and at "
        "the weight of a new `Linear` layer. Which of them require grad?",
        {
            "none": "The block stops the recording. It changes no tensor that is there, and not what a layer asks for.",
            "only c": "Right about c and the result. But a new layer asks for `requires_grad=True`, and gets it.",
            "c and the weight": "`no_grad` is about recording: the result is not tracked. c keeps its flag, and a new "
            "layer's weight gets the flag that it asks for.",
            "all three": "Right about c and the weight. But the result was computed while nothing was recorded.",
        },
        "c and the weight",
        answers.inside_no_grad,
        {"tracking_brake": "no_grad", "tracking_requires_grad": True},
    ),
    Question(
        "A net with Dropout is put into evaluation mode by `net.eval()`. Is its output tracked?",
        {
            "yes": "`eval()` changes what layers such as Dropout *do*. What is *recorded* is another question.",
            "no": "`eval()` and `no_grad` often stand together, but they are two things: Dropout stops dropping, and "
            "the recording goes on.",
        },
        "yes",
        answers.eval_and_train,
    ),
    Question(
        "`c` holds 4,000 bytes. Ten operations follow one another, all tracked. How many bytes does the graph keep "
        "beyond the leaf, if the operation is `+ 1`?",
        {
            "0": "The slope of `y + 1` is 1, whatever y is: nothing need be kept. `sin` keeps its input each time, "
            "and the first input is the leaf itself; `exp` keeps its result each time.",
            "36,000": "That is what ten `sin` keep: the input each time, and the first input is the leaf itself.",
            "40,000": "That is what ten `exp` keep: the result each time.",
        },
        "0",
        answers.three_chains,
        {"tracking_why": MEMORY, "tracking_length": 10.0},
    ),
    Question(
        "`loss` was computed inside `torch.inference_mode()`. Outside again, which works: `loss + c` or `loss * c`?",
        {
            "both": "The product needs `loss` again for c's gradient, and an inference tensor cannot be saved.",
            "only loss + c": "For the sum nothing need be saved. The product must save `loss`, and an inference tensor "
            "cannot be saved.",
            "only loss * c": "It is the other way round: the product has to save `loss`, the sum saves nothing.",
            "neither": "The sum works: nothing of it has to be saved for backward.",
        },
        "only loss + c",
        answers.inference_tensor,
        {"tracking_brake": "inference_mode", "tracking_requires_grad": True},
    ),
    Question(
        "After `loss = c**2` you call `c.requires_grad_(False)`, then `loss.sum().backward()`. What happens?",
        {
            "c.grad gets filled": "Backward does run. But at its end, c no longer asks for a gradient.",
            "an error": "The record was made before the switch, and it stays: loss can go backward.",
            "nothing": "The record stays, so backward runs without an error. But c asks for no gradient any more, and "
            "`c.grad` stays None.",
        },
        "nothing",
        answers.switched_off_after,
        {"tracking_brake": "requires_grad_(False) after", "tracking_requires_grad": True},
    ),
)


def choose(label: str, options: list[str], first: str, key: str) -> str:
    """Show choices of which one is always chosen, whatever a link says."""
    return st.pills(label, options, default=first, required=True, key=key, bind="query-params") or first


@st.fragment
def bench(requires_grad: bool, operation: str, start: str, seed: int) -> None:
    """Choose the brake, and see what becomes of every variable."""
    brake = choose("Where is the brake?", list(BRAKES), FIRST.brake, "tracking_brake")
    settings = tracking.Settings(requires_grad, brake, operation, start, seed)
    run = tracking.run(settings)
    verdict(run, key="tracking_verdict")
    st.table(
        facts.variables(run),
        hide_index=True,
        border="horizontal",
        alt="What torch says of every variable: " + ", ".join(f"{fact.name}: {fact.reason}" for fact in run.facts),
    )
    says, code = st.columns(2)
    with says:
        st.header("What PyTorch says")
        session(run.says)
    with code:
        st.header("The code")
        code_panel("tracking", tracking.snippet(settings))


@st.fragment
def why() -> None:
    """Choose one of the reasons to brake."""
    REASONS[choose("Because of", list(REASONS), UPDATE, "tracking_why")]()


def training_update() -> None:
    """Choose a way to write the update, and see the next step."""
    st.markdown(
        "A step of training moves the weight against its gradient. That move is not part of the loss: it must not be "
        "recorded. Two of these five ways go wrong: one at once, and one only in the next step."
    )
    name = choose("The update", list(update.UPDATES), FIRST_UPDATE, "tracking_update")
    session(update.step(name).says)
    st.table(
        facts.updates(),
        hide_index=True,
        border="horizontal",
        alt="Each way to write the update: whether it runs, and what w and its next gradient are afterwards",
    )


def memory() -> None:
    """Choose the length of a chain, and see what tracking it costs."""
    st.markdown(
        "To go back, an operation may need its input or its result again, so the graph keeps them alive. Here one "
        "operation is done again and again to 1,000 numbers (4,000 bytes). A storage is counted once, however often it "
        "is saved; *extra* leaves out the leaf's own, which is there anyway."
    )
    length = whole_number("How many operations", 1, saved.MAX_OPERATIONS, FIRST_LENGTH, key="tracking_length")
    st.table(
        facts.chains(length),
        hide_index=True,
        border="horizontal",
        alt=f"The bytes that {length} operations in a row keep for backward, tracked and inside no_grad",
    )


@st.fragment
def shared_storage(settings: tracking.Settings) -> None:
    """Edit d, and see what becomes of c and of its gradient."""
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


REASONS = {UPDATE: training_update, MEMORY: memory}
OUTCOMES = {
    "right": ":material/check_circle: **The gradient is right**: it belongs to the loss that the forward computed. ",
    "refused": ":material/error: **Backward refuses**: torch counts the edits of a tensor, and one that it had saved "
    "was edited. ",
    "silently wrong": ":material/warning: :red[**Silently wrong**]: the loss that was computed has another gradient. "
    "An edit through `.data` is not counted, so torch went on with the new number. ",
}
CHANGES = {True: "Editing d changed c: they share storage.", False: "Editing d left c as it was."}

st.title("Tracking")
st.markdown(
    "Every operation on a tensor that requires grad is written into the graph, unless you say otherwise. "
    "Then you get **the same values, but no history**. Is the result tracked?"
)
predict("tracking", QUESTIONS)

# The controls that every bench shares; the brake is the first bench's own.
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    start = choose("c is", list(tracking.STARTS), FIRST.start, "tracking_start")
    seed = whole_number("Seed", 0, tracking.MAX_SEED, FIRST.seed, key="tracking_seed", width=120)
    operation = choose("The operation", list(OPERATIONS), FIRST.operation, "tracking_operation")
    reset_button("tracking", SCENE)
requires_grad = st.toggle(
    "Does c require grad?", FIRST.requires_grad, key="tracking_requires_grad", bind="query-params"
)
bench(requires_grad, operation, start, seed)

st.header("Why one would")
why()

st.header("The same line in five lanes")
st.markdown(
    "Each line at the bottom of a lane was tried on a fresh run. `eval()` is no brake: Dropout hands on c as it is, "
    "and all else in its lane is as in the plain one."
)
lanes(tracking.lanes(requires_grad, operation, start, seed), key="tracking_lanes")

st.header("detach shares storage")
st.markdown(
    "`c.detach()` is no copy: it is another tensor on the same storage. Edit it, and look at the original. "
    "(Here c always requires grad.)"
)
shared_storage(tracking.Settings(True, FIRST.brake, operation, start, seed))

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
    "Turn *Does c require grad?* off: now no brake makes a difference. Take `c.exp()` as the operation: its graph "
    "keeps its result, so the lanes show extra bytes, and an edit of c no longer spoils the gradient."
)
st.page_link(HOME.path, label="Back to the course", icon=":material/route:")
