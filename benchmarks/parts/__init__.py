"""The parts of a run: each measures one thing and gives the rows for the record.

A part has ``measure(options) -> Measured`` and prints while it goes on.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Measured(NamedTuple):
    """What a part gives: rows for the record, and the versions of what was measured."""

    rows: list[dict[str, Any]]
    versions: dict[str, str]
