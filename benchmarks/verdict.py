"""Fit for so many people or not, and why: what a rehearsal found, in plain words."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOVED, OPENED, JOINED = 0.2, 1.0, 5.0  # seconds: 95 % of the moves, 95 % of the pages opened, everybody's arrival
MEMORY = 550.0  # MB (10**6 bytes): what a small host grants, with some room
BUSY, STRAINED = 0.7, 0.9  # shares of a core: beyond them, waiting times grow without warning


@dataclass
class Answers:
    """What one page did: seconds of each opening and each move, bytes of each answer."""

    opened: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


@dataclass
class Rehearsal:
    """What a rehearsal found.

    Attributes:
        people: how many were to come.
        joined: seconds from the common start to each visitor's first page.
        pages: address -> what the page did.
        errors: what went wrong, in words, each as often as it did.
        seconds: the length of the walk through the pages.
        audience: share of a core that the visitors themselves took: near 1, they are what is slow.
        cpu: seconds of processor time that the server took for the walk; None where it cannot be seen.
        memory: MB of the server before the first visitor, with all of them, and after the walk; None likewise.
    """

    people: int
    joined: list[float] = field(default_factory=list)
    pages: dict[str, Answers] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    audience: float = 0.0
    cpu: float | None = None
    memory: tuple[float, float, float] | None = None

    @property
    def moved(self) -> list[float]:
        """Return the seconds of every move on every page."""
        return [seconds for page in self.pages.values() for seconds in page.moved]

    @property
    def opened(self) -> list[float]:
        """Return the seconds of every page's opening."""
        return [seconds for page in self.pages.values() for seconds in page.opened]

    @property
    def reruns(self) -> int:
        """Return the number of runs of the walk."""
        return len(self.moved) + len(self.opened)

    def reasons(self) -> list[str]:
        """Return why it is not fit for so many: nothing where it is."""
        reasons = [
            (bool(self.errors), f"{len(self.errors)} requests failed, for example: {next(iter(self.errors), '')}"),
            (len(self.joined) < self.people, f"only {len(self.joined)} of {self.people} got in"),
            (
                last(self.joined) > JOINED,
                f"the last was in after {last(self.joined):.1f} s ({JOINED:g} s are good)",
            ),
            (late(self.moved) > MOVED, f"a control answers within {ms(late(self.moved))} ({ms(MOVED)} are good)"),
            (late(self.opened) > OPENED, f"a page opens within {ms(late(self.opened))} ({ms(OPENED)} are good)"),
        ]
        if self.memory:
            most = max(self.memory)
            reasons.append((most > MEMORY, f"it took {most:.0f} MB of memory ({MEMORY:.0f} are what a small host has)"))
        return [reason for holds, reason in reasons if holds]

    def remarks(self) -> list[str]:
        """Return what else is worth knowing."""
        remarks = []
        if self.cpu is not None and self.reruns:
            each, share = self.cpu / self.reruns, self.cpu / self.seconds
            enough = BUSY / each  # each person asks for one rerun a second
            remarks.append(
                f"The server took {each * 1e3:.1f} ms of processor time for a rerun, "
                f"{share:.0%} of a core in all. By that measure it could take some {enough:.0f} people."
            )
        if self.memory:
            before, full, after = self.memory
            each = (full - before) / self.people
            remarks.append(
                f"Memory: {before:.0f} MB before, {full:.0f} MB with everybody ({each:.2f} MB each), "
                f"{after:.0f} MB after the walk."
            )
        if self.audience > STRAINED:
            remarks.append(
                f"The {self.people} visitors themselves needed {self.audience:.0%} of a core of the machine that plays "
                "them, so some of the waiting is theirs: the server is faster than these numbers say."
            )
        return remarks

    def __str__(self) -> str:
        reasons = self.reasons()
        verdict = f"Fit for {self.people} people." if not reasons else f"Not fit for {self.people} people:"
        return "\n".join([*self.table(), "", verdict, *(f"  - {reason}" for reason in reasons), *self.remarks()])

    def table(self) -> Iterable[str]:
        """Return what each page did, line by line."""
        if self.joined:
            half, everybody = middle(self.joined), last(self.joined)
            yield f"all joined at once: half of them within {half:.1f} s, all within {everybody:.1f} s"
        yield f"{'page':14}{'moves':>7}{'p50':>9}{'p95':>9}{'opened p50':>13}{'p95':>9}{'kB a rerun':>12}"
        for page, did in self.pages.items():
            times = f"{ms(middle(did.moved)):>9}{ms(late(did.moved)):>9}"
            opened = f"{ms(middle(did.opened)):>13}{ms(late(did.opened)):>9}"
            yield f"/{page:13}{len(did.moved):>7}{times}{opened}{middle(did.sizes) / 1e3:>12.1f}"
        yield f"errors: {len(self.errors)}"


def middle(values: Sequence[float]) -> float:
    """Return the median, 0 of nothing."""
    return statistics.median(values) if values else 0.0


def late(values: Sequence[float]) -> float:
    """Return the 95th percentile, the largest of a few, 0 of nothing."""
    return statistics.quantiles(values, n=20)[-1] if len(values) >= 20 else last(values)


def last(values: Sequence[float]) -> float:
    """Return the largest, 0 of nothing."""
    return max(values, default=0.0)


def ms(seconds: float) -> str:
    """Return a time as one reads it."""
    return f"{seconds * 1e3:.0f} ms"
