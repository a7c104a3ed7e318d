"""What Clinic looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlib.clinic import Recipe, trained
from cnnlib.clinic.backward_tests import problem, result, truth
from cnnlib.clinic.cases import Subject
from cnnlib.clinic.passes import Backward
from cnnlib.plots import _canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

HEIGHT = 2.4  # inches
CELL = 0.4


@_canvas.drawn
def clinic_still(subject: Subject, treated: Subject | None) -> Still:
    """Draw a course of training, or arrays, before and after."""
    if isinstance(subject, Recipe):
        return _courses([subject, treated] if isinstance(treated, Recipe) else [subject])
    return _arrays(subject, treated if isinstance(treated, Backward) else None)


def _courses(recipes: list[Recipe]) -> Still:
    figure = _canvas.new_figure(_canvas.WIDTH, HEIGHT + 0.4)
    loss = _canvas.add_axes(figure, 0.55, 0.3, 2.75, HEIGHT - 0.4)
    right = _canvas.add_axes(figure, 4.1, 0.3, 2.75, HEIGHT - 0.4)
    names = ("as it is", "after the cure")
    for recipe, name, color in zip(recipes, names, reversed(_canvas.LINES[:2]), strict=False):
        curve = trained(recipe).curve
        steps = [entry["step"] for entry in curve]
        loss.plot(steps, [entry["loss"] for entry in curve], color=color, label=name)
        right.plot(steps, [entry["accuracy"] for entry in curve], color=color, label=name)
        held = [entry["held_accuracy"] for entry in curve]
        right.plot(steps, held, "--", color=color, label="held out")
    loss.set_title("loss of the batches", pad=3)
    loss.set_yscale("log")
    right.set_title("right answers", pad=3)
    right.set_ylim(0, 1.02)
    for axes in (loss, right):
        axes.set_xlabel("step", labelpad=2)
        axes.legend()
    return figure


def _arrays(subject: Backward, treated: Backward | None) -> Still:
    came = [("as it is", result(subject))]
    if treated is not None:
        came.append(("after the cure", result(treated)))
    came.append(("measured", truth(subject)))
    given = ("z", "t") if subject.operation == "loss" else ("dy", "w", "x")
    shown: list[tuple[str, Any]] = [*zip(given, problem(subject), strict=False), *came]
    tables = [(name, np.squeeze(array)) for name, array in shown]
    figure = _canvas.new_figure(_canvas.WIDTH, 2 * (4 * CELL + 0.45))
    left, top = 0.1, 0.3
    for name, table in tables:
        rows, columns = table.shape
        if left + columns * CELL > _canvas.WIDTH:
            left, top = 0.1, top + 4 * CELL + 0.4
        axes = _canvas.add_axes(figure, left, top, columns * CELL, rows * CELL)
        finite = np.where(np.isfinite(table), table, 0.0)
        axes.imshow(finite, interpolation="nearest", **_canvas.scale_of(finite, signed=True))
        most = abs(finite).max()
        for (i, j), value in np.ndenumerate(table):
            dark = abs(finite[i, j]) > 0.7 * most > 0
            color = "white" if dark else "black"
            axes.text(j, i, f"{value:.3g}", ha="center", va="center", fontsize=7, color=color)
        _canvas.frame(axes)
        axes.set_title(name, pad=3)
        left += columns * CELL + 0.3
    return figure
