"""Arrays as pictures: images, kernels, feature maps, gradients, and heat on an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.plots._canvas import BAR, WIDTH, add_bar, columns_for, drawn, frame, grid, scale_of
from cnnlib.plots._inputs import (
    Array,
    filters,
    gray_limits,
    image_list,
    numbers,
    one_sample,
    positive,
    rgb,
    texts,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LUMINANCE = np.array([0.299, 0.587, 0.114])  # how bright red, green and blue look
SQUARES = 200  # an image with a longer side is drawn smaller than it is, and smoothed for that


@drawn
def images(
    x: ArrayLike,
    titles: Sequence[Any] | None = None,
    columns: int | None = None,
    cmap: str | None = None,
) -> Figure:
    """Draw images side by side.

    Args:
        x: A batch (s, h, w, c) with 1, 3 or 4 channels, or of gray images (s, h, w); a single image
            (h, w, c) or (h, w); or a list of images. Whole numbers from 0 to 255, or numbers from 0
            to 1; gray images may have any numbers and are drawn from the least to the greatest.
        titles: A line of text over each image.
        columns: How many side by side.
        cmap: Matplotlib's name of the colors of gray images.

    Raises:
        ValueError: If ``x`` is not images, or there is not a title for each.

    Example:
        >>> images(np.zeros((3, 8, 8, 1)), titles=[7, 1, 4]).axes[1].get_title()
        '1'
    """
    pictures = image_list(x)
    count = len(pictures)
    size = max(p.shape[0] for p in pictures), max(p.shape[1] for p in pictures)
    above = texts(titles, count, "titles")
    wide = columns_for(count, above) if columns is None else positive(columns, "columns")
    figure, panes = grid(size, count, min(wide, count), above)
    for pane, picture in zip(panes, pictures, strict=True):
        _show(pane, picture, gray_limits(pictures), cmap)
    return figure


def _show(
    pane: Axes, picture: Array, limits: dict[str, Any], cmap: str | None = None, **more: Any
) -> None:
    """Draw an image, gray (h, w) or colored (h, w, c): every pixel a square if there is room."""
    more["interpolation"] = "nearest" if max(picture.shape) <= SQUARES else "auto"
    if picture.ndim == 2:
        pane.imshow(picture, **{"cmap": cmap or "gray", **limits, **more})
    else:
        pane.imshow(rgb(picture), **more)


@drawn
def kernels(w: Any, max_kernels: int = 32) -> Figure:
    """Draw the kernels of a convolution: red is above 0, blue below, white is 0.

    A filter has a kernel per input channel; they are drawn side by side.

    Args:
        w: A Conv2D layer, or an array (kh, kw, c_in, c_out), (kh, kw, c_in) or (kh, kw).
        max_kernels: How many to draw; a note below says if there are more.

    Raises:
        ValueError: If there are no such kernels.

    Example:
        >>> figure = kernels(np.array([[1.0, 0.0, -3.0]]))
        >>> figure.axes[0].images[0].get_clim()
        (-3.0, 3.0)
    """
    w = filters(w)
    c_in, c_out = w.shape[2:]
    at_most = positive(max_kernels, "max_kernels")
    channels = min(c_in, at_most)
    shown = min(c_out, max(1, at_most // channels))
    count = shown * channels
    note = "" if count == c_in * c_out else f"{count} / {c_in * c_out}"
    columns = min(channels, 16) if channels > 4 else channels * min(shown, 12 // channels, 8)
    titles = [str(k // channels) if k % channels == 0 and shown > 1 else "" for k in range(count)]
    largest = 0.72 if count > 1 else 1.4
    group = channels if channels > 1 else 0
    figure, panes = grid(w.shape[:2], count, columns, titles, largest, True, note, group)
    scale = scale_of(w[:, :, :channels, :shown], signed=True)
    for k, pane in enumerate(panes):
        pane.imshow(w[:, :, k % channels, k // channels], interpolation="nearest", **scale)
        frame(pane)
    add_bar(figure, panes)
    return figure


@drawn
def feature_maps(
    maps: ArrayLike, max_maps: int = 32, titles: Sequence[Any] | None = None
) -> Figure:
    """Draw the feature maps of one image, all on one scale.

    Args:
        maps: Shape (h, w, c), (1, h, w, c) or (h, w). If a number is below 0, the scale is that of
            numbers with a sign.
        max_maps: How many to draw; a note below says if there are more.
        titles: A line of text over each map; its number if left out.

    Raises:
        ValueError: If ``maps`` is not the feature maps of one image.

    Example:
        >>> figure = feature_maps(np.ones((1, 4, 4, 6)))
        >>> len(figure.axes)  # six maps and the color bar
        7
    """
    return _maps(one_sample(maps, "maps"), max_maps, titles, None)


@drawn
def gradients(grads: ArrayLike, max_maps: int = 32, titles: Sequence[Any] | None = None) -> Figure:
    """Draw the gradient by an image or by feature maps, on one scale symmetric about 0.

    Args:
        grads: Shape (h, w, c), (1, h, w, c) or (h, w). (Gradients by kernels: :func:`kernels`.)
        max_maps: How many channels to draw; a note below says if there are more.
        titles: A line of text over each; its number if left out.

    Raises:
        ValueError: If ``grads`` is not the gradient of one sample.

    Example:
        >>> gradients(np.array([[0.0, -2.0]])).axes[0].images[0].get_clim()
        (-2.0, 2.0)
    """
    return _maps(one_sample(grads, "grads"), max_maps, titles, True)


def _maps(maps: Array, max_maps: int, titles: Sequence[Any] | None, signed: bool | None) -> Figure:
    """Draw the channels of maps (h, w, c) on one scale."""
    channels = maps.shape[-1]
    count = min(channels, positive(max_maps, "max_maps"))
    numbered = list(map(str, range(channels))) if channels > 1 else [""]
    above = texts(titles, channels, "titles") or numbered
    note = "" if count == channels else f"{count} / {channels}"
    above = above[:count]
    columns = columns_for(count, above, WIDTH - BAR)
    figure, panes = grid(maps.shape[:2], count, columns, above, bar=True, note=note)
    scale = scale_of(maps[..., :count], signed)
    for k, pane in enumerate(panes):
        _show(pane, maps[..., k], scale)
        frame(pane)
    add_bar(figure, panes)
    return figure


@drawn
def heatmap_overlay(image: ArrayLike, heat: ArrayLike) -> Figure:
    """Draw heat over an image, the stronger the more there is of it.

    The image is drawn in gray: all color is heat.

    Args:
        image: An image (h, w, c) or (h, w), or a batch (s, h, w, c) of them.
        heat: Shape (h, w), or (s, h, w): what :mod:`cnnlib.explain` gives. A coarser map, such as
            occlusion's, is stretched over the image. Numbers below 0 are blue, above 0 red.

    Raises:
        ValueError: If there is not a heat map for each image.

    Example:
        >>> figure = heatmap_overlay(np.zeros((1, 8, 8, 1)), np.ones((1, 8, 8)))
        >>> len(figure.axes)  # the image and the color bar
        2
    """
    pictures = image_list(image, "image")
    maps = numbers(heat, "heat")
    maps = maps[None] if maps.ndim == 2 else maps
    count = len(pictures)
    if maps.ndim != 3 or len(maps) != count:
        raise ValueError(
            "`heat` must be a map (h, w), or one for each image, shape (s, h, w); "
            f"got {np.shape(heat)} for {count} image{'s' if count > 1 else ''}."
        )
    figure, panes = grid(pictures[0].shape[:2], count, min(count, 4), bar=True)
    scale = scale_of(maps)
    pictures = [p if p.ndim == 2 else rgb(p)[..., :3] @ LUMINANCE for p in pictures]
    for pane, picture, values in zip(panes, pictures, maps, strict=True):
        _show(pane, picture, gray_limits(pictures))
        edges = (-0.5, picture.shape[1] - 0.5, picture.shape[0] - 0.5, -0.5)
        share = np.nan_to_num(np.abs(values) / scale["vmax"], posinf=1)
        _show(pane, values, scale, extent=edges, alpha=0.8 * np.sqrt(share))
    add_bar(figure, panes)
    return figure
