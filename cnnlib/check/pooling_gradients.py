"""The exercises on pooling backwards: who gets the gradient?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake
from cnnlib.check.pooling import SLIDES

Array = NDArray[Any]
Share = Callable[[Array], Array]


# --------------------------------------------------------------------------- max_pool2d_backward
def first_winner(window: Array) -> Array:
    """1 at the first largest number of a window, row by row."""
    share = np.zeros(window.shape)
    share.flat[window.argmax()] = 1
    return share


def last_winner(window: Array) -> Array:
    """1 at the last largest number."""
    return first_winner(window[::-1, ::-1])[::-1, ::-1]


def all_winners(window: Array) -> Array:
    """1 at every largest number."""
    return (window == window.max()).astype(float)


def winners_share(window: Array) -> Array:
    """One in all, shared by the largest numbers."""
    return all_winners(window) / all_winners(window).sum()


def pixels_share(window: Array) -> Array:
    """One in all, shared by all pixels."""
    return np.full(window.shape, 1 / window.size)


def sent_back(
    dy: Array, x: Array, k: int, step: int, share: Share = first_winner, adds: bool = True
) -> Array:
    """Each output pays its window; without ``adds`` a window overwrites what it changes."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dy.shape):
        part = (slice(step * i, step * i + k), slice(step * j, step * j + k))
        paid = share(x[part]) * dy[i, j]
        dx[part] = dx[part] + paid if adds else np.where(paid, paid, dx[part])
    return dx


def max_back(dy: Array, x: Array, k: int, t: int) -> Array:
    """All of a gradient to the first winner of its window."""
    return sent_back(dy, x, k, t)


def max_back_last(dy: Array, x: Array, k: int, t: int) -> Array:
    """To the last winner."""
    return sent_back(dy, x, k, t, last_winner)


def max_back_all(dy: Array, x: Array, k: int, t: int) -> Array:
    """To every winner, in full."""
    return sent_back(dy, x, k, t, all_winners)


def max_back_shared(dy: Array, x: Array, k: int, t: int) -> Array:
    """To every winner, in equal parts."""
    return sent_back(dy, x, k, t, winners_share)


def max_back_mean(dy: Array, x: Array, k: int, t: int) -> Array:
    """To every pixel, in equal parts."""
    return sent_back(dy, x, k, t, pixels_share)


def max_back_overwrites(dy: Array, x: Array, k: int, t: int) -> Array:
    """With = where += should be."""
    return sent_back(dy, x, k, t, adds=False)


def max_back_wrong_stride(dy: Array, x: Array, k: int, t: int) -> Array:
    """With the window's side as the stride."""
    return sent_back(dy, x, k, k)


COINS = [
    (np.array([[1, 2, 3], [4, 5, 6]]), *SLIDES[0]),
    (np.array([[1, 10], [100, 1000]]), *SLIDES[1]),
    (np.array([[1, 2, 3], [40, 50, 60]]), *SLIDES[2]),
]

max_pool2d_backward = Function(
    "max_pool2d_backward",
    max_back,
    COINS,
    "For each output: find the first largest pixel of its window, row by row, and add the output's "
    "gradient there.",
    [
        Mistake(
            max_back_all,
            "In a tie every winner gets the whole gradient: more leaves than has arrived. Give it "
            "to the first one only.",
        ),
        Mistake(
            max_back_last,
            "In a tie the last winner gets it. Here it is the first: replace the winner only if a "
            "pixel is larger (>), not if it is as large (>=).",
        ),
        Mistake(
            max_back_shared,
            "In a tie you share the gradient. That is a valid choice, but not the one of cnnlib "
            "and Keras: the first winner gets all.",
        ),
        Mistake(
            max_back_overwrites,
            "A pixel that wins two windows gets both gradients: add with += instead of "
            "overwriting.",
        ),
        Mistake(
            max_back_wrong_stride,
            "Your windows lie side by side. The next one begins t pixels on, not k.",
        ),
        Mistake(
            max_back_mean,
            "You share the gradient among all pixels of the window: that is average pooling.",
        ),
    ],
)


# --------------------------------------------------------------------------- avg_pool2d_backward
def mean_back(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """An equal part to each pixel of a window."""
    return sent_back(dy, np.zeros(shape), k, t, pixels_share)


def mean_back_in_full(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """All of a gradient to each pixel."""
    return k * k * mean_back(dy, shape, k, t)


def mean_back_by_side(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """Divided by the side of a window."""
    return k * mean_back(dy, shape, k, t)


def mean_back_overwrites(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """With = where += should be."""
    return sent_back(dy, np.zeros(shape), k, t, pixels_share, adds=False)


def mean_back_wrong_stride(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """With the window's side as the stride."""
    return mean_back(dy, shape, k, k)


def mean_back_of_readers(dy: Array, shape: tuple[int, int], k: int, t: int) -> Array:
    """Divided once more, by the windows that a pixel lies in."""
    readers = mean_back_in_full(np.ones(dy.shape), shape, k, t)
    return mean_back(dy, shape, k, t) / np.maximum(readers, 1)


avg_pool2d_backward = Function(
    "avg_pool2d_backward",
    mean_back,
    [(dy, x.shape, k, t) for dy, x, k, t in COINS],
    "Each of the k * k pixels of a window gets dy[i, j] / k**2; a pixel in two windows gets both.",
    [
        Mistake(
            mean_back_in_full,
            "Each pixel gets the whole gradient. It changes the mean by a k * k-th of its own "
            "change: divide by k * k.",
        ),
        Mistake(mean_back_by_side, "You divide by k. A window has k * k pixels."),
        Mistake(
            mean_back_overwrites,
            "Windows overlap: add with += instead of overwriting.",
        ),
        Mistake(
            mean_back_wrong_stride,
            "Your windows lie side by side. The next one begins t pixels on, not k.",
        ),
        Mistake(
            mean_back_of_readers,
            "You divide by the windows that a pixel lies in as well. It is a sum over windows, not "
            "a mean.",
        ),
    ],
)
