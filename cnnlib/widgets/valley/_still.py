"""What Valley looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.widgets.valley._landscapes import HIGH, LOW, Landscape, polynomial

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
MAP, PLOT = (4.2, 2.1), (1.75, 2.1)  # inches
LEVELS = 18
STYLES = {
    "sgd": ("o-", _canvas.LINES[0]),
    "momentum": ("s-", _canvas.LINES[1]),
    "adam": ("^-", "#444444"),
}


@_canvas.drawn
def valley_still(land: Landscape, a: float, runs: dict[str, tuple[str, Array, Array]]) -> Still:
    """Left lines of equal loss and the paths, right the losses.

    Args:
        land: The landscape.
        a: Its steepness.
        runs: For each optimizer its name, its path and its losses.
    """
    figure = _canvas.new_figure(_canvas.WIDTH, MAP[1] + 0.9)
    here = _canvas.add_axes(figure, 0.35, 0.25, *MAP)
    there = _canvas.add_axes(figure, MAP[0] + 0.95, 0.25, *PLOT)
    x, y = np.meshgrid(*(np.linspace(LOW[k], HIGH[k], 201) for k in (0, 1)))
    losses = land.loss((x, y), a)
    levels = losses.max() * (np.arange(1, LEVELS) / LEVELS) ** 2
    here.contour(x, y, losses, levels=levels, colors="0.8", linewidths=0.8)
    bottom = np.array(land.minima)
    here.plot(bottom, polynomial(land.floor, bottom), "k+", markersize=10)
    for key, (name, path, loss) in runs.items():
        style, color = STYLES[key]
        here.plot(*path.T, style, color=color, markersize=2.5, linewidth=1, label=name)
        with np.errstate(invalid="ignore"):
            there.plot(np.where(loss > 0, loss, np.nan), color=color, linewidth=1.2)
        here.plot(*path[0], "o", mfc="#ffd60a", mec="black", ms=7)
    here.set(xlim=(LOW[0], HIGH[0]), ylim=(LOW[1], HIGH[1]))
    there.set_yscale("log")
    there.set_title("loss, step by step")
    figure.legend(loc="lower center", ncols=3, frameon=False)
    return figure
