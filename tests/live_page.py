"""A page with live figures and no kernel behind it, as a build of the book would write it."""

from __future__ import annotations

import json
from typing import Any

from ipywidgets.embed import dependency_state, embed_data

from tests.drawing import FRAME

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

#: JavaScript: every figure has been drawn.
DRAWN = """() => document.documentElement.dataset.widgets === "ready"
  && [...document.querySelectorAll(".stc")].every((figure) => figure.dataset.scheme)"""


def live_page(*figures: Any, theme: str = "light") -> str:
    """The HTML of a page of figures, for a server of the repository's files."""
    state = dependency_state(figures, drop_defaults=False)
    data = embed_data(views=list(figures), state=state)
    models = data["manager_state"]["state"]
    models = {key: model for key, model in models.items() if model["model_name"] == "AnyModel"}
    text = json.dumps({"state": models}).replace("</", r"<\/")
    views = "".join(VIEW.format(json.dumps(view)) for view in data["view_specs"])
    return PAGE.format(theme=theme, views=views, state=text)


#: JavaScript: draws a figure in a notebook's place.
NOTEBOOK = """async ([text, values]) => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const revive = (value) => {
    for (const [key, part] of Object.entries(value ?? {}))
      if (part?.bytes) value[key] = new DataView(Uint8Array.from(part.bytes).buffer);
      else if (typeof part === "object") revive(part);
  };
  revive(values);
  const handlers = [];
  globalThis.model = {
    get: (key) => values[key],
    set(key, value) {
      values[key] = value;
      for (const [name, call] of handlers) if (name === `change:${key}`) call();
    },
    on: (...handler) => handlers.push(handler),
    off() {},
    save_changes() {},
  };
  document.body.innerHTML = "<main><h1>Notebook</h1></main>";
  await (await import(url)).default.render({ model, el: document.querySelector("main") });
}"""


def open_in_notebook(page: Any, figure: Any) -> None:
    """Draw a figure as a notebook does: `model` in the page is what a kernel would be told."""
    left_out = ("_esm", "layout")
    state = {key: value for key, value in figure.get_state().items() if key not in left_out}
    sent = json.loads(json.dumps(state, default=lambda value: {"bytes": list(bytes(value))}))
    page.evaluate(NOTEBOOK, [figure._esm, sent])
    page.evaluate(FRAME)


def call(page: Any, path: str, function: str, *args: Any) -> Any:
    """Call a function of a JavaScript module; ``try_…`` gives the message of its error."""
    script = """async ([path, name, args]) => {
      const module = await import(path);
      if (!name.startsWith("try_")) return module[name](...args);
      try { return module[name.slice(4)](...args); } catch (error) { return error.message; }
    }"""
    return page.evaluate(script, [path, function, args])
