"""What the conveyor is given: kinds, colours that can be read, places, orders and words."""

import base64
import gc
import re
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

import components.datasets
from components.datasets import conveyor, scatter
from components.datasets.marks import COLOURS, kinds, letter
from dashboard.experiments import batch, datasets
from dashboard.experiments.dataset import Transforms
from dashboard.experiments.datasets import Settings
from dashboard.experiments.remembered import MAX_ENTRIES, remembered
from dashboard.experiments.samples import SOURCES, Samples, load

CSS = (Path(components.datasets.__file__).parent / "classes.css").read_text()
GROUNDS = ("#FFFFFF", "#10141C")


def whole_numbers(packed: str) -> list[int]:
    """Read what the browser reads."""
    return [int(number) for number in np.frombuffer(base64.b64decode(packed), "<u2")]


def brightness(colour: str) -> float:
    """Return the relative luminance (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_class_colour_can_be_read_on_both_grounds() -> None:
    pairs = re.findall(r"--class-\d: light-dark\((#\w{6}), (#\w{6})\)", CSS)
    assert len(set(pairs)) == COLOURS
    for pair in pairs:
        for colour, ground in zip(pair, GROUNDS, strict=True):
            assert contrast(colour, ground) >= 4.5, (colour, ground)


@pytest.mark.parametrize("name", SOURCES)
def test_every_sample_has_a_kind(name: str) -> None:
    found, numbers = kinds(load(name))
    assert len(numbers) == len(load(name))
    assert 0 <= numbers.min() <= numbers.max() < len(found)


def test_classes_have_letters_and_digits_are_their_own() -> None:
    assert [(kind.letter, kind.name) for kind in kinds(load("iris"))[0]] == [
        ("a", "setosa"),
        ("b", "versicolor"),
        ("c", "virginica"),
    ]
    assert [kind.letter for kind in kinds(load("digits"))[0]] == list("0123456789")
    assert letter(27, "class 27") == "b"


def test_several_labels_are_one_kind_for_each_combination() -> None:
    samples = load("multilabel")
    found, numbers = kinds(samples)
    for index in range(50):
        has = [name for name, flag in zip(samples.class_names, samples.targets[index].tolist(), strict=True) if flag]
        assert found[int(numbers[index])].name == (" and ".join(has) or "no label")


def test_the_scatter_shows_the_columns_that_tell_the_kinds_apart() -> None:
    iris = scatter.scatter(load("iris"))
    assert iris
    assert (iris["across"]["name"], iris["up"]["name"]) == ("petal length", "petal width")
    places = np.frombuffer(base64.b64decode(iris["places"]), np.uint8).reshape(-1, 2)
    length = load("iris").features[:, 2].numpy()
    expected = (length - length.min()) / np.ptp(length) * 255
    assert np.abs(places[:, 0] - expected).max() <= 0.5


def test_the_scatter_shows_the_columns_that_are_asked_for() -> None:
    def names(source: str, *columns: str) -> tuple[str, str]:
        found = scatter.scatter(load(source), *columns)
        assert found
        return found["across"]["name"], found["up"]["name"]

    assert names("iris", "sepal width", "petal length") == ("sepal width", "petal length")
    assert names("iris", "petal length", "sepal width") == ("petal length", "sepal width")
    assert names("iris", "sepal width", "sepal width") == ("sepal width", "sepal width")
    assert names("iris", "no column", "<b>") == names("iris") == ("petal length", "petal width")
    assert names("iris", "petal length") == ("petal length", "petal width")
    assert names("iris", "no column", "petal width") == ("petal length", "petal width")
    assert names("ramp", "y", "y") == ("x", "y")


def test_a_number_as_target_gives_way_to_a_column_that_is_asked_for() -> None:
    rows = torch.arange(12.0).reshape(4, 3).square()
    samples = Samples("numbers", rows, torch.arange(4.0), ("a", "b" * 60, "c"), ())
    found = scatter.scatter(samples, "c", "b" * 60)
    assert found
    assert (found["across"]["name"], found["up"]["name"]) == ("c", "b" * 20 + "…")
    assert found["across"]["high"] == "121"
    upwards = scatter.scatter(samples, "c")
    assert upwards
    assert upwards["up"]["name"] == "y"


def test_pictures_have_no_scatter_and_a_number_stands_upwards() -> None:
    assert scatter.scatter(load("digits")) is None
    ramp = scatter.scatter(load("ramp"))
    assert ramp
    assert ramp["up"] == {"name": "y", "low": "1", "high": "19"}


def test_the_orders_sent_are_the_orders_dealt() -> None:
    deal = datasets.batches(load("iris"), Settings(batch_size=32))
    sent = conveyor._deal(deal)["epochs"]
    assert [whole_numbers(epoch["order"]) for epoch in sent] == [list(epoch.order) for epoch in deal.epochs]
    assert [epoch["kept"] for epoch in sent] == [128, 128]


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (Settings(), "3 batches of 8 · 6 dropped (drop_last)"),
        (Settings(drop_last=False), "4 batches of 8 and 6"),
        (Settings(batch_size=30), "1 batch of 30"),
        (Settings(batch_size=64), "no batch · 30 dropped (drop_last)"),
        (Settings(sampler="subset", shuffle=False), "3 batches of 8 · 6 never drawn"),
    ],
)
def test_what_becomes_of_the_samples_in_words(chosen: Settings, says: str) -> None:
    assert conveyor.note(datasets.batches(load("iris 30"), chosen).epochs[0]) == says


def test_titles_say_whether_the_second_epoch_is_another_order() -> None:
    def second(chosen: Settings) -> str:
        return str(conveyor._deal(datasets.batches(load("iris 30"), chosen))["epochs"][1]["title"])

    assert "another order" in second(Settings())
    assert "the same order" in second(Settings(shuffle=False))


def test_a_large_dataset_sends_two_epochs_at_least_and_says_what_it_leaves_out() -> None:
    large = Samples("large", torch.zeros(10_000, 1), torch.zeros(10_000, dtype=torch.int64), ("x",), ("a",))
    deal = datasets.batches(large, Settings(batch_size=256, epochs=5))
    assert conveyor.shown_epochs(deal) == len(conveyor._deal(deal)["epochs"]) == 2
    assert "3 more epochs" in conveyor.footer(deal)


def test_pictures_are_the_shown_batchs() -> None:
    digits = load("digits")
    sent = conveyor._pictures(batch.collate(digits, Transforms(), (3, 1)))
    inks = np.frombuffer(base64.b64decode(sent["inks"]), np.uint8).reshape(2, 8, 8)
    assert sent["indices"] == [3, 1]
    for picture, index in zip(inks, (3, 1), strict=True):
        assert np.abs(picture / 255 - digits.features[index].numpy() / digits.features[index].max().item()).max() < 0.01


def test_what_is_remembered_of_samples_goes_with_them() -> None:
    asked = []

    @remembered
    def ask(samples: Samples, number: int) -> int:
        asked.append(number)
        return number

    samples = Samples("few", torch.zeros(2, 1), torch.zeros(2), ("x",), ())
    assert [ask(samples, 1), ask(samples, 1)] == [1, 1]
    assert asked == [1]
    for number in range(2, MAX_ENTRIES + 2):
        ask(samples, number)
    ask(samples, 1)
    assert asked.count(1) == 2  # it was the oldest of too many
    gone = weakref.ref(samples)
    kinds(samples)
    scatter.scatter(samples)
    batch.collate(samples, Transforms(), (0, 1))
    del samples
    gc.collect()
    assert gone() is None
