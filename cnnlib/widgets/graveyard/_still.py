"""What Graveyard looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.widgets.graveyard._course import Census

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SIDE, PITCH = 0.55, (0.83, 0.98)  # inches
STONE = "0.35"


@_canvas.drawn
def graveyard_still(kernels: NDArray[Any], looks: list[Census], leaks: bool) -> Still:
    """Above the filters with the share of places where each is active; below the curves.

    Args:
        kernels: (3, 3, filters).
        looks: Who was active, at several steps; the last one is shown above.
        leaks: Whether ReLU has a slope below 0.
    """
    figure = _canvas.new_figure(_canvas.WIDTH, 4.4)
    scale = _canvas.scale_of(kernels, signed=True)
    last = looks[-1]
    for k, share in enumerate(last.filters):
        row, column = divmod(k, 8)
        left, top = 0.2 + column * PITCH[0], 0.3 + row * PITCH[1]
        pane = _canvas.add_axes(figure, left, top, SIDE, SIDE)
        shown = kernels[:, :, k]
        if share == 0:  # gray, with a thick frame
            pane.imshow(np.abs(shown), cmap="gray_r", vmin=0, vmax=2 * abs(kernels).max())
        else:
            pane.imshow(shown, interpolation="nearest", **scale)
        _canvas.frame(pane)
        for spine in pane.spines.values():
            spine.set(linewidth=3 if share == 0 else 0.8, color=STONE if share == 0 else "0.6")
        word = ("leaks" if leaks else "silent") if share == 0 else f"{share:.0%}"
        pane.set_title(word, pad=3, fontweight="bold" if share == 0 else "normal")
    steps = [look.step for look in looks]
    silent = [[(share == 0).sum() for share in (look.filters, look.units)] for look in looks]
    axes = _canvas.add_axes(figure, 0.4, 2.45, 2.85, 1.5)
    for k, (label, line) in enumerate((("filters (of 16)", "-"), ("hidden units (of 32)", "--"))):
        axes.plot(steps, [pair[k] for pair in silent], line, color=_canvas.LINES[k], label=label)
    axes.set_title("silent on all held-out images", pad=3)
    axes.set_ylim(0, 33)
    axes.legend()
    right = _canvas.add_axes(figure, 3.95, 2.45, 2.85, 1.5)
    right.plot(steps, [look.accuracy for look in looks], color=_canvas.LINES[0])
    right.set_title("held-out digits read right", pad=3)
    right.set_ylim(0, 1.02)
    for pane in (axes, right):
        pane.set_xlabel("step", labelpad=2)
    return figure
