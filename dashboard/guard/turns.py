"""Whose run is next: few at a time, and of those who wait, first the one that has to be answered soonest.

Python's threads share one core and change places many times a second. Forty runs at once all end late, and what carries
their answers waits for each of them; one after the other, most end early.
"""

import asyncio
import heapq
from itertools import count


class Turns:
    """Turns for everybody's runs: https://en.wikipedia.org/wiki/Earliest_deadline_first_scheduling"""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()  # of two with the same deadline, whoever came first

    async def take(self, patience: float) -> None:
        """Wait for a turn, which is to come within so many seconds. It has to be given back."""
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._waiting, (loop.time() + patience, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it had just come
                self.give()
            raise

    def give(self) -> None:
        """Give a turn back, to whoever is next."""
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():  # or else he has left meanwhile
                turn.set_result(None)
                return
        self._free += 1


class Visitor:
    """One visitor, who has a turn or none."""

    def __init__(self, turns: Turns, longest: float) -> None:
        self._turns, self._longest = turns, longest
        self._turn: asyncio.TimerHandle | None = None

    async def begin(self, patience: float) -> None:
        """Wait for a turn. Who asks again in his turn interrupts nobody but himself, and waits for nobody."""
        if not self._turn:
            await self._turns.take(patience)
            # A long training, or somebody who does not take his answers, goes on beside the others.
            self._turn = asyncio.get_running_loop().call_later(self._longest, self.end)

    def end(self) -> None:
        """The run is over, or the visitor has left, or it has taken too long."""
        if self._turn:
            self._turn.cancel()
            self._turn = None
            self._turns.give()
