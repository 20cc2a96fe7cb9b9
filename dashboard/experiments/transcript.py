"""What PyTorch says: lines of code and torch's real answers, as an interactive session would print them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

# What torch refuses with: a wrong shape or dtype, a dimension that is not there, an argument that does not fit.
REFUSALS = (RuntimeError, IndexError, ValueError, TypeError, OverflowError)

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True)
class Exchange:
    """One line of a session and its answer; `answer` is empty where a session would print nothing."""

    line: str
    answer: str = ""
    is_error: bool = False


def say(line: str, value: object) -> Exchange:
    """Return the line with the value's repr, without its address in memory."""
    return Exchange(line, _ADDRESS.sub("", repr(value)))


def attempt(line: str, action: Callable[[], object]) -> Exchange:
    """Run the action and return its live answer: nothing where it works, the error's own text where it does not."""
    try:
        action()
    except REFUSALS as error:
        return refusal(line, error)
    return Exchange(line)


def refusal(line: str, error: Exception) -> Exchange:
    """Return the error's live text as the answer to the line."""
    return Exchange(line, f"{type(error).__name__}: {error}", is_error=True)


def show(exchanges: tuple[Exchange, ...]) -> str:
    """Return the session as text, with a prompt before every line."""
    return "\n".join(f">>> {said.line}" + (f"\n{said.answer}" if said.answer else "") for said in exchanges)
