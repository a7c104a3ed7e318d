"""The judge on paper: the image, three explanations, and the curves of the deletion test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.plots import _canvas
from cnnlib.plots._inputs import gray_limits, rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Still

Array = NDArray[Any]
SIDE = 1.6  # inches of a picture
STYLES = {
    "saliency": (_canvas.LINES[0], "-"),
    "occlusion": (_canvas.LINES[1], "-"),
    "grad_cam": ("black", "-"),
    "chance": ("0.5", "--"),
}


@_canvas.drawn
def draw_still(
    image: Array,
    maps: dict[str, Array],
    after: dict[str, Array] | None,
    deletion: dict[str, Array],
    titles: dict[str, str],
) -> Still:
    """Draw a judge.

    Args:
        image: Shape (h, w, c).
        maps: The explanations by name, each (h, w).
        after: Those of the network with random weights, if there is one.
        deletion: The probabilities of the deletion test by name.
        titles: What the explanations are called.
    """
    rows = [maps] if after is None else [maps, after]
    step = SIDE + 0.35
    height = 0.1 + len(rows) * step + 2.0
    figure = _canvas.new_figure(_canvas.WIDTH, height)
    for k, row in enumerate(rows):
        top = 0.3 + k * step
        places = [0.1 + c * (SIDE + 0.1) for c in range(4)]
        if k == 0:
            _picture(_canvas.add_axes(figure, places[0], top, SIDE, SIDE), image)
        for left, (name, values) in zip(places[1:], row.items(), strict=True):
            pane = _canvas.add_axes(figure, left, top, SIDE, SIDE)
            pane.imshow(values, interpolation="nearest", **_canvas.scale_of(values))
            pane.set_title(titles[name] + (", random" if k else ""), pad=3)
            _canvas.frame(pane)
    axes = _canvas.add_axes(figure, 0.6, 0.3 + len(rows) * step, 5.9, 1.35)
    shares = np.linspace(0, 1, len(deletion["chance"]))
    for name, curve in deletion.items():
        color, line = STYLES[name]
        axes.plot(shares, curve, line, color=color, label=titles.get(name, "by chance"))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("share of pixels that are covered")
    axes.set_ylabel("probability")
    axes.legend(loc="upper right")
    return figure


def _picture(pane: Axes, image: Array) -> None:
    picture = image[..., 0] if image.shape[2] != 3 else rgb(image)
    limits = gray_limits([picture]) if picture.ndim == 2 else {}
    pane.imshow(picture, cmap="gray", interpolation="nearest", **limits)
    pane.set_title("image", pad=3)
    _canvas.frame(pane)
