"""What a crowd costs: `make bench-load`. Stock Streamlit, the same served like ours, and our pages, in one run.

All three get the same crowds in turn: everybody joins at once and then moves one control a second. The bare page is one
slider and `import torch`; stock is `streamlit run` with Streamlit's own settings.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from benchmarks.crowd import Crowd
from benchmarks.report import machine
from benchmarks.server import BARE_TORCH, ROOM, ROOT, UNWATCHED, serve
from benchmarks.verdict import Rehearsal, last, late, middle, ms

DROWNED = 2.0  # seconds: whose 95th percentile is there gets no larger crowd, which would only wait
SERVED = ROOT / "benchmarks" / "bare_server.py"
HEADER = (
    "| who | people | all in | move p50 | p95 | page opened p95 | CPU a rerun | share of a core | memory | errors |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Subject:
    """A script, the folder whose settings it is served with, and further settings."""

    name: str
    script: Path
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)


def main() -> None:
    """Print the table as it grows."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, nargs="+", default=[10, 50, 150])
    options.add_argument("--moves", type=int, default=6, help="moves of each visitor on each page")
    chosen = options.parse_args()
    print(f"{machine()}\n\n{HEADER}", flush=True)
    # An empty directory holds no settings, so there Streamlit's own are in force.
    with TemporaryDirectory() as nowhere:
        for subject in (
            Subject("bare page, stock", BARE_TORCH, Path(nowhere)),
            Subject("bare page, served like ours", SERVED, ROOT, UNWATCHED),
            Subject("our pages", ROOM, ROOT, UNWATCHED),
        ):
            for row in rows(subject, chosen.people, chosen.moves):
                print(row, flush=True)


def rows(subject: Subject, crowds: Iterable[int], moves: int) -> Iterable[str]:
    """Let ever larger crowds in, each on a fresh server, until one drowns it."""
    for people in crowds:
        with serve(subject.script, subject.folder, subject.settings) as server:
            crowd = Crowd(server.address, people, moves, server, say=lambda _: None)
            found = uvloop.run(crowd.rehearse())
        yield row(subject.name, found)
        if late(found.moved) > DROWNED:
            return


def row(name: str, found: Rehearsal) -> str:
    """Return a line of the table."""
    assert found.cpu is not None and found.memory is not None
    cells = (
        name,
        found.people,
        f"{last(found.joined):.1f} s",
        ms(middle(found.moved)),
        ms(late(found.moved)),
        ms(late(found.opened)),
        f"{found.cpu / max(found.reruns, 1) * 1e3:.1f} ms",
        f"{found.cpu / found.seconds:.0%}",
        f"{max(found.memory):.0f} MB",
        len(found.errors),
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
