"""A server like `make serve`'s, and two small ones: one with three seats behind the guard, one without a guard."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from benchmarks.driver import KINDS, Run
from benchmarks.server import ROOM, ROOT, UNWATCHED, Server, serve

T = TypeVar("T")
SEATS = 3
SPACE, BY_ONE, SLOWEST = 7_000_000, 5_000_000, 2.0  # bytes of files, of everybody and of one; seconds for one of them
PAGE = """
import uuid
import streamlit as st

@st.cache_data(show_spinner=False)
def remembered():
    return uuid.uuid4().hex

st.text(f"x={st.slider('x', -400, 400, 0, key='x')}")
st.text(remembered())
"""
SMALL = f"""
import streamlit as st
from starlette.middleware import Middleware
from dashboard.guard import Guard, Limits

limits = Limits(sockets={SEATS}, uploaded={SPACE}, uploaded_by_one={BY_ONE}, patience={SLOWEST})
app = st.App("page.py", middleware=[Middleware(Guard, limits=limits)])
"""


@pytest.fixture(scope="session")
def room() -> Iterator[Server]:
    """A running `dashboard/server.py`."""
    with serve(ROOM, ROOT, UNWATCHED) as server:
        yield server


@pytest.fixture(scope="session")
def small_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small page that remembers something, behind the guard, with three seats."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "page.py").write_text(PAGE)
    (folder / "small.py").write_text(SMALL)
    with serve(folder / "small.py", ROOT, UNWATCHED) as server:
        yield server


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Server]:
    """The same page without a guard, as Streamlit serves it."""
    (tmp_path / "page.py").write_text(PAGE)
    with serve(tmp_path / "page.py", ROOT, UNWATCHED) as server:
        yield server


def finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: in this one, the browser tests' loop may still be going."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def scene(run: Run) -> list[bytes]:
    """Return what a run shows, bit by bit, without the controls: those know how often they were drawn.

    In no order: what fills an empty place may travel in its stead or after it, as the server comes to it.
    """
    passing = {*KINDS, "download_button", "empty"}
    return sorted(shown.SerializeToString() for shown in run.elements if shown.WhichOneof("type") not in passing)
