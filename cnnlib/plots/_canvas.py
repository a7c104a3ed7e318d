"""What all figures share: colors, letters, and panes of one size in a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np
from numpy.typing import NDArray

from cnnlib._extras import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]
P = ParamSpec("P")

#: Numbers with a sign: white is 0. Red and blue stay apart for all common kinds of color
#: blindness, red and green would not (Brewer's scale; one everywhere, so it is learned once).
DIVERGING = "RdBu_r"
#: Numbers of 0 or more: equal steps look equal, also in gray and for the color-blind.
SEQUENTIAL = "viridis"
#: Counts, with black or white numbers on them.
COUNTS = "Blues"
#: NaN and infinity: neither scale has this gray.
NOT_A_NUMBER = "0.55"
#: Two lines that differ in lightness too.
LINES = ("#0b559f", "#d95f02")

STYLE = {
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
WIDTH = 7.0  # inches: the width of the text
EDGE = 0.08  # inches around everything
GAP = 0.1  # inches between panes
BAR = 0.75  # inches for a color bar and its numbers
LEAST_BAR = 0.8  # inches of height at which its numbers have room
TITLE = 0.24  # inches for a line of text


def drawn(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in this library's style, and leave matplotlib's settings as they were."""

    @wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with _style(f"plots.{function.__name__}"):
            return function(*args, **kwargs)

    return draw


def _style(what: str) -> AbstractContextManager[None]:
    style = require("matplotlib.style", extra="plots", what=what)
    return style.context(["default", STYLE])


def new_figure(width: float, height: float) -> Figure:
    """An empty figure; sizes in inches."""
    from cnnlib.plots._notebook import PIXELS_PER_INCH, NotebookFigure

    return NotebookFigure(figsize=(width, height), dpi=PIXELS_PER_INCH)


def add_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches from the figure's upper left corner."""
    w, h = figure.get_size_inches()
    return figure.add_axes((left / w, 1 - (top + height) / h, width / w, height / h))


def grid(
    shape: tuple[int, int],
    count: int,
    columns: int,
    titles: Sequence[str] | None = None,
    largest: float | None = None,
    bar: bool = False,
    note: str = "",
    group: int = 0,
) -> tuple[Figure, list[Axes]]:
    """A figure with panes for ``count`` images of ``shape``, and room for a color bar.

    Args:
        shape: Rows and columns of an image: every pane has its proportions.
        count: How many panes.
        columns: How many side by side.
        titles: A line of text over each.
        largest: The longest side of a pane in inches, if there is room.
        bar: Whether to leave room for a color bar.
        note: A line of text below everything.
        group: How many columns belong together; a wider gap parts them from the next.
    """
    rows = -(-count // columns)
    above, right = text_height(titles), BAR if bar else 0.0
    lefts = [GAP * column + (GAP * (column // group) if group else 0) for column in range(columns)]
    largest = largest or (3.4 if count == 1 else 1.6)
    scale = min(largest / max(shape), (WIDTH - right - 2 * EDGE - lefts[-1]) / columns / shape[1])
    width, height = max(shape[1] * scale, 0.04), max(shape[0] * scale, 0.04)
    pitch = max(width, text_width(titles))
    tall = rows * (height + above) + (rows - 1) * GAP
    figure = new_figure(
        2 * EDGE + columns * pitch + lefts[-1] + right,
        2 * EDGE + max(tall, LEAST_BAR if bar else 0) + (TITLE if note else 0),
    )
    panes = []
    for k in range(count):
        row, column = divmod(k, columns)
        top = EDGE + row * (height + above + GAP) + above
        left = EDGE + column * pitch + (pitch - width) / 2 + lefts[column]
        pane = add_axes(figure, left, top, width, height)
        pane.set_axis_off()
        if above and titles:
            pane.set_title(titles[k], pad=3)
        panes.append(pane)
    if note:
        figure.text(EDGE / figure.get_figwidth(), EDGE / figure.get_figheight(), note, fontsize=9)
    return figure, panes


def columns_for(count: int, titles: Sequence[str] | None, widest: float = WIDTH) -> int:
    """How many panes side by side, if nobody says: as many as have room for their titles."""
    room = int(widest / (text_width(titles) + GAP))
    return max(1, min(count, 4 if count <= 8 else 8, room))


def text_width(titles: Sequence[str] | None) -> float:
    """About the inches that the longest line needs."""
    return max(
        (0.083 * len(line) for text in titles or () for line in text.split("\n")), default=0.0
    )


def text_height(titles: Sequence[str] | None) -> float:
    """The inches that the titles need above their panes."""
    lines = max((text.count("\n") + 1 for text in titles or () if text), default=0)
    return TITLE + 0.16 * (lines - 1) if lines else 0.0


def frame(pane: Axes) -> None:
    """A thin line around a pane, whose colors may be white at the edge."""
    pane.set_axis_on()
    pane.set_xticks([])
    pane.set_yticks([])
    for spine in pane.spines.values():
        spine.set(visible=True, color=NOT_A_NUMBER, linewidth=0.5)


def add_bar(figure: Figure, panes: list[Axes]) -> None:
    """A color bar for what was drawn last in the panes, at their right."""
    width, height = figure.get_size_inches()
    top, bottom = panes[0].get_position().y1, panes[-1].get_position().y0
    length = max(LEAST_BAR - TITLE, min((top - bottom) * height, 3.4))
    axes = add_axes(figure, width - BAR + 0.1, (1 - top) * height, 0.12, length)
    bar = figure.colorbar(panes[0].images[-1], cax=axes, format=_short)
    if bar.solids:
        bar.solids.set_alpha(1)  # solid beside a picture that lets another one through
    axes.locator_params(nbins=max(2, min(5, int(length / 0.3))))
    for spine in axes.spines.values():
        spine.set_visible(False)


def _short(value: float, position: int | None = None) -> str:
    """A number beside a color bar.

    Example:
        >>> [_short(value) for value in (0.25, 0.0005, -1e-17, 30000)]
        ['0.25', '5e-4', '0', '3e4']
    """
    if abs(value) < 1e-12:
        return "0"
    if 0.01 <= abs(value) < 10_000:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def colors(name: str) -> Any:
    """A color scale by its name; NaN is gray."""
    from matplotlib import colormaps

    return colormaps[name].with_extremes(bad=NOT_A_NUMBER)


def scale_of(values: Array, signed: bool | None = None, name: str = SEQUENTIAL) -> dict[str, Any]:
    """The color scale for these numbers: symmetric about 0 if they have a sign, else from 0 up."""
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite.astype(float)).max(initial=0)) or 1.0
    if signed is None:
        signed = bool((finite < 0).any())
    return {
        "cmap": colors(DIVERGING if signed else name),
        "vmin": -top if signed else 0,
        "vmax": top,
    }
