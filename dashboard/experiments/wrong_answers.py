"""The experiments that answer the questions about what goes wrong with datasets, and about one batch's gradient."""

from torch.utils.data import DataLoader

from dashboard.experiments import mistakes
from dashboard.experiments.follow import follow
from dashboard.experiments.pitfalls import make
from dashboard.experiments.samples import load
from dashboard.experiments.transcript import Exchange, say


def every_step_anew() -> tuple[Exchange, ...]:
    """Ask a new iterator for its first batch, again and again."""
    loader = DataLoader(mistakes.Ten(), batch_size=4)
    return (
        Exchange("loader = DataLoader(dataset, batch_size=4)"),
        *(say("next(iter(loader))", next(iter(loader))) for _ in range(3)),
    )


def different_lengths() -> tuple[Exchange, ...]:
    """Collate sentences of different lengths, without and with a `collate_fn`."""
    wrong, _ = make("ragged samples")
    padded = DataLoader(mistakes.Sentences(), batch_size=3, collate_fn=mistakes.pad)
    return (
        Exchange("loader = DataLoader(sentences, batch_size=3)"),
        wrong.answer,
        Exchange("loader = DataLoader(sentences, batch_size=3, collate_fn=pad)"),
        Exchange("batch, lengths = next(iter(loader))"),
        say("batch", next(iter(padded))[0]),
    )


def one_shape() -> tuple[Exchange, ...]:
    """Follow batches of two sizes to the gradient of the weight."""
    iris = load("iris 30")
    small, large = (follow(iris, tuple(range(size))) for size in (8, 16))
    return (
        Exchange("F.cross_entropy(model(x8), y8).backward()"),
        say("x8.shape, model.weight.grad.shape", (small.x.shape, small.weight_grad.shape)),
        Exchange("model.zero_grad(); F.cross_entropy(model(x16), y16).backward()"),
        say("x16.shape, model.weight.grad.shape", (large.x.shape, large.weight_grad.shape)),
    )
