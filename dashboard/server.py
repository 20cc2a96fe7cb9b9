"""The dashboard for a room or the public: `make serve`, which is `streamlit run dashboard/server.py`.

The same script as ever, warmed before the first visitor and behind a guard. Settings for all ways to run stand in
.streamlit/config.toml; the file watcher is turned off by `make serve`, for nobody edits code in front of a room.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit run puts only this folder on the path
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from components.course import STOPS  # noqa: E402
from dashboard.guard import Guard, Limits  # noqa: E402
from dashboard.opening import opening  # noqa: E402


def pages() -> Iterator[str]:
    """Return the address of every page that is built, the first page's being empty."""
    yield ""
    yield from (stop.stem for stop in STOPS if stop.is_built)


app = st.App(
    ROOT / "dashboard" / "app.py",
    lifespan=opening(pages),
    middleware=[Middleware(Guard, limits=Limits())],
)
