"""The appendix of symbols: the tables at the head of the chapters, as one table.

A chapter says its symbols in a fold of its own, ``:::{dropdown} The symbols of this chapter``. The
directive ``{symbols}`` gathers them all, by letter, with a link to each chapter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TABLE = "The symbols of this chapter"
FOLD = re.compile(rf"^:::\{{dropdown\}} {TABLE}\n(.*?)\n:::$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (\$.+?) \| (.+) \|$", re.MULTILINE)
# The letter that a row begins with: Greek ones by their name, accents and fonts left out.
LETTER = re.compile(r"\\(?:hat|bar|mathrm|mathbb|mathcal)\b|\\?([A-Za-z]+)")


def rows(text: str) -> list[tuple[str, str]]:
    r"""The rows of a chapter's table: symbols, and what they mean.

    Example:
        >>> rows(f":::{{dropdown}} {TABLE}\n| symbol | meaning |\n|---|---|\n| $x$ | a |\n:::\n")
        [('$x$', 'a')]
    """
    return [row for fold in FOLD.findall(text) for row in ROW.findall(fold)]


def letter(symbol: str) -> str:
    r"""What a symbol is sorted by.

    Example:
        >>> letter("$x_{i,j}$"), letter(r"$\hat y$"), letter(r"$\mathrm{d}x$, $\mathrm{d}y$")
        ('x', 'y', 'dx')
        >>> letter(r"$\sigma$")
        'sigma'
    """
    if symbol.startswith(r"$\mathrm{d}"):
        return "d" + symbol[len(r"$\mathrm{d}")]
    found = next((match[1] for match in LETTER.finditer(symbol) if match[1]), symbol)
    return found if rf"\{found}" in symbol else found[0]


class Symbols(SphinxDirective):
    """All chapters' tables of symbols in one, by letter."""

    def run(self) -> list[nodes.Node]:
        meanings = defaultdict(list)
        for path in sorted(Path(self.env.srcdir, "chapters").glob("*.md")):
            self.env.note_dependency(str(path))
            for symbol, meaning in rows(path.read_text("utf-8")):
                meanings[letter(symbol)].append((symbol, meaning, path.stem))
        lines = ["| symbol | meaning | chapter |", "|---|---|---|"]
        for key in sorted(meanings, key=lambda key: (len(key) > 2, key.lower(), key)):
            for symbol, meaning, chapter in meanings[key]:
                lines.append(
                    f"| {symbol} | {meaning} | {{doc}}`{int(chapter[:2])} </chapters/{chapter}>` |"
                )
        place = nodes.Element()
        self.state.nested_parse(StringList(lines, "symbols"), self.content_offset, place)
        return place.children


def setup(app: Sphinx) -> None:
    """Add the directive."""
    app.add_directive("symbols", Symbols)
