"""What ThreeWorlds looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Arrays = dict[str, NDArray[Any]]
PHOTO = (3.3, 2.2)  # inches
WAVE = 0.8  # inches
CELL = 0.66  # inches: a word
WITHIN = 0.99  # of the photo's output lies between the ends of its scale


@_canvas.drawn
def three_worlds_still(x: Arrays, y: Arrays, words: list[str], stride: int) -> Still:
    """The photo and its output, the sound above its output, the text above its output."""
    figure = _canvas.new_figure(_canvas.WIDTH, 6.5)
    most = float(np.quantile(abs(y["photo"]), WITHIN)) or 1.0
    signed = _canvas.scale_of(y["photo"].clip(-most, most), signed=True)
    gray = {"cmap": "gray", "vmin": 0, "vmax": 255}
    for left, array, scale in ((0.08, x["photo"], gray), (3.6, y["photo"], signed)):
        pane = _canvas.add_axes(figure, left, 0.3, *PHOTO)
        pane.imshow(array[0, :, :, 0], interpolation="nearest", **scale)
        pane.set_title(f"photo: {array.shape}", pad=3)
        _canvas.frame(pane)
    for top, array, step in ((2.85, x["sound"], 1), (4.0, y["sound"], stride)):
        pane = _canvas.add_axes(figure, 0.5, top, 6.3, WAVE)
        pane.plot(np.arange(array.size) * step, array.ravel(), color=_canvas.LINES[0], lw=1)
        pane.set_title(f"sound: {array.shape}", pad=3)
        pane.set_xticks([])
    numbers = [f"{word}\n{n:g}" for word, n in zip(words, x["text"].ravel(), strict=True)]
    outputs = [f"{n:.3g}" for n in y["text"].ravel()]
    for top, array, told in ((5.15, x["text"], numbers), (5.95, y["text"], outputs)):
        table = array[0, :, :, 0]
        pane = _canvas.add_axes(figure, 0.08, top, CELL * table.size, 0.45)
        _cells(pane, table, [told], _canvas.scale_of(table, signed=True))
        pane.set_aspect("auto")
        pane.set_title(f"text: {array.shape}", pad=3, loc="left")
        pane.set_xticks([])
        pane.set_yticks([])
    return figure
