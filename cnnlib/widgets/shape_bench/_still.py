"""What ShapeBench looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells
from cnnlib.shapes import Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

UNREAD = "#e3d5fb"  # the violet of pixels that no window reads
LANE = 0.13  # inches for a lane of windows below a row
MOST = 16  # rows and columns up to which a count has room in a cell


@_canvas.drawn
def shape_bench_still(readers: NDArray[np.int32], win: Window) -> Still:
    """The input in its frame of padding, with counts of readers; below a row its windows.

    Args:
        readers: How many windows read each pixel (h, w).
        win: Where they lie.
    """
    framed = np.pad(readers.astype(float), win.padding, constant_values=np.nan)
    rows, columns = framed.shape
    cell = min(0.36, (_canvas.WIDTH - 2 * _canvas.EDGE) / columns, 4.2 / rows)
    # A row of pixels shows its windows below: as many lanes as keep them apart.
    span = win.dilation[1] * (win.size[1] - 1) + 1
    lanes = min(win.output[1], -(-(2 * span + 1) // (2 * win.strides[1]))) if rows == 1 else 0
    height = 2 * _canvas.EDGE + 0.3 + rows * cell + lanes * LANE
    figure = _canvas.new_figure(max(3.4, 2 * _canvas.EDGE + columns * cell), height)
    pane = _canvas.add_axes(figure, _canvas.EDGE, 0.3, columns * cell, rows * cell)
    written = [["" if np.isnan(n) or columns > MOST else f"{n:g}" for n in row] for row in framed]
    _cells(pane, framed, written, _canvas.scale_of(framed, signed=False, name=_canvas.COUNTS))
    _mark_unread(pane, framed)
    pane.set_xticks([])
    pane.set_yticks([])
    output = " × ".join(str(n) for n in win.output[-1 if rows == 1 else 0 :])
    pane.set_title(f"windows that read each pixel; output {output}", pad=4, loc="left")
    if lanes:
        below = 0.3 + cell + 0.04
        axes = _canvas.add_axes(figure, _canvas.EDGE, below, columns * cell, lanes * LANE)
        _windows(axes, win, columns, lanes)
    return figure


def _mark_unread(pane: Axes, framed: NDArray[Any]) -> None:
    for row, column in np.argwhere(framed == 0):
        corner = (column - 0.5, row - 0.5)
        pane.add_patch(_rectangle(corner, 1, 1, facecolor=UNREAD, edgecolor="#7a35d8", zorder=1.5))


def _windows(axes: Axes, win: Window, columns: int, lanes: int) -> None:
    """The windows of a row: a bar of squares each, with a line through its holes."""
    stride, dilation, size = win.strides[1], win.dilation[1], win.size[1]
    axes.set_axis_off()
    axes.set_xlim(0, columns)
    axes.set_ylim(lanes, 0)
    for j in range(win.output[1]):
        first, lane = j * stride, j % lanes
        last = first + dilation * (size - 1)
        axes.plot([first + 0.5, last + 0.5], [lane + 0.5] * 2, color=_canvas.NOT_A_NUMBER, lw=1)
        for at in range(first, last + 1, dilation):
            axes.add_patch(_rectangle((at + 0.12, lane + 0.15), 0.76, 0.7, color="#2f79bd"))


def _rectangle(corner: tuple[float, float], width: float, height: float, **style: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, **style)
