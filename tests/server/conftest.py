"""A server of our own on a free port."""

from collections.abc import Iterator

import pytest

from benchmarks.server import APP, serve


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """HOST:PORT of a running dashboard."""
    with serve(APP) as server:
        yield server.address
