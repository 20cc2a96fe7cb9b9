"""Files are bounded: how many one visitor sends, how much space one and all of them have, how long one may take."""

import asyncio
import http.client
from contextlib import AsyncExitStack, closing

import pytest

from benchmarks.driver import Visitor, visit
from benchmarks.server import Server
from dashboard.guard import Limits
from tests.serving.conftest import BY_ONE, SEATS, SPACE, finish
from tests.serving.uploading import NotTakenError, ask_for_address, new_token, put

SMALL, LARGE = b"a,b\n1,2\n", b"a,b\n" + b"1,2\n" * 500_000


async def sent(server: Server, visitor: Visitor, data: bytes, token: str = "") -> tuple[int, str]:
    """Send a file; return 204, or the status and the words of the refusal."""
    address = await ask_for_address(visitor, "a.csv")
    try:
        await asyncio.to_thread(put, server, address.upload_url, "a.csv", data, token)
    except NotTakenError as refused:
        return refused.status, refused.words
    return 204, ""


def test_only_so_many_files_come_from_one_session(room: Server) -> None:
    async def send() -> None:
        async with visit(room.address) as visitor, visit(room.address) as other:
            await visitor.open("datasets")
            await other.open("datasets")
            answers = [await sent(room, visitor, SMALL) for _ in range(Limits().uploads + 1)]
            assert {status for status, _ in answers[:-1]} == {204}
            assert answers[-1][0] == 429 and "as many files as one may" in answers[-1][1]
            for number in range(500):  # sessions that nobody has make nobody's count forgotten
                with pytest.raises(NotTakenError) as refused:
                    await asyncio.to_thread(put, room, f"/_stcore/upload_file/made-up-{number}/0", "a.csv", b"", "none")
                assert refused.value.status in (400, 403)
            assert (await sent(room, visitor, SMALL))[0] == 429
            assert (await sent(room, other, SMALL))[0] == 204

    finish(send())


def test_a_file_from_another_site_is_refused(room: Server) -> None:
    async def send() -> None:
        async with visit(room.address) as visitor:
            await visitor.open("datasets")
            assert (await sent(room, visitor, SMALL, "somebody else's token"))[0] == 403

    finish(send())


def test_all_files_together_have_only_so_much_space(small_room: Server) -> None:
    async def fill() -> None:
        async with AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(visit(small_room.address)) for _ in range(SEATS)]
            for visitor in visitors:
                await visitor.open()
            first, second, third = visitors
            assert 2 * len(LARGE) < BY_ONE < 3 * len(LARGE) and 3 * len(LARGE) < SPACE < 4 * len(LARGE)
            address = await ask_for_address(first, "a.csv")
            await asyncio.to_thread(put, small_room, address.upload_url, "a.csv", LARGE)
            assert (await sent(small_room, first, LARGE))[0] == 204
            assert (await sent(small_room, first, LARGE))[0] == 429  # what one may have is full
            assert (await sent(small_room, second, LARGE))[0] == 204
            status, words = await sent(small_room, third, SMALL)
            assert status == 503 and "no space for one more" in words
            assert not (await third.move("x", [5.0])).failed
            await asyncio.to_thread(remove, small_room, address.delete_url)
            assert (await sent(small_room, third, SMALL))[0] == 204

    finish(fill())


def remove(server: Server, address: str) -> None:
    """Take a file back, as a browser does whose visitor chooses another one."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        token = new_token(server)
        connection.request("DELETE", address, headers={"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token})
        assert connection.getresponse().status == 204


def test_a_file_that_never_comes_to_its_end_is_given_up(small_room: Server) -> None:
    async def dawdle() -> tuple[int, str]:
        async with visit(small_room.address) as visitor:
            await visitor.open()
            address = await ask_for_address(visitor, "a.csv")
            return await asyncio.to_thread(begin, address.upload_url)

    def begin(address: str) -> tuple[int, str]:
        token = new_token(small_room)
        with closing(http.client.HTTPConnection("127.0.0.1", small_room.port, timeout=60)) as connection:
            connection.putrequest("PUT", address)
            for name, value in {
                "Cookie": f"_streamlit_xsrf={token}",
                "X-Xsrftoken": token,
                "Content-Type": "multipart/form-data; boundary=b",
                "Content-Length": "1000",
            }.items():
                connection.putheader(name, value)
            connection.endheaders(b"--b\r\n")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    status, words = finish(dawdle())
    assert status == 408 and "too long" in words
