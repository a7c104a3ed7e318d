"""ZeroPadding2D: a frame of zeros around the image."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnlib import ops
from cnnlib.layers.base import Array, Layer, Saved, Shape, image_shape

Padding = tuple[tuple[int, int], tuple[int, int]]


def _padding(value: Any) -> Padding:
    """Read an integer, two integers, or two pairs as ((top, bottom), (left, right))."""
    try:
        sides = np.asarray(value)
    except ValueError:  # pairs and numbers mixed
        sides = np.asarray(None)
    if sides.dtype.kind in "iu" and sides.shape in ((), (2,), (2, 2)) and (sides >= 0).all():
        if sides.ndim == 1:
            sides = sides[:, None]
        (top, bottom), (left, right) = np.broadcast_to(sides, (2, 2)).tolist()
        return (top, bottom), (left, right)
    raise ValueError(
        "`padding` must be an integer of 0 or more, two of them (rows, columns), or "
        f"((top, bottom), (left, right)); got {value!r}."
    )


class ZeroPadding2D(Layer):
    """Adds rows and columns of zeros.

    Args:
        padding: An integer for all sides, (rows, columns), or ((top, bottom), (left, right)).

    Input shape:
        (s, h, w, c).

    Output shape:
        (s, h + top + bottom, w + left + right, c).

    Example:
        >>> ZeroPadding2D((1, 2)).compute_output_shape((None, 5, 5, 3))
        (None, 7, 9, 3)

    References:
        https://keras.io/api/layers/reshaping_layers/zero_padding2d/
    """

    _left_out = {"data_format": (None, "channels_last")}

    def __init__(self, padding: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = _padding(padding)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        height, width, channels = image_shape(input_shape, self)
        return (
            input_shape[0],
            height + sum(self.padding[0]),
            width + sum(self.padding[1]),
            channels,
        )

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        return ops.pad2d(x, self.padding), ()

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return ops.crop2d(dy, self.padding)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}
