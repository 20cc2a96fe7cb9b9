"""The run: it learns, it is the same every time, its number of steps is bounded, and it measures what it names."""

import contextlib
import io
import math
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from dashboard.experiments import training, training_code
from dashboard.experiments.training import ACTIVATIONS, BATCHES, MAX_STEPS, OPTIMIZERS, RATES, Settings, build, run
from dashboard.experiments.training_data import DATA, split

# The accuracy on held-out samples that the first view's model reaches after its 80 epochs.
LEARNS = {
    "moons": 0.95,
    "circles": 0.97,
    "spiral": 0.97,
    "xor": 0.97,
    "iris": 0.9,
    "iris 30": 0.9,
    "digits": 0.9,
    "classification": 0.92,
}
SMALL = st.builds(
    Settings,
    data=st.sampled_from(["moons", "spiral", "xor", "line", "iris 30", "ramp"]),
    layers=st.integers(0, 3),
    width=st.integers(2, 32),
    activation=st.sampled_from(list(ACTIVATIONS)),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    rate=st.sampled_from(RATES),
    batch=st.sampled_from(list(BATCHES)),
    epochs=st.integers(1, 4),
    seed=st.integers(0, 9999),
)


def printed(snippet: str) -> str:
    """Return what a snippet prints in a fresh namespace."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(snippet, {})  # noqa: S102  # our own snippet, as a reader would run it
    return out.getvalue()


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("data", LEARNS)
def test_the_first_views_model_learns_every_dataset(data: str, seed: int) -> None:
    done = run(Settings(data, seed=seed))
    assert done.accuracy is not None
    assert done.accuracy[-1, 1] >= LEARNS[data]
    assert done.accuracy[-1, 0] >= done.accuracy[0, 0]


@pytest.mark.parametrize(("data", "reaches"), [("line", 0.2), ("ramp", 0.01)])
def test_it_fits_a_line(data: str, reaches: float) -> None:
    done = run(Settings(data))
    assert done.accuracy is None
    assert done.loss[-1].max() < reaches < done.loss[0].min()


def test_a_linear_model_cannot_learn_xor_and_one_hidden_layer_can() -> None:
    linear, hidden = run(Settings("xor", layers=0)), run(Settings("xor", layers=1))
    assert linear.accuracy is not None and hidden.accuracy is not None
    assert linear.accuracy[-1].max() < 0.65
    assert hidden.accuracy[-1].min() > 0.95


def test_a_rate_too_large_explodes_and_the_run_ends_there() -> None:
    done = run(Settings("line", layers=0, optimizer="SGD", rate=3.0))
    assert done.ended == "After epoch 4 the loss is inf"
    assert done.epochs == 4
    assert done.loss[:-1].isfinite().all() and not done.loss[-1].isfinite().any()
    assert (done.grad_norms.diff(dim=0) > 0).all()


def test_tanh_far_from_zero_lets_the_gradients_vanish_before_the_output_layer() -> None:
    done = run(Settings("spiral", 3, 32, "tanh", "SGD", 10.0))
    assert done.grad_norms[0].min() > 0.05
    assert done.grad_norms[-20:, :3].median() < 1e-5 < 1 < done.grad_norms[-20:, 3].median()


def test_relus_that_are_off_for_every_sample_pass_nothing_on() -> None:
    done = run(Settings("spiral", 3, 32, "relu", "SGD", 3.0))
    assert done.grad_norms[0].min() > 0.01
    assert (done.grad_norms[20:] == 0).all()


def test_a_large_network_learns_the_samples_by_heart() -> None:
    done = run(Settings("moons", 3, 32, epochs=200))
    assert done.loss[-1, 0] < 1e-3
    assert done.loss[-1, 1] > 3 * done.loss[:, 1].min()


def test_gradient_descent_on_a_line_is_the_formula_that_one_derives_by_hand() -> None:
    done = run(Settings("line", layers=0, optimizer="SGD", rate=0.1, batch="all", epochs=20))
    x, y = (part.double().flatten() for part in split("line").train_part)
    w, b = done.weights[0].double().tolist()
    for epoch in range(20):
        error = w * x + b - y
        assert math.isclose(done.loss[epoch, 0], (error**2).mean(), rel_tol=1e-4)
        assert math.isclose(done.grad_norms[epoch, 0], abs(2 * (error * x).mean()), rel_tol=1e-3, abs_tol=1e-5)
        w, b = w - 0.1 * 2 * (error * x).mean().item(), b - 0.1 * 2 * error.mean().item()
        torch.testing.assert_close(done.weights[epoch + 1].double(), torch.tensor([w, b]).double(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("data", ["spiral", "line"])
def test_gradcheck_of_the_loss(data: str, activation: str) -> None:
    chosen = Settings(data, layers=2, width=4, activation=activation)
    model = build(chosen, torch.Generator().manual_seed(1)).double()
    x, y = (part[:12] for part in split(data).train_part)
    names, values = zip(*model.named_parameters(), strict=True)

    def loss(*parameters: torch.Tensor) -> torch.Tensor:
        output = torch.func.functional_call(model, dict(zip(names, parameters, strict=True)), x.double())
        return training.loss_function(split(data))(output, y if data == "spiral" else y.double())

    assert torch.autograd.gradcheck(loss, values)


@settings(deadline=None, max_examples=25)
@given(SMALL)
def test_two_runs_of_the_same_settings_are_equal_to_the_bit(chosen: Settings) -> None:
    first, second = run(chosen), run(chosen)
    for name in ("loss", "grad_norms", "weights"):
        assert torch.equal(getattr(first, name).nan_to_num(), getattr(second, name).nan_to_num())
    assert first.says == second.says


@settings(deadline=None, max_examples=25)
@given(SMALL)
def test_the_snippet_prints_the_numbers_of_the_page(chosen: Settings) -> None:
    done = run(chosen)
    expected = [f"epoch {done.epochs}"]
    for name, answers in zip(("train", "held out"), done.says, strict=True):
        expected += [f"{name} {what} {said}" for what, said in zip(("loss", "accuracy"), answers, strict=False)]
    assert printed(training_code.snippet(chosen)) == "\n".join(expected) + "\n"


@pytest.mark.parametrize("data", DATA)
def test_the_snippet_runs_on_its_own_for_all_data(data: str) -> None:
    chosen = Settings(data, epochs=3)
    says = run(chosen).says
    assert all(said in printed(training_code.snippet(chosen)) for part in says for said in part)


def test_the_numbers_of_the_last_epoch_are_those_that_torch_says() -> None:
    done = run(Settings(epochs=3))
    assert done.accuracy is not None
    for part, says in enumerate(done.says):
        assert says[0].startswith(f"tensor({done.loss[-1, part]:.4f}, grad_fn=<NllLossBackward0>")
        assert says[1] == repr(done.accuracy[-1, part])


def test_parameters_start_in_the_range_of_nn_linear() -> None:
    model = build(Settings(width=32), torch.Generator().manual_seed(0))
    reference = [nn.Linear(2, 32), nn.Linear(32, 32), nn.Linear(32, 3)]
    for layer, like in zip(training.linear_layers(model), reference, strict=True):
        bound = 1 / math.sqrt(layer.in_features)
        for mine, theirs in ((layer.weight, like.weight), (layer.bias, like.bias)):
            assert mine.shape == theirs.shape
            assert max(mine.abs().max(), theirs.abs().max()) <= bound
    assert training.linear_layers(model)[1].weight.abs().max() > 0.95 / math.sqrt(32)


def test_another_seed_is_another_start_on_the_same_data() -> None:
    first, second = run(Settings(epochs=1)), run(Settings(epochs=1, seed=1))
    assert not torch.equal(first.weights[0], second.weights[0])
    assert first.split is second.split


def test_threads_that_train_at_once_get_what_each_would_get_alone() -> None:
    chosen = [Settings(data, epochs=15, seed=seed) for data in ("spiral", "line") for seed in (0, 1, 2)]
    alone = [run(one) for one in chosen]
    together: dict[int, training.Run] = {}

    def train(number: int) -> None:
        torch.randn(100)  # somebody else's random numbers
        together[number] = run(chosen[number])

    threads = [threading.Thread(target=train, args=(number,)) for number in range(len(chosen))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, one in enumerate(alone):
        assert torch.equal(one.weights, together[number].weights)
        assert torch.equal(one.loss, together[number].loss)


def test_it_trains_where_somebody_has_switched_gradients_off() -> None:
    with torch.no_grad():
        inside = run(Settings(epochs=2))
        assert not torch.is_grad_enabled()
    assert torch.equal(inside.weights, run(Settings(epochs=2)).weights)


def test_results_are_detached() -> None:
    done = run(Settings(epochs=1))
    assert not any(getattr(done, name).requires_grad for name in ("loss", "accuracy", "grad_norms", "weights"))


def test_every_epoch_is_announced_and_an_interruption_comes_through() -> None:
    heard: list[int] = []
    run(Settings(epochs=5), heard.append)
    assert heard == [1, 2, 3, 4, 5]

    def leave(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Settings(epochs=5), leave)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("batch", BATCHES)
def test_no_run_makes_more_updates_than_there_is_time_for(data: str, batch: str) -> None:
    chosen = Settings(data, batch=batch, epochs=training.MAX_EPOCHS)
    steps = chosen.bounded_epochs * math.ceil(len(split(data).train_part[0]) / BATCHES[batch])
    assert steps <= MAX_STEPS
    assert replace(chosen, epochs=1).bounded_epochs == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": "multilabel"},
        {"layers": 4},
        {"layers": -1},
        {"width": 1},
        {"width": 33},
        {"activation": "sigmoid"},
        {"optimizer": "Nadam"},
        {"rate": 0.5},
        {"rate": math.nan},
        {"batch": "0"},
        {"epochs": 0},
        {"epochs": 201},
        {"seed": -1},
        {"seed": 10_000},
    ],
)
def test_settings_out_of_bounds_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\bto\b|out of"):
        Settings(**wrong)  # type: ignore[arg-type]


def test_the_model_has_the_layers_asked_for() -> None:
    for layers in range(4):
        sizes = [2, *[5] * layers, 3]
        model = build(Settings(layers=layers, width=5), torch.Generator())
        assert [(layer.in_features, layer.out_features) for layer in training.linear_layers(model)] == list(
            pairwise(sizes)
        )
