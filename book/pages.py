"""The written pages, for what can only be corrected in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sphinx.application import Sphinx


def written(app: Sphinx) -> Iterator[Path]:
    """List the site's pages, of this build and of earlier ones."""
    return Path(app.outdir).rglob("*.html")


def rewrite(app: Sphinx, fix: Callable[[str], str]) -> None:
    """Correct every page; one that is correct already stays untouched."""
    for page in written(app):
        before = page.read_text("utf-8")
        after = fix(before)
        if after != before:
            page.write_text(after, "utf-8")
