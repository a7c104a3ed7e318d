"""Names and landmarks for screen readers, where the theme's own are wrong.

The theme names some buttons otherwise than their visible text (WCAG 2.5.3: who speaks the visible
name must reach the button) and leaves the logo outside every landmark. The bibliography is marked
as a list with children that no list may have, and with a role that ARIA has given up. What is too
wide for a page scrolls, but the keyboard would not reach it (``static/reach.js``).
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book import pages

DESCRIPTION_LENGTH = 155  # search engines cut a longer one
SIDEBAR = '<div class="sidebar-primary-items__start sidebar-primary__section"'
FIXES = [
    (r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"', r"\1"),
    (r'(<button class="[^"]*theme-switch-button[^>]*?) aria-label="[^"]*"', r"\1"),
    (r'<summary aria-label="[^"]*">', "<summary>"),
    (
        '<summary><span class="toctree-toggle"',
        '<summary aria-label="Pages below"><span class="toctree-toggle"',
    ),
    (r'<div role="list" class="citation-list">', '<div class="citation-list">'),
    (r' role="doc-biblioentry"', ""),
    (f"{SIDEBAR}>", f'{SIDEBAR} role="region" aria-label="Book">'),
]


def fix(html: str) -> str:
    """Correct a page's names and landmarks."""
    for pattern, replacement in FIXES:
        html = re.sub(pattern, replacement, html)
    return html


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Describe the page by its first paragraph, unless its author did."""
    if doctree is None or 'name="description"' in context.get("metatags", ""):
        return
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None)
    if paragraph is not None:
        text = escape(" ".join(paragraph.astext().split())[:DESCRIPTION_LENGTH])
        context["metatags"] += f'<meta name="description" content="{text}">'


def fix_pages(app: Sphinx, exception: Exception | None) -> None:
    """Correct every page that was written."""
    if not exception and app.builder.format == "html":
        pages.rewrite(app, fix)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx's events."""
    app.add_js_file("reach.js", loading_method="defer")
    app.connect("html-page-context", describe, priority=600)  # after the policy
    app.connect("build-finished", fix_pages)
