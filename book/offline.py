"""A page of this book asks no other computer for anything.

MathJax comes from a wheel (``sphinx-mathjax-offline`` carries the release of npm, file for file).
Its components are joined without its menu, which would be two fifths of what a first visit loads
of it. A Content-Security-Policy in every page makes the browser refuse any other host.
"""

from __future__ import annotations

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

MATHJAX = "mathjax/tex-chtml.js"
PARTS = ("core", "input/tex", "output/chtml", "output/chtml/fonts/tex.js", "a11y/assistive-mml")
FONTS = "output/chtml/fonts/woff-v2"
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",  # the theme's pages carry small scripts in themselves
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
}
# A live widget's module, worker and pictures are made in the page; it computes in WebAssembly.
LIVE = {
    "script-src": f"{POLICY['script-src']} blob: 'wasm-unsafe-eval'",
    "worker-src": "'self' blob:",
    "img-src": f"{POLICY['img-src']} blob:",
}


def configure(app: Sphinx, config: Config) -> None:
    """Point Sphinx at the local MathJax, and at no script of ipywidgets."""
    config.mathjax_path = MATHJAX
    config.nb_ipywidgets_js = {}


def mathjax(source: Path) -> str:
    """Join MathJax's components to one program that looks for no more of them."""
    start, *parts = [
        (source / name).with_suffix(".js").read_text("utf-8") for name in ("startup", *PARTS)
    ]
    return "\n".join([start, f"MathJax.loader.preLoad(...{json.dumps(PARTS)});", *parts])


def copy_mathjax(app: Sphinx) -> None:
    """Write the one MathJax program that the pages load, and its fonts (1.2 of 24 MB)."""
    if app.builder.format != "html":
        return
    wheel = distribution("sphinx-mathjax-offline")
    source = Path(str(wheel.locate_file("sphinx-mathjax-offline/static/mathjax")))
    target = Path(app.outdir) / "_static" / "mathjax"
    shutil.copytree(source / FONTS, target / FONTS, dirs_exist_ok=True)
    (target / Path(MATHJAX).name).write_text(mathjax(source), "utf-8")


def policy(live: bool) -> str:
    """Write the policy of a page, with or without live widgets."""
    rules = POLICY | LIVE if live else POLICY
    return "; ".join(f"{kind} {sources}" for kind, sources in rules.items())


def add_policy(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the policy at the head of the page."""
    content = policy(live="has_live_widgets" in context)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    context["metatags"] = meta + context.get("metatags", "")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("config-inited", configure, priority=400)  # before Sphinx's MathJax reads its path
    app.connect("builder-inited", copy_mathjax)
    app.connect("html-page-context", add_policy, priority=560)  # after the widgets, before the rest
