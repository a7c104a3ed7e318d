"""Convolution, bias, ReLU and a 2x2 max-pool as one op, which keeps its arrays between the batches.

Its results are those of the four ops one after the other (:func:`cnnlib.ops.conv2d` with ReLU, then
:func:`cnnlib.ops.max_pool2d`) and of their gradients; see :mod:`cnnlib.kernels.conv_block` for what
it leaves out.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from cnnlib.kernels import conv_block as kernels
from cnnlib.kernels import tiling
from cnnlib.kernels.conv2d_tiles import frame
from cnnlib.kernels.warmup import name_of
from cnnlib.ops import _tiled
from cnnlib.ops._memory import Array, empty
from cnnlib.shapes import Window

NARROW = 8  # below so many channels a vector of them would be mostly empty
VIEWS = 8  # numbers of samples whose views are kept
CACHE = 1 << 15  # bytes of pixels that one band of pools may look at


@lru_cache(512)
def _sides(row_step: int, col_step: int) -> Array:
    """How far the other three windows of a pool lie from its first."""
    return _tiled.table(np.array([0, col_step, row_step, row_step + col_step]))


class ConvBlock:
    """The op for images of one shape.

    Args:
        input_shape: Rows, columns and channels of an image, (h, w, c).
        filters: Output channels.
        window: How the convolution's window slides.

    Attributes:
        output_shape: Rows, columns and channels of what the pool leaves.

    Example:
        >>> from cnnlib.shapes import window
        >>> block = ConvBlock((4, 4, 1), 1, window((4, 4), 1))
        >>> x = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
        >>> w, b = np.full((1, 1, 1, 1), -1, np.float32), np.full(1, 6, np.float32)
        >>> block.forward(x, w, b).ravel()
        array([6., 4., 0., 0.], dtype=float32)
    """

    def __init__(self, input_shape: tuple[int, int, int], filters: int, window: Window) -> None:
        self.window, self.filters = window, filters
        height, width, self.channels = input_shape
        (top, bottom), (left, right) = window.padding
        self.padded = (height + top + bottom, width + left + right)
        self.input_shape = input_shape
        rows, cols = window.output[0] // 2, window.output[1] // 2
        self.output_shape = (rows, cols, filters)
        width, channels = self.padded[1], self.channels
        row_step = window.strides[0] * width * channels
        col_step = window.strides[1] * channels
        self.start = _tiled.places(rows, cols, 2 * row_step, 2 * col_step)
        self.side = _sides(row_step, col_step)
        self.tap = _tiled.window_taps(window, width, channels)
        self.narrow = channels < NARROW
        self.block_tile = tiling.size("block", filters)
        self.input_tile = tiling.size("block_gradient", channels)
        self.gradient_tile = tiling.size("narrow", filters) if self.narrow else self.input_tile
        self.first_tap = _tiled.window_taps(window, width, channels, each=False)
        deep = max((CACHE // (4 * width * channels) - window.size[0]) // (2 * window.strides[0]), 1)
        self.band = min(deep, rows) * cols
        self._stores: dict[str, Array] = {}
        self._views: dict[int, _Room] = {}

    def gradient_kernels(self) -> list[str]:
        """The kernels of the backward pass, by name: for the weights, for the images."""
        wide = kernels.conv_block_weight_gradient
        by_weights = kernels.conv_block_narrow_gradient if self.narrow else wide
        return [
            name_of(by_weights, *self.gradient_tile),
            name_of(kernels.conv_block_input_gradient, *self.input_tile),
        ]

    @staticmethod
    def fits(conv: Window, pool: Window) -> bool:
        """Whether these two windows make such a block."""
        plain = pool.size == pool.strides == (2, 2) and pool.output == (
            conv.output[0] // 2,
            conv.output[1] // 2,
        )
        return plain and _tiled.usable(np.dtype(np.float32))

    def _room(self, samples: int) -> _Room:
        """Arrays for this many samples: parts of those for the largest batch so far."""
        room = self._views.get(samples)
        if room is None:
            if len(self._views) > VIEWS or samples > max(self._views, default=0):
                self._views.clear()
            room = self._views[samples] = _Room(self, samples)
        return room

    def store(self, name: str, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        """An array that is made once, and again only when a larger one is needed."""
        size, store = prod(shape), self._stores.get(name)
        if store is None or store.size < size:
            store = self._stores[name] = empty((size,), dtype)
        return store[:size].reshape(shape)

    def forward(self, x: Array, w: Array, b: Array) -> Array:
        """What the pool leaves. x (s, h, w, c), w (kh, kw, c, o), b (o) -> (s, rows, cols, o).

        The result lies in an array of the block's own, until the next forward pass.
        """
        room = self._room(len(x))
        if room.framed is not None:
            (top, _), (left, _) = self.window.padding
            frame(x, top, left, room.framed)
        kernels.conv_block(*self.block_tile)(
            room.pixels_of(x), self.start, self.tap, self.side, w.reshape(-1, self.filters), b,
            room.winner, room.y,
        )  # fmt: skip
        return room.y.reshape(len(x), *self.output_shape)

    def weight_gradient(self, dy: Array, x: Array) -> tuple[Array, Array]:
        """The gradients by w and b, from dy (s, rows, cols, o) and the images of the last pass."""
        room, shape = self._room(len(x)), (*self.window.size, self.channels, self.filters)
        pixels = room.pixels_of(x)
        dy = dy.reshape(room.y.shape)
        if self.narrow:
            kernels.conv_block_narrow_gradient(*self.gradient_tile)(
                pixels, self.start, self.tap, self.side, dy, room.winner, room.y, room.db, room.dw
            )
            dw = room.dw.sum(axis=0)
        else:
            kernels.conv_block_weight_gradient(*self.gradient_tile)(
                pixels, self.start, self.first_tap, self.side, dy, room.winner, room.y, self.band,
                room.where, room.value, room.db, room.dw,
            )  # fmt: skip
            dw = np.ascontiguousarray(room.dw.sum(axis=0).T)
        return dw.reshape(shape), room.db.sum(axis=0)

    def input_gradient(self, dy: Array, w: Array) -> Array:
        """The gradient by the images, from dy (s, rows, cols, o) and the w of the last pass."""
        room = self._room(len(dy))
        turned, where, value, dx = room.backward()
        turned[...] = w.reshape(-1, self.filters).T
        kernels.conv_block_input_gradient(*self.input_tile)(
            self.start, self.first_tap, self.side, dy.reshape(room.y.shape), room.winner, room.y,
            turned, where, value, dx,
        )  # fmt: skip
        dx = dx.reshape(len(dy), *self.padded, self.channels)
        if room.framed is None:
            return dx
        (top, _), (left, _) = self.window.padding
        cropped = self.store("cropped", (len(dy), *self.input_shape))
        frame(dx, -top, -left, cropped)
        return cropped


class _Room:
    """The arrays of a block for one number of samples."""

    def __init__(self, block: ConvBlock, samples: int) -> None:
        self.block, self.samples = block, samples
        pooled = (samples, block.start.size, block.filters)
        self.y, self.winner = block.store("y", pooled), block.store("winner", pooled, np.uint8)
        padded = (samples, *block.padded, block.channels)
        same = block.padded == block.input_shape[:2]
        self.framed = None if same else block.store("framed", padded)
        groups, weights = min(_tiled.GROUPS, samples), block.tap.size
        self.db = block.store("db", (groups, block.filters))
        if block.narrow:
            self.dw = block.store("dw", (groups, weights, block.filters))
        else:
            self.dw = block.store("dw", (groups, block.filters, weights))
            self.where = block.store("where", (groups, block.band + 1), np.int32)
            self.value = block.store("value", self.where.shape)

    def pixels_of(self, x: Array) -> Array:
        """The images of the pass, padded, each as one row."""
        return (x if self.framed is None else self.framed).reshape(self.samples, -1)

    def backward(self) -> tuple[Array, Array, Array, Array]:
        """What the images' gradient needs besides: weights turned round, scratch, and itself."""
        block, lists = self.block, (4 * self.samples, self.block.filters + 1)
        size = prod(block.padded) * block.channels
        return (
            block.store("turned", (block.filters, block.tap.size)),
            block.store("input where", lists, np.int32),
            block.store("input value", lists),
            block.store("dx", (self.samples, size)),
        )
