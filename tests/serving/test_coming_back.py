"""Sockets break: a train goes into a tunnel, a laptop is closed, a room's wireless network is started anew."""

import asyncio
from contextlib import AsyncExitStack

from benchmarks.driver import Visitor, dial, visit
from benchmarks.server import Server
from tests.long_form import LONG
from tests.serving.conftest import finish, scene

PEOPLE = 300 if LONG else 20  # Streamlit keeps the state of 128 sessions that are away: 300 are more than that


def test_sessions_that_drop_and_come_back_lose_nothing_of_their_scene(room: Server) -> None:
    async def come_back(visitor: Visitor, stack: AsyncExitStack, expected: list[bytes]) -> None:
        socket = await stack.enter_async_context(dial(room.address, visitor.session))
        run = await visitor.come_back(socket)
        assert not run.failed
        assert scene(run) == expected

    async def drop() -> None:
        async with AsyncExitStack() as stack:
            visitors = [Visitor(await dial(room.address)) for _ in range(PEOPLE)]
            scenes = []
            cpu = room.cpu()
            for number, visitor in enumerate(visitors):
                await visitor.open("gradients", gradients_expression=f"x**2 - {number % 7}")
                await visitor.move("gradients_x", number / 100)
                scenes.append(scene(await visitor.come_back(visitor.socket)))
            opened, cpu = room.cpu() - cpu, room.cpu()
            for visitor in visitors:
                visitor.socket.transport.abort()
            returns = zip(visitors, scenes, strict=True)
            await asyncio.gather(*(come_back(visitor, stack, expected) for visitor, expected in returns))
            assert room.cpu() - cpu < 2 * opened  # looking for changed files would take ten times as much

    finish(drop())


def test_a_link_opened_cold_shows_the_scene_that_it_was_copied_from(room: Server) -> None:
    async def copy() -> None:
        async with visit(room.address) as first, visit(room.address) as second:
            await first.open("gradients", gradients_expression="sin(x)")
            await first.move("gradients_x", 1.25)
            shown = scene(await first.come_back(first.socket))
            assert scene(await second.open("gradients", **first.link)) == shown

    finish(copy())
