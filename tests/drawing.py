"""A page as a reader sees it: after every action, once it has been drawn again.

A figure draws in the frame that follows a change. A test that reads in between reads the picture
before: on a quiet machine rarely, on a busy one often. So Playwright's actions wait for the frame
here, as the eye does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

#: JavaScript: resolves when what has changed until now has been drawn.
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: JavaScript: resolves the given milliseconds after that, by the page's own clock.
LATER = f"async (time) => {{ await ({FRAME})(); await new Promise((f) => setTimeout(f, time)); }}"

ACTIONS = [
    "check",
    "clear",
    "click",
    "dblclick",
    "dispatch_event",
    "drag_to",
    "fill",
    "focus",
    "hover",
    "press",
    "press_sequentially",
    "select_option",
    "set_checked",
    "set_input_files",
    "tap",
    "uncheck",
]


def later(page: Page, time: int = 250) -> None:
    """Wait until what follows a drawing has happened too, such as its text equivalent."""
    page.evaluate(LATER, time)


def drawn(action: Callable[..., Any], page: Callable[[Any], Page]) -> Callable[..., Any]:
    """The action, and then the wait for the frame."""

    @wraps(action)
    def acted(self: Any, *arguments: Any, **options: Any) -> Any:
        result = action(self, *arguments, **options)
        page(self).evaluate(FRAME)
        return result

    return acted


class Device:
    """A page's keyboard or mouse whose actions wait as well."""

    def __init__(self, device: Any, page: Page) -> None:
        self.device, self.page = device, page

    def __getattr__(self, name: str) -> Any:
        action = getattr(type(self.device), name)
        return drawn(action, lambda _: self.page).__get__(self.device)


def draw_after_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every action of a locator, of the keyboard and of the mouse wait for the frame."""
    for name in ACTIONS:
        monkeypatch.setattr(Locator, name, drawn(getattr(Locator, name), lambda found: found.page))
    for name in ("keyboard", "mouse"):
        device = getattr(Page, name).fget
        monkeypatch.setattr(Page, name, property(lambda page, get=device: Device(get(page), page)))
