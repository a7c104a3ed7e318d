"""The live trainer on paper: curves, the first kernels, and what is taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.models import Sequential
from cnnlib.plots import _canvas
from cnnlib.plots.charts import _cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

HEIGHT = 2.0  # inches of the curves
TABLE = 3.4  # inches of the confusion matrix
KERNELS = 32  # shown
ACROSS = 8


@_canvas.drawn
def draw_still(
    model: Sequential, history: dict[str, list[float]], labels: Any, answers: Any
) -> Still:
    """Draw a course of training.

    Args:
        model: The network at its end.
        history: ``step``, ``loss``, ``accuracy`` and the same with ``val_``.
        labels: The held-out images' classes.
        answers: What the network says to them, (s, classes).
    """
    figure = _canvas.new_figure(_canvas.WIDTH, HEIGHT + TABLE + 1.1)
    for left, name in ((0.55, "loss"), (4.1, "accuracy")):
        axes = _canvas.add_axes(figure, left, 0.25, 2.75, HEIGHT - 0.35)
        for prefix, label, line in (("", "training", "-"), ("val_", "held out", "--")):
            color = _canvas.LINES[bool(prefix)]
            axes.plot(history["step"], history[prefix + name], line, color=color, label=label)
        axes.set_title(name, pad=3)
        if name == "loss":
            axes.set_yscale("log")
            axes.legend()
    axes.set_ylim(0, 1.02)
    top = HEIGHT + 0.6
    _draw_confusion(_canvas.add_axes(figure, 0.35, top, TABLE, TABLE), labels, answers)
    for layer in model.layers:
        if "kernel" in layer.params and layer.params["kernel"].ndim == 4:
            _draw_kernels(figure, layer.params["kernel"], top, str(layer.name))
            break
    return figure


def _draw_confusion(axes: Axes, labels: Any, answers: NDArray[Any]) -> None:
    count = answers.shape[1]
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (labels, answers.argmax(axis=1)), 1)
    written = [[str(n) if n else "" for n in row] for row in table]
    _cells(axes, table, written, _canvas.scale_of(table, signed=False, name=_canvas.COUNTS))
    axes.set_xticks(range(count))
    axes.set_yticks(range(count))
    axes.tick_params(length=0)
    axes.set_title("held out: row, what it is; column, what it says", pad=3)


def _draw_kernels(figure: Still, kernel: NDArray[Any], top: float, name: str) -> None:
    """The first layer's kernels, each its first channel."""
    shown = kernel[:, :, 0, :KERNELS]
    left, room = 4.1, _canvas.WIDTH - 4.1 - _canvas.EDGE
    side = room / ACROSS
    scale = _canvas.scale_of(shown, signed=True)
    for k in range(shown.shape[2]):
        row, column = divmod(k, ACROSS)
        pane = _canvas.add_axes(
            figure, left + column * side, top + row * side, 0.88 * side, 0.88 * side
        )
        pane.imshow(shown[:, :, k], interpolation="nearest", **scale)
        _canvas.frame(pane)
        if k == 0:
            pane.set_title(f"kernels of {name}", pad=3, loc="left")
