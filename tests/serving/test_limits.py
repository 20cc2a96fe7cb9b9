"""Each limit, driven from outside against a running server."""

import asyncio
import http.client
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from benchmarks.driver import dial, visit
from benchmarks.server import Server
from dashboard.guard import Limits
from dashboard.guard.full import CODE
from dashboard.guard.socket import NO_TEXT, TOO_BIG, UNREADABLE
from tests.serving.conftest import SEATS, finish, scene

LIMITS = Limits()


@dataclass(frozen=True)
class Answer:
    """A server's answer; the names of its headers in small letters."""

    status: int
    headers: dict[str, str]
    body: str


def ask(server: Server, path: str, method: str = "GET") -> Answer:
    """Return the answer to a request, made as a browser makes it for a page."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request(method, path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read().decode())


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/_stcore/metrics/",
        "/gradients/../_stcore/metrics",
        "/%5fstcore/metrics",
    ],
)
def test_what_no_visitor_needs_does_not_exist(room: Server, path: str) -> None:
    assert ask(room, path).status in (400, 404)
    assert ask(room, path, "POST").status in (400, 404)


@pytest.mark.parametrize("path", ["/", "/gradients", "/_stcore/health", "/_stcore/metrics", "/nowhere"])
def test_every_answer_carries_the_security_headers(room: Server, path: str) -> None:
    answer = ask(room, path)
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in answer.headers["permissions-policy"]


def test_the_health_check_says_ok(room: Server) -> None:
    assert ask(room, "/_stcore/health").body == "ok"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"x" * (LIMITS.frame + 1), TOO_BIG),
        (b"x" * 20_000_000, TOO_BIG),
        (b"\xff\xff\xff\xff", UNREADABLE),
        ("text", NO_TEXT),
    ],
    ids=["too big", "far too big", "noise", "text"],
)
def test_a_frame_that_no_browser_sends_ends_its_own_socket_and_no_other(
    room: Server, frame: bytes | str, code: int
) -> None:
    async def send() -> None:
        async with visit(room.address) as other, visit(room.address) as visitor:
            await other.open("gradients")
            await visitor.open()
            with pytest.raises(ConnectionClosed) as closed:
                await visitor.socket.send(frame)
                while True:
                    await visitor.socket.recv()
            assert closed.value.rcvd is None or closed.value.rcvd.code == code
            assert not (await other.move("gradients_x", 1.25)).failed

    finish(send())


def test_a_frame_may_be_as_large_as_the_limit(room: Server) -> None:
    async def send() -> None:
        async with visit(room.address) as visitor:
            await visitor.open()
            visitor.link["unknown"] = "x" * (LIMITS.frame - len(visitor.request().SerializeToString()) - 100)
            assert not (await visitor.come_back(visitor.socket)).failed

    finish(send())


async def clear(server: Server) -> bool:
    """Return whether one visitor's "clear cache" makes another one's page forget."""
    async with visit(server.address) as one, visit(server.address) as other:
        before = scene(await other.open())
        assert scene(await one.open()) == before
        await one.socket.send(BackMsg(clear_cache=True).SerializeToString())
        await one.come_back(one.socket)  # a message later, the one before it has been read
        return scene(await other.come_back(other.socket)) != before


def test_clear_cache_reaches_nobody_behind_the_guard(small_room: Server) -> None:
    assert not finish(clear(small_room))


def test_without_the_guard_it_would_reach_everybody(open_house: Server) -> None:
    assert finish(clear(open_house))


def test_who_finds_the_room_full_is_told_so_and_gets_in_when_someone_leaves(small_room: Server) -> None:
    async def fill() -> None:
        async with AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(visit(small_room.address)) for _ in range(SEATS)]
            for visitor in visitors:
                await visitor.open()
            answer = await asyncio.to_thread(ask, small_room, "/")
            assert answer.status == 503
            assert answer.headers["retry-after"] == str(LIMITS.try_again)
            assert f"{SEATS} people are using" in answer.body
            assert (await asyncio.to_thread(ask, small_room, "/_stcore/health")).status == 200
            async with dial(small_room.address) as socket:
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == CODE and "full" in closed.value.rcvd.reason
            assert not (await visitors[0].move("x", [7.0])).failed
            await visitors.pop().socket.close()
            async with asyncio.timeout(30):
                while (await asyncio.to_thread(ask, small_room, "/")).status == 503:
                    await asyncio.sleep(0.01)  # until the server has noticed that the seat is free
            async with visit(small_room.address) as late:
                assert not (await late.open()).failed

    finish(fill())
