"""What the player is given is what torch found, small enough to send, and valid for a browser."""

import base64
import json
import math
from typing import Any

import pytest
import torch

from components.training.payload import pack
from components.training.player import read_move
from dashboard.experiments.training import Settings, run
from dashboard.experiments.training_data import DATA
from dashboard.experiments.training_runs import Finished
from dashboard.experiments.training_snapshots import look_back

EXPLODES = Settings("line", 3, activation="relu", optimizer="momentum", rate=1.0)


def finished(chosen: Settings) -> Finished:
    done = run(chosen)
    return Finished(done, look_back(done))


def packed(made: Finished) -> dict[str, Any]:
    """Return the player's data as the browser parses it."""
    data: dict[str, Any] = json.loads(json.dumps(pack(made), allow_nan=False))
    return data


def floats(text: str) -> torch.Tensor:
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)


def small_bytes(text: str) -> torch.Tensor:
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.uint8)


@pytest.mark.parametrize("data", ["spiral", "line", "digits"])
def test_every_curve_is_in_the_package(data: str) -> None:
    made = finished(Settings(data, epochs=5))
    shown = packed(made)
    curves = floats(shown["curves"]).reshape(-1, shown["length"])
    expected = [made.run.loss, *([made.run.accuracy] if made.run.accuracy is not None else []), made.run.grad_norms]
    assert torch.equal(curves, torch.cat(expected, 1).T)
    assert shown["hasAccuracy"] == (data != "line")
    assert len(shown["layers"]) == made.run.grad_norms.shape[1]


@pytest.mark.parametrize("data", ["spiral", "line", "digits"])
def test_the_pictures_and_samples_are_in_the_package(data: str) -> None:
    made = finished(Settings(data, epochs=5))
    shown = packed(made)
    picture = shown["picture"]
    pictures = (small_bytes if picture["kind"] == "areas" else floats)(picture["packed"])
    assert torch.equal(pictures.reshape(made.snapshots.pictures.shape), made.snapshots.pictures.to(pictures.dtype))
    if data == "digits":
        assert shown["samples"] is None
    else:
        assert torch.equal(floats(shown["samples"]["x"]), made.run.split.x.flatten())
        assert torch.equal(floats(shown["samples"]["y"]), made.run.split.y.float().flatten())
        assert shown["samples"]["held"] == made.run.split.held


def test_the_bars_have_the_heights_of_their_counts() -> None:
    made = finished(Settings(epochs=3))
    heights = small_bytes(packed(made)["histograms"]).reshape(made.snapshots.histograms.shape).float()
    for shown, counts in zip(heights, made.snapshots.histograms, strict=True):
        torch.testing.assert_close(shown / 255 * counts.max(), counts.float(), atol=counts.max() / 500, rtol=0)


@pytest.mark.parametrize("data", DATA)
def test_the_package_is_small(data: str) -> None:
    largest = finished(Settings(data, 3, 32, batch="all", epochs=200))
    assert len(json.dumps(pack(largest))) < 100_000


@pytest.mark.parametrize(
    "chosen",
    [
        Settings("line", 0, optimizer="SGD", rate=3.0),
        EXPLODES,
        Settings("spiral", 3, 32, "relu", "SGD", 3.0),
        Settings("moons", 3, 32, "relu", "momentum", 10.0),
    ],
)
def test_what_explodes_or_dies_is_still_valid_for_a_browser(chosen: Settings) -> None:
    shown = packed(finished(chosen))
    for axis in shown["axes"].values():
        assert axis["low"] < axis["high"]
        assert axis["ticks"]
        assert all(math.isfinite(value) for value, _ in axis["ticks"])


def test_a_loss_that_grows_a_hundredfold_has_a_logarithmic_axis_and_a_tame_one_starts_at_zero() -> None:
    tame, wild = (packed(finished(chosen))["axes"]["loss"] for chosen in (Settings(epochs=3), EXPLODES))
    assert (tame["log"], tame["low"]) == (False, 0)
    assert wild["log"]


def test_the_kept_epochs_are_named() -> None:
    shown = packed(finished(Settings(epochs=80)))
    assert shown["kept"] == list(range(0, 81, 2))
    assert shown["layers"][0]["name"] == "layer 1"
    assert shown["layers"][-1] | {"spread": ""} == {"name": "output layer", "shape": "16 → 3", "spread": ""}


def test_pictures_have_words() -> None:
    alt = packed(finished(Settings("iris", epochs=1)))["alt"]
    assert "petal length and petal width" in alt["picture"]
    assert "setosa, versicolor, virginica" in alt["picture"]


def test_a_move_from_the_browser_is_read() -> None:
    assert read_move({"moved": {"epoch": 12, "sequence": 3}}) == (12, 3)


@pytest.mark.parametrize(
    "state",
    [None, {}, {"moved": None}, {"moved": {"epoch": 1}}, {"moved": {"epoch": math.inf, "sequence": 1}}, {"moved": "x"}],
)
def test_what_is_no_move_is_ignored(state: object) -> None:
    assert read_move(state) is None
