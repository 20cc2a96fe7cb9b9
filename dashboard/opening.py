"""Before the doors open: every page runs once, so that no visitor waits for an import or a first result."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache

from streamlit import App, config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionClient

PATIENCE = 120.0  # seconds for one page

Lifespan = Callable[[App], AbstractAsyncContextManager[None]]


class FirstVisitor(SessionClient):
    """A visitor without a browser or a socket. He opens a page and waits until it has run."""

    def __init__(self) -> None:
        self._done = asyncio.Event()
        self.failed = False

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take what a browser would be shown."""
        self.failed |= msg.delta.new_element.WhichOneof("type") == "exception"
        if msg.WhichOneof("type") == "script_finished":
            self._done.set()

    async def visit(self, page: str) -> None:
        """Open a page, "" for the first.

        Raises:
            TimeoutError: if it does not come to its end.
        """
        request = BackMsg()
        request.rerun_script.page_name = page
        session = get_instance().connect_session(self, user_info={})
        try:
            get_instance().handle_backmsg(session, request)
            async with asyncio.timeout(PATIENCE):
                await self._done.wait()
        finally:
            get_instance().close_session(session)


def opening(pages: Callable[[], Iterable[str]]) -> Lifespan:
    """Return a server's lifespan that begins with a visit to each page.

    A page that fails here does not keep the others from opening: it says so in the log, and to its visitors.
    """

    @asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[None]:
        if config.get_option("server.fileWatcherType") == "none":
            watch_nothing()
        read_the_theme_once()
        for page in pages():
            visitor = FirstVisitor()
            try:
                await visitor.visit(page)
            except TimeoutError:
                visitor.failed = True
            if visitor.failed:
                logging.getLogger(__name__).error("The page /%s could not be warmed", page)
        # What all visitors share is here to stay: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        print("Every page has run once: the doors are open.", file=sys.stderr, flush=True)
        yield

    return lifespan


def watch_nothing() -> None:
    """Hold a session that comes back to `server.fileWatcherType = "none"`, too.

    Streamlit 1.67 heeds it for new sessions only (WebsocketSessionManager._resume_stored_session does not ask). For one
    that resumes it then looks up the file of every module that is loaded, half a second with torch, during which
    nobody is answered: a room whose network comes back would wait for minutes.
    """
    setattr(AppSession, "register_file_watchers", lambda _session: None)  # noqa: B010 (mypy forbids the assignment)


def read_the_theme_once() -> None:
    """Keep the colours and sizes that Streamlit 1.67 gathers anew from all its settings for every run of every visitor.

    It was a tenth of what a run costs. On a server the settings stay what they were when it started.
    """

    def populate(message: CustomThemeConfig, section: str = "theme") -> None:
        if gathered(section).ByteSize():  # merging nothing would set it: an empty theme is another one than none
            message.MergeFrom(gathered(section))

    @cache
    def gathered(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        gather(message, section)
        return message

    gather = app_session._populate_theme_msg
    setattr(app_session, "_populate_theme_msg", populate)  # noqa: B010 (mypy forbids the assignment)
