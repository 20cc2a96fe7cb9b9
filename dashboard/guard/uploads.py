"""How many files a visitor may send, and how many bytes of everybody's files are held at a time."""

from streamlit import config
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from dashboard.guard.limits import Limits

TOO_MANY = 429, "You have sent as many files as one may here. Reload the page to begin anew."
NO_SPACE = 503, "So many files are being looked at that there is no space for one more. Try again in some minutes."
TOO_SLOW = 408, "The file took too long to arrive. Try again."


def held() -> dict[str, int]:
    """Return the bytes of the files that Streamlit holds for each session. It forgets them when a session ends."""
    files = get_instance().uploaded_file_mgr
    assert isinstance(files, MemoryUploadedFileManager)
    return {
        session: sum(len(file.data) for file in list(own.values())) for session, own in [*files.file_storage.items()]
    }


class Uploads:
    """Counts what is sent, and what is on its way.

    A session that is unknown is refused by Streamlit before anything of its file is read, so it is not counted:
    somebody who makes names up pushes nobody out of the count, least of all himself.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sent: dict[str, int] = {}
        self._on_the_way = 0

    def begin(self, session: str) -> tuple[int, str] | None:
        """Count a file, or return why it may not be sent: a status and words. Whatever is begun has to be ended."""
        if not get_instance().is_active_session(session):
            self._on_the_way += 1
            return None
        largest, files = config.get_option("server.maxUploadSize") * 1024**2, held()
        if self._sent.get(session, 0) >= self._limits.uploads:
            return TOO_MANY
        if files.get(session, 0) + largest > self._limits.uploaded_by_one:
            return TOO_MANY
        if sum(files.values()) + (self._on_the_way + 1) * largest > self._limits.uploaded:
            return NO_SPACE
        self._sent = {name: count for name, count in self._sent.items() if get_instance().is_active_session(name)}
        self._sent[session] = self._sent.get(session, 0) + 1
        self._on_the_way += 1
        return None

    def end(self) -> None:
        """A file has arrived, or never will."""
        self._on_the_way -= 1
