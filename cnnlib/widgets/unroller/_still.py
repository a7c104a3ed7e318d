"""What Unroller looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
GAP = 0.35  # inches between the tables
BARS = 0.75  # inches for the memory
MOST = 0.36  # inches of a cell


@_canvas.drawn
def unroller_still(x: Array, copies: Array, matrix: Array, memory: dict[str, int]) -> Still:
    """The image, how often each pixel is copied, the matrix; below them their memory.

    Args:
        x: The image (h, w).
        copies: As large: how many times each pixel stands in the matrix.
        matrix: Its windows as columns or rows.
        memory: Bytes of ``image``, ``matrix`` and ``output``.
    """
    tables, titles = (x, copies, matrix), ("$x$", "copies", "im2col")
    columns = sum(table.shape[1] for table in tables)
    cell = min(MOST, (_canvas.WIDTH - 2 * _canvas.EDGE - 2 * GAP) / columns)
    tall = max(len(table) for table in tables) * cell
    figure = _canvas.new_figure(_canvas.WIDTH, 0.3 + tall + 0.35 + BARS + _canvas.EDGE)
    scales = (_canvas.scale_of(x, signed=bool((x < 0).any())), None)
    small = cell < 0.24  # no room for numbers
    left = _canvas.EDGE
    for table, title in zip(tables, titles, strict=True):
        numbers = table is copies
        scale = _canvas.scale_of(table, signed=False, name=_canvas.COUNTS) if numbers else scales[0]
        pane = _canvas.add_axes(figure, left, 0.3, table.shape[1] * cell, len(table) * cell)
        text = [["" if small else f"{round(v, 2):g}" for v in row] for row in table.tolist()]
        _cells(pane, table.astype(float), text, scale)
        pane.set_xticks([])
        pane.set_yticks([])
        pane.set_title(title, pad=4)
        left += table.shape[1] * cell + GAP
    pane = _canvas.add_axes(figure, 0.9, 0.3 + tall + 0.25, _canvas.WIDTH - 2.6, BARS)
    values = np.array(list(memory.values()))
    bars = pane.barh(list(memory), values, color=[_canvas.LINES[0], _canvas.LINES[1], "0.45"])
    pane.bar_label(bars, [f"{value:,} bytes" for value in values], padding=3, fontsize=9)
    pane.set_xticks([])
    pane.spines["bottom"].set_visible(False)
    pane.tick_params(length=0)
    pane.invert_yaxis()
    return figure
