"""Widgets that live in the built page, without a kernel and without another computer.

A page keeps the state of the widgets it shows, and only those. Their long strings go to files that
all pages share (``hoist``). Pages whose widgets are all anywidgets load ``static/live.js`` alone;
pages with sliders or links between widgets also load ipywidgets' own front end (``controls``).
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book import controls, hoist, pages

STATE = "application/vnd.jupyter.widget-state+json"
VIEWS = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>')
REFERENCE = re.compile(r"(?:IPY_MODEL_|anywidget:)([0-9a-f]+)")
USED = re.compile(r"_static/(widgets/[0-9a-f]{16}\.js|controls\.js)")
FOLDER = "widgets"
HOSTED = {"AnyModel"}  # what live.js hosts by itself
IGNORED = {"LayoutModel"}  # what an anywidget refers to and does not need
MODULES = {"anywidget", *(f"@jupyter-widgets/{part}" for part in ("base", "controls", "output"))}
# Scripts run: the stills may hide. Whatever keeps live.js from running brings them back.
START = """\
document.documentElement.dataset.widgets = "loading";
addEventListener("load", function () {
  if (!window.bookLive) delete document.documentElement.dataset.widgets;
});"""

Models = dict[str, dict[str, Any]]


def references(value: Any) -> set[str]:
    """List the models that a model's state names."""
    return set(REFERENCE.findall(json.dumps(value)))


def shown(models: Models, views: list[str]) -> Models:
    """Keep the models that a page needs: those in view, what they refer to, links among them.

    Args:
        models: model id -> ``{"model_name", "model_module", "state", "buffers"}``.
        views: the ids of the models that the page displays.
    """
    found: set[str] = set()
    waiting = set(views)
    while waiting:
        found |= waiting
        waiting = set().union(*(references(models[id]["state"]) for id in waiting if id in models))
        waiting -= found
    for id, model in models.items():
        ends = {"source", "target"} & model["state"].keys()
        if len(ends) == 2 and references([model["state"][end] for end in ends]) <= found:
            found.add(id)
    return {id: model for id, model in models.items() if id in found}


def hosted(models: Models) -> Models | None:
    """Keep what ``live.js`` hosts by itself; None if that is not all."""
    kept = {id: m for id, m in models.items() if m["model_name"] not in IGNORED}
    return kept if all(model["model_name"] in HOSTED for model in kept.values()) else None


def check(models: Models, page: str) -> None:
    """Refuse widgets whose front end the site does not carry."""
    if unknown := {model["model_module"] for model in models.values()} - MODULES:
        raise ExtensionError(
            f"{page}: a page's widgets must come from {sorted(MODULES)}; got {sorted(unknown)}"
        )


def press(models: Models) -> None:
    """Deflate the models' binary buffers: in base64 a server's gzip does not see what repeats."""
    for model in models.values():
        for buffer in model.get("buffers", []):
            data = zlib.compress(base64.b64decode(buffer["data"]), 9)
            buffer |= {"data": base64.b64encode(data).decode(), "encoding": "deflate"}


def store(folder: Path, text: str) -> None:
    """Write one string's file, unless an earlier page or build has."""
    path = folder / f"{hoist.name(text)}.js"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(hoist.script(text), "utf-8")


def take_state(context: dict[str, Any]) -> Models:
    """Take the widgets' state, which myst-nb adds as a script, out of the page."""
    scripts = context["script_files"]
    states = [script for script in scripts if script.attributes.get("type") == STATE]
    scripts[:] = [script for script in scripts if script not in states]  # Sphinx's own list
    return json.loads(states[0].attributes["body"])["state"] if states else {}


def enliven(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the page what its widgets need, and nothing if it shows none."""
    models = take_state(context)
    views = [json.loads(view)["model_id"] for view in VIEWS.findall(context.get("body", ""))]
    if not views:
        return
    models = shown(models, views)
    check(models, page)
    alone = hosted(models)
    if alone is not None:
        press(alone)
    static = Path(app.outdir) / "_static"
    texts: dict[str, None] = {}  # in order, each once
    state = hoist.hoist(models if alone is None else alone, lambda text: texts.setdefault(text))
    for text in texts:
        store(static / FOLDER, text)
        app.add_js_file(f"{FOLDER}/{hoist.name(text)}.js", loading_method="defer")
    if alone is None:
        controls.write(static / controls.NAME)
        app.add_js_file(controls.NAME, loading_method="defer")
        app.add_css_file("controls.css")
    body = json.dumps({"state": state}, separators=(",", ":")).replace("<", r"\u003c")
    app.add_js_file(None, type=STATE, body=body)
    app.add_js_file("live.js", loading_method="defer")
    app.add_css_file("live.css")
    context["metatags"] = context.get("metatags", "") + f"<script>{START}</script>"
    context["has_live_widgets"] = True


def drop_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Remove the files that no page, of this build or an earlier one, loads any more."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    used = {name for page in pages.written(app) for name in USED.findall(page.read_text("utf-8"))}
    for path in [*(static / FOLDER).glob("*.js"), static / controls.NAME]:
        if path.relative_to(static).as_posix() not in used:
            path.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("html-page-context", enliven, priority=550)  # after myst-nb added the state
    app.connect("build-finished", drop_unused_files)
