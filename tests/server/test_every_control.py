"""Every control of every page, moved on a running server: only there do the parts of a page run by themselves."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.driver import Value, Visitor, Widget, visit

PAGES = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "pages").glob("*.py"))


def other(widget: Widget) -> Value | None:
    """Return another value than the widget's, or None where there is none to be sure of."""
    match widget.value:
        case bool(value):
            return not value
        case float(value):
            return value + 1
        case [float(value)]:
            return [value + 1]
    return None


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
    before, after = visitor.widgets[key].value, other(visitor.widgets[key])
    if after is None:
        return []
    runs = [await visitor.move(key, value) for value in (after, before)]
    return [key for run in runs if run.failed]


@pytest.mark.parametrize("page", PAGES)
def test_every_control_can_be_moved_on_a_running_server(address: str, page: str) -> None:
    assert asyncio.run(complaints(address, page)) == []
