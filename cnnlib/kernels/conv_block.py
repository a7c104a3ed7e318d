"""Convolution, bias, ReLU and 2x2 max-pooling as one step, and its gradient.

Forward, the four sums of a pool window are compared while they are still in registers: what the
pool drops is never written. ``winner`` keeps which of the four was the largest.

Backward, only winners above zero have a gradient: at most one pixel in four. The loops list them
and add up what belongs to each, instead of multiplying zeros. This is exact, and it is faster than
the processor could do all products.

Positions come from tables: ``start[p]`` is where the first window of pool p begins in an image,
``tap`` where a weight (or, for the gradients of several channels, the first of them) looks inside a
window, and ``side[h]`` how far the pool's four windows lie from the first.
"""

from functools import cache

import numpy as np

from cnnlib.kernels._compile import kernel, prange
from cnnlib.kernels.vector import (  # fmt: skip
    at,
    beats,
    codes,
    load,
    put,
    select,
    splat,
    store,
    store_from,
    tile,
)

ZERO = np.float32(0)


@cache
def conv_block(Q, L):
    """The forward pass for Q pools (4*Q windows) by L output channels at a time."""
    T = 4 * Q

    @kernel(
        "f4[2], i4[1], i4[1], i4[1], f4[2], f4[1], u1[3], f4[3]",
        parallel=True,
        name=f"conv_block_{Q}x{L}",
    )
    def conv_block(x, start, tap, side, w, b, winner, y):
        """y[s,p,o] = max(0, the largest of the four sums b[o] + sum over k of w[k,o] * x[...]).

        x (s, image), w (k, o), b (o), winner and y (s, p, o). Of equal sums the first wins; NaN
        wins, and stays NaN.
        """
        size, (taps, outputs), pools = x.shape[1], w.shape, start.size
        for s in prange(x.shape[0]):
            acc, window, target = tile(T, L), tile(Q, 0), tile(Q, 0)
            right, below, across = at(side, 1), at(side, 2), at(side, 3)
            zero = splat(ZERO, L)
            for first in range(0, outputs, L):
                o = min(first, outputs - L)
                for p in range(0, pools, Q):
                    for q in range(Q):
                        pool = min(p + q, pools - 1)
                        window[q] = s * size + at(start, pool)
                        target[q] = (s * pools + pool) * outputs + o
                    for t in range(T):
                        acc[t] = load(b, o, L)
                    for k in range(taps):
                        weights, offset = load(w, k * outputs + o, L), at(tap, k)
                        for q in range(Q):
                            i = window[q] + offset
                            acc[4 * q] += weights * at(x, i)
                            acc[4 * q + 1] += weights * at(x, i + right)
                            acc[4 * q + 2] += weights * at(x, i + below)
                            acc[4 * q + 3] += weights * at(x, i + across)
                    for q in range(Q):
                        best, which = acc[4 * q], codes(0, L)
                        better = beats(acc[4 * q + 1], best)
                        best = select(better, acc[4 * q + 1], best)
                        which = select(better, codes(1, L), which)
                        better = beats(acc[4 * q + 2], best)
                        best = select(better, acc[4 * q + 2], best)
                        which = select(better, codes(2, L), which)
                        better = beats(acc[4 * q + 3], best)
                        best = select(better, acc[4 * q + 3], best)
                        which = select(better, codes(3, L), which)
                        store(winner, target[q], which)
                        store(y, target[q], select(zero > best, zero, best))

    return conv_block


@cache
def conv_block_weight_gradient(T, L):
    """The weights' gradient for T weights by L input channels at a time."""

    @kernel(
        "f4[2], i4[1], i4[1], i4[1], f4[3], u1[3], f4[3], i8, i4[2], f4[2], f4[2], f4[3]",
        parallel=True,
        name=f"conv_block_weight_gradient_{T}x{L}",
    )
    def conv_block_weight_gradient(x, start, tap, side, dy, winner, y, band, where, value, db, dw):
        """dw[g,o,k,c] and db[g,o]: what the samples of group g add to the weights' gradient.

        x (s, image), tap (k), dy, winner and y (s, p, o), db (g, o), dw (g, o, k*c); where and
        value are scratch, a row a group. The pools come in bands whose pixels stay in the cache.
        """
        samples, size = x.shape
        (_, pools, outputs), taps = y.shape, tap.size
        groups, channels, room = dw.shape[0], dw.shape[2] // taps, where.shape[1]
        for g in prange(groups):
            acc, offset, total = tile(T, L), tile(T, 0), tile(T, 0)
            for i in range(g * outputs * taps * channels, (g + 1) * outputs * taps * channels):
                put(dw, i, ZERO)
            for i in range(g * outputs, (g + 1) * outputs):
                put(db, i, ZERO)
            for s in range(g * samples // groups, (g + 1) * samples // groups):
                for p0 in range(0, pools, band):
                    for o in range(outputs):
                        end, bias = g * room, at(db, g * outputs + o)
                        for p in range(p0, min(p0 + band, pools)):  # list this channel's winners
                            i = (s * pools + p) * outputs + o
                            d, on = at(dy, i), at(y, i) > ZERO
                            put(where, end, at(start, p) + at(side, at(winner, i)))
                            put(value, end, d)
                            end += np.int64(on)
                            bias += d if on else ZERO
                        put(db, g * outputs + o, bias)
                        for k in range(0, taps, T):
                            for t in range(T):
                                weight = min(k + t, taps - 1)
                                offset[t] = at(tap, weight)
                                total[t] = ((g * outputs + o) * taps + weight) * channels
                            for first in range(0, channels, L):
                                c = min(first, channels - L)
                                for t in range(T):
                                    acc[t] = load(dw, total[t] + c, L)
                                for j in range(g * room, end):  # and add up their windows
                                    i, d = s * size + c + at(where, j), at(value, j)
                                    for t in range(T):
                                        acc[t] += load(x, i + offset[t], L) * d
                                for t in range(T):
                                    store_from(dw, total[t] + c, acc[t], first - c)

    return conv_block_weight_gradient


@cache
def conv_block_input_gradient(T, L):
    """The images' gradient for T weights by L input channels at a time."""

    @kernel(
        "i4[1], i4[1], i4[1], f4[3], u1[3], f4[3], f4[2], i4[2], f4[2], f4[2]",
        parallel=True,
        name=f"conv_block_input_gradient_{T}x{L}",
    )
    def conv_block_input_gradient(start, tap, side, dy, winner, y, wt, where, value, dx):
        """dx (s, image): every winner's gradient times the weights, added to its window.

        tap (k), dy, winner and y (s, p, o), wt (o, k*c); where and value are scratch, 4 rows a
        sample.
        """
        samples, size = dx.shape
        (_, pools, outputs), taps = y.shape, tap.size
        channels, room = wt.shape[1] // taps, where.shape[1]
        for s in prange(samples):
            acc, offset, end = tile(T, L), tile(T, 0), tile(4, 0)
            for i in range(s * size, (s + 1) * size):
                put(dx, i, ZERO)
            for p in range(pools):
                for h in range(4):
                    end[h] = (4 * s + h) * room
                for o in range(outputs):  # list the channels that each of the four windows has won
                    i = (s * pools + p) * outputs + o
                    d, on, which = at(dy, i), np.int64(at(y, i) > ZERO), at(winner, i)
                    for h in range(4):
                        put(where, end[h], o * taps * channels)
                        put(value, end[h], d)
                        end[h] = end[h] + on * np.int64(which == h)
                for h in range(4):
                    begin = (4 * s + h) * room
                    stop = end[0] if h == 0 else end[1] if h == 1 else end[2] if h == 2 else end[3]
                    if stop > begin:
                        pixel = s * size + at(start, p) + at(side, h)
                        for k in range(0, taps, T):
                            for t in range(T):
                                offset[t] = min(k + t, taps - 1)
                            for first in range(0, channels, L):
                                c = min(first, channels - L)
                                for t in range(T):
                                    acc[t] = splat(ZERO, L)
                                for j in range(begin, stop):  # and add up what they owe
                                    i, d = at(where, j) + c, at(value, j)
                                    for t in range(T):
                                        acc[t] += load(wt, i + offset[t] * channels, L) * d
                                for t in range(T):
                                    if k + t < taps:
                                        i = pixel + at(tap, offset[t]) + c
                                        store_from(dx, i, load(dx, i, L) + acc[t], first - c)

    return conv_block_input_gradient


@cache
def conv_block_narrow_gradient(T, L):
    """The weights' gradient for images of few channels, T weights by L outputs at a time."""

    @kernel(
        "f4[2], i4[1], i4[1], i4[1], f4[3], u1[3], f4[3], f4[2], f4[3]",
        parallel=True,
        name=f"conv_block_narrow_gradient_{T}x{L}",
    )
    def conv_block_narrow_gradient(x, start, tap, side, dy, winner, y, db, dw):
        """dw[g,k,o] and db[g,o] = sums over the samples of group g; here the losers' zeros count.

        x (s, image), tap (k), dy, winner and y (s, p, o), dw (g, k, o), db (g, o).
        """
        samples, size, taps = x.shape[0], x.shape[1], tap.size
        pools, outputs, groups = y.shape[1], y.shape[2], dw.shape[0]
        for g in prange(groups):
            acc, window, total, zero = tile(T, L), tile(T, 0), tile(T, 0), splat(ZERO, L)
            for i in range(g * taps * outputs, (g + 1) * taps * outputs):
                put(dw, i, ZERO)
            for i in range(g * outputs, (g + 1) * outputs):
                put(db, i, ZERO)
            for s in range(g * samples // groups, (g + 1) * samples // groups):
                for first in range(0, outputs, L):
                    o = min(first, outputs - L)
                    for k in range(0, taps, T):
                        for t in range(T):
                            weight = min(k + t, taps - 1)
                            window[t] = s * size + at(tap, weight)
                            total[t] = (g * taps + weight) * outputs + o
                            acc[t] = load(dw, total[t], L)
                        bias = load(db, g * outputs + o, L)
                        for p in range(pools):
                            i = (s * pools + p) * outputs + o
                            d = select(load(y, i, L) > zero, load(dy, i, L), zero)
                            which, pixel = load(winner, i, L), at(start, p)
                            if k == 0:
                                bias += d
                            owed = select(which == codes(0, L), d, zero)
                            for t in range(T):
                                acc[t] += owed * at(x, window[t] + pixel)
                            owed = select(which == codes(1, L), d, zero)
                            for t in range(T):
                                acc[t] += owed * at(x, window[t] + pixel + at(side, 1))
                            owed = select(which == codes(2, L), d, zero)
                            for t in range(T):
                                acc[t] += owed * at(x, window[t] + pixel + at(side, 2))
                            owed = select(which == codes(3, L), d, zero)
                            for t in range(T):
                                acc[t] += owed * at(x, window[t] + pixel + at(side, 3))
                        for t in range(T):
                            store_from(dw, total[t], acc[t], first - o)
                        if k == 0:
                            store_from(db, g * outputs + o, bias, first - o)

    return conv_block_narrow_gradient
