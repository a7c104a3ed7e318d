"""What Gradients looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells
from cnnlib.shapes import window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

    from cnnlib.widgets.gradients import Gradients

Table = NDArray[Any]
CELL = (0.5, 0.3)  # inches: width and height of a number
GAP = 0.35  # inches between tables
TITLE = 0.26
MOST = 4  # outputs whose stamps have room side by side


@_canvas.drawn
def gradients_still(lenses: Gradients) -> Still:
    """Tables of numbers with their names above: what is given, the lenses, the gradients."""
    h, k = min(lenses.h, len(lenses.image) - 1), min(lenses.k, lenses.image.shape[1] - 1)
    if lenses.gradient != "dx":
        rows = [{"x": lenses.image, "dy": lenses.dy}, {"dw": lenses.dw}, {"db": [[lenses.db]]}]
        return _draw_all([{name: np.array(t) for name, t in row.items()} for row in rows], "", 0, 0)
    products = " + ".join(f"{weight:g} · {dy:g}" for weight, dy in lenses.terms()) or "0"
    text = f"dx[{h}, {k}] = {products} = {lenses.dx[h, k]:g}"
    return _draw_all(_image_tables(lenses), text, h, k)


def _image_tables(lenses: Gradients) -> list[dict[str, Table]]:
    """The tables of dx, row by row."""
    w, dy = lenses.kernel, lenses.dy
    rows: list[dict[str, Table]] = [{"w": w, "dy": dy}]
    if dy.size <= MOST:
        places = np.ndindex(dy.shape)
        stamps = {f"scatter: w · dy[{i}, {j}]": w * dy[i, j] for i, j in places}
        rows.append(stamps)
    turned = {"w turned by 180°": w[::-1, ::-1]} if lenses.flip else {"w, not turned": w}
    rows.append({"gather: dy among zeros": among_zeros(lenses), **turned})
    rows.append({"col2im: dy · wᵀ, a row for every output": np.outer(dy, w)})
    rows.append({"dx": lenses.dx})
    if not lenses.flip:
        rows[-1]["dx without the flip"] = lenses.gathered
    return rows


def among_zeros(lenses: Gradients) -> Table:
    """dy with zeros between its numbers and around them, so that the kernel fits on every pixel."""
    size, t = lenses.kernel.shape, lenses.stride
    place = window(lenses.image.shape, size, t, lenses.padding)
    field = np.zeros([n + s - 1 for n, s in zip(lenses.image.shape, size, strict=True)], np.float32)
    rows, columns = (
        slice(s - 1 - before, s - 1 - before + (count - 1) * t + 1, t)
        for s, (before, _), count in zip(size, place.padding, place.output, strict=True)
    )
    field[rows, columns] = lenses.dy
    return field


def _draw_all(rows: list[dict[str, Table]], text: str, h: int, k: int) -> Still:
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
            if title == "dx":
                _mark(axes, h, k)
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
    """A yellow frame between black ones, to be seen on every color."""
    for color, width in (("black", 5), ("#ffd60a", 2.5)):
        corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5)]
        axes.plot(
            *zip(*((column + x * 0.9, row + y * 0.84) for x, y in corners), strict=True),
            color=color,
            lw=width,
        )
