"""What a visitor costs the server: processor time and bytes for each rerun, seconds of a cold start, memory."""

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from urllib.parse import parse_qsl

from benchmarks.driver import Run, Value, Visitor, visit
from benchmarks.server import Server, serve

WARM_UP, RERUNS, ROUNDS = 10, 20, 5  # reruns of a control before it is measured, in each block, and blocks
STARTS = 3
FILLING, LATER = 2500, 2500  # the first reruns fill the caches, which are bounded: growth is what comes after them


@dataclass(frozen=True)
class Control:
    """A widget of a page, by its key, and the values that it takes in turn."""

    name: str
    page: str
    key: str
    values: Callable[[], Iterator[Value]]


@dataclass(frozen=True)
class Cost:
    """Of one rerun, medians over the blocks: milliseconds of processor time and of waiting, bytes to the browser."""

    cpu: float
    wait: float
    size: float


@dataclass(frozen=True)
class Start:
    """Seconds from a process's start to its first healthy answer, and of the first visitor's first run."""

    healthy: float
    first_run: float


@dataclass(frozen=True)
class Memory:
    """MB (10**6 bytes) resident after the start and after the first visit, and what 1,000 later reruns add."""

    started: float
    loaded: float
    growth: float


def _places() -> Iterator[float]:
    """Return every place between -4 and 4: no two of 799 neighbours are the same, so each is a new point to torch."""
    return cycle(number / 100 for number in range(-399, 400))


def _expressions() -> Iterator[str]:
    return (f"x**2 - {number}" for number in count(6))


def _rests() -> Iterator[str]:
    """Return what the explorer sends when x has come to rest."""
    for sequence, x in enumerate(_places(), start=1):
        yield json.dumps({"moved": {"x": x, "step": 0, "sequence": sequence}})


def _sizes() -> Iterator[list[float]]:
    return cycle([float(size)] for size in range(1, 65))


BARE = Control("slider", "", "x", lambda: ([float(number)] for number in cycle(range(400))))
USUAL = (
    Control("x, come to rest in the explorer", "gradients", "gradients_explorer", _rests),
    Control("x, typed", "gradients", "gradients_x", _places),
    Control("range of x", "gradients", "gradients_reach", lambda: cycle((["2"], ["4"]))),
    Control("requires_grad", "gradients", "gradients_requires_grad", lambda: cycle((False, True))),
    Control("size, 64 elements", "tensors", "tensors_size_1", lambda: cycle(([16.0], [15.0]))),
    Control("x", "graph", "graph_x", _places),
    Control("requires_grad", "graph", "graph_x_grad", lambda: cycle((False, True))),
    Control("brake", "tracking", "tracking_brake", lambda: cycle((["c.detach()"], ["no_grad"], ["nothing"]))),
)
# What turns a whole page over, or computes all of it anew.
COSTLY = (
    Control("preset", "gradients", "gradients_preset", lambda: cycle((["sin(x)"], ["x**2 - 5"]))),
    Control("a new expression, typed", "gradients", "gradients_expression", _expressions),
    Control("a new size, up to 4,096 elements", "tensors?tensors_size_2=64", "tensors_size_1", _sizes),
)


@dataclass
class Subject:
    """A control of a page on a server, with what has been measured of it."""

    server: Server
    control: Control
    blocks: list[Cost] = field(default_factory=list)

    async def measure(self, visitor: Visitor, values: Iterator[Value], reruns: int) -> Cost:
        """Move the control some times. The processor's clock ticks in 10 ms, so a block gives a mean."""
        began = self.server.cpu()
        runs = [await move(visitor, self.control, values) for _ in range(reruns)]
        cpu = self.server.cpu() - began
        return Cost(
            cpu / reruns * 1e3,
            statistics.median(run.seconds for run in runs) * 1e3,
            statistics.median(run.size for run in runs),
        )

    def cost(self) -> Cost:
        """Return the medians over the blocks."""
        return Cost(
            statistics.median(block.cpu for block in self.blocks),
            statistics.median(block.wait for block in self.blocks),
            statistics.median(block.size for block in self.blocks),
        )


async def reruns(subjects: Sequence[Subject]) -> list[Cost]:
    """Return what one rerun of each subject costs. They take turns, block by block, so that noise hits all of them."""
    async with AsyncExitStack() as stack:
        visits = []
        for subject in subjects:
            visitor = await stack.enter_async_context(visit(subject.server.address))
            await open_page(visitor, subject.control.page)
            visits.append((subject, visitor, subject.control.values()))
        for subject, visitor, values in visits:
            await subject.measure(visitor, values, WARM_UP)
        for _ in range(ROUNDS):
            for subject, visitor, values in visits:
                subject.blocks.append(await subject.measure(visitor, values, RERUNS))
    return [subject.cost() for subject in subjects]


async def open_page(visitor: Visitor, link: str) -> Run:
    """Visit a page by its link."""
    page, _, query = link.partition("?")
    return await visitor.open(page, **dict(parse_qsl(query)))


async def move(visitor: Visitor, control: Control, values: Iterator[Value]) -> Run:
    """Move a control on to its next value.

    Raises:
        RuntimeError: if the page then shows an exception: what is broken is not worth a measurement.
    """
    run = await visitor.move(control.key, next(values))
    if run.failed:
        raise RuntimeError(f"{control.name}: the page shows an exception")
    return run


async def start(script: Path, page: str) -> Start:
    """Return the medians of a few cold starts."""
    starts = []
    for _ in range(STARTS):
        with serve(script) as server:
            async with visit(server.address) as visitor:
                starts.append((server.started_in, (await visitor.open(page)).seconds))
    healthy, first_run = (statistics.median(times) for times in zip(*starts, strict=True))
    return Start(healthy, first_run)


async def memory(script: Path, page: str, controls: Sequence[Control]) -> Memory:
    """Start a server, visit a page once, then move its controls in turn, until its caches are full and then again."""
    with serve(script) as server:
        started = server.memory()
        async with visit(server.address) as visitor:
            await visitor.open(page)
            loaded = server.memory()
            turns = cycle([(control, control.values()) for control in controls])
            for control, values in (next(turns) for _ in range(FILLING)):
                await move(visitor, control, values)
            full = server.memory()
            for control, values in (next(turns) for _ in range(LATER)):
                await move(visitor, control, values)
            return Memory(started, loaded, (server.memory() - full) / LATER * 1000)
