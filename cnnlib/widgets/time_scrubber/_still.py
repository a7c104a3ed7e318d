"""What TimeScrubber looks like on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnlib.plots import _canvas
from cnnlib.widgets.time_scrubber._ops import OPS

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

ROW = 0.5  # inches from node to node
BOX = (0.92, 0.36)  # inches of a node
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def shown(name: str) -> str:
    """A node's name with its digits lowered.

    Example:
        >>> shown("w21")
        'w₂₁'
    """
    return name[0] + name[1:].translate(LOWERED)


@_canvas.drawn
def time_scrubber_still(
    nodes: list[dict[str, Any]], value: dict[str, float], gradient: dict[str, float]
) -> Still:
    """Boxes with a name, below it the value (blue) and the gradient (orange), and arrows between.

    Args:
        nodes: The graph, with places.
        value: The numbers that are known.
        gradient: The gradients that are known.
    """
    passing = [row for node in nodes for via in node["via"] for _, row in via]
    rows = max([*passing, *(node["row"] for node in nodes)]) + 0.5
    columns = max(node["column"] for node in nodes)
    width, height = _canvas.WIDTH, ROW * max(2, rows) + 0.1
    figure = _canvas.new_figure(width, height)
    axes = _canvas.add_axes(figure, 0, 0, width, height)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    gap = (width - BOX[0] - 0.1) / columns
    place = {
        node["name"]: (0.05 + BOX[0] / 2 + gap * node["column"], 0.05 + ROW * node["row"])
        for node in nodes
    }
    for node in nodes:
        x, y = place[node["name"]]
        for name, via in zip(node["inputs"], node["via"], strict=True):
            middle = [(0.05 + BOX[0] / 2 + gap * column, 0.05 + ROW * row) for column, row in via]
            points = [(place[name][0] + BOX[0] / 2, place[name][1]), *middle, (x - BOX[0] / 2, y)]
            axes.plot(*zip(*points[:-1], strict=True), color="0.55", lw=1)
            arrow = {"arrowstyle": "->", "color": "0.55", "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", points[-1], points[-2], arrowprops=arrow)
    for node in nodes:
        name, (x, y) = node["name"], place[node["name"]]
        box = {"boxstyle": "round,pad=0.02", "fc": "white", "ec": "0.4", "lw": 0.8}
        axes.add_patch(_box(x, y, box))
        formula = OPS[node["op"]].says(list(map(shown, node["inputs"]))) if node["op"] else ""
        text = f"{shown(name)} = {formula}" if 0 < len(formula) < 11 else shown(name)
        axes.text(x, y - 0.08, text, ha="center", va="center", weight="bold", size=8)
        if name in value:
            at = x - 0.03 if name in gradient else x
            side = "right" if name in gradient else "center"
            axes.text(
                at, y + 0.09, f"{value[name]:.4g}", ha=side, va="center", color="#0b559f", size=8
            )
        if name in gradient:
            axes.text(
                x + 0.03, y + 0.09, f"{gradient[name]:.4g}", va="center", color="#b34700", size=8
            )
    return figure


def _box(x: float, y: float, style: dict[str, Any]) -> Any:
    from matplotlib.patches import FancyBboxPatch

    return FancyBboxPatch((x - BOX[0] / 2, y - BOX[1] / 2), *BOX, **style)
