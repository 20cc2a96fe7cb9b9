"""Two replicas behind Debian's nginx with the project's own configuration; one of them ends."""

import asyncio
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import WebSocketException

from benchmarks.driver import Visitor, dial
from benchmarks.server import ROOM, ROOT, UNWATCHED, Server, free_port, serve
from tests.long_form import LONG
from tests.serving import nginx
from tests.serving.conftest import finish, scene

SITE = ROOT / "deploy" / "nginx.conf"
AROUND = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    include site.conf;
}
"""
PEOPLE = 100 if LONG else 12
PROMISED, GENEROUS = 3.0, 15.0  # seconds until everybody is back: on a machine that is not busy, and on one that is


@dataclass
class Guest:
    """A visitor with the seat that nginx gave him."""

    seat: str
    visitor: Visitor
    shown: list[bytes]


@contextmanager
def balanced(folder: Path, replicas: list[Server]) -> Iterator[str]:
    """Run nginx with the project's configuration in front of replicas; its address."""
    program = nginx.find()
    assert program, "nginx is missing: make nginx installs it, or says how"
    port, ports = free_port(), iter(replicas)
    site = re.sub(r"listen 8080", f"listen 127.0.0.1:{port}", SITE.read_text())
    site = re.sub(r"127\.0\.0\.1:850\d", lambda _: next(ports).address, site)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(AROUND)
    with subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf"], stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 30
            while time.monotonic() < until and process.poll() is None:
                with suppress(OSError):
                    seat_of(f"127.0.0.1:{port}")
                    break
                time.sleep(0.02)  # between two questions to a server that is starting
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def seat_of(address: str) -> str:
    """Open the page as a browser does that has not been here yet, and return the cookie's value."""
    with urllib.request.urlopen(f"http://{address}/", timeout=30) as answer:
        (seat,) = re.findall(r"seat=([0-9a-f]{32});", ";".join(answer.headers.get_all("Set-Cookie", [])))
        return str(seat)


async def arrive(address: str, number: int) -> Guest:
    """Come in through nginx, and make a scene of one's own."""
    seat = await asyncio.to_thread(seat_of, address)
    visitor = Visitor(await dial(address, Cookie=f"seat={seat}"))
    await visitor.open("gradients", gradients_expression=f"x**2 - {number}")
    await visitor.move("gradients_x", number / 10)
    return Guest(seat, visitor, scene(await visitor.come_back(visitor.socket)))


async def return_to(address: str, guest: Guest, stack: AsyncExitStack) -> None:
    """Connect again and again, as a browser does, until the scene is back."""
    while True:
        try:
            socket = await dial(address, guest.visitor.session, Cookie=f"seat={guest.seat}")
            stack.push_async_callback(socket.close)
            assert scene(await guest.visitor.come_back(socket)) == guest.shown
            return
        except (OSError, WebSocketException):
            await asyncio.sleep(0.1)  # a browser's pause between two attempts


def test_when_a_replica_ends_its_visitors_come_back_and_nobody_else_notices(tmp_path: Path) -> None:
    async def end_one(address: str, leaving: Server) -> None:
        async with AsyncExitStack() as stack:
            guests = [await arrive(address, number) for number in range(PEOPLE)]
            for guest in guests:
                stack.push_async_callback(guest.visitor.socket.close)
            leaving.process.kill()
            leaving.process.wait()
            began = time.monotonic()
            # Each moves a control, as people do; whoever sat there finds his socket broken.
            answers = await asyncio.gather(*map(move, guests))
            moved = [guest for guest, answered in zip(guests, answers, strict=True) if not answered]
            assert 0 < len(moved) < PEOPLE, "the cookie's hash seats people at both replicas"
            await asyncio.gather(*(return_to(address, guest, stack) for guest in moved))
            took = time.monotonic() - began
            print(f"{len(moved)} of {PEOPLE} came back within {took:.1f} s ({PROMISED:g} s are promised)")
            assert took < GENEROUS
            assert all(await asyncio.gather(*map(move, guests)))

    with (
        serve(ROOM, ROOT, UNWATCHED) as one,
        serve(ROOM, ROOT, UNWATCHED) as other,
        balanced(tmp_path, [one, other]) as address,
    ):
        finish(end_one(address, one))


async def move(guest: Guest) -> bool:
    """Ask for the scene again; return whether it came."""
    try:
        return scene(await guest.visitor.come_back(guest.visitor.socket)) == guest.shown
    except WebSocketException:
        return False


def test_a_visitor_keeps_his_seat_and_a_made_up_one_is_replaced(tmp_path: Path, small_room: Server) -> None:
    with balanced(tmp_path, [small_room, small_room]) as address:
        seat = seat_of(address)
        kept = urllib.request.Request(f"http://{address}/", headers={"Cookie": f"seat={seat}"})
        with urllib.request.urlopen(kept, timeout=30) as answer:
            assert not [cookie for cookie in answer.headers.get_all("Set-Cookie", []) if cookie.startswith("seat=")]
        forged = urllib.request.Request(f"http://{address}/", headers={"Cookie": "seat=<script>"})
        with urllib.request.urlopen(forged, timeout=30) as answer:
            assert re.search(r"seat=[0-9a-f]{32};", ";".join(answer.headers.get_all("Set-Cookie", [])))
