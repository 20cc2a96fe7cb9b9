"""Lists of numbers as a learner types them: text -> checked Python numbers. Nothing typed is evaluated."""

import ast
import math
from typing import Any

MAX_TEXT = 300
MAX_DEPTH = 4
LARGEST = 10**18


def read_list(text: str) -> Any:
    """Read `[[1, 2], [3, 4.5]]`; brackets around everything may be left out.

    Raises:
        ValueError: with a message that says what is wrong.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"These are {len(text)} characters: at most {MAX_TEXT} are possible")
    body = text.strip()
    try:
        read = ast.literal_eval(body if body.startswith("[") else f"[{body}]")
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise ValueError("This is not a list of numbers, such as [[1, 2], [3, 4.5]]") from None
    return _checked(read if isinstance(read, list) else list(read) if isinstance(read, tuple) else [read])


def _checked(value: Any, depth: int = 0) -> Any:
    if isinstance(value, list | tuple):
        if depth == MAX_DEPTH:
            raise ValueError(f"At most {MAX_DEPTH} brackets may be open at a time")
        return [_checked(part, depth + 1) for part in value]
    if not isinstance(value, bool | int | float | complex):
        raise ValueError(f"{str(value)[:20]!r} is not a number")
    if (isinstance(value, int) and abs(value) > LARGEST) or not math.isfinite(abs(value)):
        raise ValueError("Numbers beyond 10**18 and infinities are not possible here")
    return value
