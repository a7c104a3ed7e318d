"""The shuffle test on paper: digits, plain and shuffled, and how four networks learn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.widgets.shuffle_test._courses import Course

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

HEIGHT = 2.3  # inches of the curves
SIDE = 0.6  # inches of a digit
LEFT = 0.75


@_canvas.drawn
def shuffle_test_still(
    plain: NDArray[Any], shuffled: NDArray[Any], found: Sequence[Course]
) -> Still:
    """Draw digits and curves.

    Args:
        plain: Some digits, (s, 8, 8).
        shuffled: The same with their pixels in another order.
        found: The courses of the four networks.
    """
    figure = _canvas.new_figure(_canvas.WIDTH, 2 * SIDE + HEIGHT + 0.85)
    for row, (name, digits) in enumerate((("plain", plain), ("shuffled", shuffled))):
        for k, digit in enumerate(digits):
            place = (LEFT + k * 1.03 * SIDE, 0.08 + row * 1.08 * SIDE)
            pane = _canvas.add_axes(figure, *place, 0.95 * SIDE, 0.95 * SIDE)
            pane.imshow(digit, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            _canvas.frame(pane)
            if k == 0:
                pane.set_ylabel(name, rotation=0, ha="right", va="center")
    top = 0.08 + 2.16 * SIDE + 0.3
    for left, name in ((0.55, "accuracy"), (4.1, "loss")):
        axes = _canvas.add_axes(figure, left, top, 2.75, HEIGHT - 0.4)
        for k, course in enumerate(found):
            line, color = "--" if k % 2 else "-", _canvas.LINES[k // 2]
            axes.plot(course.step, getattr(course, name), line, color=color, label=course.name)
        axes.set_title(f"{name}, held out", pad=3)
        axes.set_xlabel("step")
        if name == "loss":
            axes.set_yscale("log")
            axes.legend()
        else:
            axes.set_ylim(0, 1.02)
    return figure
