"""What a visitor sees who finds the room full."""

import html

from starlette.types import Message

CODE, REASON = 1013, "The room is full. Try again in a moment."  # 1013 of RFC 6455's registry: try again later
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{seconds}">
<title>Full house</title>
<style>
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem;
    color-scheme: light dark; }}
</style>
<h1>Full house</h1>
<p>{people} people are using the Autograd Playground, which is as many as this server takes, so that it stays quick for
them. This page tries again every {seconds} seconds, and opens by itself.</p>
</html>
"""


def refusal(people: int, seconds: int) -> list[Message]:
    """Return the answer to somebody's request for a page: what is the matter, and when it is tried again."""
    body = PAGE.format(people=people, seconds=html.escape(str(seconds))).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", str(seconds).encode()),
    ]
    return [
        {"type": "http.response.start", "status": 503, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]
