"""The exercises in which the weights of a kernel are the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value
from cnnlib.check.convolution import EVEN, FLAT, TALL

Array = NDArray[Any]

LEFT = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
PLUS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
MIDDLE = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
ONES = np.ones((3, 3), int)
BRIGHTER_BELOW = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])

kernel_left = Value(
    "kernel_left",
    LEFT,
    "y[i, j] must be the pixel to the right of the middle, and nothing else.",
    [
        Mistake(
            LEFT[:, ::-1],
            "That moves the image to the right: each output takes the pixel on its left. It would "
            "be right for a convolution in the mathematical sense.",
        ),
        Mistake(LEFT.T, "That moves the image up: each output takes the pixel below it."),
        Mistake(LEFT.T[::-1], "That moves the image down: each output takes the pixel above it."),
        Mistake(MIDDLE, "That leaves the image where it is."),
    ],
)

kernel_sharpen = Value(
    "kernel_sharpen",
    5 * MIDDLE - PLUS,
    "Add up what is asked for: once the pixel, and four differences. Then collect the weights.",
    [
        Mistake(
            4 * MIDDLE - PLUS,
            "Those are the four differences alone: an outline. The pixel itself comes on top.",
        ),
        Mistake(
            PLUS - 3 * MIDDLE,
            "Your differences have the wrong sign: it is the pixel minus its neighbor.",
        ),
        Mistake(10 * MIDDLE - ONES, "Those are all eight neighbors. Four are asked for."),
        Mistake(
            2 * MIDDLE - PLUS,
            "Each of the four differences contains the pixel once: with the pixel itself that "
            "makes five.",
        ),
    ],
)

kernel_edges = Value(
    "kernel_edges",
    BRIGHTER_BELOW,
    "The row below counts positive, the row above negative, each with the weights 1, 2, 1.",
    [
        Mistake(
            BRIGHTER_BELOW[::-1],
            "The sign is wrong: this one is positive where the image gets darker downwards.",
        ),
        Mistake(BRIGHTER_BELOW.T, "This one looks from left to right. Downwards is asked for."),
        Mistake(
            np.sign(BRIGHTER_BELOW),
            "Here the three columns count alike. The middle one should count twice.",
        ),
        Mistake(
            np.array([[0, -1, 0], [0, 0, 0], [0, 1, 0]]),
            "That is the middle column alone. Its neighbors count, too, once each.",
        ),
    ],
)

kernel_unsharp = Value(
    "kernel_unsharp",
    27 * MIDDLE - 2 * ONES,
    "The image is a kernel with a single 1, the blur one of nine times 1/9. Add up, then times 9.",
    [
        Mistake(
            3 * MIDDLE - 2 * ONES / 9,
            "That is the kernel itself, and right. Asked for is nine times as much, to have whole "
            "numbers.",
        ),
        Mistake(
            18 * MIDDLE - 2 * ONES,
            "The image itself is missing: these weights add up to 0, they should add up to 9.",
        ),
        Mistake(
            29 * MIDDLE - 2 * ONES,
            "The blur reads the pixel in the middle, too: it has nine weights, not eight.",
        ),
        Mistake(18 * MIDDLE - ONES, "The difference is added only once; twice is asked for."),
        Mistake(
            2 * ONES - 9 * MIDDLE,
            "The sign of the difference is wrong: image minus blurred image.",
        ),
    ],
)


# ------------------------------------------------------------------------------------ two_in_one
def combined(u: Array, v: Array) -> Array:
    """The kernel that does what u and then v do: all products, at the sum of their places."""
    w = np.zeros((u.shape[0] + v.shape[0] - 1, u.shape[1] + v.shape[1] - 1))
    for m, n in np.ndindex(*v.shape):
        w[m : m + u.shape[0], n : n + u.shape[1]] += v[m, n] * u
    return w


def combined_turned(u: Array, v: Array) -> Array:
    """With one of the kernels turned."""
    return combined(u, v[::-1, ::-1])


def combined_last(u: Array, v: Array) -> Array:
    """With = where += should be."""
    w = np.zeros((u.shape[0] + v.shape[0] - 1, u.shape[1] + v.shape[1] - 1))
    for m, n in np.ndindex(*v.shape):
        w[m : m + u.shape[0], n : n + u.shape[1]] = v[m, n] * u
    return w


def added(u: Array, v: Array) -> Array:
    """The kernels added up, with zeros around the smaller one."""
    shape = np.maximum(u.shape, v.shape)
    w = np.zeros(shape)
    for kernel in (u, v):
        w[: kernel.shape[0], : kernel.shape[1]] += kernel
    return w


def cut_to_the_first(u: Array, v: Array) -> Array:
    """The right weights, as many as the first kernel has."""
    return combined(u, v)[: u.shape[0], : u.shape[1]]


two_in_one = Function(
    "two_in_one",
    combined,
    [(FLAT, TALL), (np.array([[1], [2], [1]]), np.array([[-1, 0, 1]])), (EVEN, FLAT)],
    "Each weight of v lays a copy of u, times itself, into the large kernel, m rows down and n "
    "columns to the right.",
    [
        Mistake(
            combined_turned,
            "One of the kernels is turned by 180°. Weight v[m, n] moves its copy of u down by m "
            "and to the right by n.",
        ),
        Mistake(combined_last, "Copies overlap: add with += instead of overwriting."),
        Mistake(
            added,
            "Adding kernels adds their outputs. One after the other multiplies the weights.",
        ),
        Mistake(
            cut_to_the_first,
            "Your kernel is too small. Two kernels of k and l rows, one after the other, see "
            "k + l - 1 rows.",
        ),
    ],
)
