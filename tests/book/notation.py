"""What a chapter's source says: its formulas, and the symbols in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from book.notation import rows

PARSER = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(front_matter_plugin)
    .use(dollarmath_plugin)
    .use(colon_fence_plugin)
)
MATHS = ("math_inline", "math_inline_double", "math_block", "math_block_label")
# Words in a formula are no symbols, nor are the names of environments.
WORDS = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathtt|mathsf|operatorname|label|tag)\*?\s*\{[^{}]*\}"
    r"|\\(?:begin|end)\s*\{[^{}]*\}(?:\{[^{}]*\})?"
)
GREEK = re.findall(
    r"\w+",
    """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi
    pi rho sigma tau upsilon phi varphi chi psi omega ell
    Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega""",
)
SIGNS = ["star", "ast", "odot", "otimes", "nabla", "circ"]
SYMBOL = re.compile(r"\\([A-Za-z]+)|([A-Za-z])")


def formulas(text: str) -> Iterator[str]:
    """The formulas of a text, also those inside directives and the captions of figures."""
    for token in PARSER.parse(text):
        for part in (token, *(token.children or ())):
            if part.type in MATHS:
                yield part.content
        if token.type in ("fence", "colon_fence"):
            if token.info.startswith("{math}"):
                yield token.content
            elif token.info.startswith("{code-cell}"):
                yield from formulas(head(token.content))
            elif token.info.startswith("{") and not token.info.startswith("{literalinclude}"):
                yield from formulas(token.info.partition("}")[2])
                yield from formulas(token.content)


def head(cell: str) -> str:
    """The caption and the like above a cell's code, without the indentation of YAML."""
    parts = cell.split("---\n")
    return re.sub(r"^ +", "", parts[1], flags=re.MULTILINE) if cell.startswith("---\n") else ""


def symbols(formula: str) -> set[str]:
    r"""The symbols of a formula: its single letters, Greek ones and signs by their name.

    >>> sorted(symbols(r"\\sigma(z_{\\text{in}}) = \\max(0, x) \\star w"))
    ['sigma', 'star', 'w', 'x', 'z']
    """
    found = set()
    for command, letter in SYMBOL.findall(WORDS.sub(" ", formula)):
        if letter:
            found.add(letter)
        elif command in GREEK or command in SIGNS:
            found.add(command)
    return found


def named(text: str) -> set[str]:
    """The symbols in a chapter's table of symbols; none without a table."""
    written = " ".join(cell for row in rows(text) for cell in row)
    return {symbol for formula in formulas(written) for symbol in symbols(formula)}
