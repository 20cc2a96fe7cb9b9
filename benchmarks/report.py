"""Measure what README says about speed, on this machine and in one run: `python -m benchmarks.report`.

Times on a shared machine mean little by themselves. So every page is measured beside bare Streamlit pages, in turns:
one with this project's settings, and one with Streamlit's own that imports torch and does nothing else about it. The
second is the one that the budgets are in: it is what somebody gets who writes such a page and runs it.
"""

import asyncio
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bad_files, browser, cost, files
from benchmarks.browser import Lap
from benchmarks.server import APP, BARE, BARE_TORCH, ROOM, ROOT, UNWATCHED, serve

PAGE = "gradients"
CPU = 8 / 102  # the budget of a rerun: 8 ms on a machine on which the stock page takes 102
WARM_UP, ROUNDS, PRESSES = 3, 15, 5  # rounds before those that count; each presses x a few times, all else once


@dataclass(frozen=True)
class Row:
    """A line of the table: what is measured, here and on the bare pages; `holds` tells whether it is in the budget."""

    what: str
    found: Sequence[str]
    budget: str = ""
    holds: bool | None = None

    def __str__(self) -> str:
        here, bare, stock = [*self.found, "", ""][:3]
        verdict = {True: "holds", False: "**missed**", None: ""}[self.holds]
        return f"| {self.what} | {here} | {bare} | {stock} | {self.budget} | {verdict} |"


HEADER = "| what | here | bare page, ours | bare page, stock | budget | |\n| --- | ---: | ---: | ---: | --- | --- |"


def main() -> None:
    """Print the table as it grows: all of it takes some minutes."""
    print(f"{machine()}\n\n{HEADER}", flush=True)
    # An empty directory holds no settings, so there Streamlit's own are in force.
    with TemporaryDirectory() as nowhere:
        for part in (in_browser, on_server, over_time, of_bad_files):
            for row in part(Path(nowhere)):
                print(row, flush=True)


def machine() -> str:
    """Return what was measured, and on what."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "torch", "plotly"))
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{date.today()}, {os.cpu_count()} cores, {platform.system()}, Python {python}, {versions}"


def in_browser(nowhere: Path) -> Iterable[Row]:
    """Measure what a person waits for."""
    with (
        serve(APP) as app,
        serve(BARE) as plain,
        serve(BARE_TORCH, nowhere) as torch,
        browser.browser() as chromium,
    ):
        links = {control.page for control in (browser.EXPLORER, *browser.OTHERS)}
        pages = {link: browser.visit(chromium, f"http://{app.address}/{link}") for link in links}
        subjects = [
            (browser.visit(chromium, f"http://{plain.address}"), browser.BARE, 2),
            (browser.visit(chromium, f"http://{torch.address}"), browser.BARE, 2),
            (pages[browser.EXPLORER.page], browser.EXPLORER, PRESSES),
            *((pages[control.page], control, 1) for control in browser.OTHERS),
        ]
        measured: list[list[Lap]] = [[] for _ in subjects]
        for number in range(WARM_UP + ROUNDS):
            for laps, subject in zip(measured, subjects, strict=True):
                found = browser.laps(*subject)
                laps += found if number >= WARM_UP else []
    bare, stock, explorer, *others = measured
    yield from moved(explorer, bare, stock)
    for control, laps in zip(browser.OTHERS, others, strict=True):
        yield updated(control, laps, bare, stock)
    for control, laps in zip(browser.OTHERS, others, strict=True):
        settled = [ms(lap.settled for lap in all_laps) for all_laps in (laps, bare, stock)]
        yield Row(f"{name(control)} -> nothing changes any more", settled)


def moved(explorer: list[Lap], bare: list[Lap], stock: list[Lap]) -> Iterable[Row]:
    """A key press that moves x: to the end of the frame that shows it, frames being 16.7 ms apart."""
    what = "x in the explorer: key press -> painted"
    here, beside = middle(explorer, painted), middle(stock, painted)
    holds = here <= 16.7 and here <= 0.15 * beside
    share = f"{here / middle(bare, painted):.2f} x ours, {here / beside:.2f} x stock"
    columns = [ms(map(painted, laps)) for laps in (explorer, bare, stock)]
    yield Row(f"{what} (median; {share})", columns, "16.7 ms, 0.15 x stock", holds)
    yield Row(f"{what} (95th percentile)", [ms(map(painted, laps), late) for laps in (explorer, bare, stock)])
    yield Row("x in the explorer: input event -> DOM changed", [ms(lap.script for lap in explorer)])


def updated(control: browser.Control, here: list[Lap], bare: list[Lap], stock: list[Lap]) -> Row:
    """Another control: to the painted change and the end of the script's run."""
    times = [statistics.median(lap.updated for lap in laps) for laps in (here, bare, stock)]
    ratio = times[0] / times[2]
    what = f"{name(control)} -> page updated ({times[0] / times[1]:.1f} x ours, {ratio:.2f} x stock)"
    return Row(what, [f"{time:.0f} ms" for time in times], "1.25 x stock", ratio <= 1.25)


def on_server(nowhere: Path) -> Iterable[Row]:
    """Measure what a rerun costs the server that `make serve` starts."""
    with serve(ROOM, ROOT, UNWATCHED) as app, serve(BARE) as plain, serve(BARE_TORCH, nowhere) as torch:
        controls = (*cost.USUAL, *cost.COSTLY)
        subjects = [
            cost.Subject(plain, cost.BARE),
            cost.Subject(torch, cost.BARE),
            *(cost.Subject(app, control) for control in controls),
        ]
        bare, stock, *costs = asyncio.run(cost.reruns(subjects))
    for control, found in zip(controls, costs, strict=True):
        cpu = [f"{one.cpu:.1f} ms" for one in (found, bare, stock)]
        ratio = found.cpu / stock.cpu
        budget = (f"{CPU:.3f} x stock", ratio <= CPU) if control in cost.USUAL else ("", None)
        yield Row(f"{name(control)}: server CPU of the rerun ({ratio:.3f} x stock)", cpu, *budget)
    for control, found in zip(controls, costs, strict=True):
        size = [f"{one.size / 1e3:.0f} kB" for one in (found, bare, stock)]
        yield Row(f"{name(control)}: to the browser", size, "100 kB", found.size <= 100e3)


def over_time(nowhere: Path) -> Iterable[Row]:
    """Measure cold starts and memory."""
    here, bare = (asyncio.run(cost.start(*which)) for which in ((APP, PAGE), (BARE, "")))
    yield Row("cold start -> healthy", [f"{here.healthy:.1f} s", f"{bare.healthy:.1f} s"])
    yield Row("the first visitor's first run", [f"{here.first_run:.1f} s", f"{bare.first_run:.1f} s"])
    memory = asyncio.run(cost.memory(APP, PAGE, [control for control in cost.USUAL if control.page == PAGE]))
    yield Row("memory after the start", [f"{memory.started:.0f} MB"])
    yield Row("memory after the first visit", [f"{memory.loaded:.0f} MB"], "450 MB", memory.loaded <= 450)
    growth = memory.growth
    yield Row("memory for 1,000 reruns more", [f"{growth:+.1f} MB"], "0.5 MB", growth <= 0.5)


def of_bad_files(nowhere: Path) -> Iterable[Row]:
    """Measure what a bad CSV costs, beside Python's csv module that reads the largest good one and keeps nothing."""
    slowest, largest = files.worst()
    beside = f"{files.calibration():.0f} ms for csv.reader alone"
    what = f"the slowest of {len(bad_files.BAD_FILES)} bad CSV files -> what is wrong, and where ({beside})"
    yield Row(what, [f"{slowest.cpu:.0f} ms"], "100 ms", slowest.cpu <= 100)
    yield Row("the largest of them: memory at its peak", [f"{largest.memory:.0f} MB"], "20 MB", largest.memory <= 20)


def name(control: browser.Control | cost.Control) -> str:
    """Return which control of which page."""
    return f"/{control.page.partition('?')[0]}: {control.name}"


def painted(lap: Lap) -> float:
    return lap.painted


def middle(laps: Iterable[Lap], of: Callable[[Lap], float]) -> float:
    return statistics.median(map(of, laps))


def late(times: Iterable[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def ms(times: Iterable[float], summary: Callable[[Iterable[float]], float] = statistics.median) -> str:
    return f"{summary(times):.1f} ms"


if __name__ == "__main__":
    main()
