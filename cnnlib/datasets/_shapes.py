"""Drawn circles, squares, triangles and crosses: every nuisance has a knob."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from cnnlib.datasets._check import Part, Split, integer, interval

Range: TypeAlias = float | tuple[float, float]
Parameters: TypeAlias = dict[str, NDArray[np.float64]]

SHAPES = ("circle", "square", "triangle", "cross")

_FINE = 4  # each pixel is the mean of 4 × 4 points: that makes smooth edges
# Half-widths (a radius of 1 is the circle's) that give all four shapes the area π, so that the
# mean brightness does not tell them apart: (2a)² = π, 3√3 r² = π, 20 a² = π.
_SQUARE = np.sqrt(np.pi) / 2
_TRIANGLE = np.sqrt(np.pi / np.sqrt(27))  # radius of the inscribed circle
_CROSS = np.sqrt(np.pi / 20)  # half the width of an arm; an arm ends three times as far out


def draw_shape(
    name: str,
    size: int = 32,
    row: float | None = None,
    column: float | None = None,
    radius: float = 8.0,
    rotation: float = 0.0,
    thickness: float | None = None,
) -> NDArray[np.float32]:
    """Draw one white shape on black, with smooth edges.

    Args:
        name: ``"circle"``, ``"square"``, ``"triangle"`` or ``"cross"``.
        size: Height and width of the image in pixels.
        row: Row of the center, counted in pixels from the upper edge; ``size / 2`` if left out.
        column: Column of the center, from the left edge; ``size / 2`` if left out.
        radius: Radius of the circle in pixels; the other shapes have the circle's area.
        rotation: Degrees, anticlockwise.
        thickness: Width of the outline in pixels, inwards; None fills the shape.

    Returns:
        The image (size, size), float32: the share of each pixel that is covered.

    Raises:
        ValueError: If the shape is unknown, or the size or the radius is not above 0.

    Example:
        >>> draw_shape("square", size=6, radius=2.2568)  # a side of 4 pixels
        array([[0., 0., 0., 0., 0., 0.],
               [0., 1., 1., 1., 1., 0.],
               [0., 1., 1., 1., 1., 0.],
               [0., 1., 1., 1., 1., 0.],
               [0., 1., 1., 1., 1., 0.],
               [0., 0., 0., 0., 0., 0.]], dtype=float32)
    """
    if name not in SHAPES:
        raise ValueError(f"A shape must be one of {', '.join(SHAPES)}; got {name!r}.")
    if not radius > 0:
        raise ValueError(f"`radius` must be more than 0; got {radius!r}.")
    n = integer("size", size, least=1) * _FINE
    points = (np.arange(n, dtype=np.float32) + 0.5) / _FINE  # where a pixel is looked at
    up = ((size / 2 if row is None else row) - points[:, np.newaxis]) / radius
    right = (points - (size / 2 if column is None else column)) / radius
    sine, cosine = np.sin(np.deg2rad(rotation)), np.cos(np.deg2rad(rotation))
    outside = _outside(name, cosine * right + sine * up, cosine * up - sine * right)
    covered = outside <= 0
    if thickness is not None:
        covered &= outside >= -thickness / radius
    blocks = covered.reshape(size, _FINE, size, _FINE)
    return blocks.mean((1, 3), dtype=np.float32)


def _outside(name: str, u: NDArray[np.float32], v: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far a point lies outside the edge (inside: below 0); u to the right, v upwards."""
    if name == "circle":
        return np.hypot(u, v) - 1
    if name == "square":
        return np.maximum(np.abs(u), np.abs(v)) - _SQUARE
    if name == "triangle":
        return np.maximum(-v, np.sqrt(3) / 2 * np.abs(u) + v / 2) - _TRIANGLE
    a, b = np.abs(u) / _CROSS, np.abs(v) / _CROSS
    return _CROSS * np.minimum(np.maximum(a - 3, b - 1), np.maximum(a - 1, b - 3))


@overload
def shapes(
    n_train: int = ...,
    n_test: int = ...,
    seed: int = ...,
    size: int = ...,
    *,
    classes: Sequence[str] = ...,
    shift: Range = ...,
    radius: Range = ...,
    rotation: Range = ...,
    thickness: Range | None = ...,
    contrast: Range = ...,
    noise: Range = ...,
    return_parameters: Literal[False] = ...,
) -> Split: ...


@overload
def shapes(
    n_train: int = ...,
    n_test: int = ...,
    seed: int = ...,
    size: int = ...,
    *,
    classes: Sequence[str] = ...,
    shift: Range = ...,
    radius: Range = ...,
    rotation: Range = ...,
    thickness: Range | None = ...,
    contrast: Range = ...,
    noise: Range = ...,
    return_parameters: Literal[True],
) -> tuple[Part, Part, tuple[Parameters, Parameters]]: ...


def shapes(
    n_train: int = 1000,
    n_test: int = 200,
    seed: int = 0,
    size: int = 32,
    *,
    classes: Sequence[str] = SHAPES,
    shift: Range = (0.0, 0.2),
    radius: Range = (0.2, 0.3),
    rotation: Range = (0.0, 360.0),
    thickness: Range | None = None,
    contrast: Range = (0.5, 1.0),
    noise: Range = 0.05,
    return_parameters: bool = False,
) -> Split | tuple[Part, Part, tuple[Parameters, Parameters]]:
    """Draw a dataset for controlled experiments: what the network sees differ, you decide.

    Each nuisance is a number (the same for all images) or a pair (lowest, highest) from which it
    is drawn evenly. All shapes of one radius have the same area, so that a filled shape cannot be
    told by its mean brightness. The classes are balanced. Train and test part have random numbers
    of their own: another ``n_train`` leaves the test images as they are.

    Args:
        n_train: Number of training images.
        n_test: Number of test images.
        seed: The same seed draws the same images.
        size: Height and width of an image in pixels.
        classes: Names among ``datasets.SHAPES``; the label is the place in this list.
        shift: Distance of the center from the image's center, in a random direction, as a
            share of ``size``.
        radius: Radius of the circle as a share of ``size``.
        rotation: Degrees, anticlockwise.
        thickness: Width of the outline as a share of ``size``; None fills the shapes.
        contrast: Shape minus background, around the gray 0.5; a negative one draws dark on light.
        noise: Standard deviation of the normal noise added to each pixel (then cut to [0, 1]).
        return_parameters: Also return what was drawn for each image.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images (s, size, size, 1), float32 in [0, 1], and
        labels int64 (s,); with ``return_parameters`` a third item ``(train, test)``, each a
        dictionary of arrays (s,): row, column, radius, thickness in pixels (thickness NaN if
        filled), rotation in degrees, contrast, noise.

    Raises:
        ValueError: If an argument is outside its range.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = shapes(8, 4, size=16)
        >>> x_train.shape, np.bincount(y_train)
        ((8, 16, 16, 1), array([2, 2, 2, 2]))
        >>> _, _, (train, test) = shapes(8, 4, rotation=45, shift=0, return_parameters=True)
        >>> test["rotation"], test["row"]
        (array([45., 45., 45., 45.]), array([16., 16., 16., 16.]))
    """
    counts = integer("n_train", n_train, least=1), integer("n_test", n_test, least=1)
    integer("seed", seed, least=0)
    integer("size", size, least=4)
    names = tuple(classes)
    if not names or len(set(names)) < len(names) or not set(names) <= set(SHAPES):
        raise ValueError(f"`classes` must be different names among {SHAPES}; got {classes!r}.")
    ranges = {
        "shift": interval("shift", shift, 0, 0.5),
        "radius": interval("radius", radius, 0.01, 1),
        "rotation": interval("rotation", rotation, -360, 360),
        "thickness": (np.nan,) * 2 if thickness is None else interval("thickness", thickness, 0, 1),
        "contrast": interval("contrast", contrast, -1, 1),
        "noise": interval("noise", noise, 0, 1),
    }
    drawn = [
        _part(n, names, size, ranges, np.random.default_rng([seed, part]))
        for part, n in enumerate(counts)
    ]
    (train, p_train), (test, p_test) = drawn
    return (train, test, (p_train, p_test)) if return_parameters else (train, test)


def _part(
    n: int,
    names: tuple[str, ...],
    size: int,
    ranges: dict[str, tuple[float, float]],
    rng: np.random.Generator,
) -> tuple[Part, Parameters]:
    """Draw n images and give what was drawn."""
    y = rng.permutation(np.arange(n, dtype=np.int64) % len(names))
    unit = {key: rng.random(n) for key in (*ranges, "direction")}
    p = {key: low + (high - low) * unit[key] for key, (low, high) in ranges.items()}
    direction = 2 * np.pi * unit["direction"]
    shift = size * p.pop("shift")
    p["row"], p["column"] = (
        size / 2 + shift * np.sin(direction),
        size / 2 + shift * np.cos(direction),
    )
    p["radius"], p["thickness"] = size * p["radius"], size * p["thickness"]
    keys = ("row", "column", "radius", "rotation")
    x = np.empty((n, size, size, 1), np.float32)
    for s in range(n):
        width = None if np.isnan(p["thickness"][s]) else float(p["thickness"][s])
        own = {key: float(p[key][s]) for key in keys}
        shape = draw_shape(names[y[s]], size, **own, thickness=width)
        gray = 0.5 + p["contrast"][s] * (shape - 0.5)
        gray += p["noise"][s] * rng.standard_normal((size, size))
        x[s, :, :, 0] = gray.clip(0, 1)
    return (x, y), p
