"""Five backward passes of a convolution, each with one bug: what is wrong with them?

All of them are meant to compute ``dx``, the gradient by the images. They take ``dy``
(s, oh, ow, o), the kernel ``w`` (kh, kw, c, o), the ``shape`` (s, h, w, c) of the images, and the
stride ``t``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops

Array = NDArray[Any]
Shape = tuple[int, ...]


def version_a(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Each output pays its window."""
    dx = np.zeros(shape)
    turned = w[::-1, ::-1]
    for i, j, m, n in np.ndindex(*dy.shape[1:3], *w.shape[:2]):
        dx[:, t * i + m, t * j + n] += dy[:, i, j] @ turned[m, n].T
    return dx


def version_b(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Each pixel collects."""
    s, oh, ow, o = dy.shape
    top, left = w.shape[0] - 1, w.shape[1] - 1
    field = np.zeros((s, shape[1] + top, shape[2] + left, o))
    field[:, top : top + t * oh : t, left : left + t * ow : t] = dy
    turned = w[::-1]
    return ops.conv2d(field, turned.swapaxes(2, 3))


def version_c(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Each pixel collects."""
    s, oh, ow, o = dy.shape
    top, left = w.shape[0] - 1, w.shape[1] - 1
    field = np.zeros((s, shape[1] + top, shape[2] + left, o))
    field[:, top : top + t * oh : t, left : left + t * ow : t] = dy
    turned = w[::-1, ::-1]
    return ops.conv2d(field, turned.reshape(*w.shape[:2], o, shape[3]))


def version_d(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """A matrix product, and back to the image."""
    kh, kw, c, o = w.shape
    products = dy @ w.reshape(-1, o).T
    windows = products.reshape(*dy.shape[:3], kh, kw, c)
    dx = np.zeros(shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        rows = slice(t * i, t * i + kh)
        columns = slice(t * j, t * j + kw)
        dx[:, rows, columns] = windows[:, i, j]
    return dx


def version_e(dy: Array, w: Array, shape: Shape, t: int) -> Array:
    """Each pixel collects."""
    s, oh, ow, o = dy.shape
    height, width = shape[1] + w.shape[0] - 1, shape[2] + w.shape[1] - 1
    field = np.zeros((s, height, width, o))
    top = shape[1] - 1 - t * (oh - 1)
    left = shape[2] - 1 - t * (ow - 1)
    field[:, top : top + t * oh : t, left : left + t * ow : t] = dy
    turned = w[::-1, ::-1]
    return ops.conv2d(field, turned.swapaxes(2, 3))


VERSIONS = {"A": version_a, "B": version_b, "C": version_c, "D": version_d, "E": version_e}
