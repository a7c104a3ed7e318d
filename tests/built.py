"""The built book, for the tests that read it or open it in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
PAGES = sorted(
    page
    for path in HTML.rglob("*.html")
    if not (page := path.relative_to(HTML).as_posix()).startswith("_static/")
    and page != "index.html"  # it only leads to intro.html
) or ["intro.html"]  # without a book the tests fail, instead of being none


def pages_with(mark: str) -> list[str]:
    """The chapters' pages in which a text stands; without a book one, on which tests fail."""
    return [
        page
        for page in PAGES
        if page.startswith("chapters/") and mark in (HTML / page).read_text("utf-8")
    ] or ["chapters/02_convolution.html"]


CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built book; no test that asks for it passes without one."""
    if not (HTML / "intro.html").exists():
        pytest.fail("These tests read the built book: run `make build` first.", pytrace=False)
    return HTML
