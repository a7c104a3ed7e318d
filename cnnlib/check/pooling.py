"""The exercises on pooling forwards: the loop, a shift, and pixels that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]
Choose = Callable[[Array], Any]

# Ties, a window of negative numbers, and rows and columns that are left over.
TIES = np.array(
    [
        [1, 3, 2, 0, 5, 5, 1],
        [4, 4, 1, 1, 5, 2, 0],
        [-2, -2, 9, 5, 0, 0, 4],
        [-3, -1, 7, 9, 0, 0, 2],
        [2, 2, 6, 4, 3, 1, 8],
    ]
)
# A 9 in the middle that lies in four windows of 3 × 3 with stride 2, and one more 9 beside it.
OVERLAPS = np.array(
    [
        [0, 1, 7, 2, 1, 0],
        [3, 2, 1, 4, 0, 5],
        [1, 0, 9, 9, 2, 6],
        [2, 8, 0, 3, 1, 1],
        [5, 1, 4, 0, 7, 7],
        [6, 0, 2, 1, 3, 8],
    ]
)
# The stride leaves gaps between the windows.
GAPS = np.array(
    [
        [3, 3, 8, 1, 2, 9, 4, 4],
        [0, 3, 7, 6, 2, 0, 4, 1],
        [9, 1, 2, 2, 5, 8, 0, 3],
        [2, 0, 6, -1, -4, 1, 5, 5],
        [1, 2, 0, -2, -1, 7, 3, 2],
        [4, 8, 1, 0, 6, 2, 9, 1],
        [0, 5, 3, 2, 1, 4, 2, 8],
    ]
)
SLIDES = [(TIES, 2, 2), (OVERLAPS, 3, 2), (GAPS, 2, 3)]


def places(shape: tuple[int, ...], k: int, t: int) -> tuple[int, int]:
    """How many windows fit below each other, and side by side."""
    return (shape[0] - k) // t + 1, (shape[1] - k) // t + 1


def pooled(x: Array, k: int, t: int, choose: Choose = np.max, step: int | None = None) -> Array:
    """One number for each window; ``step`` replaces the stride where windows are laid."""
    step = t if step is None else step
    y = np.zeros(places(x.shape, k, t))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = choose(x[step * i : step * i + k, step * j : step * j + k])
    return y


# ------------------------------------------------------------------------------------ max_pool2d
def max_pool(x: Array, k: int, t: int) -> Array:
    """The largest number of each window."""
    return pooled(x, k, t)


def from_zero(x: Array, k: int, t: int) -> Array:
    """Beginning at 0 instead of at a pixel."""
    return np.maximum(pooled(x, k, t), 0)


def stride_of_the_window(x: Array, k: int, t: int) -> Array:
    """With the window's side as the stride."""
    return pooled(x, k, k)


def stride_of_one(x: Array, k: int, t: int) -> Array:
    """Without a stride, as the source's formula."""
    return pooled(x, k, 1)


def stride_for_the_size_only(x: Array, k: int, t: int) -> Array:
    """With windows that move by one pixel, in an output of the right size."""
    return pooled(x, k, t, step=1)


def rest_kept(x: Array, k: int, t: int) -> Array:
    """With windows at the end that are cut off."""
    rows, cols = (-(-(side - k) // t) + 1 for side in x.shape)
    y = np.zeros((rows, cols))
    for i, j in np.ndindex(rows, cols):
        y[i, j] = x[t * i : t * i + k, t * j : t * j + k].max()
    return y


def mean_pool(x: Array, k: int, t: int) -> Array:
    """The mean of each window."""
    return pooled(x, k, t, np.mean)


max_pool2d = Function(
    "max_pool2d",
    max_pool,
    SLIDES,
    "The window of output (i, j) begins at row t * i and column t * j, and has k rows and columns.",
    [
        Mistake(
            from_zero,
            "Where a whole window is negative you return 0. Begin with a pixel of the window, not "
            "with 0.",
        ),
        Mistake(
            stride_of_the_window,
            "Your windows lie side by side. The next one begins t pixels on, not k.",
        ),
        Mistake(
            stride_of_one,
            "Your windows move by one pixel: that is the source's formula. The stride t is "
            "missing, in the size and in the index.",
        ),
        Mistake(
            stride_for_the_size_only,
            "The size is right, but your windows move by one pixel: they begin at t * i, not at i.",
        ),
        Mistake(
            rest_kept,
            "Your last windows stick out of the image. Round down: only whole windows count.",
        ),
        Mistake(mean_pool, "That is the mean of each window. The largest number is asked for."),
    ],
)


# ---------------------------------------------------------------------------------- shift_change
def moved(x: Array, by: int = 1, axis: int = 1) -> Array:
    """A map moved by a pixel; zeros come in at the edge."""
    result = np.roll(x, by, axis)
    np.moveaxis(result, axis, 0)[0 if by > 0 else -1] = 0
    return result


def share_changed(x: Array, k: int, t: int) -> float:
    """The share of a max pool's outputs that change when the map moves to the right."""
    return float((max_pool(moved(x), k, t) != max_pool(x, k, t)).mean())


def number_changed(x: Array, k: int, t: int) -> float:
    """The number of outputs that change."""
    return float((max_pool(moved(x), k, t) != max_pool(x, k, t)).sum())


def share_unchanged(x: Array, k: int, t: int) -> float:
    """The share of outputs that stay."""
    return 1 - share_changed(x, k, t)


def share_of_pixels(x: Array, k: int, t: int) -> float:
    """The share of pixels that change."""
    return float((moved(x) != x).mean())


def share_rolled(x: Array, k: int, t: int) -> float:
    """With the last column coming in on the left."""
    return float((max_pool(np.roll(x, 1, 1), k, t) != max_pool(x, k, t)).mean())


def share_left(x: Array, k: int, t: int) -> float:
    """Moved to the left."""
    return float((max_pool(moved(x, -1), k, t) != max_pool(x, k, t)).mean())


def share_down(x: Array, k: int, t: int) -> float:
    """Moved down."""
    return float((max_pool(moved(x, axis=0), k, t) != max_pool(x, k, t)).mean())


def share_of_moved_output(x: Array, k: int, t: int) -> float:
    """With the output moved in place of the map."""
    y = max_pool(x, k, t)
    return float((moved(y) != y).mean())


shift_change = Function(
    "shift_change",
    share_changed,
    [(TIES, 2, 2), (OVERLAPS, 3, 2), (GAPS, 2, 1), (GAPS, 3, 3)],
    "Pool the map, pool the moved map, compare place by place, and take the mean of what differs.",
    [
        Mistake(number_changed, "That is how many outputs change. Divide by how many there are."),
        Mistake(share_unchanged, "That is the share that stays the same."),
        Mistake(share_of_pixels, "Those are the pixels that change. Pool both maps first."),
        Mistake(
            share_rolled,
            "What leaves on the right comes back on the left: np.roll does that. Zeros should "
            "come in.",
        ),
        Mistake(share_left, "You have moved the map to the left."),
        Mistake(share_down, "You have moved the map down: the columns are the second axis."),
        Mistake(share_of_moved_output, "Move the map and then pool; you have moved the output."),
    ],
)


# --------------------------------------------------------------------------------- unread_pixels
def reach(side: int, k: int, t: int) -> int:
    """How many of a side's pixels some window reads."""
    count = (side - k) // t + 1
    return count * k if t >= k else (count - 1) * t + k


def unread(rows: int, cols: int, k: int, t: int) -> int:
    """All pixels without those that are read."""
    return rows * cols - reach(rows, k, t) * reach(cols, k, t)


def only_read(rows: int, cols: int, k: int, t: int) -> int:
    """The pixels that are read."""
    return reach(rows, k, t) * reach(cols, k, t)


def corner_twice(rows: int, cols: int, k: int, t: int) -> int:
    """Rows and columns added up, with what they share twice."""
    return (rows - reach(rows, k, t)) * cols + (cols - reach(cols, k, t)) * rows


def corner_only(rows: int, cols: int, k: int, t: int) -> int:
    """Only pixels that are in an unread row and in an unread column."""
    return (rows - reach(rows, k, t)) * (cols - reach(cols, k, t))


def gaps_forgotten(rows: int, cols: int, k: int, t: int) -> int:
    """Only what is left over at the end, not what lies between the windows."""
    last = [(side - k) // t * t + k for side in (rows, cols)]
    return rows * cols - last[0] * last[1]


def overlaps_counted(rows: int, cols: int, k: int, t: int) -> int:
    """With pixels that two windows read taken off twice."""
    return rows * cols - ((rows - k) // t + 1) * ((cols - k) // t + 1) * k * k


unread_pixels = Function(
    "unread_pixels",
    unread,
    [(29, 29, 2, 2), (8, 7, 3, 2), (10, 12, 2, 3), (9, 9, 3, 1), (14, 6, 4, 3)],
    "Count the rows that are read, and the columns. Their product is the pixels that are read.",
    [
        Mistake(only_read, "Those are the pixels that are read."),
        Mistake(
            corner_twice,
            "Where an unread row crosses an unread column you count a pixel twice.",
        ),
        Mistake(
            corner_only,
            "A pixel is unread if its row or its column is; you count those where both are.",
        ),
        Mistake(
            gaps_forgotten,
            "If t is larger than k, there are pixels between the windows that nobody reads.",
        ),
        Mistake(
            overlaps_counted,
            "If windows overlap, a pixel lies in several of them. It is still one pixel.",
        ),
    ],
)
