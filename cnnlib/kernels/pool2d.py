"""Pooling: each window of the image becomes one number, its largest or its mean.

``top`` and ``left`` are the rows and columns of padding. Padding is never looked at: a window that
sticks out of the image is cut off at its edge.
"""

from cnnlib.kernels._compile import kernel, prange


@kernel("f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def max_pool2d(x, pool_rows, pool_cols, stride_i, stride_j, top, left, y):
    """y[s,i,j,c] = max over the window of x. x (s, h, w, c), y (s, oh, ow, c). NaN wins."""
    samples, rows, cols, channels = y.shape
    for row in prange(samples * rows):
        s, i = row // rows, row % rows
        h0, h1 = max(i * stride_i - top, 0), min(i * stride_i - top + pool_rows, x.shape[1])
        for j in range(cols):
            k0, k1 = max(j * stride_j - left, 0), min(j * stride_j - left + pool_cols, x.shape[2])
            for c in range(channels):
                y[s, i, j, c] = x[s, h0, k0, c]
            for h in range(h0, h1):
                for k in range(k0, k1):
                    for c in range(channels):
                        value = x[s, h, k, c]
                        if value > y[s, i, j, c] or value != value:  # NaN differs from itself
                            y[s, i, j, c] = value


@kernel("f4[4], f4[4], f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def max_pool2d_gradient(rest, x, y, pool_rows, pool_cols, stride_i, stride_j, top, left, dx):
    """dx[winner of window (i, j)] += dy[s,i,j,c]; the first largest in row-major order wins a tie.

    rest (s, oh, ow, c) comes as a copy of dy and is used up: the first pixel that equals the
    maximum takes it and leaves nothing. x and dx (s, h, w, c), y (s, oh, ow, c) the pool's output.
    """
    samples, rows, cols, channels = rest.shape
    zero = dx.dtype.type(0)
    for s in prange(samples):
        for h in range(x.shape[1]):
            for k in range(x.shape[2]):
                for c in range(channels):
                    dx[s, h, k, c] = 0
        for i in range(rows):
            h0, h1 = max(i * stride_i - top, 0), min(i * stride_i - top + pool_rows, x.shape[1])
            for j in range(cols):
                k0 = max(j * stride_j - left, 0)
                k1 = min(j * stride_j - left + pool_cols, x.shape[2])
                for h in range(h0, h1):
                    for k in range(k0, k1):
                        for c in range(channels):
                            value, best, d = x[s, h, k, c], y[s, i, j, c], rest[s, i, j, c]
                            # no "if", no "or": without jumps this fills vector registers
                            wins = (value == best) | ((value != value) & (best != best))
                            dx[s, h, k, c] += d if wins else zero
                            rest[s, i, j, c] = zero if wins else d


@kernel("f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def avg_pool2d(x, pool_rows, pool_cols, stride_i, stride_j, top, left, y):
    """y[s,i,j,c] = mean over the window's pixels inside x. x (s, h, w, c), y (s, oh, ow, c)."""
    samples, rows, cols, channels = y.shape
    for row in prange(samples * rows):
        s, i = row // rows, row % rows
        h0, h1 = max(i * stride_i - top, 0), min(i * stride_i - top + pool_rows, x.shape[1])
        for j in range(cols):
            k0, k1 = max(j * stride_j - left, 0), min(j * stride_j - left + pool_cols, x.shape[2])
            count = y.dtype.type((h1 - h0) * (k1 - k0))
            for c in range(channels):
                y[s, i, j, c] = 0
            for h in range(h0, h1):
                for k in range(k0, k1):
                    for c in range(channels):
                        y[s, i, j, c] += x[s, h, k, c]
            for c in range(channels):
                y[s, i, j, c] /= count


@kernel("f4[4], i8, i8, i8, i8, i8, i8, f4[4]", parallel=True)
def avg_pool2d_gradient(dy, pool_rows, pool_cols, stride_i, stride_j, top, left, dx):
    """dx[each pixel of window (i, j)] += dy[s,i,j,c] / pixels in the window.

    dy (s, oh, ow, c), dx (s, h, w, c).
    """
    samples, rows, cols, channels = dy.shape
    for s in prange(samples):
        for h in range(dx.shape[1]):
            for k in range(dx.shape[2]):
                for c in range(channels):
                    dx[s, h, k, c] = 0
        for i in range(rows):
            h0, h1 = max(i * stride_i - top, 0), min(i * stride_i - top + pool_rows, dx.shape[1])
            for j in range(cols):
                k0 = max(j * stride_j - left, 0)
                k1 = min(j * stride_j - left + pool_cols, dx.shape[2])
                count = dx.dtype.type((h1 - h0) * (k1 - k0))
                for h in range(h0, h1):
                    for k in range(k0, k1):
                        for c in range(channels):
                            dx[s, h, k, c] += dy[s, i, j, c] / count
