"""The exercises on the convolution sum: the loop and the flip."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]

# Numbers without symmetry, images that are not square, and one square image and kernel: so that
# rows and columns mixed up in the image fail in another way than those mixed up in the kernel.
WIDE = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3], [5, 8, 9, 7, 9], [3, 2, 3, 8, 4]])
LONG = np.array([[2, 7, 1], [8, 2, 8], [1, 8, 2], [8, 4, 5], [9, 0, 4]])
SQUARE = np.array([[1, 0, 2, 5], [3, 1, 4, 0], [2, 6, 1, 7], [0, 3, 8, 2]])
FLAT = np.array([[1, 2, 3], [4, 5, 6]])
TALL = np.array([[1, -2], [0, 3], [4, 1]])
EVEN = np.array([[2, 1, 0], [-1, 3, 1], [5, 0, -2]])
CASES = [(WIDE, FLAT), (LONG, TALL), (LONG, EVEN), (SQUARE, FLAT)]


# ---------------------------------------------------------------------------------- conv2d_valid
def slide(x: Array, w: Array) -> Array:
    """The convolution sum, as the chapter's formula says it."""
    rows, cols = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((rows, cols))
    for i, j in np.ndindex(rows, cols):
        for m, n in np.ndindex(*w.shape):
            y[i, j] += w[m, n] * x[i + m, j + n]
    return y


def turned(x: Array, w: Array) -> Array:
    """With the kernel turned by 180°."""
    return slide(x, w[::-1, ::-1])


def kernel_transposed(x: Array, w: Array) -> Array:
    """With rows and columns of the kernel mixed up."""
    y = np.zeros((x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1))
    for i, j in np.ndindex(*y.shape):
        for m, n in np.ndindex(*w.shape):
            y[i, j] += w[n, m] * x[i + m, j + n]
    return y


def image_transposed(x: Array, w: Array) -> Array:
    """With rows and columns of the image mixed up."""
    y = np.zeros((x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1))
    for i, j in np.ndindex(*y.shape):
        for m, n in np.ndindex(*w.shape):
            y[i, j] += w[m, n] * x[j + n, i + m]
    return y


def backwards(x: Array, w: Array) -> Array:
    """With minus signs, where Python counts negative places from the end."""
    y = np.zeros((x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1))
    for i, j in np.ndindex(*y.shape):
        for m, n in np.ndindex(*w.shape):
            y[i, j] += w[m, n] * x[i - m, j - n]
    return y


def out_of_the_image(x: Array, w: Array) -> Array:
    """With a window at every pixel: the last ones leave the image."""
    raise IndexError


def one_too_few(x: Array, w: Array) -> Array:
    """Without the last row and column of windows."""
    return slide(x, w)[:-1, :-1]


def everywhere(x: Array, w: Array) -> Array:
    """At all places where kernel and image touch: a full correlation."""
    rows, cols = w.shape
    return slide(np.pad(x, ((rows - 1, rows - 1), (cols - 1, cols - 1))), w)


def framed(x: Array, w: Array) -> Array:
    """With zeros around the image, so that the output is as large."""
    above, left = ((side - 1) // 2 for side in w.shape)
    rows = (above, w.shape[0] - 1 - above)
    return slide(np.pad(x, (rows, (left, w.shape[1] - 1 - left))), w)


def as_large_as_the_image(x: Array, w: Array) -> Array:
    """In an output of the image's size, filled as far as windows fit."""
    y, fits = np.zeros(x.shape), slide(x, w)
    y[: len(fits), : fits.shape[1]] = fits
    return y


def only_the_last_product(x: Array, w: Array) -> Array:
    """With = where += should be."""
    return slide(x, np.pad(w[-1:, -1:], ((len(w) - 1, 0), (w.shape[1] - 1, 0))))


conv2d_valid = Function(
    "conv2d_valid",
    slide,
    CASES,
    "Follow the formula: y[i, j] is the sum of w[m, n] * x[i + m, j + n] over all m and n.",
    [
        Mistake(
            turned,
            "Your kernel is turned by 180°: that is a convolution in the mathematical sense. Here "
            "w[m, n] meets x[i + m, j + n], with plus signs.",
        ),
        Mistake(
            kernel_transposed,
            "Rows and columns of the kernel are mixed up: m counts rows and comes first, w[m, n].",
        ),
        Mistake(
            image_transposed,
            "Rows and columns of the image are mixed up: i + m is a row and comes first, "
            "x[i + m, j + n].",
        ),
        Mistake(
            backwards,
            "Mind the sign: i + m and j + n. With i - m the index becomes negative, and Python "
            "counts from the end.",
        ),
        Mistake(
            out_of_the_image,
            "There are fewer windows than pixels: the last window begins at row x.shape[0] - "
            "w.shape[0], so there is one more than that.",
        ),
        Mistake(
            one_too_few,
            "The output is one row and one column too small: 2 rows fit into 4 rows at 4 - 2 + 1 "
            "places.",
        ),
        Mistake(
            everywhere,
            "Your windows stick out of the image. `valid` counts only places where the whole "
            "kernel lies inside.",
        ),
        Mistake(
            framed,
            "You have put zeros around the image: that is `same`. Here the kernel stays inside.",
        ),
        Mistake(
            as_large_as_the_image,
            "The output has the size of the image. Make it as large as there are windows: "
            "x.shape[0] - w.shape[0] + 1 rows.",
        ),
        Mistake(
            only_the_last_product,
            "Only the last product of each window is left: add with += instead of overwriting.",
        ),
    ],
)


# ------------------------------------------------------------------------------ true_convolution
def everywhere_turned(x: Array, w: Array) -> Array:
    """At all places where kernel and image touch."""
    return everywhere(x, w[::-1, ::-1])


def upside_down(x: Array, w: Array) -> Array:
    """With the kernel's rows reversed only."""
    return slide(x, w[::-1])


def mirrored(x: Array, w: Array) -> Array:
    """With the kernel's columns reversed only."""
    return slide(x, w[:, ::-1])


def transposed(x: Array, w: Array) -> Array:
    """With a transpose in place of the turn."""
    return slide(x, w.T)


def turned_image(x: Array, w: Array) -> Array:
    """With the image turned in place of the kernel."""
    return slide(x[::-1, ::-1], w)


def turned_result(x: Array, w: Array) -> Array:
    """With the output turned in place of the kernel."""
    return slide(x, w)[::-1, ::-1]


true_convolution = Function(
    "true_convolution",
    turned,
    CASES,
    "Turn the kernel by 180°, w[::-1, ::-1], and slide it as before.",
    [
        Mistake(slide, "That is the cross-correlation: nothing is turned."),
        Mistake(
            everywhere_turned,
            "The numbers are right, but there are too many: only places where the whole kernel "
            "lies inside the image are asked for.",
        ),
        Mistake(
            upside_down,
            "Only the rows of the kernel are reversed. A turn by 180° reverses the columns, too.",
        ),
        Mistake(
            mirrored,
            "Only the columns of the kernel are reversed. A turn by 180° reverses the rows, too.",
        ),
        Mistake(
            transposed,
            "w.T swaps rows and columns. A turn by 180° reverses both and swaps nothing.",
        ),
        Mistake(
            turned_image,
            "You have turned the image. The numbers are right, but they stand in the wrong places: "
            "turn the kernel.",
        ),
        Mistake(
            turned_result,
            "Turning the output (or image and kernel together) only moves the numbers of the "
            "correlation. Turn the kernel alone.",
        ),
    ],
)
