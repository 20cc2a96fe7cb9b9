"""A server of our own on a free port, and a real Chromium: one that cannot be started is a failure, not a skip."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, find

ROOT = Path(__file__).resolve().parents[2]
VIEWS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
UNDRAWN = "[data-testid=stSkeleton]"  # stands in for an element whose script is on its way
TWO_VIEWS = [("desktop", "light"), ("phone", "dark")]  # between them they show what is narrow, and what is dark
PATIENCE = 60_000  # milliseconds: how long a slow, busy machine may take to show what a test waits for
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"


def serve(port: int, script: str = "dashboard/app.py") -> subprocess.Popen[bytes]:
    """Start the dashboard on a port and wait until it answers."""
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    server = subprocess.Popen(
        [*command, f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return server
        except OSError:
            time.sleep(0.05)  # between two questions to a server that is starting
    server.kill()
    raise RuntimeError("the server did not start")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a running dashboard."""
    port = free_port()
    server = serve(port)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        browser.close()


class Tab:
    """A page in the browser, with what it said and asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text, message.location.get("url", "")))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._see(request.url))

    def _hear(self, kind: str, text: str, url: str) -> None:
        # Streamlit asks /PAGE/_stcore/... before it knows its own base path; those 404s are its own.
        if kind == "error" and "/_stcore/" not in url:
            self.complaints.append(f"{text} {url}")

    def _see(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.strangers.append(url)

    def open(self, path: str) -> Page:
        """Open a path cold and wait until its script is done and everything stands."""
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector(STILL)
        self.page.wait_for_selector(UNDRAWN, state="detached")
        return self.page


@pytest.fixture
def new_tab(browser: Browser, address: str) -> Iterator[Callable[..., Tab]]:
    """Make tabs: `new_tab("phone", color_scheme="dark")`. After the test, no tab may have complained."""
    tabs: list[Tab] = []

    def make(view: str = "desktop", **options: object) -> Tab:
        context = browser.new_context(**VIEWS[view], **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        tabs.append(Tab(context.new_page(), address))
        return tabs[-1]

    yield make
    for tab in tabs:
        tab.page.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []
    assert [url for tab in tabs for url in tab.strangers] == []
