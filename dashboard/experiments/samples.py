"""Samples to learn with: real ones that ship with scikit-learn, and generated ones. Nothing is downloaded.

Importing scikit-learn takes a second and 80 MB. So what ships as a file is read from the package's folder, and only
what has to be generated imports it; the tests hold the files against scikit-learn's own functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

MADE_WITH = 0  # random_state of whatever is generated or drawn: the same samples in every process
THIRTY = 10  # flowers of each kind in "iris 30"


@dataclass(frozen=True, eq=False)
class Samples:
    """All samples of a dataset in dataset order. The tensors are never changed.

    Attributes:
        features: (N, ...) as they come, float64 or float32; pictures are (N, 8, 8).
        targets: (N,) int64 class numbers, (N, k) int64 for several labels at once, or (N,) float for a number.
        feature_names: one per column; () for pictures.
        class_names: one per class or label; () where the target is a number.
    """

    name: str
    features: torch.Tensor
    targets: torch.Tensor
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True)
class Source:
    """Where samples come from.

    Attributes:
        idea: one sentence about them.
        code: plain Python that makes `features` and `targets` as numpy arrays, just as `load` does.
    """

    title: str
    idea: str
    code: str
    load: Callable[[], Samples]


def _samples(
    name: str, features: np.ndarray, targets: np.ndarray, feature_names: tuple[str, ...], class_names: tuple[str, ...]
) -> Samples:
    whole = targets.astype(np.int64) if targets.dtype.kind in "iu" else targets
    return Samples(name, torch.from_numpy(features), torch.from_numpy(whole), feature_names, class_names)


def _shipped(name: str) -> Path:
    """Return the path of a file that ships with scikit-learn, without importing it."""
    spec = find_spec("sklearn")
    assert spec and spec.submodule_search_locations, "scikit-learn is not installed"
    return Path(spec.submodule_search_locations[0], "datasets", "data", name)


def _iris() -> Samples:
    rows = np.loadtxt(_shipped("iris.csv"), delimiter=",", skiprows=1)
    names = ("sepal length", "sepal width", "petal length", "petal width")
    return _samples("iris", rows[:, :4].copy(), rows[:, 4].astype(int), names, ("setosa", "versicolor", "virginica"))


def _iris_30() -> Samples:
    iris = load("iris")
    kept = torch.cat([torch.arange(first, first + THIRTY) for first in (0, 50, 100)])
    return Samples("iris 30", iris.features[kept], iris.targets[kept], iris.feature_names, iris.class_names)


def _digits() -> Samples:
    rows = np.loadtxt(_shipped("digits.csv.gz"), delimiter=",")
    return _samples("digits", rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(int), (), tuple("0123456789"))


def _classification() -> Samples:
    from sklearn.datasets import make_classification

    features, targets = make_classification(n_samples=1000, n_features=5, random_state=MADE_WITH)
    return _samples("classification", features, targets, _numbered("x", 5), _numbered("class ", 2))


def _multilabel() -> Samples:
    from sklearn.datasets import make_multilabel_classification

    features, targets = make_multilabel_classification(
        n_samples=1000, n_features=5, n_classes=3, random_state=MADE_WITH
    )
    return _samples("multilabel", features, targets, _numbered("x", 5), _numbered("label ", 3))


def _moons() -> Samples:
    from sklearn.datasets import make_moons

    features, targets = make_moons(n_samples=200, noise=0.1, random_state=MADE_WITH)
    return _samples("moons", features, targets, ("x0", "x1"), ("upper", "lower"))


def _ramp() -> Samples:
    steps = np.arange(10, dtype=np.float64)
    return _samples("ramp", steps[:, None], 2 * steps + 1, ("x",), ())


def _numbered(word: str, count: int) -> tuple[str, ...]:
    return tuple(f"{word}{number}" for number in range(count))


_IRIS = "from sklearn.datasets import load_iris\n\nfeatures, targets = load_iris(return_X_y=True)"
_KEPT = """\
kept = np.r_[0:10, 50:60, 100:110]  # the first ten of each kind: still sorted
features, targets = features[kept], targets[kept]"""
_DIGITS = """\
from sklearn.datasets import load_digits

digits = load_digits()
features, targets = digits.images, digits.target"""
_CLASSIFICATION = """\
from sklearn.datasets import make_classification

features, targets = make_classification(n_samples=1000, n_features=5, random_state=0)"""
_MULTILABEL = """\
from sklearn.datasets import make_multilabel_classification

features, targets = make_multilabel_classification(n_samples=1000, n_features=5, n_classes=3, random_state=0)"""
_MOONS = """\
from sklearn.datasets import make_moons

features, targets = make_moons(n_samples=200, noise=0.1, random_state=0)"""
_RAMP = "features = np.arange(10.0)[:, None]\ntargets = 2 * features[:, 0] + 1"

SOURCES: dict[str, Source] = {
    "iris 30": Source(
        "30 of iris", "Ten flowers of each of three kinds, sorted by kind.", f"{_IRIS}\n{_KEPT}", _iris_30
    ),
    "iris": Source("Iris", "150 flowers of three kinds, each measured four times; sorted by kind.", _IRIS, _iris),
    "digits": Source(
        "Digits", "1797 handwritten digits, each a picture of 8 x 8 greys from 0 to 16.", _DIGITS, _digits
    ),
    "classification": Source(
        "make_classification",
        "1000 points with five features and two classes, generated.",
        _CLASSIFICATION,
        _classification,
    ),
    "multilabel": Source(
        "make_multilabel_classification",
        "1000 generated samples with five features; each has any of three labels, or none.",
        _MULTILABEL,
        _multilabel,
    ),
    "moons": Source("make_moons", "200 points on two half circles, generated.", _MOONS, _moons),
    "ramp": Source("Ten on a line", "Ten points of y = 2x + 1: the target is a number, not a class.", _RAMP, _ramp),
}


@lru_cache(maxsize=len(SOURCES))
def load(name: str) -> Samples:
    """Return the samples of a source, loaded once a process.

    Raises:
        KeyError: if there is no such source.
    """
    return SOURCES[name].load()
