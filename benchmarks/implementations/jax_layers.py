"""One convolution of JAX, compiled."""

from __future__ import annotations

from typing import Any

import jax
from jax import lax

from benchmarks.implementations.data import operands
from benchmarks.implementations.jax_networks import LAYOUT
from benchmarks.shapes import Shape
from benchmarks.worker import Call

PACKAGES = ("jax", "jaxlib")


def make(subject: dict[str, Any], threads: int) -> dict[str, Call]:
    """Forward pass, and both gradients in one call."""
    shape = Shape.read(subject)
    x, w, b, dy = (jax.numpy.asarray(array) for array in operands(shape))
    strides, padding = (shape.stride, shape.stride), shape.padding.upper()

    def convolve(x: Any, w: Any) -> Any:
        return lax.conv_general_dilated(x, w, strides, padding, dimension_numbers=LAYOUT)

    forward = jax.jit(lambda x, w, b: convolve(x, w) + b)
    backward = jax.jit(lambda x, w, dy: jax.vjp(convolve, x, w)[1](dy))
    return {
        "forward": Call(lambda: jax.block_until_ready(forward(x, w, b))),
        "backward": Call(lambda: jax.block_until_ready(backward(x, w, dy))),
    }
