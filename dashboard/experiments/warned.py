"""Torch's live warnings. `warnings.catch_warnings` changes the whole process, so one capture runs at a time."""

import re
import threading
import warnings
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

NOT_A_LEAF = "not a leaf Tensor"  # in torch's warning when one reads the .grad of a tensor that was computed

_ONE_AT_A_TIME = threading.Lock()
_TRIGGERED = re.compile(r" \(Triggered internally at .*\)$", re.DOTALL)


def warned(action: Callable[[], Result], expected: str) -> tuple[Result, tuple[str, ...]]:
    """Run the action; return its result and the warnings it gave that contain `expected`, without their C++ place.

    Others are dropped: another thread's warnings may fall into the capture.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = action()
    texts = [f"{item.category.__name__}: {_TRIGGERED.sub('', str(item.message))}" for item in caught]
    return result, tuple(text for text in texts if expected in text)
