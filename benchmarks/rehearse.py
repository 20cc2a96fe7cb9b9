"""Rehearse before the workshop: `make rehearse PEOPLE=100 [URL=https://...]`.

So many visitors come at once, over Streamlit's own websocket protocol and without browsers, walk through the pages, and
move one control a second. It ends in plain words: fit for so many people or not, and why. Without an address it starts
a server like `make serve` and watches its processor time and memory, too.
"""

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from benchmarks.crowd import Crowd
from benchmarks.server import ROOM, ROOT, UNWATCHED, serve
from benchmarks.verdict import Rehearsal

LINES = 60  # of the server's log: a traceback or two


def main() -> int:
    """Return 0 if the server is fit for so many people, 1 if not."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=100)
    options.add_argument("--moves", type=int, default=6, help="moves of each visitor on each page")
    options.add_argument("--url", help="the address of a running dashboard")
    chosen = options.parse_args()
    print(f"Rehearsal with {chosen.people} people. What is measured is the server's part: no browser draws anything.")
    found = rehearse(chosen.people, chosen.moves, chosen.url)
    print(f"\n{found}")
    return int(bool(found.reasons()))


def rehearse(people: int, moves: int, url: str | None = None) -> Rehearsal:
    """Rehearse at an address, or on a server of our own."""
    if url:
        return uvloop.run(Crowd(socket_address(url), people, moves).rehearse())
    with serve(ROOM, ROOT, UNWATCHED) as server:
        print(f"A server of our own, like `make serve`, was ready after {server.started_in:.1f} s.")
        found = uvloop.run(Crowd(server.address, people, moves, server).rehearse())
        if found.errors:
            print(f"\nWhat the server said last:\n{last_lines(server.log)}")
        return found


def last_lines(log: Path) -> str:
    """Return the end of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LINES:])


def socket_address(url: str) -> str:
    """Return where the sockets of a dashboard at a http:// or https:// address are.

    Raises:
        ValueError: if it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{url!r} is no address like https://example.org")
    return f"{parts.scheme.replace('http', 'ws')}://{parts.netloc}{parts.path.rstrip('/')}"


if __name__ == "__main__":
    sys.exit(main())
