"""One convolution of cnnlib, by its operations; and the same by its plain loops."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.implementations.data import operands
from benchmarks.shapes import Shape
from benchmarks.worker import Call
from cnnlib import ops
from cnnlib.kernels import conv2d as kernels
from cnnlib.shapes import window

PACKAGES = ("numba", "llvmlite", "numpy")


def make(subject: dict[str, Any], threads: int, plain: bool = False) -> dict[str, Call]:
    """Forward pass, and both gradients in one call."""
    return (by_loops if plain else by_operations)(Shape.read(subject))


def by_operations(shape: Shape) -> dict[str, Call]:
    """What cnnlib's layers call."""
    x, w, b, dy = operands(shape)
    how = (shape.stride, shape.padding)

    def backward() -> None:
        ops.conv2d_input_gradient(dy, w, x.shape, *how)
        ops.conv2d_weight_gradient(dy, x, w.shape[:2], *how)

    return {"forward": Call(lambda: ops.conv2d(x, w, b, *how)), "backward": Call(backward)}


def by_loops(shape: Shape) -> dict[str, Call]:
    """The kernels that the book explains; whoever calls them pads and allocates."""
    x, w, b, dy = operands(shape)
    found = window(shape.image, shape.kernel, shape.stride, shape.padding)
    margins = ((0, 0), *found.padding, (0, 0))
    numbers = (*found.strides, *found.dilation)

    def padded() -> Any:
        return np.pad(x, margins) if any(map(any, found.padding)) else x

    def forward() -> None:
        kernels.conv2d(padded(), w, b, *numbers, np.empty_like(dy))

    def backward() -> None:
        images = padded()
        swapped = np.ascontiguousarray(w.swapaxes(2, 3))
        kernels.conv2d_input_gradient(dy, swapped, *numbers, np.empty_like(images))
        kernels.conv2d_weight_gradient(dy, images, *numbers, np.empty_like(w))

    return {"forward": Call(forward), "backward": Call(backward)}
