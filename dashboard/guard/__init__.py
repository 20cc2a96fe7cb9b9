"""What stands between strangers and the dashboard: pure ASGI, around everything that Streamlit serves."""

from collections import OrderedDict

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.guard.full import CODE, REASON, refusal
from dashboard.guard.headers import security_headers
from dashboard.guard.limits import Limits
from dashboard.guard.socket import Socket

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
        self.uploads: OrderedDict[str, int] = OrderedDict()

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
        socket = Socket(receive, send, self.limits)
        self.sockets += 1
        try:
            await self.app(scope, socket.receive, socket.send)
        finally:
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
        await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> list[Message]:
        """Return the answer to a request that may not go on to the dashboard; an empty list to one that may."""
        _, core, wanted = scope["path"].partition(CORE)
        if core and not wanted.startswith(OPEN):
            return _plain(404, "Not found")
        if core and wanted.startswith(UPLOAD) and scope["method"] == "PUT" and not self._may_upload(wanted):
            return _plain(429, "Too many files")
        if self.is_full and _is_page(scope):
            return refusal(self.sockets, self.limits.try_again)
        return []

    def _may_upload(self, wanted: str) -> bool:
        """Count a session's files. Only the latest sessions are remembered."""
        session = wanted.split("/")[1]
        self.uploads[session] = self.uploads.pop(session, 0) + 1
        while len(self.uploads) > self.limits.sockets:
            self.uploads.popitem(last=False)
        return self.uploads[session] <= self.limits.uploads


def _is_page(scope: Scope) -> bool:
    """Return whether a person asks for a page, rather than a page for one of its parts."""
    return not scope["path"].startswith(FILES) and "text/html" in Headers(scope=scope).get("accept", "")


def _plain(status: int, text: str) -> list[Message]:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": text.encode()},
    ]
