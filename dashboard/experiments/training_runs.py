"""Finished runs, remembered for whoever asks next; and few at a time, so that a room full of learners stays served."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dashboard.experiments.training import Run, Settings, run
from dashboard.experiments.training_snapshots import Snapshots, look_back

REMEMBERED = 24  # runs, of a few 100 kB each
AT_ONCE = 2
PATIENCE = 0.1  # seconds between two looks at whether it is one's turn


@dataclass(frozen=True, eq=False)
class Finished:
    """A run and what it looked like along the way; of its weights only the last ones are kept."""

    run: Run
    snapshots: Snapshots


_finished: OrderedDict[Settings, Finished] = OrderedDict()
_lock = threading.Lock()
_turns = threading.BoundedSemaphore(AT_ONCE)


def remembered(settings: Settings) -> Finished | None:
    """Return the finished run of these settings, if it is still remembered."""
    with _lock:
        if settings in _finished:
            _finished.move_to_end(settings)
        return _finished.get(settings)


def finish(
    settings: Settings,
    on_epoch: Callable[[int], None] = lambda done: None,
    on_wait: Callable[[], None] = lambda: None,
) -> Finished:
    """Return the run of these settings: the remembered one, or train now.

    Nothing of a run that is interrupted is kept.

    Args:
        on_epoch: called after every epoch with the number of epochs done.
        on_wait: called while others are training. What either of the two raises ends the run or the waiting.
    """
    with _turn(on_wait):
        if found := remembered(settings):
            return found
        done = run(settings, on_epoch)
        last = done.weights[-1:].clone()  # a view would keep all of them alive
        finished = Finished(replace(done, weights=last), look_back(done))
    _remember(settings, finished)
    return finished


def _remember(settings: Settings, finished: Finished) -> None:
    with _lock:
        _finished[settings] = finished
        while len(_finished) > REMEMBERED:
            _finished.popitem(last=False)


@contextmanager
def _turn(on_wait: Callable[[], None]) -> Iterator[None]:
    while not _turns.acquire(timeout=PATIENCE):
        on_wait()
    try:
        yield
    finally:
        _turns.release()
