"""The same mathematics once more, as slow and as obvious as can be: the oracle of the other tests.

Nothing here comes from cnnlib. Loops run over single numbers in float64; padding is not added but
skipped, and every size is worked out anew.
"""

from __future__ import annotations

import math

import numpy as np


def positions(length, size, stride, padding, dilation=1):
    """For every window along one side: the pixels it reads, None where it sticks out."""
    span = dilation * (size - 1) + 1
    if padding == "valid":
        count, before = (length - span) // stride + 1, 0
    else:  # as TensorFlow: ceil(length / stride) windows, the odd pixel of padding at the end
        count = math.ceil(length / stride)
        before = max((count - 1) * stride + span - length, 0) // 2
    windows = []
    for i in range(count):
        pixels = [i * stride + m * dilation - before for m in range(size)]
        windows.append([p if 0 <= p < length else None for p in pixels])
    return windows


def window_positions(x, size, strides, padding, dilation=(1, 1)):
    """The rows and the columns of all windows over images (s, h, w, c)."""
    rows = positions(x.shape[1], size[0], strides[0], padding, dilation[0])
    cols = positions(x.shape[2], size[1], strides[1], padding, dilation[1])
    return rows, cols


def inside(rows, cols):
    """The pixels (h, k) of one window that lie in the image, in row-major order."""
    return [(h, k) for h in rows if h is not None for k in cols if k is not None]


# ------------------------------------------------------------------------------------- convolution
def conv2d(x, w, b, strides=(1, 1), padding="valid", dilation=(1, 1)):
    kernel_rows, kernel_cols, channels, outputs = w.shape
    rows, cols = window_positions(x, (kernel_rows, kernel_cols), strides, padding, dilation)
    y = np.zeros((len(x), len(rows), len(cols), outputs))
    for s, i, j, o in np.ndindex(y.shape):
        total = float(b[o])
        for m, n, c in np.ndindex(kernel_rows, kernel_cols, channels):
            h, k = rows[i][m], cols[j][n]
            if h is not None and k is not None:
                total += float(w[m, n, c, o]) * float(x[s, h, k, c])
        y[s, i, j, o] = total
    return y


def conv2d_backward(dy, x, w, strides=(1, 1), padding="valid", dilation=(1, 1)):
    kernel_rows, kernel_cols, channels, outputs = w.shape
    rows, cols = window_positions(x, (kernel_rows, kernel_cols), strides, padding, dilation)
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(outputs)
    for s, i, j, o in np.ndindex(dy.shape):
        d = float(dy[s, i, j, o])
        db[o] += d
        for m, n, c in np.ndindex(kernel_rows, kernel_cols, channels):
            h, k = rows[i][m], cols[j][n]
            if h is not None and k is not None:
                dx[s, h, k, c] += float(w[m, n, c, o]) * d
                dw[m, n, c, o] += float(x[s, h, k, c]) * d
    return dx, dw, db


def im2col(x, size, strides=(1, 1), padding="valid", dilation=(1, 1)):
    rows, cols = window_positions(x, size, strides, padding, dilation)
    out = np.zeros((len(x), len(rows), len(cols), size[0] * size[1] * x.shape[3]))
    for s, i, j in np.ndindex(out.shape[:3]):
        values = []
        for h in rows[i]:
            for k in cols[j]:
                for c in range(x.shape[3]):
                    values.append(0.0 if h is None or k is None else x[s, h, k, c])
        out[s, i, j] = values
    return out


def col2im(columns, shape, size, strides=(1, 1), padding="valid", dilation=(1, 1)):
    x = np.zeros(shape)
    rows, cols = window_positions(x, size, strides, padding, dilation)
    for s, i, j in np.ndindex(columns.shape[:3]):
        values = iter(columns[s, i, j])
        for h in rows[i]:
            for k in cols[j]:
                for c in range(shape[3]):
                    value = next(values)
                    if h is not None and k is not None:
                        x[s, h, k, c] += value
    return x


# ----------------------------------------------------------------------------------------- pooling
def _pool_windows(x, size, strides, padding):
    rows, cols = window_positions(x, size, strides, padding)
    return rows, cols, (len(x), len(rows), len(cols), x.shape[3])


def winner(x, s, c, pixels):
    """The first largest pixel in row-major order; the first NaN if there is one."""
    best = pixels[0]
    for pixel in pixels:
        value, champion = x[s, *pixel, c], x[s, *best, c]
        if value > champion or (math.isnan(value) and not math.isnan(champion)):
            best = pixel
    return best


def max_pool2d(x, size, strides, padding="valid"):
    rows, cols, shape = _pool_windows(x, size, strides, padding)
    y = np.zeros(shape)
    for s, i, j, c in np.ndindex(shape):
        y[s, i, j, c] = x[s, *winner(x, s, c, inside(rows[i], cols[j])), c]
    return y


def max_pool2d_backward(dy, x, size, strides, padding="valid"):
    rows, cols, shape = _pool_windows(x, size, strides, padding)
    dx = np.zeros(x.shape)
    for s, i, j, c in np.ndindex(shape):
        dx[s, *winner(x, s, c, inside(rows[i], cols[j])), c] += dy[s, i, j, c]
    return dx


def avg_pool2d(x, size, strides, padding="valid"):
    rows, cols, shape = _pool_windows(x, size, strides, padding)
    y = np.zeros(shape)
    for s, i, j, c in np.ndindex(shape):
        pixels = inside(rows[i], cols[j])
        y[s, i, j, c] = sum(float(x[s, h, k, c]) for h, k in pixels) / len(pixels)
    return y


def avg_pool2d_backward(dy, x, size, strides, padding="valid"):
    rows, cols, shape = _pool_windows(x, size, strides, padding)
    dx = np.zeros(x.shape)
    for s, i, j, c in np.ndindex(shape):
        pixels = inside(rows[i], cols[j])
        for h, k in pixels:
            dx[s, h, k, c] += dy[s, i, j, c] / len(pixels)
    return dx


# ------------------------------------------------------------------------------------------- dense
def dense(x, w, b):
    y = np.zeros((len(x), w.shape[1]))
    for s, o in np.ndindex(y.shape):
        y[s, o] = b[o] + sum(float(x[s, c]) * float(w[c, o]) for c in range(len(w)))
    return y


def dense_backward(dy, x, w):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for s, o in np.ndindex(dy.shape):
        db[o] += dy[s, o]
        for c in range(len(w)):
            dx[s, c] += dy[s, o] * w[c, o]
            dw[c, o] += dy[s, o] * x[s, c]
    return dx, dw, db


# ------------------------------------------------------------------------------------- activations
def _each(function, *arrays):
    out = np.zeros(np.shape(arrays[0]))
    for index in np.ndindex(out.shape):
        out[index] = function(*(float(a[index]) for a in arrays))
    return out


def relu(x):
    return _each(lambda v: max(0.0, v), x)


def relu_backward(dy, x):
    return _each(lambda d, v: d if v > 0 else 0.0, dy, x)


def leaky_relu(x, slope=0.2):
    return _each(lambda v: v if v > 0 else slope * v, x)


def leaky_relu_backward(dy, x, slope=0.2):
    return _each(lambda d, v: d if v > 0 else slope * d, dy, x)


def _sigmoid(v):
    return 1 / (1 + math.exp(-v))


def sigmoid(x):
    return _each(_sigmoid, x)


def sigmoid_backward(dy, x):
    return _each(lambda d, v: d * _sigmoid(v) * (1 - _sigmoid(v)), dy, x)


def tanh(x):
    return _each(math.tanh, x)


def tanh_backward(dy, x):
    return _each(lambda d, v: d * (1 - math.tanh(v) ** 2), dy, x)


def _softmax_row(row):
    powers = [math.exp(v) for v in row]
    return [p / sum(powers) for p in powers]


def softmax(x):
    return np.array([_softmax_row(row) for row in x])


def softmax_backward(dy, x):
    """By the whole matrix of partial derivatives: dy_o / dx_k = y_o * ((o is k) - y_k)."""
    dx = np.zeros(np.shape(x))
    for s, row in enumerate(softmax(x)):
        for k in range(len(row)):
            for o in range(len(row)):
                dx[s, k] += dy[s][o] * row[o] * ((1.0 if o == k else 0.0) - row[k])
    return dx


# ------------------------------------------------------------------------------ batch normalization
def moments(x):
    mean = [sum(column) / len(column) for column in x.T.tolist()]
    variance = [
        sum((v - m) ** 2 for v in column) / len(column)
        for column, m in zip(x.T.tolist(), mean, strict=True)
    ]
    return np.array(mean), np.array(variance)


def batch_norm(x, gamma, beta, mean, variance, epsilon):
    y = np.zeros(x.shape)
    for r, c in np.ndindex(x.shape):
        normalized = (x[r, c] - mean[c]) / math.sqrt(variance[c] + epsilon)
        y[r, c] = gamma[c] * normalized + beta[c]
    return y


def batch_norm_backward(dy, x, gamma, epsilon):
    """The chain rule in the steps of Ioffe and Szegedy's section 3, one channel at a time."""
    mean, variance = moments(x)
    rows = len(x)
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(len(gamma)), np.zeros(len(gamma))
    for c in range(x.shape[1]):
        deviation = math.sqrt(variance[c] + epsilon)
        d_variance = d_mean = 0.0
        for r in range(rows):
            d_normalized = dy[r, c] * gamma[c]
            d_variance += d_normalized * (x[r, c] - mean[c]) * -0.5 * deviation**-3
            d_mean += -d_normalized / deviation
            dgamma[c] += dy[r, c] * (x[r, c] - mean[c]) / deviation
            dbeta[c] += dy[r, c]
        for r in range(rows):
            dx[r, c] = dy[r, c] * gamma[c] / deviation
            dx[r, c] += d_variance * 2 * (x[r, c] - mean[c]) / rows + d_mean / rows
    return dx, dgamma, dbeta


# ------------------------------------------------------------------------------------------ losses
def _clip(p, epsilon=1e-7):
    return min(max(p, epsilon), 1 - epsilon)


def binary_crossentropy(t, p):
    """The mean over the last axis."""
    each = _each(lambda a, q: -a * math.log(_clip(q)) - (1 - a) * math.log(1 - _clip(q)), t, p)
    return each.mean(axis=-1)


def binary_crossentropy_logits(t, z):
    each = _each(lambda a, v: -a * math.log(_sigmoid(v)) - (1 - a) * math.log(_sigmoid(-v)), t, z)
    return each.mean(axis=-1)


def categorical_crossentropy(t, p):
    losses = []
    for targets, row in zip(t, p, strict=True):
        total = sum(float(v) for v in row)
        losses.append(
            -sum(
                float(a) * math.log(_clip(float(v) / total))
                for a, v in zip(targets, row, strict=True)
            )
        )
    return np.array(losses)


def categorical_crossentropy_logits(t, z):
    losses = []
    for targets, row in zip(t, softmax(z), strict=True):
        losses.append(-sum(a * math.log(q) for a, q in zip(targets, row, strict=True)))
    return np.array(losses)


def mean_squared_error(t, p):
    return _each(lambda a, v: (v - a) ** 2, t, p).mean(axis=-1)


# -------------------------------------------------------------------------------------- optimizers
# One weight, as a number; each returns the weights after every step.
def sgd(w, gradients, learning_rate, momentum=0.0, nesterov=False):
    path, velocity = [], 0.0
    for g in gradients:
        velocity = momentum * velocity - learning_rate * g
        w += momentum * velocity - learning_rate * g if nesterov else velocity
        path.append(w)
    return path


def rmsprop(w, gradients, learning_rate, rho=0.9, epsilon=1e-7):
    path, average = [], 0.0
    for g in gradients:
        average = rho * average + (1 - rho) * g**2
        w -= learning_rate * g / math.sqrt(average + epsilon)
        path.append(w)
    return path


def adam(w, gradients, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, decay=0.0):
    path, m, v = [], 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        w -= learning_rate * decay * w
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        step = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w -= step * m / (math.sqrt(v) + epsilon)
        path.append(w)
    return path
