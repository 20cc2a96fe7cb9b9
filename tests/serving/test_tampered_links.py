"""Some hundred links that no control ever made, each opened cold on a running server: every one shows its page."""

import asyncio
import importlib
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

import pytest

from benchmarks.driver import Run, visit
from benchmarks.server import Server
from components.course import STOPS
from tests.serving.conftest import finish
from tests.serving.hostile import MARKUP, ODD, dangers, html

AT_ONCE = 4
PAGES = [stop.stem for stop in STOPS if stop.is_built]
KEYS = {page: tuple(importlib.import_module(f"components.{page}.scenes").SCENE) for page in PAGES}
CHOICE = {page: f"{page}_bench" for page in PAGES} | {"tracking": "tracking_look"}
SHARED = ("scene", "answers", "projector", "embed", "embed_options", "unknown")
KINDS = cycle(ODD)  # goes on from page to page: so every key meets another kind


def written(*pairs: tuple[str, str]) -> str:
    """Return a link's settings; the values stand in it as they are."""
    return "&".join(f"{key}={value}" for key, value in pairs)


def links(page: str, benches: dict[str, list[str]]) -> Iterator[str]:
    """Yield tampered links to a page.

    Args:
        benches: the settings that open each bench, with the keys of the controls that stand there.
    """
    for turn, (bench, keys) in enumerate(benches.items()):
        for kind in (*MARKUP, *tuple(ODD)[turn % 3 :: 3]):  # every control of the bench at once
            values = "x" if len(ODD[kind]) > 1000 else ODD[kind]
            yield f"{bench}&" + written(*((key, values) for key in keys), (keys[0], ODD[kind]))
        for key in keys:  # one control, and the others as they are
            yield f"{bench}&{key}={ODD[next(KINDS)]}"
    keys = [*KEYS.get(page, ()), *SHARED]
    for kind in ("nothing", "huge", "NUL", "a script", "a picture in Markdown"):
        yield written(*((key, ODD[kind]) for key in keys))  # the choice of the bench among them
        yield written(*((key, value) for key in keys for value in ("1", ODD[kind], "true", "")))  # repeated
        yield written(("scene", ODD[kind]), ("scene", "kink"), ("scene", ODD[kind]))
        yield f"{ODD[kind]}={ODD[kind]}"
    for other in PAGES:
        yield written(*((key, ODD[next(KINDS)][:100]) for key in KEYS[other]))
    yield from ("?", "&&&===", "=", "a", f"{'a' * 4000}=1", "x=1&" * 900, "%00=%00", "a[]=1&a[b]=2", ";;;")


async def benches_of(address: str, page: str) -> dict[str, list[str]]:
    """Return what opens each bench of a page, with the keys that a link can set there."""
    async with visit(address) as visitor:
        await visitor.open(page)
        choice = visitor.widgets.get(CHOICE.get(page, ""))
    names = [option.content for option in choice.shown.options] if choice else []
    found = {}
    for name in names or [""]:
        link = {CHOICE[page]: name} if name else {}
        async with visit(address) as visitor:  # a new one: whoever is here keeps the bench that is open
            await visitor.open(page, **link)
            found[urlencode(link)] = [widget.bound for widget in visitor.widgets.values() if widget.bound]
    return found


def told(run: Run) -> list[str]:
    """Return what is wrong with what a link shows."""
    titles = sum(element.WhichOneof("type") == "heading" and element.heading.tag == "h1" for element in run.elements)
    troubles = {
        "an exception": run.failed,
        "no title": titles != 1,
        "hardly anything": len(run.elements) < 20,
        "HTML": any("stTable" not in text for text in map(html, run.elements) if text),
        "strange HTML": any("hacked" in text or "stranger" in text for text in map(html, run.elements)),
    }
    return [trouble for trouble, is_so in troubles.items() if is_so] + [
        danger for element in run.elements for danger in dangers(element)
    ]


async def complaints(address: str, page: str) -> tuple[int, dict[str, list[str]]]:
    """Follow every tampered link to a page, some at a time; return how many there are, and what is wrong with which."""
    waiting = list(links(page, await benches_of(address, page)))
    number, wrong = len(waiting), dict[str, list[str]]()

    async def follow() -> None:
        while waiting:
            link = waiting.pop()
            async with visit(address) as visitor:  # a new visitor: nothing is left of the link before
                if found := told(await visitor.follow(page, link)):
                    wrong[link[:300]] = found

    await asyncio.gather(*(follow() for _ in range(AT_ONCE)))
    return number, wrong


@pytest.mark.parametrize("page", ["", *PAGES], ids=lambda page: page or "home")
def test_a_tampered_link_shows_its_page_and_is_never_more_than_text(room: Server, page: str) -> None:
    number, wrong = finish(complaints(room.address, page))
    assert wrong == {}
    assert number > (50 if page == "" else 120)
    assert room.process.is_running()
