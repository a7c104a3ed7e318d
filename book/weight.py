"""What no page needs is not in the site: scripts, styles' sources, the theme's translations."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book import pages

# The theme's CSS shows the icons that this script (1.5 MB) would draw; only the search page
# searches, for the theme's search while typing is off.
ICON_SCRIPT = r'\s*<script defer src="[^"]*/scripts/fontawesome\.js[^"]*"></script>'
SEARCH_SCRIPTS = (
    r'\s*<script src="[^"]*\b(?:searchtools|language_data|searchindex)\.js"></script>' * 3
)
UNUSED = ["scripts/fontawesome.js", "locales", "webpack-macros.html", "sbt-webpack-macros.html"]


def is_mathjax(script: Any) -> bool:
    """Tell whether a page's script is MathJax or its configuration."""
    body = str(getattr(script, "attributes", {}).get("body") or "")
    return "mathjax/" in str(getattr(script, "filename", "") or "") or "window.MathJax" in body


def drop_idle_mathjax(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave MathJax (1.2 MB) out of a page without maths; Sphinx adds it to contents pages."""
    if "math notranslate" not in context.get("body", ""):
        scripts = context.get("script_files", [])
        context["script_files"] = [script for script in scripts if not is_mathjax(script)]


def lighten(html: str) -> str:
    """Take the scripts that do nothing out of a page."""
    html = re.sub(ICON_SCRIPT, "", html)
    return html if 'id="search-results"' in html else re.sub(SEARCH_SCRIPTS, "", html)


def drop_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Remove what no page loads."""
    if exception or app.builder.format != "html":
        return
    pages.rewrite(app, lighten)
    static = Path(app.outdir) / "_static"
    for path in [*(static / name for name in UNUSED), *static.rglob("*.map")]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.connect("html-page-context", drop_idle_mathjax, priority=900)  # after MathJax was added
    app.connect("build-finished", drop_unused_files)
