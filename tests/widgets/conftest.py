"""Figures live in a page without a kernel, hosted as in the book: ``show(lab)``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ipywidgets.embed import dependency_state, embed_data

from tests.built import ROOT
from tests.chromium import serve

VIEW = '<div class="live"><script type="application/vnd.jupyter.widget-view+json">{}</script></div>'
PAGE = """<!doctype html>
<html lang="en" data-widgets="loading" data-theme="{theme}">
<head><title>Figures</title>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>body {{ margin: 0 auto; padding: 0 12px; max-width: 720px; }}
[data-theme="dark"] body {{ background: #14181e; color: #ced6dd; }}</style></head>
<body><main><h1>Figures</h1>{views}</main>
<script type="application/vnd.jupyter.widget-state+json">{state}</script>
<script src="/book/static/live.js"></script></body></html>"""
DRAWN = "() => document.documentElement.dataset.widgets === 'ready' && {}"
EVERY = "[...document.querySelectorAll('.stc')].every((figure) => figure.dataset.scheme)"


def html(widgets: tuple[Any, ...], theme: str) -> str:
    """A page with the state of some widgets, as a book's build would write it."""
    state = dependency_state(widgets, drop_defaults=False)
    data = embed_data(views=list(widgets), state=state)
    models = data["manager_state"]["state"]
    models = {key: model for key, model in models.items() if model["model_name"] == "AnyModel"}
    state = json.dumps({"state": models}).replace("</", r"<\/")
    views = "".join(VIEW.format(json.dumps(view)) for view in data["view_specs"])
    return PAGE.format(theme=theme, views=views, state=state)


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
        page.set_default_timeout(20_000)
        page.on("console", lambda m: m.type == "error" and problems.append(m.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        context.route(f"{home}/favicon.ico", lambda route: route.fulfill(status=204))
        body = html(widgets, theme)
        context.route(f"{home}/page", lambda r: r.fulfill(body=body, content_type="text/html"))
        page.goto(f"{home}/page{link}")
        page.wait_for_function(DRAWN.format(EVERY))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems
