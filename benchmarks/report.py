"""The record as tables: plain rows, for a terminal, a chapter or a plot.

>>> from benchmarks import report, results
>>> for table in report.tables(results.load(path)):  # doctest: +SKIP
...     print(report.text(table))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from benchmarks.figures import distinct, find, ratio, select
from benchmarks.shapes import SHAPES

Row = dict[str, Any]
Record = dict[str, Any]
OWN = "cnnlib"
TIMES = f"× {OWN}"  # how many times as long as cnnlib

#: What a line of the networks' table shows: what is added to the name, and the kinds of call.
LINES = (
    ("", {"forward": "forward", "step": "step", "fit": "fit"}),
    (", compiled functions alone", {"forward": "bare forward", "step": "bare step"}),
    (", progress bar", {"fit": "fit, progress bar"}),
)


class Table(NamedTuple):
    """A title, the columns' names, and rows of text and numbers; None is an empty cell."""

    title: str
    header: list[str]
    rows: list[list[Any]]


def rows_of(record: Record, part: str) -> list[Row]:
    """The rows of a part; none if it has not been measured."""
    return record["parts"].get(part, [])


def how(isa: str, threads: int | None = None) -> str:
    """The end of a title."""
    count = "" if threads is None else f", {threads} thread{'s' if threads > 1 else ''}"
    return count + ("" if isa == "native" else f", {isa} instructions")


def peak(record: Record, isa: str, threads: int) -> float | None:
    """The machine's peak in GF/s, if it has been measured."""
    rows = select(rows_of(record, "peak"), isa=isa, threads=threads)
    return max((row["gflops"] for row in rows), default=None)


def peaks(record: Record) -> list[Table]:
    """The peak by number of threads."""
    groups = distinct(rows_of(record, "peak"), "isa", "threads")
    header = ["instructions", "threads", "GF/s"]
    rows = [[isa, threads, peak(record, isa, threads)] for isa, threads in groups]
    return [Table("The machine's peak: multiply-adds in registers", header, rows)] if rows else []


def networks(record: Record) -> list[Table]:
    """A table per network, number of threads and instruction set."""
    found = rows_of(record, "networks")
    header = ["", "forward ms", "least", TIMES, "step ms", "least", TIMES]
    header += ["fit ms/batch", TIMES, "peak MiB"]
    made = []
    for isa, threads, model in distinct(found, "isa", "threads", "model"):
        group = select(found, isa=isa, threads=threads, model=model)
        rows = []
        for (name,) in distinct(group, "name"):
            rows += [row for row in network_lines(group, name) if any(row[1:])]
        made.append(Table(f"Network {model}{how(isa, threads)}", header, rows))
    return made


def network_lines(group: list[Row], name: str) -> Iterable[list[Any]]:
    """The lines of one implementation."""
    for ending, kinds in LINES:
        line: list[Any] = [name + ending]
        for column in ("forward", "step", "fit"):
            row = find(group, name=name, kind=kinds.get(column, "none"))
            cells = timing(row, find(group, name=OWN, kind=column))
            line += [cells[0], cells[2]] if column == "fit" else cells
        step = find(group, name=name, kind=kinds.get("step", "none"))
        yield [*line, step["peak_mib"] if step and not ending else None]


def timing(row: Row | None, own: Row | None) -> list[Any]:
    """Median, least, and the ratio to ours."""
    if row is None:
        return [None, None, None]
    return [row["median_ms"], row["least_ms"], ratio(row, own)]


def layers(record: Record) -> list[Table]:
    """A table per direction: how fast, how near to the peak, and how the others compare."""
    found = rows_of(record, "layers")
    header = ["", "convolution", "ms", "GF/s", "% of peak"]
    header += [f"{name} {TIMES}" for name in ("PyTorch", "JAX", "plain loops")]
    made = []
    for isa, threads, kind in distinct(found, "isa", "threads", "kind"):
        group = select(found, isa=isa, threads=threads, kind=kind)
        most = peak(record, isa, threads)
        rows = [layer_line(select(group, shape=shape.name), shape, most) for shape in SHAPES]
        title = f"Convolutions {kind}{how(isa, threads)}"
        made.append(Table(title, header, [row for row in rows if row[2] is not None]))
    return made


def layer_line(rows: list[Row], shape: Any, most: float | None) -> list[Any]:
    """One shape. PyTorch has two layouts in memory; the faster one counts."""
    own = find(rows, name=OWN)
    if own is None:
        return [shape.name, shape.text, None]
    share = None if most is None else round(100 * own["gflops"] / most, 1)
    torch = [row for row in rows if row["name"].startswith("PyTorch")]
    others = [min(torch, key=lambda row: row["median_ms"], default=None)]
    others += [find(rows, name=name) for name in ("JAX", "plain loops")]
    ratios = [None if other is None else ratio(other, own) for other in others]
    return [shape.name, shape.text, own["median_ms"], own["gflops"], share, *ratios]


def growth(record: Record) -> list[Table]:
    """A table per axis: does a multiply-add cost the same when the network grows?"""
    found = rows_of(record, "growth")
    made = []
    for isa, threads, axis in distinct(found, "isa", "threads", "axis"):
        group = select(found, isa=isa, threads=threads, axis=axis)
        names = [name for (name,) in distinct(group, "name")]
        header = [axis, "million MACs"]
        header += [f"{name} {unit}" for name in names for unit in ("ms", "ns/kMAC")]
        rows = []
        for (value,) in distinct(group, "value"):
            of_value = select(group, value=value)
            line = [value, round(of_value[0]["macs"] / 1e6, 1)]
            for name in names:
                row = find(of_value, name=name)
                line += [row["median_ms"], row["ns_per_kmac"]] if row else [None, None]
            rows.append(line)
        made.append(Table(f"A step by {axis}{how(isa, threads)}", header, rows))
    return made


def start(record: Record) -> list[Table]:
    """A table of whole processes, in seconds."""
    found = rows_of(record, "start")
    header = ["", "import s", "first step s", "least", TIMES, "peak MiB"]
    made = []
    for (isa,) in distinct(found, "isa"):
        group, rows = select(found, isa=isa), []
        own = find(group, name=OWN, kind="first step")
        for (name,) in distinct(group, "name"):
            imported, stepped = (
                find(group, name=name, kind=kind) for kind in ("import", "first step")
            )
            seconds = [row["median_ms"] / 1e3 for row in (imported, stepped)]
            least = stepped["least_ms"] / 1e3
            rows.append([name, *seconds, least, ratio(stepped, own), stepped["peak_mib"]])
        made.append(Table(f"From the start of a process{how(isa)}", header, rows))
    return made


def page(record: Record) -> list[Table]:
    """A table per work, in microseconds."""
    found = rows_of(record, "page")
    header = ["", "µs", "least", TIMES]
    made = []
    for (work,) in distinct(found, "work"):
        group = select(found, work=work)
        own = find(group, name=OWN)
        rows = [
            [row["name"], 1e3 * row["median_ms"], 1e3 * row["least_ms"], ratio(row, own)]
            for row in group
        ]
        made.append(Table(f"In the page: {work}", header, rows))
    return made


#: part -> its tables
PARTS: dict[str, Callable[[Record], list[Table]]] = {
    "peak": peaks,
    "networks": networks,
    "layers": layers,
    "growth": growth,
    "start": start,
    "page": page,
}


def tables(record: Record) -> list[Table]:
    """All tables of a record."""
    return [table for make in PARTS.values() for table in make(record)]


def cell(value: Any) -> str:
    """A value as text: numbers with three digits that count, or whole."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def text(table: Table) -> str:
    """A table for a terminal: text to the left, numbers to the right."""
    lines = [table.header, *([cell(value) for value in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    words = [all(isinstance(row[k], str) for row in table.rows) for k in range(len(widths))]
    shown = [
        "  ".join(
            part.ljust(width) if word else part.rjust(width)
            for part, width, word in zip(line, widths, words, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([table.title, *shown, ""])
