"""Convolutions and dense products of float32 arrays on register tiles.

What the plain loops say with indices, the tiled kernels read from small tables of positions. The
tables depend on shapes alone and are kept. How work is cut into tasks depends on shapes alone too,
never on the number of cores, and so do the last digits of every sum.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from cnnlib.kernels import conv2d_tiles, dense_tiles, sequential, tiling
from cnnlib.kernels.warmup import name_of
from cnnlib.ops._arrays import on_cores
from cnnlib.ops._memory import Array, empty
from cnnlib.shapes import Window

BAND = 128  # pixels whose numbers stay in the cache
TASKS = 16  # as many, if there is work for them, keep eight cores busy
GROUPS = 8  # partial sums of a gradient
GROUPED = 1 << 16  # weights, at most, whose gradient is summed up in groups
LITTLE = 1 << 15  # products that the plain loops are done with at once
FEW = 1 << 21  # products that one core is done with before another one has been woken
LAST = np.iinfo(np.int32).max
NO_FLOOR, ZERO = np.float32(-np.inf), np.float32(0)


def usable(dtype: np.dtype, products: int = LITTLE) -> bool:
    """Whether these kernels compute: float32, compiled, and more than a few products."""
    return dtype == np.float32 and products >= LITTLE and tiling.available()


def table(values: Array) -> Array:
    """Positions as the kernels read them.

    Raises:
        ValueError: If one is too large, as in an image of 8 GB.
    """
    if values.size and values.max() > LAST:
        raise ValueError(f"An image must hold at most {LAST:,} numbers; got {values.max():,}.")
    return np.array(values, np.int32)


# ------------------------------------------------------------------------------------ where all is
@lru_cache(512)
def places(rows: int, cols: int, row_step: int, col_step: int, first: int = 0) -> Array:
    """Positions of a grid of pixels: (rows * cols) steps from the first."""
    grid = np.arange(rows)[:, None] * row_step + np.arange(cols) * col_step
    return table(grid.ravel() + first)


@lru_cache(512)
def taps(size: tuple[int, int], row_step: int, col_step: int, channels: int) -> Array:
    """Positions of the weights (m, n, c) inside a window."""
    rows, cols = np.arange(size[0]) * row_step, np.arange(size[1]) * col_step
    return table((rows[:, None, None] + cols[:, None] + np.arange(channels)).ravel())


def starts(window: Window, width: int, channels: int) -> Array:
    """Where every window begins in an image of this (padded) width."""
    step = channels * window.strides[1]
    return places(*window.output, window.strides[0] * width * channels, step)


def window_taps(window: Window, width: int, channels: int, each: bool = True) -> Array:
    """Where a window's weights look; only the first channel of each unless ``each``."""
    row_step, col_step = window.dilation[0] * width * channels, window.dilation[1] * channels
    return taps(window.size, row_step, col_step, channels if each else 1)


@lru_cache(512)
def pixel_parts(samples: int, pixels: int, outputs: int, lanes: int) -> Array:
    """Tasks of one image: bands of pixels; where those are few, also groups of channels."""
    bands = max(-(-pixels // BAND), min(-(-TASKS // samples), -(-pixels // 32)))
    groups = max(min(-(-TASKS // (samples * bands)), outputs // lanes), 1)
    edges = [pixels * k // bands for k in range(bands + 1)]
    vectors = outputs // lanes  # whole ones; the last group takes the rest
    cuts = [vectors * k // groups * lanes for k in range(groups)] + [outputs]
    return table(
        np.array([(p0, p1, o0, o1) for p0, p1 in pairwise(edges) for o0, o1 in pairwise(cuts)])
    )


@lru_cache(512)
def weight_parts(weights: int, outputs: int, rows: int, lanes: int, whole: bool) -> Array:
    """Tasks of a weights' gradient: all of it, or tiles of weights by groups of channels."""
    if whole:
        return table(np.array([(0, weights, 0, outputs)]))
    count = min(-(-weights // rows), 4 * TASKS)
    edges = [min(-(-weights // rows) * k // count * rows, weights) for k in range(count)]
    edges.append(weights)
    return table(np.array([(a, b, 0, outputs) for a, b in pairwise(edges)]))


# ------------------------------------------------------------------------------------- convolution
def framed(x: Array, top: int, left: int, rows: int, cols: int) -> Array:
    """Images with zeros around them, in arrays of this many rows and columns."""
    if x.shape[1:3] == (rows, cols):
        return x
    y = empty((len(x), rows, cols, x.shape[3]))
    on_cores("frame", y.size)(x, top, left, y)
    return y


def padded(x: Array, window: Window) -> Array:
    """Images with the window's padding."""
    (top, bottom), (left, right) = window.padding
    return framed(x, top, left, x.shape[1] + top + bottom, x.shape[2] + left + right)


def conv2d(x: Array, w: Array, b: Array, window: Window, relu: bool) -> Array:
    """The convolution, and ReLU after it. x (s, h, w, c), w (kh, kw, c, o) -> (s, oh, ow, o)."""
    x = padded(x, window)
    y = empty((len(x), *window.output, w.shape[3]))
    start, tap = starts(window, *x.shape[2:]), window_taps(window, *x.shape[2:])
    _sums(x, start, tap, w.reshape(-1, w.shape[3]), b, ZERO if relu else NO_FLOOR, y)
    return y


def _sums(
    x: Array,
    start: Array,
    tap: Array,
    w: Array,
    b: Array,
    floor: np.float32,
    y: Array,
    place: Array | None = None,
) -> None:
    """Call :func:`cnnlib.kernels.conv2d_tiles.conv2d_tiles` in tiles that suit the outputs."""
    samples, outputs = len(x), w.shape[1]
    if place is None:
        place = places(1, start.size, 0, outputs)
    wide = tiling.covering(outputs)
    if wide:
        w, b = _widened(w, wide), _widened(b, wide)
    size = (*tiling.size("conv2d", wide or outputs), *([True] if wide else []))
    part = pixel_parts(samples, start.size, outputs, min(size[1], outputs))
    y, x = y.reshape(samples, -1), x.reshape(samples, -1)
    kernel = _on_cores(conv2d_tiles.conv2d_tiles, size, samples * start.size * w.size)
    kernel(x, start, tap, w, b, floor, place, part, y)


def _widened(a: Array, columns: int) -> Array:
    """The same numbers, and zeros behind every row."""
    wide = np.zeros((*a.shape[:-1], columns), a.dtype)
    wide[..., : a.shape[-1]] = a
    return wide


def _on_cores(factory: Any, size: tuple[int, ...], products: int) -> Any:
    """The kernel for all cores, or for one that is done before another has been woken."""
    kernel = factory(*size)
    return sequential(name_of(factory, *size)) if products <= FEW else kernel


class Phase(NamedTuple):
    """Pixels of the input that lie alike between the windows, and who has read them."""

    kernel_rows: tuple[int, ...]
    kernel_cols: tuple[int, ...]
    start: Array
    tap: Array
    place: Array


@lru_cache(256)
def _reach(length: int, count: int, size: int, stride: int, dilation: int, before: int) -> tuple:
    """Along one side: the margin dy needs before and after it, and every phase.

    A phase is (first input pixel, number of pixels, kernel places m, row of dy for each m at the
    first pixel). Input pixel h was read by window i through m if ``h + before = i*stride + m*dil``.
    """
    phases, low, high = [], 0, count - 1
    for phase in range(min(stride, length)):
        pixels = -(-(length - phase) // stride)
        reads = [m for m in range(size) if (phase + before - m * dilation) % stride == 0]
        first = [(phase + before - m * dilation) // stride for m in reads]
        low = min([low, *first])
        high = max([high, *(i + pixels - 1 for i in first)])
        phases.append((phase, pixels, reads, first))
    return -low, count - low + max(high - count + 1, 0), phases


@lru_cache(256)
def _phases(
    height: int, width: int, channels: int, outputs: int, window: Window
) -> tuple[tuple[int, int, int, int], list[Phase]]:
    """The frame dy needs (top, left, rows, cols), and the phases of the input's pixels."""
    (rows, cols), (strides, dilation) = window.output, (window.strides, window.dilation)
    before = window.padding[0][0], window.padding[1][0]
    top, total_rows, down = _reach(height, rows, window.size[0], strides[0], dilation[0], before[0])
    left, total_cols, across = _reach(
        width, cols, window.size[1], strides[1], dilation[1], before[1]
    )
    phases = []
    for h, high, reads_m, first_m in down:
        for k, wide, reads_n, first_n in across:
            tap = [
                ((i + top) * total_cols + j + left) * outputs + o
                for i in first_m
                for j in first_n
                for o in range(outputs)
            ]
            step = channels * strides[1]
            phases.append(
                Phase(
                    tuple(reads_m),
                    tuple(reads_n),
                    places(high, wide, total_cols * outputs, outputs),
                    table(np.array(tap, np.int32)),
                    places(
                        high, wide, strides[0] * width * channels, step, (h * width + k) * channels
                    ),
                )
            )
    return (top, left, total_rows, total_cols), phases


def conv2d_input_gradient(
    dy: Array, w: Array, input_shape: tuple[int, ...], window: Window
) -> Array:
    """A convolution of dy: for every pixel, the sum over the windows that have read it.

    With a stride the pixels fall into phases, each read through places of its own of the kernel.
    """
    _, height, width, channels = input_shape
    if channels < tiling.register():
        return _from_columns(dy, w, input_shape, window)
    frame, phases = _phases(height, width, channels, w.shape[3], window)
    dy, dx = framed(dy, *frame), empty(input_shape)
    none = np.zeros(channels, np.float32)
    for phase in phases:
        weights = w[np.ix_(phase.kernel_rows, phase.kernel_cols)].swapaxes(2, 3)
        weights = np.ascontiguousarray(weights).reshape(-1, channels)
        _sums(dy, phase.start, phase.tap, weights, none, NO_FLOOR, dx, phase.place)
    return dx


def _from_columns(dy: Array, w: Array, input_shape: tuple[int, ...], window: Window) -> Array:
    """The images' gradient where their channels do not fill a vector: the window's numbers do.

    A product of matrices gives what each window owes to its pixels, and ``col2im`` adds it up.
    """
    samples, height, width, channels = input_shape
    outputs, weights = w.shape[3], w.size // w.shape[3]
    (top, bottom), (left, right) = window.padding
    cols = empty((samples, *window.output, weights))
    start = places(1, window.output[0] * window.output[1], 0, outputs)
    turned = np.ascontiguousarray(w.reshape(-1, outputs).T)
    none = np.zeros(weights, np.float32)
    _sums(dy, start, places(1, outputs, 0, 1), turned, none, NO_FLOOR, cols)
    dx = empty((samples, height + top + bottom, width + left + right, channels))
    col2im = on_cores("col2im", cols.size)
    col2im(cols, *window.size, *window.strides, *window.dilation, dx)
    return framed(dx, -top, -left, height, width)


def conv2d_weight_gradient(dy: Array, x: Array, window: Window) -> Array:
    """dw (kh, kw, c, o); a small one is summed up in groups of samples, a large one in pieces."""
    x = padded(x, window)
    samples, _, width, channels = x.shape
    outputs = dy.shape[3]
    weights = window.size[0] * window.size[1] * channels
    rows, lanes = tiling.size("weight_gradient", outputs)
    whole = samples >= GROUPS and weights * outputs <= GROUPED
    partial = empty((GROUPS if whole else 1, weights, outputs))
    pixels = window.output[0] * window.output[1]
    products = dy.size * weights
    _on_cores(conv2d_tiles.conv2d_weight_gradient_tiles, (rows, lanes), products)(
        dy.reshape(samples, -1),
        x.reshape(samples, -1),
        starts(window, width, channels),
        window_taps(window, width, channels),
        places(1, pixels, 0, outputs),
        weight_parts(weights, outputs, rows, lanes, whole),
        BAND,
        partial,
    )
    dw = partial.sum(axis=0) if whole else partial[0]
    return dw.reshape(*window.size, channels, outputs)


# ------------------------------------------------------------------------------------------- dense
@cache
def input_groups(channels: int) -> int:
    """In how many groups the inputs are summed up."""
    return max(min(GROUPS, channels // 64), 1)


def dense(x: Array, w: Array, b: Array) -> Array:
    """x (s, c), w (c, o), b (o) -> (s, o)."""
    rows, lanes = tiling.size("dense", w.shape[1])
    partial = empty((input_groups(len(w)), len(x), w.shape[1]))
    dense_tiles.dense_tiles(rows, lanes)(x, w, partial)
    return partial.sum(axis=0) + b


def dense_input_gradient(dy: Array, w: Array) -> Array:
    """dy (s, o), w (c, o) -> dx (s, c)."""
    rows, lanes = tiling.size("dense", len(dy))
    dx, scratch = empty((len(dy), len(w))), empty((len(w), len(dy)))
    dense_tiles.dense_input_gradient_tiles(rows, lanes)(np.ascontiguousarray(dy.T), w, scratch, dx)
    return dx


def dense_weight_gradient(dy: Array, x: Array) -> Array:
    """dy (s, o), x (s, c) -> dw (c, o)."""
    rows, lanes = tiling.size("dense", dy.shape[1])
    dw = empty((x.shape[1], dy.shape[1]))
    dense_tiles.dense_weight_gradient_tiles(rows, lanes)(dy, x, dw)
    return dw


def dense_adam(
    dy: Array, x: Array, rates: Array, m: Array, v: Array, w: Array, input_gradient: bool
) -> Array | None:
    """Both gradients, and Adam's step on w, m and v by that of the weights.

    dy (s, o), x (s, c), m, v and w (c, o), rates (5,) as :meth:`cnnlib.optimizers.Adam.rates` gives
    them -> dx (s, c), by the weights before the step; None without ``input_gradient``.
    """
    samples, channels = x.shape
    rows, by_samples = tiling.size("dense", samples)
    by_outputs = tiling.size("dense", w.shape[1])[1]
    wanted = samples if input_gradient else 0
    dx, scratch = empty((wanted, channels)), empty((channels, wanted))
    dyt = np.ascontiguousarray(dy.T)
    dense_tiles.dense_adam(rows, by_samples, by_outputs)(dyt, dy, x, rates, scratch, m, v, w, dx)
    return dx if input_gradient else None
