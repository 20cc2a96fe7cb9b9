"""Data to train on: two or three classes or a number, split, standardised, and always the same."""

import math

import pytest
import torch

from dashboard.experiments import samples, training_data
from dashboard.experiments.training_data import DATA, FROM_DATASETS, MAKERS, split


def made_by_code(name: str) -> dict[str, object]:
    """Return the namespace after the data's code has run."""
    namespace: dict[str, object] = {"torch": torch, "math": math}
    exec(training_data.code(name), namespace)  # noqa: S102  # our own code, as the page shows it
    return namespace


@pytest.mark.parametrize("name", DATA)
def test_a_third_is_held_out_and_no_sample_is_lost(name: str) -> None:
    data = split(name)
    assert data.held == len(data.x) // 3
    assert len(data.train_part[0]) + len(data.held_part[0]) == len(data.x) == len(data.y)
    if name in FROM_DATASETS and data.class_names:
        assert data.y.bincount().tolist() == samples.load(name).targets.bincount().tolist()


@pytest.mark.parametrize("name", DATA)
def test_the_training_part_is_standardised_and_alone_says_by_what(name: str) -> None:
    train, _ = split(name).train_part
    varies = train.std(0) > 0
    torch.testing.assert_close(train.mean(0), torch.zeros(train.shape[1]), atol=1e-5, rtol=0)
    torch.testing.assert_close(train.std(0)[varies], torch.ones(int(varies.sum())), atol=1e-5, rtol=0)
    assert (train[:, ~varies] == 0).all()


@pytest.mark.parametrize("name", DATA)
def test_dtypes_and_shapes_are_what_the_losses_want(name: str) -> None:
    data = split(name)
    assert data.x.dtype == torch.float32 and data.x.ndim == 2 and data.x.isfinite().all()
    if data.class_names:
        assert data.y.dtype == torch.int64 and data.y.shape == (len(data.x),)
        assert set(data.y.tolist()) == set(range(data.outputs))
    else:
        assert data.y.dtype == torch.float32 and data.y.shape == (len(data.x), 1)


@pytest.mark.parametrize("name", DATA)
def test_the_code_makes_the_same_data(name: str) -> None:
    data, made = split(name), made_by_code(name)
    assert torch.equal(data.x, made["x"]) and torch.equal(data.y, made["y"])  # type: ignore[arg-type]
    assert torch.equal(data.train_part[0], made["x"][made["train"]])  # type: ignore[index]
    assert torch.equal(data.held_part[1], made["y"][made["held"]])  # type: ignore[index]


@pytest.mark.parametrize("name", [name for name in MAKERS if split(name).class_names])
def test_made_classes_are_as_many_of_each_or_nearly(name: str) -> None:
    counts = split(name).y.bincount()
    assert counts.max() - counts.min() <= 20


def test_xor_is_what_its_name_says() -> None:
    x, y = MAKERS["xor"](torch.Generator().manual_seed(3))
    assert torch.equal(y == 1, (x[:, 0] > 0) == (x[:, 1] > 0))


def test_iris_is_drawn_over_its_petals_and_digits_are_not_drawn() -> None:
    assert split("iris").feature_names == ("petal length", "petal width")
    assert split("iris").is_drawn and split("line").is_drawn and split("ramp").is_drawn
    assert not split("digits").is_drawn and not split("classification").is_drawn


def test_the_data_do_not_touch_the_generator_of_the_process() -> None:
    before = torch.random.get_rng_state()
    split.cache_clear()
    for name in MAKERS:
        split(name)
    assert torch.equal(before, torch.random.get_rng_state())


def test_unknown_data_are_a_key_error() -> None:
    with pytest.raises(KeyError):
        split("nonsense")
