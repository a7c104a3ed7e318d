"""Dense layers on register tiles: the sums of ``cnnlib.kernels.dense``, at the memory's pace.

A large matrix of weights does not fit a cache, so each loop goes through it once. Its gradient is
as large: ``dense_adam`` hands every piece of it to the optimizer while it is in registers and never
writes it.
"""

from functools import cache

import numpy as np

from cnnlib.kernels._compile import helper, kernel, prange
from cnnlib.kernels.vector import at, load, put, root, splat, store, store_from, tile

ZERO = np.float32(0)
ROWS = 32  # rows of weights per task


@cache
def dense_tiles(T, L):
    """The product for T samples by L outputs at a time."""

    @kernel("f4[2], f4[2], f4[3]", parallel=True, name=f"dense_tiles_{T}x{L}")
    def dense_tiles(x, w, partial):
        """partial[g,s,o] = sum over the inputs c of group g of x[s,c] * w[c,o].

        x (s, c), w (c, o), partial (g, s, o).
        """
        samples, channels = x.shape
        groups, outputs = partial.shape[0], w.shape[1]
        for g in prange(groups):
            acc, row = tile(T, L), tile(T, 0)
            for first in range(0, outputs, L):
                o = min(first, outputs - L)
                for s in range(0, samples, T):
                    for t in range(T):
                        row[t] = min(s + t, samples - 1)
                        acc[t] = splat(ZERO, L)
                    for c in range(g * channels // groups, (g + 1) * channels // groups):
                        weights = load(w, c * outputs + o, L)
                        for t in range(T):
                            acc[t] += weights * at(x, row[t] * channels + c)
                    for t in range(T):
                        store(partial, (g * samples + row[t]) * outputs + o, acc[t])

    return dense_tiles


@cache
def _input_rows(T, L):
    """dx for some rows of w, T rows by L samples at a time; then turned round."""

    @helper
    def input_rows(c0, c1, dyt, w, scratch, dx):
        outputs, samples = dyt.shape
        acc, row = tile(T, L), tile(T, 0)
        for c in range(c0, c1, T):
            for first in range(0, samples, L):
                s = min(first, samples - L)
                for t in range(T):
                    row[t] = min(c + t, c1 - 1)
                    acc[t] = splat(ZERO, L)
                for o in range(outputs):
                    d = load(dyt, o * samples + s, L)
                    for t in range(T):
                        acc[t] += d * at(w, row[t] * outputs + o)
                for t in range(T):
                    store(scratch, row[t] * samples + s, acc[t])
        for s in range(samples):
            for c in range(c0, c1):
                put(dx, s * dx.shape[1] + c, at(scratch, c * samples + s))

    return input_rows


@cache
def dense_input_gradient_tiles(T, L):
    """The inputs' gradient for T inputs by L samples at a time."""
    input_rows = _input_rows(T, L)

    @kernel(
        "f4[2], f4[2], f4[2], f4[2]",
        parallel=True,
        name=f"dense_input_gradient_tiles_{T}x{L}",
    )
    def dense_input_gradient_tiles(dyt, w, scratch, dx):
        """dx[s,c] = sum over o of dyt[o,s] * w[c,o].

        dyt (o, s) is dy with its axes swapped, w (c, o), scratch (c, s), dx (s, c).
        """
        channels = w.shape[0]
        for g in prange((channels + ROWS - 1) // ROWS):
            input_rows(g * ROWS, min(g * ROWS + ROWS, channels), dyt, w, scratch, dx)

    return dense_input_gradient_tiles


@cache
def dense_weight_gradient_tiles(T, L):
    """The weights' gradient for T inputs by L outputs at a time."""

    @kernel("f4[2], f4[2], f4[2]", parallel=True, name=f"dense_weight_gradient_tiles_{T}x{L}")
    def dense_weight_gradient_tiles(dy, x, dw):
        """dw[c,o] = sum over s of x[s,c] * dy[s,o]. dy (s, o), x (s, c), dw (c, o)."""
        samples, channels = x.shape
        outputs = dy.shape[1]
        for g in prange((channels + ROWS - 1) // ROWS):
            acc, row = tile(T, L), tile(T, 0)
            last = min(g * ROWS + ROWS, channels) - 1
            for c in range(g * ROWS, last + 1, T):
                for first in range(0, outputs, L):
                    o = min(first, outputs - L)
                    for t in range(T):
                        row[t] = min(c + t, last)
                        acc[t] = splat(ZERO, L)
                    for s in range(samples):
                        d = load(dy, s * outputs + o, L)
                        for t in range(T):
                            acc[t] += d * at(x, s * channels + row[t])
                    for t in range(T):
                        store(dw, row[t] * outputs + o, acc[t])

    return dense_weight_gradient_tiles


@cache
def _adam_rows(T, L):
    """Adam's step for some rows of w by their gradient, which stays in registers."""

    @helper
    def adam_rows(begin, end, dy, x, rates, m, v, w):
        samples, channels = x.shape
        outputs = dy.shape[1]
        acc, row = tile(T, L), tile(T, 0)
        step, new_m, new_v, epsilon, keep = rates[0], rates[1], rates[2], rates[3], rates[4]
        for c in range(begin, end, T):
            for first in range(0, outputs, L):
                o = min(first, outputs - L)
                for t in range(T):
                    row[t] = min(c + t, end - 1)
                    acc[t] = splat(ZERO, L)
                for s in range(samples):
                    d = load(dy, s * outputs + o, L)
                    for t in range(T):
                        acc[t] += d * at(x, s * channels + row[t])
                for t in range(T):
                    if c + t < end:
                        i, d = row[t] * outputs + o, acc[t]
                        mean, square = load(m, i, L), load(v, i, L)
                        mean += (d - mean) * new_m
                        square += (d * d - square) * new_v
                        weights = load(w, i, L) * keep - mean * step / (root(square) + epsilon)
                        store_from(m, i, mean, first - o)
                        store_from(v, i, square, first - o)
                        store_from(w, i, weights, first - o)

    return adam_rows


@cache
def dense_adam(T, LS, LO):
    """Both gradients and Adam's step, for T inputs at a time by LS samples, then by LO outputs."""
    input_rows, adam_rows = _input_rows(T, LS), _adam_rows(T, LO)

    @kernel(
        "f4[2], f4[2], f4[2], f4[1], f4[2], f4[2], f4[2], f4[2], f4[2]",
        parallel=True,
        name=f"dense_adam_{T}x{LS}x{LO}",
    )
    def dense_adam(dyt, dy, x, rates, scratch, m, v, w, dx):
        """dx[s,c] = sum over o of dyt[o,s] * w[c,o], unless dx is empty; then Adam's step on w.

        Its gradient, the sum over s of x[s,c] * dy[s,o], is never written. dyt (o, s) is dy (s, o)
        with its axes swapped, x and dx (s, c), scratch (c, s), m, v and w (c, o). rates: the step's
        size, what m and v take of the new gradient, epsilon, and what w keeps of itself.
        """
        channels = w.shape[0]
        for g in prange((channels + ROWS - 1) // ROWS):
            begin, end = g * ROWS, min(g * ROWS + ROWS, channels)
            if dx.size:
                input_rows(begin, end, dyt, w, scratch, dx)
            adam_rows(begin, end, dy, x, rates, m, v, w)

    return dense_adam
