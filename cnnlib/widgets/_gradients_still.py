"""What Gradients looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

Table = NDArray[Any]
CELL = (0.5, 0.3)  # inches: width and height of a number
GAP = 0.35  # inches between tables
TITLE = 0.26


@_canvas.drawn
def gradients_still(rows: list[dict[str, Table]], marked: tuple[str, int, int], text: str) -> Still:
    """Tables of numbers with their names above, in rows, and a line of text below.

    Args:
        rows: For every row the tables by their titles.
        marked: Title, row and column of a number that is outlined.
        text: What stands below.
    """
    heights = [max(len(table) for table in row.values()) * CELL[1] + TITLE + GAP for row in rows]
    figure = _canvas.new_figure(_canvas.WIDTH, sum(heights) + 0.35)
    top = 0.05
    for row, height in zip(rows, heights, strict=True):
        left = 0.08
        widest = sum(table.shape[1] for table in row.values()) * CELL[0] + GAP * (len(row) - 1)
        shrink = min(1.0, (_canvas.WIDTH - 0.16) / widest)
        for title, table in row.items():
            width = table.shape[1] * CELL[0] * shrink
            axes = _canvas.add_axes(figure, left, top + TITLE, width, len(table) * CELL[1])
            _draw(axes, title, table, 9 * shrink)
            if title == marked[0]:
                _mark(axes, *marked[1:])
            left += width + GAP * shrink
        top += height
    figure.text(0.08 / _canvas.WIDTH, 0.12 / figure.get_figheight(), text)
    return figure


def _draw(axes: Axes, title: str, table: Table, size: float) -> None:
    written = [[f"{number:.4g}" for number in row] for row in table.tolist()]
    _cells(axes, table, written, _canvas.scale_of(table, signed=True))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, pad=3, loc="left")
    for label in axes.texts:
        label.set_fontsize(size)


def _mark(axes: Axes, row: int, column: int) -> None:
    """A yellow frame between black ones, to be seen on every colour."""
    for color, width in (("black", 5), ("#ffd60a", 2.5)):
        corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)]
        axes.plot(
            *zip(*((column + x * 0.9, row + y * 0.84) for x, y in corners), strict=True),
            color=color,
            lw=width,
        )
