"""Exercises on the matrix of windows: there with ``im2col``, and back with ``col2im``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]


def numbers(*shape: int, seed: int = 1) -> Array:
    """Small whole numbers without symmetry."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(float)


# ----------------------------------------------------------------------------------------- im2col
def windows_of(x: Array, size: tuple[int, int], strides: tuple[int, int]) -> Array:
    """Every window of an image (h, w, c): (rows, columns, kh, kw, c)."""
    seen = np.lib.stride_tricks.sliding_window_view(x, size, axis=(0, 1))
    return seen[:: strides[0], :: strides[1]].transpose(0, 1, 3, 4, 2)


def right_im2col(x: Array, size: tuple[int, int], stride: int) -> Array:
    """A row for every window, its numbers in the order m, n, c."""
    windows = windows_of(x, size, (stride, stride))
    return windows.reshape(windows.shape[0] * windows.shape[1], -1)


def ordered(*axes: int) -> Callable[..., Array]:
    """A version whose rows or numbers come in another order of (i, j, m, n, c)."""

    def version(x: Array, size: tuple[int, int], stride: int) -> Array:
        windows = windows_of(x, size, (stride, stride))
        count = windows.shape[0] * windows.shape[1]
        return windows.transpose(axes).reshape(count, -1)

    return version


def with_strides(choose: Callable[[int], tuple[int, int]]) -> Callable[..., Array]:
    """A version that moves on by other strides."""

    def version(x: Array, size: tuple[int, int], stride: int) -> Array:
        windows = windows_of(x, size, choose(stride))
        return windows.reshape(windows.shape[0] * windows.shape[1], -1)

    return version


UNROLL_CASES = [
    (np.arange(12.0).reshape(3, 4, 1), (2, 2), 1),
    (numbers(4, 5, 2), (2, 3), 1),
    (numbers(6, 7, 2, seed=3), (3, 2), 2),
    (numbers(5, 6, 3, seed=4), (1, 2), 3),
]

im2col = Function(
    "im2col",
    right_im2col,
    UNROLL_CASES,
    "Row p = i · columns + j holds x[i·t : i·t + kh, j·t : j·t + kw], flattened.",
    [
        Mistake(
            lambda x, size, stride: right_im2col(x, size, stride).T,
            "Your windows are columns. Here each window is a row, as in `cnnlib.ops.im2col`.",
        ),
        Mistake(
            ordered(0, 1, 4, 2, 3),
            "Your channels come first (c, m, n), as in PyTorch. The kernel lies in memory as m, n, "
            "c: the channels of a pixel stay together.",
        ),
        Mistake(
            ordered(0, 1, 3, 2, 4),
            "The numbers of a window go down its columns. They go along its rows: n before m.",
        ),
        Mistake(
            ordered(1, 0, 2, 3, 4),
            "The windows go down the columns of the image. They go along its rows: j before i.",
        ),
        Mistake(
            with_strides(lambda stride: (1, 1)),
            "The stride is ignored: window (i, j) begins at row i·stride, column j·stride.",
        ),
        Mistake(
            with_strides(lambda stride: (stride, 1)),
            "The stride moves the windows down only, not to the right.",
        ),
        Mistake(
            with_strides(lambda stride: (1, stride)),
            "The stride moves the windows to the right only, not down.",
        ),
    ],
)


# ----------------------------------------------------------------------------------------- col2im
def collected(
    rows: Array,
    shape: tuple[int, int, int],
    size: tuple[int, int],
    stride: int,
    add: bool = True,
    axes: tuple[int, ...] = (0, 1, 2),
) -> Array:
    """Put every row back where its window lies; ``axes`` is the order of a row's numbers."""
    x = np.zeros(shape, rows.dtype)
    across = (shape[1] - size[1]) // stride + 1
    sides = (*size, shape[2])
    for p, row in enumerate(rows):
        i, j = (stride * place for place in divmod(p, across))
        part = row.reshape([sides[axis] for axis in axes]).transpose(np.argsort(axes))
        window = x[i : i + size[0], j : j + size[1]]
        window[...] = window + part if add else part
    return x


def right_col2im(
    rows: Array, shape: tuple[int, int, int], size: tuple[int, int], stride: int
) -> Array:
    """The way back: every pixel is the sum of its copies."""
    return collected(rows, shape, size, stride)


def averaged(rows: Array, shape: tuple[int, int, int], size: tuple[int, int], stride: int) -> Array:
    """Every pixel is the mean of its copies."""
    copies = collected(np.ones_like(rows), shape, size, stride)
    return collected(rows, shape, size, stride) / np.maximum(copies, 1)


def packed(rows: Array, shape: tuple[int, int, int], size: tuple[int, int], stride: int) -> Array:
    """Windows put back one pixel apart, whatever the stride."""
    x = np.zeros(shape, rows.dtype)
    across = (shape[1] - size[1]) // stride + 1
    for p, row in enumerate(rows):
        i, j = divmod(p, across)
        x[i : i + size[0], j : j + size[1]] += row.reshape(*size, shape[2])
    return x


def back_case(x: Array, size: tuple[int, int], stride: int, seed: int) -> tuple[Any, ...]:
    """Gradients of the matrix of an image."""
    return numbers(*right_im2col(x, size, stride).shape, seed=seed), x.shape, size, stride


col2im = Function(
    "col2im",
    right_col2im,
    [back_case(*case, seed=11 + k) for k, case in enumerate(UNROLL_CASES)],
    "Go through the windows as im2col did, and add each row to the pixels that it came from.",
    [
        Mistake(
            lambda rows, shape, size, stride: collected(rows, shape, size, stride, add=False),
            "With `=` a window overwrites the one before. A pixel that was copied several times "
            "collects the sum: `+=`.",
        ),
        Mistake(averaged, "A gradient is the sum over all copies, not their mean."),
        Mistake(
            lambda rows, shape, size, stride: collected(rows, shape, size, stride, axes=(2, 0, 1)),
            "A row's numbers are read as c, m, n; im2col wrote them as m, n, c.",
        ),
        Mistake(
            lambda rows, shape, size, stride: collected(rows, shape, size, stride, axes=(1, 0, 2)),
            "A row's numbers are read down the columns of the window; they go along its rows.",
        ),
        Mistake(
            packed, "The stride is ignored: window (i, j) lies at row i·stride, column j·stride."
        ),
    ],
)
