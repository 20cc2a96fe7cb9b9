"""What a component's browser side tells the server: it may be anything, for the browser is a stranger's, too."""

from typing import Any


def whole(state: Any, event: str, name: str) -> int | None:
    """Return the whole number that a component's state carries as `state[event][name]`, or None where there is none.

    Any number may come: bounds are for whoever takes it.
    """
    try:
        return int(state[event][name])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
