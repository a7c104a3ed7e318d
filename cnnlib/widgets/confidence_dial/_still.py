"""What ConfidenceDial looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.plots import _canvas
from cnnlib.widgets.confidence_dial._ways import ways

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
FAR, NEAR = 150.0, 6.0  # the ends of the axis, and of its even part
ROOM = 1.5  # how much of it lies beyond
PANE = (2.95, 2.2)  # inches
TICKS = [-100, -16, -6, -3, 0, 3, 6, 16, 100]
LINES = {
    "squared": ("squared error", "#7b3294", "-."),
    "logits": ("from the logit", _canvas.LINES[0], "-"),
    "clipped": ("clipped $p$", _canvas.LINES[1], "--"),
}


def lens(z: Any) -> Any:
    """Where a number stands on the axis: evenly up to 6, then closer and closer."""
    size = np.abs(z)
    beyond = np.log1p(np.maximum(size - NEAR, 0) / ROOM)
    return np.sign(z) * (np.minimum(size, NEAR) + ROOM * beyond)


def unlens(place: Any) -> Any:
    """The number at a place of the axis."""
    size = np.abs(place)
    beyond = np.expm1(np.maximum(size - NEAR, 0) / ROOM)
    return np.sign(place) * (np.minimum(size, NEAR) + ROOM * beyond)


@_canvas.drawn
def logit_still(z: float, t: float) -> Still:
    """Left the loss, right its gradient by the logit: three ways, and where the fourth has none.

    Args:
        z: The logit, a point on the curves.
        t: Its target.
    """
    figure = _canvas.new_figure(_canvas.WIDTH, PANE[1] + 1)
    samples = unlens(np.linspace(-lens(FAR), lens(FAR), 801)).astype(np.float32)
    curves, point = ways(samples, t), ways(np.array([z], np.float32), t)
    panes = [_canvas.add_axes(figure, 0.45 + 3.5 * k, 0.3, *PANE) for k in (0, 1)]
    for k, pane in enumerate(panes):
        for way, (label, color, dash) in LINES.items():
            pane.plot(samples, curves[way][k], dash, color=color, label=label)
        pane.plot(z, point["logits"][k], "o", mfc="#ffd60a", mec="black", ms=7)
        _axis(pane)
    left, right = panes
    left.set_yscale("function", functions=(lens, unlens))
    left.set_ylim(-0.5, FAR)
    left.set_yticks([0, 2, 4, 6, 16, 100])
    right.set_ylim(-1.15, 1.15)
    gone = ~np.isfinite(curves["naive"][0])
    left.plot(
        samples[gone], np.full(gone.sum(), 120.0), "x", color="black", ms=3, label="no number"
    )
    left.set_title("loss")
    right.set_title(r"gradient $\mathrm{d}L/\mathrm{d}z$")
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False)
    p = float(ops.sigmoid(np.array([z], np.float32))[0])
    figure.text(0.5, 0.98, f"$z$ = {z:g},  $p$ = {p:.4g},  $t$ = {t:g}", ha="center", va="top")
    return figure


def _axis(pane: Axes) -> None:
    pane.set_xscale("function", functions=(lens, unlens))
    pane.set_xlim(-FAR, FAR)
    pane.set_xticks(TICKS, [f"{tick}".replace("-", "\N{MINUS SIGN}") for tick in TICKS])
    pane.axhline(0, color="0.6", lw=0.8, zorder=0)
    pane.axvline(0, color="0.6", lw=0.8, zorder=0)
    pane.axvspan(-NEAR, NEAR, color="0.93", zorder=-1)


@_canvas.drawn
def classes_still(p: Array, gradient: Array) -> Still:
    """A bar for every class: left its probability, right the gradient.

    Args:
        p: The probabilities, (classes,).
        gradient: The gradient by the logits, (classes,).
    """
    figure = _canvas.new_figure(_canvas.WIDTH, 0.7 + 0.3 * len(p))
    names = [f"class {k}" for k in range(len(p))]
    for k, (values, title) in enumerate(((p, "$p$"), (gradient, "$p - t$"))):
        pane = _canvas.add_axes(figure, 0.75 + 3.3 * k, 0.3, 2.6, 0.3 * len(p))
        colors = [_canvas.LINES[0] if value < 0 or k == 0 else "#b2182b" for value in values]
        bars = pane.barh(names, values, color=colors)
        pane.bar_label(bars, [f"{value:.3g}" for value in values], padding=3, fontsize=9)
        pane.set_xlim(-1.3 if k else 0, 1.3)
        pane.axvline(0, color="0.6", lw=0.8)
        pane.invert_yaxis()
        pane.set_title(title)
        if k:
            pane.set_yticks([])
    return figure
