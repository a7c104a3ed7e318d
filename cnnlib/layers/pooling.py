"""Pooling layers: a window of pixels becomes one number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlib import ops
from cnnlib.layers.base import Array, Layer, Saved, Shape, image_shape
from cnnlib.shapes import Window, check_padding, pair, window


class _Pooling2D(Layer):
    """What the two pooling layers share."""

    _left_out = {"data_format": (None, "channels_last")}
    _op: Callable[..., Array]
    _op_backward: Callable[..., Array]

    def __init__(
        self,
        pool_size: int | Sequence[int] = (2, 2),
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = pair(pool_size, "pool_size")
        self.strides = self.pool_size if strides is None else pair(strides, "strides")
        self.padding = check_padding(padding)

    def window(self, input_shape: Shape) -> Window:
        """How the window slides over images of this shape (None, h, w, c)."""
        height, width, _ = image_shape(input_shape, self)
        return window(
            (height, width), self.pool_size, self.strides, self.padding, size_name="pool_size"
        )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], *self.window(input_shape).output, input_shape[3])

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        return type(self)._op(x, self.pool_size, self.strides, self.padding), x

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return type(self)._op_backward(dy, saved, self.pool_size, self.strides, self.padding)

    def get_config(self) -> dict[str, Any]:
        options = {"pool_size": self.pool_size, "strides": self.strides, "padding": self.padding}
        return {**super().get_config(), **options}


class MaxPooling2D(_Pooling2D):
    """Keeps the largest number of every window.

    Args:
        pool_size: Rows and columns of the window.
        strides: Pixels from one window to the next; ``pool_size`` if left out.
        padding: ``"valid"`` (a remainder is dropped) or ``"same"``.

    Input shape:
        (s, h, w, c).

    Output shape:
        (s, (h - pool) // stride + 1, (w - pool) // stride + 1, c) without padding.

    Example:
        >>> layer = MaxPooling2D(pool_size=(2, 2))
        >>> layer.compute_output_shape((None, 29, 29, 64))  # a row and a column are dropped
        (None, 14, 14, 64)

    References:
        https://keras.io/api/layers/pooling_layers/max_pooling2d/
    """

    _op = staticmethod(ops.max_pool2d)
    _op_backward = staticmethod(ops.max_pool2d_backward)


class AveragePooling2D(_Pooling2D):
    """Takes the mean of every window; padding is left out of it.

    Arguments and shapes are those of :class:`MaxPooling2D`.

    Example:
        >>> AveragePooling2D(2)(np.arange(4.0).reshape(1, 2, 2, 1)).ravel()
        array([1.5], dtype=float32)

    References:
        https://keras.io/api/layers/pooling_layers/average_pooling2d/
    """

    _op = staticmethod(ops.avg_pool2d)
    _op_backward = staticmethod(ops.avg_pool2d_backward)


class GlobalAveragePooling2D(Layer):
    """Takes the mean of every feature map: an average pool whose window is the whole image.

    Input shape:
        (s, h, w, c).

    Output shape:
        (s, c), or (s, 1, 1, c) with ``keepdims``.

    Example:
        >>> GlobalAveragePooling2D()(np.arange(4.0).reshape(1, 2, 2, 1))
        array([[1.5]], dtype=float32)

    References:
        Lin, Chen and Yan, Network In Network (2014), section 3.2;
        https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
    """

    _left_out = {"data_format": (None, "channels_last")}

    def __init__(self, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keepdims = bool(keepdims)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        _, _, channels = image_shape(input_shape, self)
        return (input_shape[0], 1, 1, channels) if self.keepdims else (input_shape[0], channels)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        y = ops.avg_pool2d(x, x.shape[1:3])
        return (y if self.keepdims else y[:, 0, 0, :]), x.shape

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        share = dy.reshape(len(dy), 1, 1, -1) / dy.dtype.type(saved[1] * saved[2])
        return np.broadcast_to(share, saved).copy()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "keepdims": self.keepdims}
