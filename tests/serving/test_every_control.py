"""Every control of every page, moved on a running server: only there do the parts of a page run by themselves."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.driver import Visitor, visit
from benchmarks.hand import moved
from benchmarks.server import APP, serve

PAGES = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "pages").glob("*.py"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """HOST:PORT of a dashboard without the guard, which would slow a hand that moves so fast."""
    with serve(APP) as server:
        yield server.address


async def complaints(address: str, page: str) -> list[str]:
    """Move every control of a page there and back; return what then showed an exception."""
    async with visit(address) as visitor:
        first = await visitor.open("" if page == "home" else page)
        failed = [page] if first.failed else []
        for key in list(visitor.widgets):
            failed += await there_and_back(visitor, key)
        return failed


async def there_and_back(visitor: Visitor, key: str) -> list[str]:
    """Move one control, and back again."""
    widget = visitor.widgets.get(key)  # another control's move may have taken it away
    before, after = (widget.value, moved(widget)) if widget else (None, None)
    failed = []
    for value in (after, before):
        if value is not None and key in visitor.widgets and (await visitor.move(key, value)).failed:
            failed.append(key)
    return failed


@pytest.mark.parametrize("page", PAGES)
def test_every_control_can_be_moved_on_a_running_server(address: str, page: str) -> None:
    assert asyncio.run(complaints(address, page)) == []
