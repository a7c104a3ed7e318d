"""A model as a table: a row per layer, and how many weights there are in all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from cnnlib.layers import Layer

TITLES = ("Layer (type)", "Output Shape", "Param #")


def readable_size(size: float) -> str:
    """Bytes as people read them.

    Example:
        >>> readable_size(6501124)
        '6.20 MB'
    """
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.2f} {unit}"


def _total(title: str, arrays: Iterable[NDArray[Any]]) -> str:
    arrays = list(arrays)
    size = readable_size(sum(array.nbytes for array in arrays))
    return f" {title}: {sum(array.size for array in arrays):,} ({size})"


def summary_text(name: str, layers: list[Layer]) -> str:
    """The table of these layers, as text."""
    rows = [
        (
            f"{layer.name} ({type(layer).__name__})",
            str(layer.output_shape),
            f"{layer.count_params():,}",
        )
        for layer in layers
    ]
    least = (30, 24, 13)
    widths = [
        max(least[k], *(len(row[k]) for row in [TITLES, *rows])) + 2 for k in range(len(TITLES))
    ]

    def line(row: tuple[str, ...], bar: str) -> str:
        first, second, last = (cell.ljust(w - 2) for cell, w in zip(row, widths, strict=True))
        return (
            bar
            + bar.join(f" {cell} " for cell in (first, second, last.strip().rjust(len(last))))
            + bar
        )

    def rule(left: str, middle: str, right: str, dash: str) -> str:
        return left + middle.join(dash * width for width in widths) + right

    body = [f"\n{rule('├', '┼', '┤', '─')}\n".join(line(row, "│") for row in rows)] if rows else []
    trainable = [array for layer in layers for array in layer.trainable_weights]
    frozen = [array for layer in layers for array in layer.non_trainable_weights]
    return "\n".join(
        [
            f'Model: "{name}"',
            rule("┏", "┳", "┓", "━"),
            line(TITLES, "┃"),
            rule("┡", "╇", "┩", "━"),
            *body,
            rule("└", "┴", "┘", "─"),
            _total("Total params", [*trainable, *frozen]),
            _total("Trainable params", trainable),
            _total("Non-trainable params", frozen),
        ]
    )
