"""What the built site needs beyond Jupyter Book: a Sphinx extension that knows nothing of CNNs.

Each module below does one thing for the pages and connects itself to Sphinx's events:

* ``offline``: a page asks no other computer for anything, and the browser enforces it;
* ``live``: widgets live in the page, without a kernel; ``stills`` stand in for them elsewhere;
* ``images``: pictures are WebP and wait until the reader comes near, in a place of their own;
* ``weight`` and ``icons``: the site is without what no page needs;
* ``licenses``: what the site carries, and on which terms;
* ``notebooks``: outputs follow the library's source, executed chapters can be downloaded;
* ``notation``: the chapters' tables of symbols, gathered in an appendix;
* ``accessibility``: names and landmarks that the theme gets wrong; wide parts for the keyboard.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from book import (
    accessibility,
    icons,
    images,
    licenses,
    live,
    notation,
    notebooks,
    offline,
    stills,
    weight,
)

STATIC = Path(__file__).with_name("static")


def add_style(app: Sphinx, config: Config) -> None:
    """Bring ``book.css`` to every page, straight from this folder."""
    config.html_static_path.append(str(STATIC))
    app.add_css_file("book.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension; Sphinx calls this."""
    # Jupyter Book sets this value for sphinx_comments, which this book does not load.
    app.add_config_value("comments_config", {}, "html")
    # A change of this extension writes all pages anew.
    app.add_config_value("book_extension", notebooks.digest(STATIC.parent), "html")
    app.connect("config-inited", add_style)
    parts = (offline, live, stills, images, notebooks, notation, accessibility, weight, icons)
    for part in (*parts, licenses):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
