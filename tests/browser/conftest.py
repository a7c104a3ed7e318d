"""A browser, and the book at an address: over HTTP and straight from disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.built import html
from tools.dev import BROWSER_MISSING, find_browser

__all__ = ["html"]

# The pages under test are our own; each switch keeps the browser itself from calling home.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Quiet(SimpleHTTPRequestHandler):
    """A file server that writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def over_http(html) -> Iterator[str]:
    """The book's address on a local server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def from_disk(html) -> str:
    """The book's address on disk."""
    return html.as_uri()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome; without one the tests fail and say what to do."""
    program = find_browser()
    if program is None:
        pytest.fail(BROWSER_MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


class Watch:
    """What a page asks of other computers, and the errors it reports."""

    def __init__(self, page: Page, home: str) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        local = (home, "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(local) or self.requests.append(r.url))
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))


@pytest.fixture(scope="session")
def watch() -> type[Watch]:
    return Watch
