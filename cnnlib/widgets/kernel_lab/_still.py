"""What KernelLab looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
PANE = 2.95  # inches: the width of the image, and of the map
CELL = 0.37  # inches: a number in a table
GAP = 0.4  # inches between tables, for a sign
WITHIN = 0.99  # of a map's numbers lie between the ends of its scale


@_canvas.drawn
def kernel_lab_still(
    image: Array, gray: dict[str, Any], y: Array, parts: Any, place: tuple[int, int]
) -> Still:
    """An image and its feature map; below them patch, kernel, products and their sum.

    Args:
        image: Gray (h, w).
        gray: Its scale, as keyword arguments of ``imshow``.
        y: The map (rows, columns).
        parts: The number at ``place`` of the map in full, a ``Products``.
        place: Row and column of the marked number.
    """
    longest = max(max(image.shape), max(y.shape))
    top = 0.3
    below = top + PANE * max(len(image), len(y)) / longest + 0.35
    size = len(parts.kernel) * CELL
    figure = _canvas.new_figure(_canvas.WIDTH, below + size + 0.4)
    most = float(np.quantile(abs(y), WITHIN)) or 1.0
    signed = _canvas.scale_of(y.clip(-most, most), signed=True)
    for left, letter, array, scale in ((0.08, "x", image, gray), (3.18, "y", y, signed)):
        height, width = (PANE * side / longest for side in array.shape)
        pane = _canvas.add_axes(figure, left, top, width, height)
        pane.imshow(array, interpolation="nearest", **scale)
        pane.set_title(f"${letter}$: {array.shape[0]} × {array.shape[1]}", pad=3)
        _canvas.frame(pane)
    _mark(pane, place)
    _canvas.add_bar(figure, [pane])
    for k, table in enumerate((parts.patch, parts.kernel, parts.products)):
        axes = _canvas.add_axes(figure, 0.08 + k * (size + GAP), below, size, size)
        _table(axes, table, _canvas.scale_of(table, signed=True) if k else gray)
        axes.set_title(("$x$", "$w$", r"$w \cdot x$")[k], pad=3)
        if k:
            axes.text(-0.5 - GAP / CELL / 2, (len(table) - 1) / 2, " ×="[k], ha="center")
    i, j = place
    total = f"{parts.products.sum():.6g} + {parts.bias:g} = {parts.result:.6g}"
    height = figure.get_figheight()
    figure.text(0.08 / _canvas.WIDTH, 0.12 / height, rf"$\Sigma + b = y_{{{i},{j}}}$:  {total}")
    return figure


def _mark(pane: Axes, place: tuple[int, int]) -> None:
    """A yellow square between black ones, to be seen on every color."""
    for color, width in (("black", 2.5), ("#ffd60a", 1)):
        pane.plot(*place[::-1], "s", mfc="none", mec=color, ms=7, mew=width)


def _table(axes: Axes, table: Array, scale: dict[str, Any]) -> None:
    """A table with its numbers in the cells."""
    written = [[f"{value:.3g}" for value in row] for row in table.tolist()]
    _cells(axes, table, written, scale)
    axes.set_xticks([])
    axes.set_yticks([])
