"""What the pictures of the Gradients page's benches are given is what torch found."""

import itertools
import json
import math
from typing import Any

import plotly.graph_objects as go
import pytest

from components import tables
from components.gradients import downhill as bench
from components.gradients import path, playback, product, timeline
from dashboard.experiments import accumulation, downhill, vector
from dashboard.experiments.gradients import PRESETS

WALKS = [
    downhill.Settings(text, start, rate, steps, momentum)
    for (text, start), rate, (steps, momentum) in itertools.product(
        [*((text, 1.5) for text in PRESETS), ("1/x", 0.0), ("log(x)", -1.0), ("exp(exp(x))", 10.0), ("x**3", -10.0)],
        [0.0, 0.1, 1.1],
        [(1, 0.0), (60, 0.9)],
    )
]


def numbers(value: Any) -> list[float]:
    """Return every number within a figure."""
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list | tuple):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, float) else []


def test_the_sum_of_a_column_is_written_out() -> None:
    told = product.pack(vector.Settings("x * x.sum()", (1.0, -2.0), "own numbers", own=(2.0, -1.0)))["says"]
    # J is [[0, 1], [-2, -3]]
    assert told["columns"] == ["x.grad[0] = 2*0 + -1*(-2) = 2", "x.grad[1] = 2*1 + -1*(-3) = 5"]
    assert told["rows"][1] == "Row y[1] of J, what each x does to y[1]: -2, -3. v gives it the weight -1."


@pytest.mark.parametrize("kind", vector.VECTORS)
@pytest.mark.parametrize("function", vector.FUNCTIONS)
def test_the_picture_of_the_product_is_torchs(function: str, kind: str) -> None:
    settings = vector.Settings(function, (1.0, 0.5, -2.0), kind, 2)
    result, data = vector.multiply(settings), product.pack(settings)
    json.dumps(data, allow_nan=False)
    assert [row["texts"] for row in data["rows"]] == [
        [product.number(value) for value in row] for row in result.jacobian.tolist()
    ]
    assert [row["signs"] for row in data["rows"]] == [
        [-1 if value < 0 else 1 for value in row] for row in result.jacobian.tolist()
    ]
    shades = [shade for row in data["rows"] for shade in row["shades"]]
    assert 0 <= min(shades) <= max(shades) == product.SHADES
    assert data["refused"] == bool(result.refusal)
    assert result.refusal in data["note"]
    if result.product is None:
        assert (data["sums"], data["verdict"]) == ([], "")
    else:
        assert data["sums"][0]["texts"] == data["sums"][1]["texts"]
        assert data["verdict"] == "✓ v @ J equals x.grad"


def test_bars_start_where_the_last_one_ended() -> None:
    data = timeline.pack(accumulation.run(accumulation.Settings()).moments)
    assert [moment["was"] for moment in data["moments"]] == [[0, 0], [0, 33.33], [0, 66.67]]
    assert [moment["added"] for moment in data["moments"]] == [[0, 33.33], [33.33, 33.33], [66.67, 33.33]]
    assert [moment["did"] for moment in data["moments"]] == [
        "x.grad was None; now it is 3",
        "adds 3: 3 → 6",
        "adds 3: 6 → 9",
    ]


def test_bars_of_negative_gradients_lie_left_of_zero() -> None:
    data = timeline.pack(accumulation.run(accumulation.Settings(x=-1.0)).moments)
    assert data["zero"] == 100
    assert data["moments"][1]["added"] == [33.33, 33.33]


def test_a_cleared_gradient_and_an_error_are_told_in_words() -> None:
    cleared = timeline.pack(accumulation.run(accumulation.Settings(between="x.grad.zero_()")).moments)["moments"][1]
    assert (cleared["kind"], cleared["did"], cleared["after"]) == ("gone", "clears x.grad: 3 → 0", "0")
    freed = timeline.pack(accumulation.run(accumulation.Settings(rounds=accumulation.AGAIN)).moments)["moments"][-1]
    assert freed["kind"] == "error"
    assert "RuntimeError: Trying to backward through the graph a second time" in freed["did"]


def test_a_gradient_of_zero_has_no_bar() -> None:
    data = timeline.pack(accumulation.run(accumulation.Settings(x=0.0)).moments)
    json.dumps(data, allow_nan=False)
    assert {tuple(moment["added"]) for moment in data["moments"]} == {(0, 0)}


@pytest.mark.parametrize("settings", WALKS, ids=str)
def test_a_figure_holds_the_walk_and_no_number_that_is_none(settings: downhill.Settings) -> None:
    walk, figure = downhill.walk(settings), path.figure(settings)
    assert all(map(math.isfinite, numbers(figure)))
    assert len(json.dumps(figure, allow_nan=False)) < 100_000
    assert [frame["name"] for frame in figure["frames"]] == [str(place) for place in range(walk.steps + 1)]
    for place, frame in enumerate(figure["frames"]):
        walked, _, here = frame["data"]
        assert len(walked["x"]) == place + 1
        x, loss = walk.x[place].item(), walk.loss[place].item()
        assert here["x"] == [pytest.approx(x, rel=1e-5)]
        assert here["y"] == [pytest.approx(loss, rel=1e-5) if math.isfinite(loss) else None]
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < walk.x.min() and walk.x.max() < high


@pytest.mark.parametrize("settings", WALKS[::7], ids=str)
def test_plotly_finds_nothing_wrong_with_a_figure(settings: downhill.Settings) -> None:
    figure = path.figure(settings)
    checked = go.Figure(figure)
    assert len(checked.frames) == len(figure["frames"])
    assert path.ready_made()(figure).to_dict() is figure


@pytest.mark.parametrize("settings", WALKS, ids=str)
def test_the_controls_know_every_place_that_has_a_frame(settings: downhill.Settings) -> None:
    walk, data = downhill.walk(settings), playback.pack(settings)
    json.dumps(data, allow_nan=False)
    assert len(data["places"]) == len(path.figure(settings)["frames"])
    for place, texts in enumerate(data["places"]):
        assert texts == [tables.number(values[place]) for values in (walk.x, walk.loss, walk.grad)]


@pytest.mark.parametrize(("steps", "duration"), [(1, 700), (20, 350), (60, 120)])
def test_a_long_walk_is_played_faster(steps: int, duration: int) -> None:
    assert playback.pack(downhill.Settings(rate=0.01, steps=steps))["duration"] == duration


def test_another_walk_has_another_name_and_the_same_one_the_same() -> None:
    names = {playback.pack(settings)["walk"] for settings in (*WALKS, *WALKS)}
    assert len(names) == len(WALKS)


def test_the_slope_in_a_frame_is_torchs() -> None:
    for place, frame in enumerate(path.figure(downhill.Settings())["frames"]):
        (left, right), (low, high) = frame["data"][1]["x"], frame["data"][1]["y"]
        slope = downhill.walk(downhill.Settings()).grad[place].item()
        assert (high - low) / (right - left) == pytest.approx(slope, rel=1e-3)


def test_a_long_walks_table_has_its_first_and_its_last_steps() -> None:
    settings = downhill.Settings(rate=0.01, steps=60, momentum=0.5)
    rows = bench.rows(settings, downhill.walk(settings))
    assert rows["step"] == [*map(str, range(15)), *map(str, range(56, 61))]
    assert {len(column) for column in rows.values()} == {bench.SHOWN}
    assert "velocity" in rows


def test_the_table_shows_the_factor() -> None:
    settings = downhill.Settings(rate=0.75, steps=3)
    rows = bench.rows(settings, downhill.walk(settings))
    assert rows["x"] == [f":blue[{x}]" for x in ("1.5000", "-0.7500", "0.3750", "-0.1875")]
    assert rows["x.grad"] == [f":orange[{grad}]" for grad in ("3.0000", "-1.5000", "0.7500", "-0.3750")]
    assert rows["next x / x"] == ["-0.5000", "-0.5000", "-0.5000", ""]
