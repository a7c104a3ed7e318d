"""Long strings of widgets' states, each stored once for all pages.

A widget's front-end module and its arrays are repeated in the state of every instance. A page keeps
only the names of files, ``{"$files": ["3f2a…", …]}``; ``static/live.js`` puts the strings back.
A file is a classic script, because a browser refuses everything else from disk.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

LONG = 512  # characters; shorter strings are no burden
PIECE = re.compile(r"^(?=//# piece: )", re.MULTILINE)
FILES = "$files"


def name(text: str) -> str:
    """Name a string by its content, in sixteen letters."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pieces(text: str) -> list[str]:
    r"""Split a front-end module where it says so, that modules may share their pieces.

    Example:
        >>> pieces("//# piece: a.js\nlet a;\n//# piece: b.js\nlet b;\n")
        ['//# piece: a.js\nlet a;\n', '//# piece: b.js\nlet b;\n']
    """
    return [piece for piece in PIECE.split(text) if piece]


def script(text: str) -> str:
    """Write the file of one string."""
    return f'(window.bookFiles ??= {{}})["{name(text)}"] = {json.dumps(text)};\n'


def hoist(value: Any, store: Callable[[str], None]) -> Any:
    """Replace the long strings of a JSON value by the names of their files.

    Args:
        value: what ``json.loads`` may return.
        store: called with each string that is to have a file.
    """
    if isinstance(value, dict):
        return {key: hoist(item, store) for key, item in value.items()}
    if isinstance(value, list):
        return [hoist(item, store) for item in value]
    if not isinstance(value, str) or len(value) <= LONG:
        return value
    parts = pieces(value)
    for part in parts:
        store(part)
    return {FILES: [name(part) for part in parts]}
