"""What the browser is given is what torch found, in numbers and in words."""

import base64
import json
import math
import re
from typing import Any

import pytest
import torch

from components.explorer import Move, read_move
from components.explorer.payload import pack
from dashboard.experiments import gradients

TEXTS = [*gradients.PRESETS, "x", "x*x + x", "sqrt(x)**2", "log(0.01 - (x - 0.025)**2*1000)", "x**x", "5 - x"]


def packed(text: str, x: float = 1.5, reach: int = 4) -> dict[str, Any]:
    """Return the explorer's data as the browser parses it."""
    data = pack(text, reach, x)
    return {**json.loads(data["scene"]), "point": data["point"]}


def unpack(text: str) -> torch.Tensor:
    """Return base64 of float32 as the browser reads it."""
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)


def filled(data: dict[str, Any], template: str) -> str:
    """Fill a template with the point's numbers, as the browser does."""
    point = unpack(data["point"]["numbers"])
    return re.sub(r"\{(\d+)\}", lambda match: f"{point[int(match[1])].item():.2f}", template)


@pytest.mark.parametrize("x", [1.5, 0.0, -1.0, 0.025])
@pytest.mark.parametrize("text", TEXTS)
def test_every_number_of_the_run_is_in_the_package(text: str, x: float) -> None:
    data = packed(text, x)
    curve, point = gradients.curve(text, 4), gradients.point(text, x)
    grid, one = unpack(data["arrays"]).reshape(-1, data["length"]), unpack(data["point"]["numbers"])
    for key, whole, single in (
        ("x", curve.x, point.x),
        ("loss", curve.trace.root.value, point.trace.root.value),
        ("grad", curve.trace.grads["x"], point.trace.grads["x"]),
    ):
        torch.testing.assert_close(grid[data[key]], whole, rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(one[data[key]], single, rtol=0, atol=0, equal_nan=True)
    for drawn, node in zip(data["graph"]["nodes"], point.trace.nodes, strict=True):
        torch.testing.assert_close(one[drawn["value"]], node.value, rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(one[drawn["arrives"]], node.arrives, rtol=0, atol=0, equal_nan=True)
    edges = [edge for node in point.trace.nodes for edge in node.edges]
    for line, edge in zip(data["graph"]["edges"], edges, strict=True):
        torch.testing.assert_close(one[line["local"]], edge.local, rtol=0, atol=0, equal_nan=True)
        torch.testing.assert_close(one[line["gradient"]], edge.gradient, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("text", ["x**2 - 5", "sin(x)*exp(-x**2) + cos(x)/(1 + x**2) - sqrt(abs(x))*log(abs(x))"])
def test_the_package_is_small(text: str) -> None:
    assert len(json.dumps(packed(text))) < 100_000


def test_the_story_of_the_courses_example() -> None:
    data = packed("x**2 - 5")
    assert [f"{entry['who']}{filled(data, entry['text'])}" for entry in data["story"]] == [
        "x = 1.50 is a leaf: you made it, and it requires grad. So torch writes down what is done with it.",
        "x**2 computes 2.25; torch remembers how to go back: PowBackward0.",
        "x**2 - 5 computes -2.75; torch remembers how to go back: SubBackward0.",
        "backward() starts at the loss with 1.00: the loss changes as itself.",
        "SubBackward0 passes the gradient on unchanged to x**2: 1.00 × 1.00 = 1.00.",
        "PowBackward0 multiplies what arrives, 1.00, by its local derivative, 3.00, and hands 3.00 to x.",
        "AccumulateGrad adds 3.00 to x.grad, which was empty before.",
    ]


def test_two_paths_into_one_leaf_are_told_as_one_sum() -> None:
    data = packed("x*x + x", 3.0)
    last = data["story"][-1]
    told = filled(data, last["text"])
    assert told.startswith(" receives 7.00, the sum of all paths (3.00 + 3.00 + 1.00), once, and adds 7.00 to x.grad")


@pytest.mark.parametrize("text", TEXTS)
def test_the_story_lights_every_part_of_the_drawing_once(text: str) -> None:
    data = packed(text)
    lights = [light for entry in data["story"] for light in entry["lights"]]
    lit = [light for light in lights if not light.startswith("line-")]  # lines of code: not shown here
    graph = data["graph"]
    drawn = [f"value-{number}" for number in range(len(graph["nodes"]))]
    drawn += [f"edge-{number}" for number in range(len(graph["edges"]))]
    drawn += ["start", *(f"grad-{number}" for number, node in enumerate(graph["nodes"]) if node["leaf"])]
    assert sorted(lit) == sorted(drawn)


@pytest.mark.parametrize("text", TEXTS)
def test_gradients_in_the_story_are_products(text: str) -> None:
    """What flows along an edge is what arrives times the local derivative, wherever all three are finite."""
    data = packed(text, 1.25)
    one = unpack(data["point"]["numbers"])
    for edge in data["graph"]["edges"]:
        arrives, local, gradient = (one[edge[key]].item() for key in ("arrives", "local", "gradient"))
        assert math.isclose(gradient, arrives * local, rel_tol=1e-5, abs_tol=1e-6) or not math.isfinite(arrives * local)


def test_a_move_from_the_browser_is_read() -> None:
    assert read_move({"moved": {"x": 1.5, "step": 3, "sequence": 7}}) == Move(1.5, 3, 7)


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"moved": None},
        {"moved": "x"},
        {"moved": {"x": 1}},
        {"moved": {"x": "one", "step": 0, "sequence": 0}},
        {"moved": {"x": math.nan, "step": 0, "sequence": 0}},
        {"moved": {"x": math.inf, "step": 0, "sequence": 0}},
        {"moved": {"x": 1, "step": math.inf, "sequence": 0}},
        {"moved": {"x": [1], "step": 0, "sequence": 0}},
    ],
)
def test_what_is_no_move_is_ignored(state: object) -> None:
    assert read_move(state) is None


def test_tensors_that_differ_only_between_the_places_of_the_grid_are_told_apart() -> None:
    """All over the grid both square roots are nan; at 1.2345 torch finds 0 for one of them."""
    text = "sqrt(-(x - 1.2345)**2) + x"
    data = packed(text, 1.2345)
    point, one = gradients.point(text, 1.2345), unpack(data["point"]["numbers"])
    for drawn, node in zip(data["graph"]["nodes"], point.trace.nodes, strict=True):
        torch.testing.assert_close(one[drawn["value"]], node.value, rtol=0, atol=0, equal_nan=True)
    assert len(unpack(data["arrays"])) > len(unpack(packed(text, 1.5)["arrays"]))


def test_a_move_does_not_draw_the_scene_anew() -> None:
    assert pack("x**2 - 5", 4, 1.5)["scene"] is pack("x**2 - 5", 4, 2.345)["scene"]
