"""Measure what a bad CSV costs before its owner is told what is wrong: `python -m benchmarks.files`.

Processor time of the process, all threads, which is steady where others use the machine, too: the best of some runs,
beside Python's csv module that reads the largest table and keeps nothing. Memory is what the process grows by at most,
in a process of its own for each file, so that none finds room which another has left.
"""

import csv
import gc
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.bad_files import BAD_FILES, every, table
from dashboard.experiments.csv_files import CsvError, read, samples
from dashboard.warmup import warm_up

RUNS = 7
SMALL = b'a,b,c\n1,2,"x"\n3,4,y\n5,6,x\n'


@dataclass(frozen=True)
class Cost:
    """What a file costs: milliseconds of processor time, MB (10**6 bytes) that the process grows by, and the answer."""

    cpu: float
    memory: float
    answer: str

    def __str__(self) -> str:
        return f"{self.cpu:6.1f} ms {self.memory:6.1f} MB  {self.answer[:80]}"


def answer(data: bytes) -> str:
    """Return what becomes of a file with the columns that the page begins with."""
    try:
        found = read(data)
        return f"{len(samples(found, *found.guess()))} samples"
    except CsvError as error:
        return str(error)


def calibration() -> float:
    """Return the milliseconds that Python's csv module takes for the largest table."""
    rows = table(every("1.5")).decode().splitlines()
    return best(lambda: sum(map(len, csv.reader(rows))))


def costs() -> dict[str, Cost]:
    """Measure every bad file, and for comparison two good ones."""
    files = {name: make for name, (make, _) in BAD_FILES.items()}
    files["(good: numbers)"] = lambda: table(every("1.5"), ["2.5"] * 50)
    files["(good: between quotes)"] = lambda: table(every('"1"'), ["2"] * 50)
    warm_up()
    answer(SMALL)  # what is imported late
    gc.collect()
    return {name: _alone(make) for name, make in files.items()}


def worst() -> tuple[Cost, Cost]:
    """Return the bad file that takes longest, and the one that takes most memory."""
    found = [cost for name, cost in costs().items() if name in BAD_FILES]
    return max(found, key=lambda cost: cost.cpu), max(found, key=lambda cost: cost.memory)


def best(action: Callable[[], object]) -> float:
    """Return the least of some runs, in milliseconds of processor time."""

    def once() -> float:
        start = time.process_time()
        action()
        return (time.process_time() - start) * 1e3

    return min(once() for _ in range(RUNS))


def _alone(make: Callable[[], bytes]) -> Cost:
    """Measure one file in a process of its own, a copy of this one."""
    forked = multiprocessing.get_context("fork")
    here, there = forked.Pipe(duplex=False)
    process = forked.Process(target=lambda: there.send(_cost(make())))
    process.start()
    found: Cost = here.recv()
    process.join()
    return found


def _cost(data: bytes) -> Cost:
    answer(SMALL)  # a fork finds the libraries' pages anew
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew (Linux: man 5 proc)
    said = answer(data)
    memory = (_peak() - before) / 1e6
    return Cost(best(lambda: answer(data)), memory, said)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    print(f"{calibration():.1f} ms: Python's csv module alone, for the largest table")
    for name, cost in sorted(costs().items(), key=lambda item: item[1].cpu):
        print(f"{name:42} {cost}")
