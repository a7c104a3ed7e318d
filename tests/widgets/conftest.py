"""Figures live in a page without a kernel, hosted as in the book: ``show(lab)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.built import ROOT
from tests.chromium import PATIENCE, serve
from tests.drawing import FRAME, draw_after_actions
from tests.live_page import DRAWN, live_page


@pytest.fixture(autouse=True)
def drawn_actions(monkeypatch) -> None:
    """What a test does is drawn before it reads."""
    draw_after_actions(monkeypatch)


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with serve(ROOT) as address:
        yield address


@pytest.fixture
def show(browser, home) -> Iterator[Callable[..., Any]]:
    """Open a page with figures; an error in it fails the test."""
    problems: list[str] = []
    contexts = []

    def opened(
        *widgets: Any, theme: str = "light", width: int = 800, height: int = 1000, link: str = ""
    ) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: m.type == "error" and problems.append(m.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        context.route(f"{home}/favicon.ico", lambda route: route.fulfill(status=204))
        body = live_page(*widgets, theme=theme)
        context.route(f"{home}/page", lambda r: r.fulfill(body=body, content_type="text/html"))
        page.goto(f"{home}/page{link}")
        page.wait_for_function(DRAWN)
        page.evaluate(FRAME)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems
