"""A rehearsal walks through the pages, and its verdict is in plain words."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.Checkbox_pb2 import Checkbox
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.TextInput_pb2 import TextInput

from benchmarks.driver import Value, Widget, visit
from benchmarks.hand import movable, moved
from benchmarks.rehearse import LINES, last_lines, socket_address
from benchmarks.server import ROOT, Server, serve
from benchmarks.verdict import Answers, Rehearsal
from tests.serving.conftest import finish


def found(**changes: object) -> Rehearsal:
    """Return a rehearsal in which all went well, but for what is said."""
    well = {
        "people": 100,
        "joined": [0.5] * 100,
        "pages": {"gradients": Answers([0.1] * 100, [0.05] * 600, [10_000] * 700)},
        "seconds": 60.0,
        "cpu": 6.0,
        "memory": (400.0, 430.0, 440.0),
    }
    return Rehearsal(**{**well, **changes})  # type: ignore[arg-type]


def test_when_all_goes_well_it_is_fit() -> None:
    assert found().reasons() == []
    said = str(found())
    assert "Fit for 100 people." in said
    assert "8.6 ms of processor time for a rerun, 10% of a core" in said
    assert "some 82 people" in said
    assert "0.30 MB each" in said


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"errors": ["/graph: ConnectionClosed"]}, "1 requests failed, for example: /graph: ConnectionClosed"),
        ({"joined": [0.5] * 99}, "only 99 of 100 got in"),
        ({"joined": [0.5] * 99 + [7.0]}, "the last was in after 7.0 s"),
        ({"pages": {"graph": Answers([0.1], [0.05] * 90 + [0.3] * 10)}}, "a control answers within 300 ms"),
        ({"pages": {"graph": Answers([2.0], [0.05])}}, "a page opens within 2000 ms"),
        ({"memory": (400.0, 600.0, 500.0)}, "600 MB of memory"),
    ],
)
def test_when_something_does_not_it_says_what(changes: dict[str, object], reason: str) -> None:
    (said,) = found(**changes).reasons()
    assert reason in said
    assert "Not fit for 100 people:" in str(found(**changes))


def test_what_cannot_be_seen_from_outside_is_not_made_up() -> None:
    said = str(found(cpu=None, memory=None))
    assert "processor" not in said and "Memory" not in said


@pytest.mark.parametrize(
    ("shown", "value", "after"),
    [
        (Slider(type=Slider.SLIDER, data_type=Slider.INT, min=0, max=3, step=1), [2.0], [3.0]),
        (Slider(type=Slider.SLIDER, data_type=Slider.INT, min=0, max=3, step=1), [3.0], [0.0]),
        (Slider(type=Slider.SELECT_SLIDER, options=["0.1", "0.5", "1"]), ["0.5"], ["1"]),
        (Slider(type=Slider.SELECT_SLIDER, options=["0.1", "0.5", "1"]), ["1"], ["0.1"]),
        (NumberInput(has_min=True, has_max=True, min=-4, max=4, step=0.5), 4.0, -4.0),
        (Checkbox(), True, False),
        (Checkbox(disabled=True), True, None),
        (TextInput(), "x", None),
    ],
)
def test_a_hand_moves_what_can_be_moved_within_its_bounds(shown: object, value: Value, after: Value | None) -> None:
    assert moved(Widget("id", "", value, "", "", shown, (), 0)) == after


def test_a_hand_plays_with_sliders_and_makes_a_choice_now_and_then() -> None:
    options = [ButtonGroup.Option(content="a"), ButtonGroup.Option(content="b")]
    widgets = {
        "slider": Widget("id", "", [1.0], "", "", Slider(type=Slider.SLIDER, max=3, step=1), (), 0),
        "choice": Widget("id", "", ["a"], "", "", ButtonGroup(options=options), (), 0),
        "projector": Widget("id", "", False, "", "", Checkbox(), (), 0),
        "text": Widget("id", "", "x", "", "", TextInput(), (), 0),
    }
    assert [movable(widgets, move) for move in range(5)] == [["slider"]] * 3 + [["choice"], ["slider"]]
    assert movable({"choice": widgets["choice"]}) == ["choice"]


def test_an_address_is_one_of_the_web() -> None:
    assert socket_address("https://example.org/room/") == "wss://example.org/room"
    assert socket_address("http://127.0.0.1:8501") == "ws://127.0.0.1:8501"
    with pytest.raises(ValueError, match="no address"):
        socket_address("example.org")


def test_why_a_page_showed_an_exception_can_be_read_in_the_servers_log(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text("raise LookupError('nothing is here')")

    async def look(address: str) -> None:
        async with visit(address) as visitor:
            assert (await visitor.open()).failed

    with serve(page) as server:
        finish(look(server.address))
        said = last_lines(server.log)
    assert "LookupError: nothing is here" in said and len(said.splitlines()) <= LINES


def test_a_few_people_rehearse_at_an_address(room: Server) -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.rehearse",
        "--people=3",
        "--moves=2",
        "--url",
        f"http://{room.address}",
    ]
    rehearsal = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert rehearsal.stderr == ""
    assert re.search(r"(Fit|Not fit) for 3 people", rehearsal.stdout)
    for page in ("tensors", "gradients", "graph", "tracking"):
        assert re.search(rf"^/{page} +6 ", rehearsal.stdout, re.MULTILINE), rehearsal.stdout
    assert "errors: 0" in rehearsal.stdout
