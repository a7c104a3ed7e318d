"""Random variants of images: what a network may see instead of the same few again."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib._extras import require
from cnnlib._random import generator
from cnnlib.datasets._check import Images, integer

FLIPS = ("none", "horizontal", "vertical")


class Limits(NamedTuple):
    """How far the variants may differ from their image; see ``augment``."""

    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    noise: float = 0.0
    erase: int = 0
    flip: str = "none"


#: The largest values.
MOST = {
    "shift": 64, "rotation": 180, "zoom": 0.9, "brightness": 1, "contrast": 1, "noise": 1,
    "erase": 64,
}  # fmt: skip
DRAWS = 9  # random numbers that a variant needs besides its noise
ROUNDING = 1e-6  # by which a number may lie beyond 0 and 1


def augment(
    images: ArrayLike,
    shift: float = 0,
    rotation: float = 0,
    zoom: float = 0,
    brightness: float = 0,
    contrast: float = 0,
    noise: float = 0,
    erase: int = 0,
    flip: str = "none",
    seed: int | None = None,
) -> Images:
    """Change images at random, each in its own way, as a camera or a hand might have done.

    A new call gives new variants. All random numbers are spread evenly between a limit and its
    negative, noise excepted. Pixels from beyond the edge are 0; the results are kept in [0, 1].

    Args:
        images: (s, h, w, c), in [0, 1].
        shift: Up to so many pixels, down or up and to the side; between pixels, too.
        rotation: Up to so many degrees, around the middle.
        zoom: Up to this share larger or smaller: 0.2 gives factors from 0.8 to 1.2.
        brightness: Up to so much is added to all numbers.
        contrast: The distance of all numbers from their mean grows or shrinks by up to this share.
        noise: The standard deviation of the normal noise that each number gets.
        erase: The side, in pixels, of a square at a random place that is set to 0.
        flip: ``"horizontal"`` mirrors half of the images, left for right; ``"vertical"`` turns half
            of them over, top for bottom.
        seed: The same one gives the same variants; else they follow from
            :func:`cnnlib.utils.set_random_seed`.

    Returns:
        As many images, of the same shape, float32.

    Raises:
        ValueError: If a limit is negative or too large, or ``images`` are not such numbers.
        ImportError: If SciPy is missing.

    Example:
        >>> line = np.zeros((1, 3, 3, 1))
        >>> line[0, :, 1] = 1
        >>> augment(line, flip="horizontal", erase=1, seed=0)[0, :, :, 0]
        array([[0., 1., 0.],
               [0., 1., 0.],
               [0., 0., 0.]], dtype=float32)

    References:
        https://keras.io/api/layers/preprocessing_layers/image_augmentation/
    """
    x = _pixels(images)
    limits = checked(shift, rotation, zoom, brightness, contrast, noise, erase, flip)
    if limits.erase > min(x.shape[1:3]):
        raise ValueError(f"`erase` must fit into the images {x.shape}; got {limits.erase}.")
    rng = generator() if seed is None else np.random.default_rng(integer("seed", seed, 0))
    draws = rng.random((len(x), DRAWS))
    grain = rng.standard_normal(x.shape) if limits.noise else np.zeros(x.shape)
    return varied(x, limits, draws, grain)


def _pixels(images: ArrayLike) -> NDArray[Any]:
    """Images (s, h, w, c) from 0 to 1, or an error that says what came."""
    try:
        x = np.asarray(images)
    except ValueError as error:  # images of different sizes
        raise ValueError(f"`images` must be an array; got {error}.") from None
    if x.ndim != 4 or x.dtype.kind not in "fiub" or 0 in x.shape[1:]:
        raise ValueError(
            f"`images` must be numbers of shape (s, h, w, c); got {x.dtype}, {x.shape}."
        )
    if not ((x >= -ROUNDING) & (x <= 1 + ROUNDING)).all():
        raise ValueError(
            f"`images` must be numbers from 0 to 1; got {x.min():g} to {x.max():g}. (Pixels from 0 "
            "to 255 are divided by 255.)"
        )
    return x


def checked(*values: Any) -> Limits:
    """Limits that are in range, or an error that names one that is not."""
    found: dict[str, Any] = dict(zip(Limits._fields, values, strict=True))
    for name, most in MOST.items():
        value = found[name]
        real = isinstance(value, Real) and not isinstance(value, bool)
        if not real or not 0 <= value <= most:
            raise ValueError(f"`{name}` must be a number from 0 to {most}; got {value!r}.")
        found[name] = integer(name, value, 0) if name == "erase" else float(value)
    if (flip := found["flip"]) not in FLIPS:
        raise ValueError(f"`flip` must be one of {', '.join(map(repr, FLIPS))}; got {flip!r}.")
    return Limits(**found)


def varied(x: NDArray[Any], limits: Limits, draws: Any, grain: NDArray[Any]) -> Images:
    """The variants that follow from random numbers.

    Args:
        x: (s, h, w, c).
        limits: How far the variants differ.
        draws: Evenly spread from 0 to below 1, (s, 9).
        grain: Normal noise, (s, h, w, c).
    """
    s, h, w = x.shape[:3]
    u = [2 * column.reshape(s, 1, 1, 1) - 1 for column in np.transpose(draws)]
    y = _moved(x, limits, u) if limits.shift or limits.rotation or limits.zoom else x * 1.0
    if limits.flip != "none":
        axis = 2 if limits.flip == "horizontal" else 1
        y = np.where(u[4] >= 0, np.flip(y, axis), y)
    if limits.contrast:
        mean = y.mean(axis=(1, 2, 3), keepdims=True)
        y = mean + (y - mean) * (1 + limits.contrast * u[5])
    y = y + limits.brightness * u[6] + limits.noise * grain
    if limits.erase:
        top, left = (np.floor((u[k] + 1) / 2 * (n - limits.erase + 1)) for k, n in ((7, h), (8, w)))
        rows, columns = np.arange(h).reshape(h, 1, 1), np.arange(w).reshape(w, 1)
        inside = (rows >= top) & (rows < top + limits.erase)
        y = np.where(inside & (columns >= left) & (columns < left + limits.erase), 0, y)
    return np.clip(y, 0, 1).astype(np.float32)


def _moved(x: NDArray[Any], limits: Limits, u: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Shifted, turned and zoomed: each pixel is read at the place that it comes from."""
    s, h, w, c = x.shape
    down, right = limits.shift * u[0], limits.shift * u[1]
    angle, factor = np.deg2rad(limits.rotation) * u[2], 1 + limits.zoom * u[3]
    i = np.arange(h).reshape(h, 1, 1) - (h - 1) / 2 - down
    j = np.arange(w).reshape(w, 1) - (w - 1) / 2 - right
    rows = (np.cos(angle) * i + np.sin(angle) * j) / factor + (h - 1) / 2
    columns = (np.cos(angle) * j - np.sin(angle) * i) / factor + (w - 1) / 2
    samples, channels = np.arange(s).reshape(s, 1, 1, 1), np.arange(c)
    places = np.broadcast_arrays(samples, rows, columns, channels)
    read = require("scipy.ndimage", extra="datasets", what="datasets.augment").map_coordinates
    y: NDArray[Any] = read(x.astype(np.float64), places, order=1, mode="grid-constant")
    return y
