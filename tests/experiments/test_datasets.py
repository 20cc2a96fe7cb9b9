"""What a loader deals, against the samplers and torch's own rules, for many settings."""

import math
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.experiments import csv_files, dataset, datasets
from dashboard.experiments.dataset import Transforms
from dashboard.experiments.datasets import MAX_BATCH, MAX_EPOCHS, MAX_FAVOUR, MAX_SEED, Settings, batches
from dashboard.experiments.samplers import WAYS, Drawn, kept, weights
from dashboard.experiments.samples import SOURCES, Samples, load


def numbered(length: int, classes: int = 3) -> Samples:
    """Return samples whose feature is their own number."""
    return Samples(
        "numbered",
        torch.arange(float(length))[:, None],
        torch.arange(length) % classes,
        ("number",),
        tuple("abcdefgh"[:classes]),
    )


@st.composite
def choices(draw: st.DrawFn) -> Settings:
    """Any settings that torch accepts."""
    sampler = draw(st.sampled_from(sorted(WAYS)))
    return Settings(
        batch_size=draw(st.integers(1, 20) | st.integers(1, MAX_BATCH)),
        shuffle=draw(st.booleans()) and sampler == "none",
        sampler=sampler,
        drop_last=draw(st.booleans()),
        seed=draw(st.integers(0, MAX_SEED)),
        epochs=draw(st.integers(1, MAX_EPOCHS)),
        favour=draw(st.integers(1, MAX_FAVOUR)),
    )


LENGTHS = st.integers(1, 70)


@given(LENGTHS, choices())
@settings(max_examples=60, deadline=None)
def test_the_deal_is_what_the_loader_over_the_dataset_itself_hands_over(length: int, chosen: Settings) -> None:
    samples = numbered(length)
    loader = datasets.loader(dataset.make(samples, Transforms()), samples.targets, chosen)  # type: ignore[arg-type]
    for epoch in batches(samples, chosen).epochs:
        handed_over = [tuple(int(number) for number in x[:, 0]) for x, _ in loader]
        assert list(epoch.batches) == handed_over


@given(LENGTHS, choices())
@settings(max_examples=60, deadline=None)
def test_the_deal_follows_the_samplers_order(length: int, chosen: Settings) -> None:
    """The oracle cuts up what the sampler itself draws; where there is none, torch's documented rules stand in."""
    samples = numbered(length)
    sampler = WAYS[chosen.sampler].make(Drawn(length, samples.targets, chosen.favour, chosen.seed))
    generator = torch.Generator().manual_seed(chosen.seed)
    for epoch in batches(samples, chosen).epochs:
        torch.empty((), dtype=torch.int64).random_(generator=generator)  # what the loader draws for its workers
        if sampler is not None:
            order = list(sampler)
        elif chosen.shuffle:
            order = torch.randperm(length, generator=generator).tolist()
            torch.randperm(length, generator=generator)  # RandomSampler draws once more, for a rest of length 0
        else:
            order = list(range(length))
        assert epoch.order == tuple(order)
        source = iter(order)
        cut = list(iter(lambda: tuple(islice(source, chosen.batch_size)), ()))  # noqa: B023
        if chosen.drop_last and cut and len(cut[-1]) < chosen.batch_size:
            assert epoch.dropped == cut.pop()
        else:
            assert epoch.dropped == ()
        assert list(epoch.batches) == cut


@given(LENGTHS, choices())
@settings(max_examples=60, deadline=None)
def test_lengths_and_leftovers_add_up(length: int, chosen: Settings) -> None:
    deal = batches(numbered(length), chosen)
    assert deal.drawn == (kept(length) if chosen.sampler == "subset" else length)
    exact = deal.drawn / chosen.batch_size
    assert deal.loader_length == (math.floor(exact) if chosen.drop_last else math.ceil(exact))
    assert deal.arithmetic.endswith(f" = {deal.loader_length}")
    assert deal.repeats
    assert len(deal.epochs) == chosen.epochs
    assert len(deal.steps) == deal.loader_length * chosen.epochs
    for epoch in deal.epochs:
        assert len(epoch.batches) == deal.loader_length
        assert set(epoch.order) | set(epoch.never) == set(range(length))
        assert not set(epoch.order) & set(epoch.never)
        assert sum(count for _, count in epoch.repeated) + len(set(epoch.order)) - len(epoch.repeated) == deal.drawn


@given(LENGTHS, choices())
@settings(max_examples=40, deadline=None)
def test_every_sampler_keeps_its_promise(length: int, chosen: Settings) -> None:
    for epoch in batches(numbered(length), chosen).epochs:
        if chosen.sampler == "weighted":
            continue
        assert epoch.repeated == ()
        assert epoch.never == (tuple(range(kept(length), length)) if chosen.sampler == "subset" else ())
        if chosen.sampler == "sequential" or (chosen.sampler == "none" and not chosen.shuffle):
            assert epoch.order == tuple(range(length))


@given(st.integers(0, MAX_SEED))
@settings(max_examples=20, deadline=None)
def test_a_deal_leaves_the_global_generator_alone(seed: int) -> None:
    samples = numbered(21)
    before = torch.get_rng_state()
    for sampler in WAYS:
        batches(samples, Settings(shuffle=False, sampler=sampler, seed=seed))
    batches(samples, Settings(seed=seed))
    assert torch.get_rng_state().equal(before)


def test_the_second_epoch_is_another_order_and_a_new_loader_repeats_the_first() -> None:
    deal = batches(load("iris 30"), Settings())
    assert deal.epochs[0].order != deal.epochs[1].order
    assert deal.repeats


def test_a_random_sampler_of_ones_own_is_plain_randperm_and_shuffle_is_not() -> None:
    plain = tuple(torch.randperm(30, generator=torch.Generator().manual_seed(0)).tolist())
    assert batches(load("iris 30"), Settings(shuffle=False, sampler="random")).epochs[0].order == plain
    assert batches(load("iris 30"), Settings()).epochs[0].order != plain


def test_a_batch_larger_than_the_dataset_is_dropped_without_an_error() -> None:
    deal = batches(load("ramp"), Settings(batch_size=16))
    assert deal.loader_length == 0
    assert deal.arithmetic == "10 // 16 = 0"
    assert all(epoch.batches == () and len(epoch.dropped) == 10 for epoch in deal.epochs)


def test_a_weighted_sampler_repeats_some_and_leaves_others_out() -> None:
    epoch = batches(load("iris 30"), Settings(shuffle=False, sampler="weighted")).epochs[0]
    assert epoch.never
    assert epoch.repeated


def test_small_classes_weigh_as_much_as_large_ones() -> None:
    classes = torch.tensor([0] * 90 + [2] * 10)
    weighed = weights(classes, 1)
    assert weighed[:90].sum().item() == pytest.approx(weighed[90:].sum().item())
    favoured = weights(classes, 4)
    assert favoured[:90].sum().item() == pytest.approx(4 * favoured[90:].sum().item())


def test_favour_makes_the_first_class_come_more_often() -> None:
    def share(favour: int) -> float:
        deal = batches(load("iris"), Settings(shuffle=False, sampler="weighted", favour=favour, epochs=5))
        drawn = [load("iris").targets[index].item() for epoch in deal.epochs for index in epoch.order]
        return drawn.count(0) / len(drawn)

    assert share(1) == pytest.approx(1 / 3, abs=0.06)
    assert share(10) == pytest.approx(10 / 12, abs=0.06)


@pytest.mark.parametrize("name", ["multilabel", "ramp"])
def test_without_classes_there_is_nothing_to_weight_by(name: str) -> None:
    with pytest.raises(ValueError, match="nothing to weight"):
        batches(load(name), Settings(shuffle=False, sampler="weighted"))


@pytest.mark.parametrize("sampler", [name for name in WAYS if name != "none"])
def test_torch_refuses_shuffle_beside_a_sampler(sampler: str) -> None:
    assert datasets.refusal(Settings(sampler=sampler)) == "sampler option is mutually exclusive with shuffle"
    assert datasets.refusal(Settings(sampler=sampler, shuffle=False)) == ""
    with pytest.raises(ValueError, match="mutually exclusive"):
        batches(load("iris 30"), Settings(sampler=sampler))


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch_size": 0},
        {"batch_size": MAX_BATCH + 1},
        {"epochs": 0},
        {"epochs": 6},
        {"seed": -1},
        {"seed": MAX_SEED + 1},
        {"favour": 0},
        {"sampler": "lucky"},
    ],
)
def test_settings_refuse_what_is_out_of_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)) if "sampler" not in wrong else "lucky"):
        Settings(**wrong)


def printed(snippet: str) -> list[str]:
    """Run a snippet in a fresh namespace and return what it prints."""
    output = StringIO()
    with redirect_stdout(output):
        exec(snippet, {"__name__": "snippet"})  # noqa: S102
    return output.getvalue().splitlines()


def expected(samples: Samples, chosen: Settings) -> list[str]:
    """Return what the snippet has to print: the page's batches."""
    deal = batches(samples, chosen)
    made = dataset.make(samples, chosen.transforms)
    x, y = made[0]
    lines = [f"len(dataset): {deal.length}", f"len(loader): {deal.loader_length}"]
    for number, epoch in enumerate(deal.epochs, start=1):
        for batch in epoch.batches:
            shapes = [f"{(len(batch), *part.shape)} {part.dtype}" for part in (x, y)]
            lines.append(f"epoch {number} {list(batch)} {' '.join(shapes)}")
        handed_over = {index for batch in epoch.batches for index in batch}
        lines.append(f"epoch {number} in no batch: {sorted(set(range(deal.length)) - handed_over)}")
    return lines


@pytest.mark.parametrize("name", SOURCES)
def test_the_snippet_prints_the_pages_batches_for_every_source(name: str) -> None:
    chosen = Settings(batch_size=64, transforms=Transforms(standardise=True, one_hot=True))
    assert printed(datasets.snippet(load(name), chosen)) == expected(load(name), chosen)


@given(choices(), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_snippet_prints_the_pages_batches_for_every_setting(
    chosen: Settings, standardise: bool, one_hot: bool, float32: bool
) -> None:
    chosen = replace(chosen, transforms=Transforms(standardise, one_hot, float32))
    samples = load("iris 30")
    assert printed(datasets.snippet(samples, chosen)) == expected(samples, chosen)


def test_the_snippet_for_a_file_reads_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"length,width,kind\n" + b"".join(b"%d,%d.5,%s\n" % (row, row, b"ab"[row % 2 :][:1]) for row in range(20))
    samples = csv_files.samples(csv_files.read(data), ("length", "width"), "kind")
    (tmp_path / "your.csv").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    chosen = Settings(shuffle=False, sampler="weighted")
    assert printed(datasets.snippet(samples, chosen)) == expected(samples, chosen)
