"""Both runs of a bug in numbers: a chart of what they noted step by step, and a table."""

import math
from typing import Any

import streamlit as st

from components import markdown
from dashboard.experiments import bugs
from dashboard.experiments.buggy.bug import Bug
from dashboard.experiments.bugs import BUGS, Comparison, Outcome, Settings

RIGHT, WRONG = "#3B82F6", "#E2416B"  # readable on light and dark; line and marker differ, too
MANY = 20  # points, from which on markers would hide the line


@st.cache_data(max_entries=64, show_spinner=False)  # it replays what it drew: plotly's check of a figure is costly
def chart(settings: Settings) -> None:
    """Draw the telling series of both runs."""
    bug, result = BUGS[settings.bug], bugs.compare(settings)
    st.plotly_chart(
        figure(result, bug),
        alt=f"{_words(bug.chart)}, {bug.per} by {bug.per}, of the run as it should be and of that with {bug.name}",
        config={"displayModeBar": False},
        key="training_bug_chart",
    )


def figure(result: Comparison, bug: Bug) -> dict[str, Any]:
    """Return both runs' series as lines: as it should be solid with circles, with the bug dashed with crosses."""
    return {
        "data": [
            _line("as it should be", result.right.log.get(bug.chart, ()), RIGHT, "solid", "circle"),
            _line("with the bug", result.wrong.log.get(bug.chart, ()), WRONG, "dash", "x"),
        ],
        "layout": {
            "colorway": [RIGHT, WRONG],
            "height": 280,
            "margin": {"l": 56, "r": 16, "t": 16, "b": 40},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "xaxis": {"title": {"text": bug.per}, "fixedrange": True, "rangemode": "tozero"},
            "yaxis": {
                "title": {"text": _words(bug.chart)},
                "fixedrange": True,
                "exponentformat": "power",
                **({"type": "log"} if bug.is_log else {"rangemode": "tozero"}),
            },
        },
    }


def _line(name: str, series: tuple[float, ...], color: str, dash: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines+markers" if len(series) <= MANY else "lines",
        "x": list(range(1, len(series) + 1)),
        "y": [value if math.isfinite(value) else None for value in series],
        "line": {"color": color, "dash": dash, "width": 3},
        "marker": {"color": color, "size": 9, "symbol": symbol},
    }


def table(result: Comparison) -> None:
    """Show how each series of both runs began and ended."""
    rows = [
        (f"{_words(name)}, {end}", name, place)
        for name in result.right.log
        for end, place in (("first", 0), ("last", -1))
    ]
    markdown.table(
        {
            "noted": [label for label, *_ in rows],
            "as it should be": [_cell(result.right, name, place) for _, name, place in rows],
            "with the bug": [_cell(result.wrong, name, place) for _, name, place in rows],
        }
    )


def _cell(outcome: Outcome, name: str, place: int) -> str:
    series = outcome.log.get(name)
    return f"{series[place]:.4g}" if series else "none"


def _words(name: str) -> str:
    return name.replace("_", " ")
