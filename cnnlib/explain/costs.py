"""What a network costs, layer by layer: weights to learn, multiplications to do, numbers to keep.

The layers that hold most weights are seldom those that do most of the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import prod
from typing import NamedTuple

import numpy as np

from cnnlib.explain.fields import Pair, receptive_field
from cnnlib.layers import Conv2D, Dense, Layer
from cnnlib.layers.base import Shape
from cnnlib.models import Sequential

TITLES = ("Layer", "Output", "Params", "MACs", "Memory (bytes)", "Receptive field", "Jump")


class LedgerRow(NamedTuple):
    """The costs of one layer, for one image.

    Attributes:
        name: The layer's name.
        layer: Its class, such as ``"Conv2D"``.
        output_shape: Its output's shape, None for the batch.
        params: Its weights.
        macs: Its multiplications, each with an addition (Conv2D and Dense; 0 for all others).
        memory: The bytes of its output.
        receptive_field: Rows and columns of pixels that a unit sees; None for all of them.
        jump: Pixels from one unit's field to the next; None where that has no meaning.
    """

    name: str
    layer: str
    output_shape: Shape
    params: int
    macs: int
    memory: int
    receptive_field: Pair | None
    jump: Pair | None


class Totals(NamedTuple):
    """The sums over all layers."""

    params: int
    macs: int
    memory: int


class Ledger:
    """The costs of a model: a list of :class:`LedgerRow`, and their ``totals``.

    ``print(ledger)`` is a table, and so is what a notebook shows. ``ledger[0]`` and
    ``ledger["conv2d"]`` are rows.

    Attributes:
        rows: A row per layer.
        totals: The sums: ``params``, ``macs``, ``memory``.
    """

    def __init__(self, rows: list[LedgerRow]) -> None:
        self.rows = rows
        self.totals = Totals(
            sum(row.params for row in rows),
            sum(row.macs for row in rows),
            sum(row.memory for row in rows),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self.rows)

    def __getitem__(self, key: int | str) -> LedgerRow:
        if isinstance(key, str):
            names = [row.name for row in self.rows]
            if key not in names:
                raise KeyError(f"A layer is one of {', '.join(names)}; got {key!r}.")
            return self.rows[names.index(key)]
        return self.rows[key]

    def _cells(self) -> list[tuple[str, ...]]:
        """The table's cells as text: the titles, the rows, the totals."""
        rows = [
            (
                f"{row.name} ({row.layer})",
                _sides(row.output_shape[1:]),
                *(f"{number:,}" for number in (row.params, row.macs, row.memory)),
                "all" if row.receptive_field is None else _sides(row.receptive_field),
                "–" if row.jump is None else _sides(row.jump),
            )
            for row in self.rows
        ]
        total = ("Total", "", *(f"{number:,}" for number in self.totals), "", "")
        return [TITLES, *rows, total]

    def __str__(self) -> str:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = []
        for row in cells:
            name, *rest = (
                cell.ljust(width) if k == 0 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join([name, *rest]).rstrip())
        rule = "─" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, *rows, total = self._cells()

        def line(row: tuple[str, ...], tag: str) -> str:
            name, *rest = (escape(cell) for cell in row)
            scope = "col" if tag == "th" else "row"
            first = f'<th scope="{scope}" style="text-align: left">{name}</th>'
            style = ' scope="col"' if tag == "th" else ""
            return (
                "<tr>"
                + first
                + "".join(
                    f'<{tag}{style} style="text-align: right">{cell}</{tag}>' for cell in rest
                )
                + "</tr>"
            )

        body = "".join(line(row, "td") for row in rows)
        return (
            f'<table class="dataframe"><thead>{line(head, "th")}</thead><tbody>{body}</tbody>'
            f"<tfoot>{line(total, 'td')}</tfoot></table>"
        )


def ledger(model: Sequential) -> Ledger:
    """Count what every layer of a model costs for one image.

    Args:
        model: A built model.

    Returns:
        A :class:`Ledger`; print it for a table.

    Raises:
        ValueError: If the model is not built.

    Example:
        >>> from cnnlib.layers import Flatten, MaxPooling2D
        >>> model = Sequential([Conv2D(32, 3, input_shape=(64, 64, 3)), MaxPooling2D(2)])
        >>> model.add(Flatten())
        >>> model.add(Dense(1))
        >>> ledger(model)["conv2d"].macs  # 62*62*32 outputs, each of 3*3*3 products
        3321216
        >>> ledger(model).totals
        Totals(params=31649, macs=3351968, memory=738052)
    """
    fields = receptive_field(model)
    rows = [
        LedgerRow(
            layer.label,
            type(layer).__name__,
            layer.output_shape,
            layer.count_params(),
            _macs(layer),
            _size(layer.output_shape[1:]) * np.dtype(layer.dtype).itemsize,
            field.size,
            field.jump,
        )
        for layer, field in zip(model.layers, fields, strict=True)
    ]
    return Ledger(rows)


def _size(shape: Shape) -> int:
    return prod(shape)  # type: ignore[arg-type]


def _macs(layer: Layer) -> int:
    """Outputs times the products that each is the sum of."""
    if not isinstance(layer, (Conv2D, Dense)):
        return 0
    kernel = layer.params["kernel"]
    return _size(layer.output_shape[1:]) * kernel[..., 0].size


def _sides(shape: Shape) -> str:
    return "×".join(map(str, shape))
