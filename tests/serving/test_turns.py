"""Whose run is next."""

import asyncio
from contextlib import suppress

from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.guard import Limits
from dashboard.guard.socket import Socket
from dashboard.guard.turns import Turns, Visitor
from tests.serving.conftest import finish

LONGEST = 0.05


async def settle() -> None:
    """Let everything happen that can happen now."""
    for _ in range(10):
        await asyncio.sleep(0)


async def begun(*waiting: tuple[Turns, float, str], order: list[str]) -> list[asyncio.Task[None]]:
    """Let visitors ask for a turn, one after the other; each notes his name once it has come."""

    async def ask(turns: Turns, patience: float, name: str) -> None:
        await turns.take(patience)
        order.append(name)

    tasks = []
    for turns, patience, name in waiting:
        tasks.append(asyncio.create_task(ask(turns, patience, name)))
        await settle()
    return tasks


def test_no_more_than_so_many_have_their_turn_at_once() -> None:
    async def take() -> None:
        turns, order = Turns(2), list[str]()
        await begun((turns, 1, "a"), (turns, 1, "b"), (turns, 1, "c"), order=order)
        assert order == ["a", "b"]
        turns.give()
        await settle()
        assert order == ["a", "b", "c"]

    finish(take())


def test_whose_patience_ends_first_comes_first_and_of_two_alike_who_came_first() -> None:
    async def take() -> None:
        turns, order = Turns(1), list[str]()
        pages = (turns, 10.0, "a page"), (turns, 10.0, "another page")
        await begun((turns, 1, "now"), *pages, (turns, 0.2, "a control"), order=order)
        for _ in range(3):
            turns.give()
            await settle()
        assert order == ["now", "a control", "a page", "another page"]

    finish(take())


def test_who_leaves_while_he_waits_keeps_nobody_from_his_turn() -> None:
    async def leave(*, has_just_come: bool) -> None:
        turns, order = Turns(1), list[str]()
        _, leaving, _ = await begun((turns, 1, "now"), (turns, 1, "leaves"), (turns, 2, "stays"), order=order)
        if has_just_come:
            turns.give()
            leaving.cancel()
        else:
            leaving.cancel()
            await settle()
            turns.give()
        with suppress(asyncio.CancelledError):
            await leaving
        await settle()
        assert order == ["now", "stays"]

    finish(leave(has_just_come=False))
    finish(leave(has_just_come=True))


def test_a_long_run_lets_the_next_one_begin_beside_it() -> None:
    async def run() -> None:
        turns = Turns(1)
        long, other = Visitor(turns, LONGEST), Visitor(turns, LONGEST)
        await long.begin(1)
        async with asyncio.timeout(5):
            await other.begin(1)
        long.end()  # its turn is over already: it gives nothing back
        third = asyncio.create_task(turns.take(1))
        await settle()
        assert not third.done()
        other.end()
        await third

    finish(run())


def test_who_asks_again_in_his_turn_waits_for_nobody_and_has_no_second_one() -> None:
    async def run() -> None:
        turns = Turns(2)
        eager, other = Visitor(turns, 60), Visitor(turns, 60)
        await eager.begin(1)
        await other.begin(1)
        await eager.begin(1)
        waiting = asyncio.create_task(turns.take(1))
        await settle()
        assert not waiting.done()
        eager.end()
        eager.end()
        await waiting
        last = asyncio.create_task(turns.take(1))
        await settle()
        assert not last.done()
        other.end()
        await last

    finish(run())


def rerun(fragment: str = "") -> Message:
    """Return the message of a browser that asks for a run of the page, or of a part of it."""
    request = BackMsg()
    request.rerun_script.fragment_id = fragment
    request.rerun_script.SetInParent()
    return {"type": "websocket.receive", "bytes": request.SerializeToString()}


class Seat:
    """A visitor's socket without a network: what he says, and when the dashboard hears it."""

    def __init__(self, name: str, turns: Turns, heard: list[str]) -> None:
        self.name, self.heard = name, heard
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.socket = Socket(self.says.get, self.take, Limits(turn=60), turns)

    async def take(self, message: Message) -> None:
        """Take an answer."""

    async def listen(self) -> None:
        """Hear as the dashboard does: one message after the other."""
        while (await self.socket.receive())["type"] == "websocket.receive":
            self.heard.append(self.name)

    async def answer(self) -> None:
        """Send what says that the run is over."""
        over = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
        await self.socket.send({"type": "websocket.send", "bytes": over.SerializeToString()})
        await settle()


def test_sockets_hold_their_visitors_to_their_turns() -> None:
    async def ask() -> None:
        turns, heard = Turns(1), list[str]()
        first, page, control, last = (Seat(name, turns, heard) for name in ("first", "page", "control", "last"))
        listening = [asyncio.create_task(seat.listen()) for seat in (first, page, control, last)]
        for seat, message in ((first, rerun()), (page, rerun()), (control, rerun("of a slider")), (last, rerun())):
            seat.says.put_nowait(message)
            await settle()
        assert heard == ["first"]
        await first.answer()
        assert heard == ["first", "control"]
        control.says.put_nowait({"type": "websocket.disconnect", "code": 1001})  # he leaves in the middle of his run
        await settle()
        assert heard == ["first", "control", "page"]
        last.says.put_nowait(rerun())
        await page.answer()
        assert heard == ["first", "control", "page", "last", "last"]
        for task in listening:
            task.cancel()

    finish(ask())
