"""Samples are what their sources say, the same in every process, and cost nothing until they are asked for."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from dashboard.experiments.samples import SOURCES, load

SIZES = {
    "iris 30": (30, 4),
    "iris": (150, 4),
    "digits": (1797, 8, 8),
    "classification": (1000, 5),
    "multilabel": (1000, 5),
    "moons": (200, 2),
    "ramp": (10, 1),
}


@pytest.mark.parametrize("name", SOURCES)
def test_samples_keep_the_contract(name: str) -> None:
    samples = load(name)
    assert samples.name == name
    assert samples.features.shape == SIZES[name]
    assert len(samples) == len(samples.targets) == SIZES[name][0]
    assert samples.features.dtype in (torch.float64, torch.float32)
    assert samples.features.isfinite().all()
    assert samples.features.ndim > 2 or len(samples.feature_names) == samples.features.shape[1]
    if not samples.class_names:
        assert samples.targets.is_floating_point()
    elif samples.targets.ndim == 2:
        assert samples.targets.dtype == torch.int64
        assert samples.targets.shape[1] == len(samples.class_names)
        assert set(samples.targets.unique().tolist()) == {0, 1}
    else:
        assert samples.targets.dtype == torch.int64
        assert samples.targets.unique().tolist() == list(range(len(samples.class_names)))


@pytest.mark.parametrize("name", SOURCES)
def test_a_sources_code_makes_the_same_samples(name: str) -> None:
    made: dict[str, np.ndarray] = {}
    exec(f"import numpy as np\n{SOURCES[name].code}", made)  # noqa: S102
    samples = load(name)
    assert torch.equal(torch.from_numpy(made["features"]), samples.features)
    assert torch.equal(torch.from_numpy(made["targets"]), samples.targets)


def test_samples_are_loaded_once() -> None:
    assert load("moons") is load("moons")


def test_the_thirty_of_iris_are_sorted_ten_of_each_kind() -> None:
    assert load("iris 30").targets.tolist() == [0] * 10 + [1] * 10 + [2] * 10
    assert load("iris").targets.equal(load("iris").targets.sort().values)


def test_some_samples_have_several_labels_and_some_have_none() -> None:
    counts = load("multilabel").targets.sum(1)
    assert counts.min() == 0
    assert counts.max() == 3


def test_no_other_source_is_known() -> None:
    with pytest.raises(KeyError):
        load("penguins")


def test_names_are_scikit_learns_own() -> None:
    from sklearn.datasets import load_digits, load_iris

    assert load("iris").class_names == tuple(load_iris().target_names)
    assert tuple(f"{name} (cm)" for name in load("iris").feature_names) == tuple(load_iris().feature_names)
    assert load("digits").class_names == tuple(map(str, load_digits().target_names))


def test_what_ships_as_a_file_does_not_import_scikit_learn() -> None:
    ask = """
import sys
from dashboard.experiments.samples import load
for name in ("ramp", "iris 30", "iris", "digits"):
    load(name)
assert "sklearn" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", ask], check=True)
