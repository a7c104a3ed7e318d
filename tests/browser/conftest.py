"""The book at an address: over HTTP and straight from disk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.built import html
from tests.chromium import serve

__all__ = ["html"]


@pytest.fixture(scope="session")
def over_http(html) -> Iterator[str]:
    """The book's address on a local server."""
    with serve(html) as address:
        yield address


@pytest.fixture(scope="session")
def from_disk(html) -> str:
    """The book's address on disk."""
    return html.as_uri()


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
