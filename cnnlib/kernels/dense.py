"""A dense layer: every output looks at every input, a weight for each pair.

The loops as the formulas say them, for float64 and for small layers; larger ones of float32 go to
:mod:`cnnlib.kernels.dense_tiles`.
"""

from cnnlib.kernels._compile import kernel, prange


@kernel("f4[2], f4[2], f4[1], f4[2]", parallel=True)
def dense(x, w, b, y):
    """y[s,o] = b[o] + sum over c of x[s,c] * w[c,o]. x (s, c), w (c, o), b (o), y (s, o)."""
    for s in prange(y.shape[0]):
        for o in range(y.shape[1]):
            y[s, o] = b[o]
        for c in range(w.shape[0]):
            value = x[s, c]
            for o in range(y.shape[1]):
                y[s, o] += w[c, o] * value


@kernel("f4[2], f4[2], f4[2]", parallel=True)
def dense_input_gradient(dy, w, dx):
    """dx[s,c] = sum over o of dy[s,o] * w[c,o]. dy (s, o), w (c, o), dx (s, c)."""
    for c in prange(dx.shape[1]):
        for s in range(dx.shape[0]):
            total = dx.dtype.type(0)
            for o in range(dy.shape[1]):
                total += dy[s, o] * w[c, o]
            dx[s, c] = total


@kernel("f4[2], f4[2], f4[2]", parallel=True)
def dense_weight_gradient(dy, x, dw):
    """dw[c,o] = sum over s of x[s,c] * dy[s,o]. dy (s, o), x (s, c), dw (c, o)."""
    for c in prange(dw.shape[0]):
        for o in range(dw.shape[1]):
            dw[c, o] = 0
        for s in range(x.shape[0]):
            value = x[s, c]
            for o in range(dw.shape[1]):
                dw[c, o] += value * dy[s, o]
