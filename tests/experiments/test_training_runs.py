"""Finished runs are remembered, interrupted ones are not; and what they looked like is what the weights say."""

import threading
from itertools import pairwise

import pytest
import torch

from dashboard.experiments import training_runs
from dashboard.experiments.training import Settings, build, run
from dashboard.experiments.training_data import split
from dashboard.experiments.training_runs import AT_ONCE, finish, remembered
from dashboard.experiments.training_snapshots import GRID, LEVELS, MAX_KEPT, kept_epochs, look_back


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every test without a finished run."""
    monkeypatch.setattr(training_runs, "_finished", type(training_runs._finished)())


def model_after(chosen: Settings, weights: torch.Tensor) -> torch.nn.Sequential:
    """Return the model with these weights."""
    model = build(chosen, torch.Generator())
    torch.nn.utils.vector_to_parameters(weights, model.parameters())
    return model


def test_a_finished_run_is_remembered() -> None:
    chosen = Settings(epochs=2)
    assert remembered(chosen) is None
    first = finish(chosen)
    assert remembered(chosen) is first is finish(chosen)


def test_only_so_many_are_remembered_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_runs, "REMEMBERED", 2)
    first, second, third = (Settings("ramp", epochs=1, seed=seed) for seed in range(3))
    finish(first), finish(second), finish(first), finish(third)
    assert remembered(first) and remembered(third) and not remembered(second)


def test_a_remembered_run_is_small() -> None:
    done = finish(Settings("digits", 3, 32, batch="all", epochs=200))
    parts = [done.run.loss, done.run.grad_norms, done.run.weights, done.snapshots.pictures, done.snapshots.histograms]
    assert sum(part.untyped_storage().nbytes() for part in parts) < 300_000


def test_an_interrupted_run_is_not_kept_and_lets_others_train() -> None:
    def leave(done: int) -> None:
        raise KeyboardInterrupt

    for _ in range(AT_ONCE + 1):  # more often than there are turns: each must be given back
        with pytest.raises(KeyboardInterrupt):
            finish(Settings(epochs=3), leave)
    assert remembered(Settings(epochs=3)) is None
    again = finish(Settings(epochs=3))
    assert torch.equal(again.run.loss, run(Settings(epochs=3)).loss)


def test_few_train_at_once_and_the_others_are_told_to_wait() -> None:
    may_go, at_work, waited = threading.Event(), threading.Semaphore(0), threading.Event()

    def hold(done: int) -> None:
        at_work.release()
        may_go.wait(30)

    threads = [
        threading.Thread(target=finish, args=(Settings("ramp", epochs=1, seed=seed), hold)) for seed in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert at_work.acquire(timeout=30)

    def wait() -> None:
        waited.set()
        may_go.set()

    last = finish(Settings("ramp", epochs=1, seed=9), on_wait=wait)
    for thread in threads:
        thread.join()
    assert waited.is_set()
    assert last.run.epochs == 1


def test_one_may_leave_while_waiting() -> None:
    def leave() -> None:
        raise KeyboardInterrupt

    turns = [training_runs._turn(lambda: None) for _ in range(AT_ONCE)]
    for turn in turns:
        turn.__enter__()
    try:
        with pytest.raises(KeyboardInterrupt):
            finish(Settings(epochs=1), on_wait=leave)
    finally:
        for turn in turns:
            turn.__exit__(None, None, None)
    assert finish(Settings(epochs=1)).run.epochs == 1


@pytest.mark.parametrize("last", [0, 1, 5, 40, 41, 80, 199, 200])
def test_kept_epochs_are_few_even_and_have_both_ends(last: int) -> None:
    kept = kept_epochs(last)
    assert (kept[0], kept[-1]) == (0, last)
    assert len(kept) == min(last + 1, MAX_KEPT) == len(set(kept))
    gaps = {after - before for before, after in pairwise(kept)}
    assert max(gaps, default=0) - min(gaps, default=0) <= 1


def test_areas_are_the_models_own_predictions() -> None:
    chosen = Settings(epochs=3)
    done = run(chosen)
    snapshots = look_back(done)
    assert snapshots.pictures.shape == (4, GRID, GRID)
    steps = torch.linspace(-snapshots.reach, snapshots.reach, GRID)
    for epoch, row, column in ((0, 0, 0), (1, 5, 30), (3, 20, 7), (3, 37, 37)):
        chances = model_after(chosen, done.weights[epoch])(torch.stack([steps[column], steps[row]])).softmax(0)
        cell = int(snapshots.pictures[epoch, row, column])
        assert cell // LEVELS == chances.argmax()
        assert abs(cell % LEVELS - (chances.max() - 1 / 3) * 1.5 * (LEVELS - 1)) <= 0.51


def test_every_sample_lies_in_the_picture() -> None:
    for name in ("moons", "iris", "line"):
        snapshots = look_back(run(Settings(name, epochs=1)))
        assert split(name).x.abs().max() < snapshots.reach


def test_the_line_is_the_models_own() -> None:
    chosen = Settings("line", epochs=2)
    done = run(chosen)
    snapshots = look_back(done)
    ends = torch.tensor([[-snapshots.reach], [snapshots.reach]])
    expected = model_after(chosen, done.weights[-1])(ends).flatten()
    torch.testing.assert_close(snapshots.pictures[-1][[0, -1]], expected.detach())


def test_confusion_adds_up_and_its_diagonal_is_the_accuracy() -> None:
    done = run(Settings("digits", epochs=3))
    snapshots = look_back(done)
    assert done.accuracy is not None
    for picture, epoch in zip(snapshots.pictures, snapshots.epochs, strict=True):
        assert picture.sum() == done.split.held
        assert torch.equal(picture.sum(1), done.split.held_part[1].bincount())
        torch.testing.assert_close(picture.diag().sum() / picture.sum(), done.accuracy[epoch, 1])


def test_histograms_count_every_weight_once() -> None:
    snapshots = look_back(run(Settings(epochs=2)))
    assert snapshots.histograms.sum(2).tolist() == [[32] * 3, [256] * 3, [48] * 3]
    assert all(spread > 0 for spread in snapshots.spreads)


def test_of_a_run_that_exploded_only_finite_weights_are_kept() -> None:
    done = run(Settings("line", 3, activation="relu", optimizer="momentum", rate=1.0))
    assert done.ended and not done.weights[-1].isfinite().all()
    snapshots = look_back(done)
    assert snapshots.epochs[-1] == done.epochs - 1
    assert snapshots.pictures.isfinite().all()
