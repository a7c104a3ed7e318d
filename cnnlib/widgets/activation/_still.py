"""What Activation looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
CURVE = (2.75, 2.1)  # inches
PANE = 1.7  # inches: the width of a map
WITHIN = 0.99  # of a map's numbers lie between the ends of its scale
TITLES = ("$z$", "$y = f(z)$", r"$dx = dy \cdot f'(z)$", "$dy$")


@_canvas.drawn
def activation_still(
    t: Array,
    curve: Array,
    slopes: Array,
    point: tuple[float, float, float],
    maps: tuple[Array, ...],
    ends: tuple[float, float] | None,
) -> Still:
    """Left the curve, its slope and a tangent; right the maps forwards, and below them back.

    Args:
        t: Numbers on the horizontal axis.
        curve: The function there.
        slopes: Its slope there.
        point: x, the function and its slope there.
        maps: z, y, dx and dy, all (rows, columns).
        ends: Those of the function's range, if it has two.
    """
    tall = PANE * maps[0].shape[0] / maps[0].shape[1]
    left, pitch = CURVE[0] + 0.65, PANE + 0.15
    height = max(CURVE[1] + 0.45, 2 * (tall + 0.3) + 0.08)
    figure = _canvas.new_figure(left + 2 * pitch + 0.05, height)
    pane = _canvas.add_axes(figure, 0.35, 0.12, *CURVE)
    pane.axhline(0, color="0.6", lw=0.8)
    pane.axvline(0, color="0.6", lw=0.8)
    pane.plot(t, curve, color=_canvas.LINES[0], lw=2, label="$f$")
    pane.plot(t, slopes, "--", color=_canvas.LINES[1], label="$f'$")
    x, y, slope = point
    run = np.array([-1, 1])
    pane.plot(x + run, y + slope * run, color="black", lw=1)
    pane.plot(x, y, "o", mfc="#ffd60a", mec="black", ms=7)
    pane.set_xlim(-4, 4)
    pane.set_ylim(-1.4, 4.2)
    pane.legend(loc="upper left", frameon=False)
    for k, values in enumerate(maps):
        row, column = divmod(k, 2)
        place = left + column * pitch, 0.3 + row * (tall + 0.3)
        axes = _canvas.add_axes(figure, *place, PANE, tall)
        axes.imshow(values, interpolation="nearest", **_scale(k, maps, ends))
        axes.set_title(TITLES[k], pad=3)
        _canvas.frame(axes)
    return figure


def _scale(k: int, maps: tuple[Array, ...], ends: tuple[float, float] | None) -> dict[str, Any]:
    """z and y on one scale, unless y has its own; dx and dy on another."""
    if k >= 2:
        return _canvas.scale_of(maps[3], signed=True)
    if k == 1 and ends:
        return _canvas.scale_of(np.array(ends))
    most = float(np.quantile(abs(maps[0]), WITHIN)) or 1.0
    return _canvas.scale_of(maps[0].clip(-most, most), signed=True)
