"""The questions about datasets: what one may answer, and what to say to it."""

from components.predict import Question
from dashboard.experiments import dataset_answers as answers

QUESTIONS = (
    Question(
        "Ten samples, `batch_size=16`, `drop_last=True`. What does the loader hand over?",
        {
            "1 batch": "The only batch would have ten samples. It is not full, so `drop_last` drops it.",
            "0 batches, no error": "The last batch is not full, and it is the first one, too. A training loop over "
            "this loader runs no step and says nothing.",
            "an error": "Nothing complains: an empty epoch is a legal epoch. That is what makes it hard to find.",
        },
        "0 batches, no error",
        answers.larger_than_the_dataset,
        {
            "datasets_source": "ramp",
            "datasets_batch_size": 16.0,
            "datasets_drop_last": True,
            "datasets_shuffle": True,
            "datasets_sampler": "none",
        },
    ),
    Question(
        "`shuffle=True` with seed 0. After the first epoch you loop over the same loader again. In which order?",
        {
            "the same": "The seed says where the generator starts. By the second epoch it has moved on.",
            "another": "The loader keeps its generator, and the generator has moved on. A new loader with the same "
            "seed starts again, and repeats the first epoch.",
        },
        "another",
        answers.two_epochs,
        {"datasets_source": "iris 30", "datasets_shuffle": True, "datasets_sampler": "none", "datasets_epochs": 2.0},
    ),
    Question(
        "A `WeightedRandomSampler` draws ten times out of ten samples of equal weight. How many samples come up?",
        {
            "all ten": "It draws with replacement: what was drawn is put back and may come again.",
            "fewer": "It draws with replacement. Some samples come twice, so others do not come at all in this epoch.",
            "more than ten": "It draws ten times, so ten places are filled, some of them with the same sample.",
        },
        "fewer",
        answers.weighted,
        {"datasets_source": "iris 30", "datasets_shuffle": False, "datasets_sampler": "weighted"},
    ),
    Question(
        "A shuffling loader has a generator with seed 0. Is its first order `torch.randperm(10)` with that seed?",
        {
            "yes": "It does call `randperm` with that generator, but the generator is not fresh any more by then.",
            "no": "The loader first draws an int64 from its generator, the base seed of its workers, even if it has "
            "none. Draw one yourself, and `randperm` gives the loader's order.",
        },
        "no",
        answers.against_randperm,
        {"datasets_source": "iris 30", "datasets_shuffle": False, "datasets_sampler": "random"},
    ),
    Question(
        "`shuffle=False`. Does an epoch of this loader change its generator?",
        {
            "no": "Nothing is shuffled, but the int64 for its workers is drawn all the same.",
            "yes": "Every epoch draws an int64 for workers first, shuffled or not. So even a loader that shuffles "
            "nothing changes what comes after it, if it shares a generator.",
        },
        "yes",
        answers.without_shuffle,
        {"datasets_source": "iris 30", "datasets_shuffle": False, "datasets_sampler": "none"},
    ),
)
