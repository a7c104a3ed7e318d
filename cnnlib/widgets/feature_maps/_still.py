"""The X-ray on paper: the image, the prediction, and a strip of maps for every layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots._inputs import gray_limits, rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
COLUMNS = 16  # maps side by side
MOST = 64  # maps of a layer
TOP = 1.6  # inches of the image and of the prediction
MARK = "#ffd60a"


@_canvas.drawn
def draw_still(
    image: Array,
    activations: dict[str, Array],
    names: Sequence[str],
    seen: tuple[slice, slice] | None,
) -> Still:
    """Draw an X-ray.

    Args:
        image: Shape (h, w, c).
        activations: Every layer's output by name, each (1, ...).
        names: The classes' names.
        seen: The rows and columns of the image that are marked.
    """
    strips = [(name, maps) for name, maps in _strips(activations) if maps is not None]
    width = _canvas.WIDTH - 2 * _canvas.EDGE
    heights = [width * maps.shape[0] / maps.shape[1] for _, maps in strips]
    total = TOP + 0.15 + sum(heights) + (_canvas.TITLE + _canvas.GAP) * len(strips)
    figure = _canvas.new_figure(_canvas.WIDTH, total + 2 * _canvas.EDGE)
    _draw_image(_canvas.add_axes(figure, _canvas.EDGE, _canvas.EDGE, TOP, TOP), image, seen)
    prediction = list(activations.values())[-1][0]
    if prediction.ndim == 1:
        room = _canvas.add_axes(figure, TOP + 1.3, _canvas.EDGE, width - TOP - 1.8, TOP - 0.2)
        _draw_prediction(room, prediction, names)
    top = _canvas.EDGE + TOP + 0.15
    for (name, maps), height in zip(strips, heights, strict=True):
        pane = _canvas.add_axes(figure, _canvas.EDGE, top + _canvas.TITLE, width, height)
        scale = _canvas.scale_of(maps)
        cmap = scale["cmap"].with_extremes(bad="white")
        pane.imshow(maps, **{**scale, "cmap": cmap}, interpolation="nearest", aspect="auto")
        pane.set_axis_off()
        pane.set_title(name, loc="left", pad=2)
        top += _canvas.TITLE + height + _canvas.GAP
    return figure


def _strips(activations: dict[str, Array]) -> list[tuple[str, Array | None]]:
    """A name with a shape, and a picture of the maps, for every layer that shows something new."""
    found: list[tuple[str, Array | None]] = []
    before: Array | None = None
    for name, output in activations.items():
        maps = output[0]
        same = before is not None and np.array_equal(maps.ravel(), before.ravel())
        sides = " × ".join(map(str, maps.shape))
        found.append((f"{name}: {sides}", None if same or maps.ndim < 3 else _sheet(maps)))
        before = maps
    return found


def _sheet(maps: Array) -> Array:
    """Maps (h, w, c) beside and below each other, with gaps of NaN."""
    height, width, channels = maps[..., :MOST].shape
    columns = min(channels, COLUMNS)
    rows = -(-channels // columns)
    gap = max(1, width // 16)
    sheet = np.full((rows * (height + gap), max(columns, 4) * (width + gap)), np.nan, np.float32)
    for k in range(channels):
        top, left = (k // columns) * (height + gap), (k % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = maps[..., k]
    return sheet[:-gap, :-gap]


def _draw_image(pane: Axes, image: Array, seen: tuple[slice, slice] | None) -> None:
    picture = image[..., 0] if image.shape[2] != 3 else rgb(image)
    limits = gray_limits([picture]) if picture.ndim == 2 else {}
    pane.imshow(picture, cmap="gray", interpolation="nearest", **limits)
    pane.set_axis_off()
    if seen is None:
        return
    (top, bottom), (left, right) = (
        (range(side)[part].start, range(side)[part].stop)
        for side, part in zip(image.shape, seen, strict=False)
    )
    box = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]) - 0.5
    for color, line in (("black", 4), (MARK, 2)):
        pane.plot(*box.T, color=color, linewidth=line, clip_on=False)


def _draw_prediction(pane: Axes, values: Array, names: Sequence[str]) -> None:
    if values.size == 1:
        values = np.array([1 - values[0], values[0]])
    names = list(names)[: values.size]
    drawn = np.where(np.isfinite(values), values, 0)  # a network may have diverged
    bars = pane.barh(range(values.size), drawn, color=_canvas.LINES[0])
    pane.bar_label(bars, [f"{value:.3f}" for value in values], padding=3, fontsize=8)
    pane.set_yticks(range(values.size), names, fontsize=8)
    pane.invert_yaxis()
    pane.set_xlim(float(drawn.min(initial=0)), float(drawn.max(initial=1e-9)) * 1.2)
    pane.set_xticks([])
    pane.spines["bottom"].set_visible(False)
