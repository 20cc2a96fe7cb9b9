"""The dashboard as a room gets it, behind the guard: what the guard forbids must not be what a page needs."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Tab, free_port, serve
from tests.browser.test_every_page import PAGES, PATHS


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of `dashboard/server.py`; every tab of this file opens there."""
    port = free_port()
    server = serve(port, "dashboard/server.py")
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@pytest.mark.parametrize("path", PATHS, ids=PAGES)
def test_every_page_works_under_the_security_headers(new_tab: Callable[..., Tab], path: str) -> None:
    """A tab fails its test for any complaint in the console: a policy that refuses something is one."""
    page = new_tab().open(path)
    assert page.locator("[data-testid=stException]").count() == 0


def test_the_explorer_moves_behind_the_guard(new_tab: Callable[..., Tab]) -> None:
    page = new_tab().open("gradients?gradients_x=1")
    expect(page.get_by_test_id("readout")).to_contain_text("x=1.00")
    page.locator("input[type=range]").first.press("ArrowRight")
    expect(page.get_by_test_id("readout")).not_to_contain_text("x=1.00")


def test_a_script_of_strangers_does_not_run(new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    page = tab.open("")
    assert refused(page, "const s = document.createElement('script'); s.textContent = 'window.hacked = true'; add(s)")
    assert refused(page, "const s = document.createElement('script'); s.src = 'https://example.org/x.js'; add(s)")
    assert refused(page, "const i = document.createElement('img'); i.src = 'https://example.org/x.png'; add(i)")
    assert page.evaluate("window.hacked") is None
    tab.strangers.clear()  # they were asked for, and refused before anything was sent
    tab.complaints = [said for said in tab.complaints if "Content Security Policy" not in said]


def refused(page: Page, attempt: str) -> bool:
    """Return whether the browser refuses an attempt because of the policy."""
    return bool(
        page.evaluate(
            """attempt => new Promise(done => {
                document.addEventListener('securitypolicyviolation', () => done(true), {once: true});
                const add = it => { it.onload = () => done(false); document.body.append(it) };
                new Function('add', attempt)(add);
                setTimeout(() => done(false), 10000);
            })""",
            attempt,
        )
    )


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """Serve a page of somebody else that frames an address: another host name is another site to a browser."""
    framed = ""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><link rel=icon href=data:,><iframe src='{framed}'></iframe>".encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    def frame(address: str) -> str:
        nonlocal framed
        framed = address
        return f"http://localhost:{server.server_port}/"

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield frame
        server.shutdown()


def test_the_embedded_form_stands_in_a_page_of_somebody_else(
    new_tab: Callable[..., Tab], address: str, elsewhere: Callable[[str], str]
) -> None:
    tab = new_tab()
    tab.page.goto(elsewhere(f"{address}/?embed=true"))
    tab.strangers.clear()  # the page of somebody else itself
    expect(tab.page.frame_locator("iframe").locator("[data-testid=stApp] h1")).to_be_visible()


def test_the_whole_dashboard_does_not(
    new_tab: Callable[..., Tab], address: str, elsewhere: Callable[[str], str]
) -> None:
    tab = new_tab()
    with tab.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        tab.page.goto(elsewhere(f"{address}/"))
    assert tab.page.frame_locator("iframe").locator("[data-testid=stApp]").count() == 0
    tab.strangers.clear()
    tab.complaints.clear()
