"""What stands between strangers and the dashboard: pure ASGI, around everything that Streamlit serves."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.guard.full import CODE, REASON, refusal
from dashboard.guard.headers import security_headers
from dashboard.guard.limits import Limits
from dashboard.guard.socket import Socket
from dashboard.guard.turns import Turns
from dashboard.guard.uploads import TOO_SLOW, Uploads

CORE = "/_stcore/"
# Of what Streamlit serves about itself, this is what its page asks for. The rest, metrics and a programmatic way to
# drive the dashboard among it, does not exist for a visitor.
OPEN = ("health", "host-config", "stream", "upload_file/", "bidi-components/")
UPLOAD = "upload_file/"
FILES = ("/static/", "/media/", "/component/", CORE)

__all__ = ["Guard", "Limits"]


class Guard:
    """Holds each visitor to limits, so that none of them is felt by the others."""

    def __init__(self, app: ASGIApp, limits: Limits = Limits()) -> None:  # noqa: B008 (it is frozen)
        self.app, self.limits = app, limits
        self.sockets = 0
        self.turns = Turns(limits.runs)
        self.uploads = Uploads(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        answers = {"http": self._http, "websocket": self._websocket}
        await answers.get(scope["type"], self.app)(scope, receive, send)

    @property
    def is_full(self) -> bool:
        """Whether as many visitors are here as may be."""
        return self.sockets >= self.limits.sockets

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_full:
            # A reason can be given only on a socket that has been accepted.
            await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None)})
            await send({"type": "websocket.close", "code": CODE, "reason": REASON})
            return
        socket = Socket(receive, send, self.limits, self.turns)
        self.sockets += 1
        try:
            await self.app(scope, socket.receive, socket.send)
        finally:
            socket.leave()
            self.sockets -= 1

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *security_headers(scope["query_string"])]
            await send(message)

        for answer in self._refusal(scope):
            await with_headers(answer)
            if answer["type"] == "http.response.body":
                return
        if _session(scope):
            await self._upload(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file through, if there is space for it and it does not take for ever."""
        if refused := self.uploads.begin(_session(scope)):
            for answer in _plain(*refused):
                await send(answer)
            return
        try:
            async with asyncio.timeout(self.limits.patience):
                await self.app(scope, receive, send)
        except TimeoutError:
            for answer in _plain(*TOO_SLOW):
                await send(answer)
        finally:
            self.uploads.end()

    def _refusal(self, scope: Scope) -> list[Message]:
        """Return the answer to a request that may not go on to the dashboard; an empty list to one that may."""
        _, core, wanted = scope["path"].partition(CORE)
        if core and not wanted.startswith(OPEN):
            return _plain(404, "Not found")
        if self.is_full and _is_page(scope):
            return refusal(self.sockets, self.limits.try_again)
        return []


def _session(scope: Scope) -> str:
    """Return the session that sends a file by this request, "" where it is another request."""
    _, _, file = scope["path"].partition(CORE + UPLOAD)
    return str(file.partition("/")[0]) if scope["method"] == "PUT" else ""


def _is_page(scope: Scope) -> bool:
    """Return whether a person asks for a page, rather than a page for one of its parts."""
    return not scope["path"].startswith(FILES) and "text/html" in Headers(scope=scope).get("accept", "")


def _plain(status: int, text: str) -> list[Message]:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": text.encode()},
    ]
