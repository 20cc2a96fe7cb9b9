"""The questions about what goes wrong, and about the gradient of one batch."""

from components.datasets.scenes import FOLLOW, WRONG
from components.predict import Question
from dashboard.experiments import wrong_answers as answers

QUESTIONS = (
    Question(
        "A training loop says `batch = next(iter(loader))` in every step, without shuffling. Which batches does it "
        "see?",
        {
            "all in turn": "That takes one iterator that is kept. `iter(loader)` makes a new one each time.",
            "always the first": "Every `iter(loader)` begins a new epoch, and `next` takes its first batch. No error "
            "tells.",
            "an error": "An error would be kinder. But an epoch may be begun and never finished.",
        },
        "always the first",
        answers.every_step_anew,
        {"datasets_bench": WRONG, "datasets_pitfall": "the same batch"},
    ),
    Question(
        "Three sentences of 3, 2 and 4 words are to be one batch. What does a plain `DataLoader` do?",
        {
            "it pads with zeros": "It cannot know that 0 is no word. Padding is a decision, and it is yours: "
            "`collate_fn`.",
            "it hands over a list": "It does so for texts. Tensors are stacked, and these do not fit.",
            "an error": "Collating stacks the samples, and `stack` wants equal sizes. A `collate_fn` that pads is the "
            "way out.",
        },
        "an error",
        answers.different_lengths,
        {"datasets_bench": WRONG, "datasets_pitfall": "ragged samples"},
    ),
    Question(
        "The batch grows from 8 samples to 16. What becomes of the shape of `model.weight.grad`?",
        {
            "it doubles, too": "Each sample has its share in the gradient, but the shares are added up.",
            "it stays": "A gradient has the shape of what it belongs to. The loss is one number, the mean over the "
            "batch, so the batch is summed away.",
            "a new first dimension": "x and z have one, of 8 or 16. The weight has none, so its gradient has none.",
        },
        "it stays",
        answers.one_shape,
        {"datasets_source": "iris 30", "datasets_bench": FOLLOW},
    ),
)
