"""The record of all measurements: one JSON file, to which every part adds its rows.

``{"machine": {...}, "parts": {part: [row, ...]}}``. Rows that were measured in turn belong
together, for only their ratios are sure: they are replaced together. Every such group of rows says
in ``runs`` when it was measured, and with which versions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Record = dict[str, Any]

#: The columns that say which rows of a part were measured together.
GROUPS = {
    "peak": ("isa", "threads"),
    "networks": ("isa", "threads", "model"),
    "layers": ("isa", "threads", "shape"),
    "growth": ("isa", "threads", "axis"),
    "start": ("isa",),
    "page": ("work",),
}
EMPTY: Record = {"machine": {}, "runs": {}, "parts": {}}
SAME = ("processor", "cores", "system")  # what makes it the same machine


def group_of(part: str, row: Row) -> tuple[Any, ...]:
    """What a row shares with those measured together with it."""
    return tuple(row.get(name) for name in GROUPS[part])


def load(path: Path) -> Record:
    """Read a record; a file that is not there is an empty one."""
    if not path.exists():
        return EMPTY
    return json.loads(path.read_text("utf-8"))


def check_machine(record: Record, machine: Row) -> None:
    """Refuse to mix two machines in one record.

    Raises:
        ValueError: If the record is of another machine.
    """
    then = [record["machine"].get(name) for name in SAME]
    now = [machine.get(name) for name in SAME]
    if any(then) and then != now:
        raise ValueError(
            f"A record must be of one machine: it was measured on {then}; this one is {now}. "
            "Name another file with --output."
        )


def merge(record: Record, part: str, rows: list[Row], machine: Row, run: Row) -> Record:
    """A new record, in which the rows of a part stand in place of the same groups' old ones.

    Args:
        record: What there was.
        part: A name of ``GROUPS``.
        rows: What was measured.
        machine: Where; see :mod:`benchmarks.machine`.
        run: When, and with which versions.

    Raises:
        ValueError: If there is no such part, or the record is of another machine.
    """
    if part not in GROUPS:
        raise ValueError(f"A part must be one of {', '.join(GROUPS)}; got {part!r}.")
    check_machine(record, machine)
    measured = {group_of(part, row) for row in rows}
    kept = [row for row in record["parts"].get(part, []) if group_of(part, row) not in measured]
    runs = dict(record["runs"].get(part, {}))
    runs |= {_text(group): run for group in measured}
    return {
        "machine": machine,
        "runs": {**record["runs"], part: dict(sorted(runs.items()))},
        "parts": {**record["parts"], part: kept + rows},
    }


def _text(group: tuple[Any, ...]) -> str:
    return ", ".join(str(value) for value in group)


def save(record: Record, path: Path) -> None:
    """Write a record with one row per line, so that a change shows as the lines it changes."""
    path.write_text(as_text(record), "utf-8")


def as_text(record: Record) -> str:
    """A record as JSON, one row per line."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def block(items: list[str], brackets: str) -> str:
        first, last = brackets
        return f"{first}\n    " + ",\n    ".join(items) + f"\n  {last}" if items else brackets

    parts, runs = [], []
    for part in [name for name in GROUPS if name in record["parts"]]:
        parts.append(f"{line(part)}: {block([line(r) for r in record['parts'][part]], '[]')}")
        of_part = record["runs"].get(part, {}).items()
        runs.append(f"{line(part)}: {block([f'{line(k)}: {line(v)}' for k, v in of_part], '{}')}")
    sections = [
        f'"machine": {line(record["machine"])}',
        f'"runs": {block(runs, "{}")}',
        f'"parts": {block(parts, "{}")}',
    ]
    return "{\n  " + ",\n  ".join(sections) + "\n}\n"
