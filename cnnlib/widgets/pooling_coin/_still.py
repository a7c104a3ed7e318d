"""What PoolingCoin looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots._inputs import gray_limits
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
GAP = 0.3  # inches between the tables
COIN = "#ffd60a"


@_canvas.drawn
def pooling_coin_still(x: Array, y: Array, dy: Array, dx: Array) -> Still:
    """The image, the output with a coin where a gradient falls, and what the pixels get.

    Args:
        x: The image (h, w).
        y: Its pool (rows, columns).
        dy: The gradient by the output, as large.
        dx: The gradient by the image (h, w).
    """
    tables, titles = (x, y, dx), ("$x$", r"$y$, with coins", r"$\partial L/\partial x$")
    cell = (_canvas.WIDTH - 2 * _canvas.EDGE - 2 * GAP) / sum(table.shape[1] for table in tables)
    cell = min(cell, 0.42)
    width = 2 * (_canvas.EDGE + GAP) + cell * sum(table.shape[1] for table in tables)
    figure = _canvas.new_figure(width, 2 * _canvas.EDGE + 0.3 + cell * len(x))
    gray = {"cmap": "gray", **gray_limits([x])}
    left = _canvas.EDGE
    for table, title in zip(tables, titles, strict=True):
        rows, columns = table.shape
        pane = _canvas.add_axes(figure, left, 0.3, columns * cell, rows * cell)
        scale = _canvas.scale_of(table, signed=True) if table is dx else gray
        written = [[f"{round(value, 2):g}" for value in row] for row in table.tolist()]
        _cells(pane, table, written, scale)
        pane.set_xticks([])
        pane.set_yticks([])
        pane.set_title(title, pad=4)
        left += columns * cell + GAP
        if table is y:
            for i, j in np.argwhere(dy):
                disc = {"boxstyle": "round,pad=0.2", "fc": COIN, "ec": "black", "lw": 0.8}
                text = f"{round(float(dy[i, j]), 2):g}"
                pane.text(j + 0.3, i + 0.32, text, fontsize=7, ha="center", va="center", bbox=disc)
    return figure
