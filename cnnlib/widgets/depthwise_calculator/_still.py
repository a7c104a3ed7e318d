"""What DepthwiseCalculator looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlib.explain import Totals
from cnnlib.plots import _canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

LINE = 0.28  # inches for a variant
NAMES, GAP = 1.6, 0.15  # inches


@_canvas.drawn
def calculator_still(costs: dict[str, Totals], measures: dict[str, str]) -> Still:
    """Three bars for every variant: its part of the ordinary one's costs, in per cent."""
    tall = LINE * len(costs)
    figure = _canvas.new_figure(_canvas.WIDTH, tall + 0.6)
    wide = (_canvas.WIDTH - NAMES - _canvas.EDGE) / len(measures) - GAP
    ordinary = next(iter(costs.values()))
    for n, (what, title) in enumerate(measures.items()):
        pane = _canvas.add_axes(figure, NAMES + n * (wide + GAP), 0.5, wide, tall)
        whole = getattr(ordinary, what)
        parts = [100 * getattr(cost, what) / whole for cost in costs.values()]
        colors = [_canvas.LINES[0]] + [_canvas.LINES[1]] * (len(costs) - 1)
        bars = pane.barh(range(len(costs)), parts, color=colors)
        pane.bar_label(bars, [f"{part:.1f} %" for part in parts], padding=3, fontsize=9)
        pane.set_title(f"{title}\n100 % = {whole:,}", pad=4)
        pane.set_xlim(0, 1.5 * max(parts))  # with room for the words
        pane.set_xticks([])
        pane.spines["bottom"].set_visible(False)
        pane.set_yticks(range(len(costs)), list(costs) if n == 0 else [""] * len(costs))
        pane.tick_params(length=0)
        pane.invert_yaxis()
    return figure
