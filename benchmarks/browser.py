"""What a person waits for, measured in Chromium by the page's own clock."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from tests.browser import chromium

STOPWATCH = Path(__file__).with_name("stopwatch.js")
READOUT = "[data-testid=readout]"
CODE = "[data-testid=stCode]"  # the first: what PyTorch says
TABLE = ":has(> [data-testid=stTable])"


@dataclass(frozen=True)
class Lap:
    """Milliseconds from a key press or click.

    Attributes:
        script: from the input event to the changed DOM, nothing else; nan where no box or slider took it.
        painted: to the end of the frame that shows the change, its layout and paint on the main thread included. Frames
            come at 60 Hz, so a change waits up to 16.7 ms for its frame, whatever it took.
        updated: to that frame and the end of the script's run, whichever is later.
        settled: to the last change of anything on the page, such as a chart that is drawn anew.
    """

    script: float
    painted: float
    updated: float
    settled: float


@dataclass(frozen=True)
class Control:
    """Something to press, again and again, on a page, and the part of the page that must change each time."""

    name: str
    page: str
    press: Callable[[Page], None]
    watched: str


def _arrows(selector: str) -> Callable[[Page], None]:
    """Press the right and the left arrow in turn, so that a slider never comes to its end, where nothing changes."""
    turn = cycle(("ArrowRight", "ArrowLeft"))
    return lambda page: page.locator(selector).press(next(turn))


def _click(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).click()


def _options(key: str, *names: str) -> Callable[[Page], None]:
    """Click the options of a widget in turn."""
    turn = cycle(names)
    return lambda page: page.locator(f".st-key-{key}").get_by_text(next(turn), exact=True).click()


def _up_and_down(key: str) -> Callable[[Page], None]:
    """Click the buttons of a number box in turn."""
    turn = cycle(("Up", "Down"))
    return lambda page: page.locator(f".st-key-{key} [data-testid=stNumberInputStep{next(turn)}]").click()


def _size(dim: int) -> Callable[[Page], None]:
    return _arrows(f".st-key-tensors_size_{dim} input[type=range]")


BARE = Control("slider of the bare page", "", _arrows("input[type=range]"), "[data-testid=stText]")
EXPLORER = Control("x in the explorer", "gradients", _arrows("input.x"), READOUT)
OTHERS = (
    Control("range of x", "gradients", _options("gradients_reach", "2", "4"), "svg.curve"),
    Control("preset", "gradients", _options("gradients_preset", "sin(x)", "x**2 - 5"), "svg.graph"),
    Control(
        "requires_grad", "gradients", _click(".st-key-gradients_requires_grad label"), ":has(> [data-testid=stTable])"
    ),
    Control("size, 64 elements", "tensors?tensors_size_1=8&tensors_size_2=8", _size(1), ".panels"),
    Control("size, 4,096 elements", "tensors?tensors_size_1=63&tensors_size_2=64", _size(1), ".panels"),
    Control("requires_grad of x", "graph", _click(".st-key-graph_x_grad label"), "svg.graph"),
    Control("v", "gradients?scene=vector", _options("gradients_v", "one-hot", "ones"), "table"),
    Control("learning rate", "gradients?scene=land", _up_and_down("gradients_rate"), ".js-plotly-plot"),
    Control("shuffle", "datasets", _click(".st-key-datasets_shuffle label"), CODE),
    Control("phases done", "training", _up_and_down("training_phase"), CODE),
    Control("brake", "tracking", _options("tracking_brake", "c.detach()", "no_grad"), ".verdict"),
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the Chromium that the tests use, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        try:
            yield started
        finally:
            started.close()


def visit(browser: Browser, address: str) -> Page:
    """Open an address in a window of its own and wait until it is drawn."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(path=STOPWATCH)
    page.goto(address)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    return page


def laps(page: Page, control: Control, presses: int) -> list[Lap]:
    """Press the control a few times, each as soon as the last one's change is painted; then let the page settle."""
    page.bring_to_front()
    watched = page.locator(control.watched).first
    marks = [_marks(page, control, watched) for _ in range(presses)]
    settled = watched.evaluate("(element) => stopwatch.settle(element)")
    return [_lap(mark, settled) for mark in marks]


def _marks(page: Page, control: Control, watched: Locator) -> dict[str, float]:
    watched.evaluate("(element) => stopwatch.arm(element)")
    control.press(page)
    try:
        marks: dict[str, float] = page.evaluate("stopwatch.lap")
    except Error as error:
        raise RuntimeError(f"{control.name}: {error.message}") from error
    return marks


def _lap(marks: dict[str, float], settled: float) -> Lap:
    began = marks["began"]
    return Lap(
        script=marks["changed"] - marks.get("input", math.nan),
        painted=marks["painted"] - began,
        updated=max(marks["painted"], marks["rested"]) - began,
        settled=settled - began,
    )
