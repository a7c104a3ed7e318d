"""The augmentation studio on paper: variants of a digit, curves, and what a run comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.widgets.augmentation_studio._course import Exam

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SIDE, HEIGHT = 0.56, 2.0  # inches of a digit, of the curves
SETS = ("training", "held_out", "shifted", "turned")
Course = Sequence[Exam]


@_canvas.drawn
def studio_still(images: NDArray[Any], found: Course, before: Sequence[Course]) -> Still:
    """Draw digits, curves and bars.

    Args:
        images: A digit and variants of it, (s, 8, 8).
        found: The exams of the run.
        before: Those of the runs before.
    """
    figure = _canvas.new_figure(_canvas.WIDTH, SIDE + HEIGHT + 0.85)
    for k, digit in enumerate(images):
        left = 0.12 + k * 1.03 * SIDE + (0.12 if k else 0)
        pane = _canvas.add_axes(figure, left, 0.28, 0.95 * SIDE, 0.95 * SIDE)
        pane.imshow(digit, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        _canvas.frame(pane)
        if k < 2:
            pane.set_title(("digit", "variants")[k], pad=3, loc="left")
    top = SIDE + 0.55
    for left, name in ((0.5, "accuracy"), (2.75, "loss")):
        axes = _canvas.add_axes(figure, left, top, 1.8, HEIGHT - 0.3)
        fields = {"accuracy": ("training", "held_out"), "loss": ("loss", "held_loss")}[name]
        for run in before:
            label = "_nolegend_" if run is not before[0] else "held out, before"
            axes.plot(*_column(run, fields[1]), ":", color="0.5", label=label)
        for field, line, color in zip(fields, ("-", "--"), _canvas.LINES, strict=True):
            label = "training" if line == "-" else "held out"
            axes.plot(*_column(found, field), line, color=color, label=label)
        axes.set_title(name, pad=3)
        axes.set_xlabel("step")
        if name == "loss":
            axes.set_yscale("log")
        else:
            axes.set_ylim(0.3, 1.02)
            axes.legend(loc="lower right")
    axes = _canvas.add_axes(figure, 5.35, top, 1.5, HEIGHT - 0.3)
    values = [100 * getattr(found[-1], name) for name in SETS]
    bars = axes.barh([name.replace("_", " ") for name in SETS], values, color=_canvas.LINES[0])
    axes.bar_label(bars, fmt="%.1f", padding=-24, color="white")
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_title("right, per cent", pad=3)
    return figure


def _column(run: Course, name: str) -> tuple[list[int], list[float]]:
    return [exam.step for exam in run], [getattr(exam, name) for exam in run]
