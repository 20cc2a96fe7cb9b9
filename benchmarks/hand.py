"""What a hand would do next with a widget: read from what the server says of it, so that no page is described twice."""

from collections.abc import Callable, Sequence
from typing import Any

from streamlit.proto.Slider_pb2 import Slider

from benchmarks.driver import Value, Widget

USUAL = {"Slider", "NumberInput", "Checkbox"}  # what one plays with; lists and choices lead to another scene
FACILITATOR = "projector"  # a room's switch: whoever sits in it leaves it alone
RARE = 4  # every so many moves, a choice is made


def movable(widgets: dict[str, Widget], move: int = 0) -> list[str]:
    """Return the keys of the widgets that a hand may take for its so-manieth move: usual ones, and choices at times."""
    able = [key for key, widget in widgets.items() if key != FACILITATOR and moved(widget) is not None]
    usual = [key for key in able if widgets[key].shown.DESCRIPTOR.name in USUAL]
    choices = [key for key in able if key not in usual]
    return (choices or usual) if move % RARE == RARE - 1 else (usual or choices)


def moved(widget: Widget) -> Value | None:
    """Return the widget's next value: one step on, and from the end back to the beginning. None if it cannot move."""
    move = MOVES.get(widget.shown.DESCRIPTOR.name)
    return None if move is None or widget.shown.disabled else move(widget.shown, widget.value)


def _slider(shown: Any, value: Any) -> Value | None:
    if shown.type == Slider.SELECT_SLIDER:
        return [_after(list(shown.options), value[0])]
    if shown.data_type not in (Slider.INT, Slider.FLOAT):
        return None
    first = _stepped(value[0], shown.step, shown.min, value[1] if len(value) > 1 else shown.max)
    return [first, *value[1:]]


def _number(shown: Any, value: Any) -> Value:
    low = shown.min if shown.has_min else -100.0
    high = shown.max if shown.has_max else 100.0
    return _stepped(value, shown.step, low, high)


def _stepped(value: float, step: float, low: float, high: float) -> float:
    return value + step if value + step <= high else low


def _options(shown: Any, value: Any) -> Value | None:
    names = [option.content for option in shown.options]
    return [_after(names, value[0] if value else names[-1])] if len(names) > 1 else None


def _option(shown: Any, value: Any) -> Value | None:
    return _after(list(shown.options), value) if len(shown.options) > 1 else None


def _after(names: Sequence[str], name: str) -> str:
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


# The element's name -> what a hand does with it. A component's inside is not to be known from here.
MOVES: dict[str, Callable[[Any, Any], Value | None]] = {
    "Slider": _slider,
    "NumberInput": _number,
    "Checkbox": lambda shown, value: not value,
    "ButtonGroup": _options,
    "Selectbox": _option,
    "Radio": _option,
}
