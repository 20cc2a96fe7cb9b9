"""A dataset answers two questions, and its transforms do what they say."""

import inspect
from itertools import product

import pytest
import torch

from dashboard.experiments import batch, dataset
from dashboard.experiments.dataset import SampleDataset, Transforms
from dashboard.experiments.samples import SOURCES, Samples, load

ALL = [Transforms(*flags) for flags in product([False, True], repeat=3)]


@pytest.mark.parametrize("name", SOURCES)
def test_without_transforms_a_dataset_hands_over_what_is_stored(name: str) -> None:
    samples = load(name)
    made = dataset.make(samples, Transforms(float32=False))
    assert isinstance(made, torch.utils.data.Dataset)
    assert len(made) == len(samples)
    for index in (0, len(samples) // 2, len(samples) - 1):
        x, y = made[index]
        assert x.equal(samples.features[index])
        assert y.equal(samples.targets[index])


@pytest.mark.parametrize("name", SOURCES)
def test_transforms_leave_the_stored_tensors_alone(name: str) -> None:
    samples = load(name)
    before = samples.features.clone(), samples.targets.clone()
    for transforms in ALL:
        dataset.make(samples, transforms)[0]
    assert samples.features.equal(before[0])
    assert samples.targets.equal(before[1])


@pytest.mark.parametrize("name", SOURCES)
def test_standardised_features_have_mean_0_and_spread_1(name: str) -> None:
    made = dataset.make(load(name), Transforms(standardise=True, float32=False))
    every = torch.stack([made[index][0] for index in range(len(made))])
    spreads = every.std(0, correction=0)
    assert every.isfinite().all()
    torch.testing.assert_close(every.mean(0), torch.zeros_like(every[0]), atol=1e-9, rtol=0)
    assert ((spreads - 1).abs().lt(1e-9) | spreads.eq(0)).all()  # a pixel that is never inked stays 0


def test_a_digits_corner_is_a_column_that_never_changes() -> None:
    made = dataset.make(load("digits"), Transforms(standardise=True))
    assert {made[index][0][0, 0].item() for index in range(20)} == {0.0}


def test_one_hot_is_for_classes_only() -> None:
    switched = Transforms(one_hot=True)
    assert dataset.make(load("iris"), switched)[70][1].tolist() == [0, 1, 0]
    assert dataset.make(load("multilabel"), switched)[0][1].equal(load("multilabel").targets[0])
    assert dataset.make(load("ramp"), switched)[3][1].item() == 7


def test_float32_is_for_numbers_with_a_point() -> None:
    assert [part.dtype for part in dataset.make(load("iris"), Transforms())[0]] == [torch.float32, torch.int64]
    assert [part.dtype for part in dataset.make(load("ramp"), Transforms())[0]] == [torch.float32] * 2
    assert dataset.make(load("iris"), Transforms(float32=False))[0][0].dtype == torch.float64


def test_the_source_shown_is_the_source_that_runs() -> None:
    shown = dataset.source(dataset.make(load("iris"), Transforms(True, True, True)))
    assert inspect.getsource(SampleDataset) in shown
    for part in (
        "def __init__",
        "def __len__",
        "def __getitem__",
        "class Standardise",
        "class OneHot",
        "def to_float32",
    ):
        assert shown.count(part) >= 1
    assert "OneHot" not in dataset.source(dataset.make(load("iris"), Transforms()))
    assert dataset.source(dataset.make(load("ramp"), Transforms())).count("def to_float32") == 1


def test_the_line_that_makes_it_names_the_transforms() -> None:
    assert dataset.made_by(load("iris"), Transforms(float32=False)) == "dataset = SampleDataset(features, targets)"
    assert dataset.made_by(load("iris"), Transforms(True, True, True)) == (
        "dataset = SampleDataset(features, targets, transforms=[Standardise(features), to_float32], "
        "target_transforms=[OneHot(3)])"
    )


def test_a_sample_in_pytorchs_words() -> None:
    says = {said.line: said.answer for said in batch.say_sample(load("iris"), Transforms(), 3)}
    assert says["len(dataset)"] == "150"
    assert says["x"] == "tensor([4.6000, 3.1000, 1.5000, 0.2000])"
    assert says["x.shape, x.dtype"] == "(torch.Size([4]), torch.float32)"
    assert says["dataset[150]"].startswith("IndexError: index 150 is out of bounds")


def test_a_batch_is_its_samples_stacked() -> None:
    samples = load("digits")
    one = batch.collate(samples, Transforms(), (5, 0, 7))
    assert one.x.equal(samples.features[[5, 0, 7]].float())
    assert one.y.equal(samples.targets[[5, 0, 7]])
    assert batch.shapes(one) == "x: float32 (3, 8, 8)   y: int64 (3,)"


def test_a_long_batch_is_told_by_its_first_sample() -> None:
    def lines(samples: Samples) -> list[str]:
        return [
            said.line for said in batch.say_batch(samples, batch.collate(samples, Transforms(), (0, 1, 2, 3)), 0, 1)
        ]

    assert "x[0]" in lines(load("digits"))
    assert "x" in lines(load("iris"))
    assert "y.bincount(minlength=3)" in lines(load("iris"))
    assert "y.sum(0)" in lines(load("multilabel"))
    assert lines(load("ramp"))[-1] == "y"
