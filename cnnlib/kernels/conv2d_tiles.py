"""Convolution on register tiles: the sums of ``cnnlib.kernels.conv2d``, at the processor's pace.

A block of T pixels by L output channels stays in registers from its first product to its last. Two
tables of positions say where everything lies, so that stride, padding and dilation need no other
loop: ``start[p]`` is where window p begins in an image, ``tap[k]`` where weight k looks inside a
window. Where L does not divide the channels, the last vector overlaps the one before it.
"""

from functools import cache

from cnnlib.kernels._compile import kernel, prange
from cnnlib.kernels.vector import at, load, put, select, splat, store, store_first, store_from, tile


@cache
def conv2d_tiles(T, L, partial=False):
    """The convolution for T pixels by L output channels at a time.

    If ``partial``, there are fewer than L channels, w and b have L columns, and y does not.
    """

    @kernel(
        "f4[2], i4[1], i4[1], f4[2], f4[1], f4, i4[1], i4[2], f4[2]",
        parallel=True,
        name=f"conv2d_tiles_{T}x{L}{'xTrue' if partial else ''}",
    )
    def conv2d_tiles(x, start, tap, w, b, floor, place, part, y):
        """y[s, place[p] + o] = max(floor, b[o] + sum over k of w[k,o] * x[s, start[p] + tap[k]]).

        x (s, image), start (p), tap (k), w (k, o), b (o), place (p), y (s, map). A task is a sample
        and a row of part (tasks, 4): its pixels (first, last) and its output channels. NaN stays.
        """
        size, map_size, parts = x.shape[1], y.shape[1], part.shape[0]
        taps, outputs = w.shape
        for task in prange(x.shape[0] * parts):
            s, q = task // parts, 4 * (task % parts)
            acc, window, low = tile(T, L), tile(T, 0), splat(floor, L)
            last = at(part, q + 1) - 1
            for first in range(at(part, q + 2), at(part, q + 3), L):
                o = min(first, outputs - L)
                for p in range(at(part, q), last + 1, T):
                    for t in range(T):
                        acc[t] = load(b, o, L)
                        window[t] = s * size + at(start, min(p + t, last))
                    for k in range(taps):
                        weights, offset = load(w, k * outputs + o, L), at(tap, k)
                        for t in range(T):
                            acc[t] += weights * at(x, window[t] + offset)
                    for t in range(T):
                        sums = acc[t]
                        target = s * map_size + at(place, min(p + t, last)) + o
                        if partial:
                            kept = at(part, q + 3) - first
                            store_first(y, target, select(low > sums, low, sums), kept)
                        else:
                            store(y, target, select(low > sums, low, sums))

    return conv2d_tiles


@cache
def conv2d_weight_gradient_tiles(T, L):
    """The weights' gradient for T weights by L output channels at a time."""

    @kernel(
        "f4[2], f4[2], i4[1], i4[1], i4[1], i4[2], i8, f4[3]",
        parallel=True,
        name=f"conv2d_weight_gradient_tiles_{T}x{L}",
    )
    def conv2d_weight_gradient_tiles(dy, x, start, tap, place, part, band, dw):
        """dw[g,k,o] = sum over s of group g and p of x[s, start[p]+tap[k]] * dy[s, place[p]+o].

        dy (s, map), x (s, image), start and place (p), tap (k), dw (g, k, o). A task is a group and
        a row of part (tasks, 4): its weights k (first, last) and its output channels. The pixels
        come in bands, so that their numbers stay in the cache while the weights change.
        """
        samples, size, map_size, pixels = x.shape[0], x.shape[1], dy.shape[1], start.size
        parts, (groups, taps, outputs) = part.shape[0], dw.shape
        for task in prange(groups * parts):
            g, q = task // parts, 4 * (task % parts)
            acc, window, total = tile(T, L), tile(T, 0), tile(T, 0)
            k0, k1 = at(part, q), at(part, q + 1)
            o0, o1 = at(part, q + 2), at(part, q + 3)
            for k in range(k0, k1):
                for o in range(o0, o1):
                    put(dw, (g * taps + k) * outputs + o, 0)
            for s in range(g * samples // groups, (g + 1) * samples // groups):
                for p0 in range(0, pixels, band):
                    for first in range(o0, o1, L):
                        o = min(first, outputs - L)
                        for k in range(k0, k1, T):
                            for t in range(T):
                                weight = min(k + t, k1 - 1)
                                window[t] = s * size + at(tap, weight)
                                total[t] = (g * taps + weight) * outputs + o
                                acc[t] = load(dw, total[t], L)
                            for p in range(p0, min(p0 + band, pixels)):
                                d = load(dy, s * map_size + at(place, p) + o, L)
                                pixel = at(start, p)
                                for t in range(T):
                                    acc[t] += d * at(x, window[t] + pixel)
                            for t in range(T):
                                store_from(dw, total[t], acc[t], first - o)

    return conv2d_weight_gradient_tiles


@kernel("f4[4], i8, i8, f4[4]", parallel=True, name="frame")
def frame(x, top, left, y):
    """y = x with zeros around it. x (s, h, w, c), y (s, H, W, c); x begins at row top, column left.

    Rows and columns of x that y has no room for are left out.
    """
    samples, rows, cols, channels = y.shape
    height, width = x.shape[1], x.shape[2]
    for row in prange(samples * rows):
        s, i = row // rows, row % rows
        h = i - top
        inside = 0 <= h < height
        for j in range(cols):
            k = j - left
            if inside and 0 <= k < width:
                for c in range(channels):
                    y[s, i, j, c] = x[s, h, k, c]
            else:
                for c in range(channels):
                    y[s, i, j, c] = 0
