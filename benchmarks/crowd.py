"""Many visitors at once: they join together, walk through the pages, and move one control a second."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from benchmarks.driver import Run, Visitor, visit
from benchmarks.hand import movable, moved
from benchmarks.server import Server
from benchmarks.verdict import Answers, Rehearsal

BEAT = 1.0  # seconds between two moves of one visitor
TROUBLE = (OSError, TimeoutError, WebSocketException)
Say = Callable[[str], None]


@dataclass
class Crowd:
    """Visitors of one address, and what they find.

    Attributes:
        address: HOST:PORT, or a ws:// or wss:// address.
        people, moves: how many visitors, and how many moves each of them makes on each page.
        server: the process that is watched meanwhile, where it is ours.
        only: the pages to walk; those of the navigation where none is named.
        say: where progress is told.
    """

    address: str
    people: int
    moves: int
    server: Server | None = None
    only: tuple[str, ...] = ()
    say: Say = print
    found: Rehearsal = field(init=False)

    async def rehearse(self) -> Rehearsal:
        """Let everybody in at once, and let them walk."""
        self.found = Rehearsal(self.people)
        before = self.server.memory() if self.server else 0.0
        async with AsyncExitStack() as stack:
            self.say(f"{self.people} people open the link at once ...")
            began = time.perf_counter()
            came = await asyncio.gather(*(self._join(stack, began) for _ in range(self.people)))
            visitors = [visitor for visitor in came if visitor]
            full = self.server.memory() if self.server else 0.0
            self.say(f"{len(visitors)} are in, and walk; each moves one control every {BEAT:g} s ...")
            began, own, cpu = time.perf_counter(), time.process_time(), self.server.cpu() if self.server else 0.0
            progress = asyncio.create_task(self._progress(began))
            await asyncio.gather(*(self._walk(visitor, number) for number, visitor in enumerate(visitors)))
            progress.cancel()
            self.found.seconds = time.perf_counter() - began
            self.found.audience = (time.process_time() - own) / self.found.seconds
            if self.server:
                self.found.cpu = self.server.cpu() - cpu
                self.found.memory = before, full, self.server.memory()
        return self.found

    async def _join(self, stack: AsyncExitStack, began: float) -> Visitor | None:
        try:
            visitor = await stack.enter_async_context(visit(self.address))
            run = await visitor.open()
        except TROUBLE as error:
            self.found.errors.append(f"joining: {type(error).__name__} {error}")
            return None
        self.found.joined.append(time.perf_counter() - began)
        self._note("", run)
        return visitor

    async def _walk(self, visitor: Visitor, number: int) -> None:
        """Visit every page, everybody beginning with another one, at a moment of one's own."""
        pages = self.only or visitor.pages or ("",)
        start = number % len(pages)
        await asyncio.sleep(random.Random(number).uniform(0, BEAT))
        try:
            for page in (*pages[start:], *pages[:start]):
                await self._stay(visitor, page)
        except TROUBLE as error:
            self.found.errors.append(f"/{visitor.page}: {type(error).__name__} {error}")

    async def _stay(self, visitor: Visitor, page: str) -> None:
        did = self.found.pages.setdefault(page, Answers())
        run = await visitor.open(page)
        did.opened.append(run.seconds)
        self._note(page, run)
        moves: dict[str, int] = {}
        for move in range(self.moves):
            await asyncio.sleep(max(0.0, BEAT - run.seconds))
            keys = movable(visitor.widgets, move)
            if not keys:
                continue
            key = min(keys, key=lambda key: moves.get(key, -1))  # the one that has rested longest
            moves[key] = move
            value = moved(visitor.widgets[key])
            assert value is not None
            run = await visitor.move(key, value)
            did.moved.append(run.seconds)
            self._note(page, run)

    def _note(self, page: str, run: Run) -> None:
        if page in self.found.pages:
            self.found.pages[page].sizes.append(run.size)
        if run.failed:
            self.found.errors.append(f"/{page} shows an exception")

    async def _progress(self, began: float) -> None:
        while True:
            await asyncio.sleep(5)
            moves = len(self.found.moved)
            self.say(f"  {time.perf_counter() - began:3.0f} s: {moves} moves, {len(self.found.errors)} errors")
