"""A scope of one's own for a run: its grad mode neither comes from outside nor stays behind."""

import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

_CAPTURE = threading.Lock()  # warnings.catch_warnings swaps state of the whole process: one capture at a time

_ORIGIN = re.compile(
    r" \(Triggered internally at .*\)$", re.DOTALL
)  # where in torch's own build; of no use to a reader


@contextmanager
def tracking() -> Iterator[None]:
    """Run the block as a fresh thread would: grad mode on, no inference mode; afterwards both are what they were."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


def heard(action: Callable[[], object], about: str) -> tuple[str, ...]:
    """Run the action and return the live warnings that speak about something, each as "Category: text"."""
    with _CAPTURE, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    return tuple(
        f"{warning.category.__name__}: {_ORIGIN.sub('', str(warning.message))}"
        for warning in caught
        if about in str(warning.message)
    )
