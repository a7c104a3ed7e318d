"""What the tests of kernels on tiles share: guarded arrays, tables of positions, an oracle.

Tables and sums are worked out from their definitions; nothing here comes from ``cnnlib.ops``. Most
tests compute with small whole numbers, whose sums are exact in any order: results must be equal.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import strategies as st
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from cnnlib.kernels import tiling
from cnnlib.kernels._compile import OPTIONS

needs_compiler = pytest.mark.skipif(
    not tiling.available(), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

GUARD, MARK = 61, 77  # an odd number: nothing begins where a vector would like it to


# ------------------------------------------------------------------------------------- what is run
def forget():
    """The processor and all sizes are found out anew, for instance from ``CNNLIB_TILES``."""
    for function in vars(tiling).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


@cache
def one_core(kernel):
    """The kernel compiled for one core, which takes a third of the time."""
    return njit(kernel.py_func, **OPTIONS)


def compiled(kernel, cores):
    return kernel if cores > 1 else one_core(kernel)


# ------------------------------------------------------------------------------------------ arrays
def _between(guard, values):
    room = np.full(values.size + 2 * GUARD, guard, values.dtype)
    array = room[GUARD:-GUARD].reshape(values.shape)
    array[...] = values
    return array


def shielded(values):
    """A copy in float32 between NaN: what a kernel reads outside is seen in its results."""
    return _between(np.nan, np.asarray(values, np.float32))


def output(*shape, dtype=np.float32):
    """An array full of garbage between guards: what a kernel leaves out is seen."""
    garbage = np.nan if dtype == np.float32 else 255
    return _between(MARK, np.full(shape, garbage, dtype))


def guarded(values, dtype=np.float32):
    """A copy between guards, for what a kernel changes."""
    return _between(MARK, np.asarray(values, dtype))


def assert_guards(*arrays):
    """Nothing was written before or after these arrays."""
    for array in arrays:
        room = array.base
        assert room.size == array.size + 2 * GUARD
        assert (room[:GUARD] == MARK).all()
        assert (room[-GUARD:] == MARK).all()


def whole_numbers(rng, *shape):
    return rng.integers(-3, 4, shape).astype(np.float64)


def same_bits(a, b):
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


# ---------------------------------------------------------------------------------------- geometry
@st.composite
def geometries(draw):
    """Image size (with its padding), kernel size, strides and dilation that fit each other."""
    pairs = [draw(st.tuples(st.integers(1, n), st.integers(1, n))) for n in (4, 3, 2)]
    size, strides, dilation = pairs
    rest = draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    image = tuple(d * (k - 1) + 1 + r for d, k, r in zip(dilation, size, rest, strict=True))
    return image, size, strides, dilation


def outputs_of(image, size, strides, dilation):
    sides = zip(image, size, strides, dilation, strict=True)
    return tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in sides)


def positions(values):
    return np.array(values, np.int32)


def starts(image, channels, counts, steps):
    """Where the windows begin: ``counts`` of them, ``steps`` pixels apart."""
    return positions(
        [
            (i * steps[0] * image[1] + j * steps[1]) * channels
            for i in range(counts[0])
            for j in range(counts[1])
        ]
    )


def taps(image, channels, size, dilation, each=True):
    """Where the weights (m, n, c) look in a window; only those of channel 0 unless ``each``."""
    return positions(
        [
            (m * dilation[0] * image[1] + n * dilation[1]) * channels + c
            for m in range(size[0])
            for n in range(size[1])
            for c in range(channels if each else 1)
        ]
    )


def cut(draw, length, step=1):
    """Cut ``range(length)`` into pieces, at multiples of ``step``."""
    inner = draw(st.sets(st.integers(1, max(length // step, 1)), max_size=3))
    return list(pairwise(sorted({0, length} | {k * step for k in inner if k * step < length})))


# ------------------------------------------------------------------------------------------ oracle
def windows(x, size, strides, dilation):
    """The pixels every window reads: (s, i, j, c, m, n)."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    view = sliding_window_view(x, spans, axis=(1, 2))
    return view[:, :: strides[0], :: strides[1], :, :: dilation[0], :: dilation[1]]


def conv2d(x, w, b, strides, dilation):
    return np.einsum("sijcmn,mnco->sijo", windows(x, w.shape[:2], strides, dilation), w) + b


def weight_gradient(dy, x, size, strides, dilation):
    return np.einsum("sijcmn,sijo->mnco", windows(x, size, strides, dilation), dy)


def input_gradient(dy, w, shape, strides, dilation):
    dx = np.zeros(shape)
    _, rows, cols, _ = dy.shape
    for m, n in np.ndindex(w.shape[:2]):
        h, k = m * dilation[0], n * dilation[1]
        end_h, end_k = h + strides[0] * (rows - 1) + 1, k + strides[1] * (cols - 1) + 1
        owed = np.einsum("sijo,co->sijc", dy, w[m, n])
        dx[:, h : end_h : strides[0], k : end_k : strides[1]] += owed
    return dx


def sum_groups(count, groups, summed):
    """Stack ``summed(samples)`` for each group of samples."""
    edges = [count * g // groups for g in range(groups + 1)]
    return np.stack([summed(slice(*ends)) for ends in pairwise(edges)])
