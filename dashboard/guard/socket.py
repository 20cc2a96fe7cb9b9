"""One visitor's socket: how fast it is read, which of its frames go on to the dashboard, and when."""

import asyncio

from starlette.types import Message, Receive, Send

from dashboard.guard.bucket import Bucket
from dashboard.guard.frames import asks_for_part, asks_for_run, ends_run, is_welcome, read
from dashboard.guard.limits import Limits
from dashboard.guard.turns import Turns, Visitor

TOO_BIG, UNREADABLE, NO_TEXT = 1009, 1002, 1003  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1


class Socket:
    """Stands between the server's end of a socket and the dashboard."""

    def __init__(self, receive: Receive, send: Send, limits: Limits, turns: Turns) -> None:
        self._receive, self._send, self._limits = receive, send, limits
        self._bucket = Bucket(limits.burst, limits.messages_a_second)
        self._visitor = Visitor(turns, limits.turn)
        self._closed = False

    async def receive(self) -> Message:
        """Return the next message that is welcome, no sooner than the visitor's pace allows.

        What comes faster is not lost: it waits at the sender's end, for nothing is read meanwhile.
        """
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self.leave()
                return message
            await asyncio.sleep(self._bucket.take())
            frame = message.get("bytes")
            if not isinstance(frame, bytes):
                return await self._close(NO_TEXT, "Only binary messages are read here.")
            if len(frame) > self._limits.frame:
                return await self._close(TOO_BIG, f"A message may have {self._limits.frame} bytes.")
            try:
                said = read(frame)
            except ValueError:
                return await self._close(UNREADABLE, "That is no message of Streamlit's.")
            if asks_for_run(said):
                await self._visitor.begin(self._limits.move if asks_for_part(said) else self._limits.page)
            if is_welcome(said):
                return message

    async def send(self, message: Message) -> None:
        """Send on, unless the visitor has been turned away meanwhile."""
        if not self._closed:
            if message["type"] == "websocket.send" and ends_run(message["bytes"]):
                self._visitor.end()
            await self._send(message)

    def leave(self) -> None:
        """The visitor has left: whatever he began is nobody's turn any more."""
        self._visitor.end()

    async def _close(self, code: int, reason: str) -> Message:
        """Turn the visitor away, and tell the dashboard that he has left."""
        self._closed = True
        self.leave()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code, "reason": reason}
