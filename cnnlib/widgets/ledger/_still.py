"""What Ledger looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlib.explain import Ledger
from cnnlib.plots import _canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

COLUMNS = {"params": "parameters", "macs": "multiply-adds", "memory": "bytes of outputs"}
COLORS = {"Conv2D": _canvas.LINES[0], "Dense": _canvas.LINES[1]}
OTHERS = "0.45"
LINE = 0.26  # inches for a layer
NAMES, GAP = 1.75, 0.15  # inches


@_canvas.drawn
def ledger_still(costs: Ledger) -> Still:
    """Three bars for every layer: its share of each total, in per cent."""
    tall = LINE * len(costs)
    figure = _canvas.new_figure(_canvas.WIDTH, tall + 0.6)
    wide = (_canvas.WIDTH - NAMES - _canvas.EDGE) / len(COLUMNS) - GAP
    rows = range(len(costs))
    for k, (name, title) in enumerate(COLUMNS.items()):
        pane = _canvas.add_axes(figure, NAMES + k * (wide + GAP), 0.5, wide, tall)
        total = getattr(costs.totals, name)
        shares = [100 * getattr(row, name) / (total or 1) for row in costs]
        colors = [COLORS.get(row.layer, OTHERS) for row in costs]
        bars = pane.barh(rows, shares, color=colors)
        said = [f"{share:.1f} %" if share else "0" for share in shares]
        pane.bar_label(bars, said, padding=3, fontsize=9)
        pane.set_title(f"{title}\n{total:,}", pad=4)
        pane.set_xlim(0, 130)  # with room for the words
        pane.set_xticks([])
        pane.spines["bottom"].set_visible(False)
        pane.set_yticks(rows, [row.name for row in costs] if k == 0 else [""] * len(costs))
        pane.tick_params(length=0)
        pane.invert_yaxis()
    return figure
