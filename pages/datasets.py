"""A Dataset answers `len(dataset)` and `dataset[i]`; a DataLoader decides which samples travel together."""

import streamlit as st

from components.benches import choose
from components.code import Answers
from components.course import link_to_next
from components.datasets import batches, one, pitfalls, questions, questions_wrong, upload
from components.datasets.scenes import CONVEYOR, FOLLOW, ONE, SCENE, SCENES, WRONG, YOUR_CSV
from components.head import head
from components.predict import predict
from dashboard.experiments.samples import SOURCES, Samples, load

FIRST = str(SCENE["datasets_source"])
OTHERS = {
    ONE: one.bench,
    WRONG: lambda samples: pitfalls.bench(),
    FOLLOW: batches.follow,
}


def samples_shown() -> Samples:
    """Show the choice of samples, and return those that are chosen; the first ones while there is no file."""
    choice = st.pills(
        "Samples",
        [*SOURCES, YOUR_CSV],
        default=FIRST,
        key="datasets_source",
        bind="query-params",
        label_visibility="collapsed",
    )
    if choice != YOUR_CSV:
        return load(choice or FIRST)
    chosen = upload.choose()
    if chosen is None:
        st.info(f"Until there is a file, the page shows *{SOURCES[FIRST].title}*.")
    return chosen or load(FIRST)


@st.fragment
def deal(samples: Samples, answers: Answers) -> None:
    """Show the conveyor. It runs by itself when one of its controls moves."""
    batches.bench(samples, answers)


@st.fragment
def show_other(bench: str, samples: Samples) -> None:
    """Show one of the other benches."""
    OTHERS[bench](samples)


head("datasets", SCENE, SCENES)
st.markdown(
    "A Dataset answers `len(dataset)` and `dataset[i]`. A DataLoader decides which samples travel together, and deals "
    "them anew every epoch."
)
predict("datasets", questions.QUESTIONS + questions_wrong.QUESTIONS)
bench = choose("datasets", (CONVEYOR, *OTHERS), SCENE)
if bench == CONVEYOR:
    chosen_samples = samples_shown()
    stage = st.container()
    answers = Answers("datasets", side_by_side=False)  # the code has long lines
    with stage:
        deal(chosen_samples, answers)
else:
    show_other(bench, load(FIRST) if bench == WRONG else samples_shown())  # what goes wrong has samples of its own

with st.expander("Why?", icon=":material/lightbulb:"):
    st.markdown(
        """
**Two jobs, two objects.** A `Dataset` knows its samples: how many there are, and what number i is. A `DataLoader` asks
it for one sample at a time, in an order that a **sampler** decides, and *collates* the answers of a batch: it stacks
the x's to one tensor with a new first dimension, and the y's, too.

**Why shuffle?** A gradient that comes from one class only pulls the model towards that class. Sorted data without
shuffling gives such batches, one after the other.

**A seed is where a generator starts.** Each epoch draws from it, so the second deal is another one, while a new loader
with the same seed repeats the first. The loader draws an int64 first, for workers that it may not even have: so a plain
`torch.randperm` with that seed is another order, and even an epoch without shuffling moves the generator on. A sampler
that you make yourself needs a generator of its own, or it takes from torch's global one.

**`drop_last`** drops what does not fill a batch. With shuffling, other samples are dropped each time, so none is lost
for good. A batch size larger than the dataset then gives no batch at all, and no error.

In PyTorch's own words: [torch.utils.data](https://docs.pytorch.org/docs/stable/data.html), with
[the order of loading and Sampler](https://docs.pytorch.org/docs/stable/data.html#data-loading-order-and-sampler); the
tutorial [Datasets & DataLoaders](https://docs.pytorch.org/tutorials/beginner/basics/data_tutorial.html).
"""
    )

st.header("Next")
st.markdown(
    "Switch `shuffle` off: every batch is nearly one class. Choose the weighted sampler and let class a count 10 "
    "times. Set `batch_size` to 16 with the ten samples of *ramp*: nothing is left, and nothing complains."
)
link_to_next("datasets")
