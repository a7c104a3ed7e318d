"""Parity on paper: one map in Keras, in cnnlib, and the difference; a bar for every part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.widgets.parity_viewer._compare import AGREE, Difference

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
SIDE = 1.75  # inches of a picture
LEAST = 1e-9  # the left end of the bars
MANY = 256  # kernels that are shown one by one
SLIM = 4  # a table may be so many times as long as wide


@_canvas.drawn
def draw_still(
    name: str,
    pair: tuple[Array, Array],
    channel: int,
    top: float,
    differences: dict[str, Difference],
) -> Still:
    """Draw the chosen map of both, their difference, and the largest difference of all parts.

    Args:
        name: The chosen part's.
        pair: Keras's and cnnlib's numbers.
        channel: The map.
        top: Where the difference's scale ends.
        differences: The largest ones, by the parts' names.
    """
    theirs, ours = (as_map(values, channel) for values in pair)
    height = 0.19 * len(differences)
    figure = _canvas.new_figure(_canvas.WIDTH, SIDE + height + 1.15)
    scale = _canvas.scale_of(theirs)
    power = f"±$10^{{{round(np.log10(top))}}}$"
    shown = [("Keras", theirs, scale), ("cnnlib", ours, scale)]
    gap = {"cmap": _canvas.DIVERGING, "vmin": -top, "vmax": top}
    shown.append((f"cnnlib − Keras, {power}", ours.astype(float) - theirs, gap))
    for k, (title, values, colors) in enumerate(shown):
        left = _canvas.EDGE + k * (SIDE + 0.55)
        pane = _canvas.add_axes(figure, left, 0.3, SIDE, SIDE)
        pane.imshow(values, interpolation="nearest", aspect="auto", **colors)
        pane.set(xticks=[], yticks=[])
        pane.set_title(f"{name}: {title}" if not k else title, loc="left", pad=3, fontsize=9)
    axes = _canvas.add_axes(figure, 2.2, SIDE + 0.5, _canvas.WIDTH - 2.5, height)
    sizes = [max(found.relative, LEAST) for found in differences.values()]
    fills = [
        _canvas.LINES[0] if found.agrees else _canvas.LINES[1] for found in differences.values()
    ]
    axes.barh(range(len(sizes)), sizes, color=fills)
    axes.set_xscale("log")
    axes.set_xlim(LEAST, max(2, 2 * max(sizes)))
    axes.axvline(AGREE, color="0.5", linestyle=":")
    axes.set_yticks(range(len(sizes)), list(differences), fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("largest difference, relative to the largest number")
    return figure


def as_map(values: Array, channel: int) -> Array:
    """One map of an array, as the page shows it (``shownAs`` in parity.js)."""
    maps = shown_as(values)
    return maps[..., min(channel, maps.shape[-1] - 1)]


def shown_as(values: Array) -> Array:
    """An array as maps (rows, columns, maps): a kernel is a map for each pair of channels.

    Example:
        >>> [shown_as(np.zeros(s)).shape for s in [(3, 3, 8, 12), (432, 1), (10,), (6, 4)]]
        [(3, 3, 96), (18, 24, 1), (2, 5, 1), (6, 4, 1)]
    """
    if values.ndim == 3:
        return values
    last = values.shape[-1]
    rest = values.size // last
    if values.ndim == 4 and values.shape[2] * last <= MANY:
        return values.reshape(*values.shape[:2], -1)
    if values.ndim == 2 and rest <= SLIM * last and last <= SLIM * rest:
        return values[..., None]
    return values.reshape(*folded(values.size), 1)


def folded(size: int) -> tuple[int, int]:
    """Rows and columns for a vector, as nearly square as it goes."""
    rows = next(k for k in range(int(size**0.5), 0, -1) if size % k == 0)
    return rows, size // rows
