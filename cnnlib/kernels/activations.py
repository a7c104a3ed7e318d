"""Activation functions: a bend in the line, without which many layers would be one.

Each has its gradient beside it: ``dx = dy * slope at x``. Arrays are flat; softmax works by rows.
"""

import numpy as np

from cnnlib.kernels._compile import kernel, prange
from cnnlib.kernels.elementary import exp
from cnnlib.kernels.elementary import tanh as tanh_of


@kernel("f4[1], f4[1]", parallel=True)
def relu(x, y):
    """y = max(0, x). NaN stays NaN."""
    zero = y.dtype.type(0)
    for k in prange(y.size):
        y[k] = zero if x[k] <= 0 else x[k]


@kernel("f4[1], f4[1], f4[1]", parallel=True)
def relu_gradient(dy, x, dx):
    """dx = dy where x > 0, else 0."""
    zero = dx.dtype.type(0)
    for k in prange(dx.size):
        dx[k] = dy[k] if x[k] > 0 else zero


@kernel("f4[1], f4, f4[1]", parallel=True)
def leaky_relu(x, slope, y):
    """y = x where x > 0, else slope * x. NaN stays NaN."""
    for k in prange(y.size):
        value = x[k]
        y[k] = slope * value if value <= 0 else value


@kernel("f4[1], f4[1], f4, f4[1]", parallel=True)
def leaky_relu_gradient(dy, x, slope, dx):
    """dx = dy where x > 0, else slope * dy."""
    for k in prange(dx.size):
        dx[k] = dy[k] if x[k] > 0 else slope * dy[k]


@kernel("f4[1], f4[1]", parallel=True)
def sigmoid(x, y):
    """y = 1 / (1 + exp(-x)), without overflow: exp is taken of a number that is 0 or less."""
    one = y.dtype.type(1)
    for k in prange(y.size):
        e = exp(-abs(x[k]))
        y[k] = (one if x[k] >= 0 else e) / (one + e)


@kernel("f4[1], f4[1], f4[1]", parallel=True)
def sigmoid_gradient(dy, y, dx):
    """dx = dy * y * (1 - y), with y the sigmoid itself."""
    one = dx.dtype.type(1)
    for k in prange(dx.size):
        dx[k] = dy[k] * y[k] * (one - y[k])


@kernel("f4[1], f4[1]", parallel=True)
def tanh(x, y):
    """y = tanh(x)."""
    for k in prange(y.size):
        y[k] = tanh_of(x[k])


@kernel("f4[1], f4[1], f4[1]", parallel=True)
def tanh_gradient(dy, y, dx):
    """dx = dy * (1 - y * y), with y the tanh itself."""
    one = dx.dtype.type(1)
    for k in prange(dx.size):
        dx[k] = dy[k] * (one - y[k] * y[k])


@kernel("f4[2], f4[2]")
def softmax(x, y):
    """y[s,o] = exp(x[s,o] - max of row s) / their sum, so each row adds up to 1."""
    for s in range(x.shape[0]):
        largest = x[s, 0]
        for o in range(x.shape[1]):
            largest = max(largest, x[s, o])
        total = y.dtype.type(0)
        for o in range(x.shape[1]):
            y[s, o] = np.exp(x[s, o] - largest)
            total += y[s, o]
        for o in range(x.shape[1]):
            y[s, o] /= total


@kernel("f4[2], f4[2], f4[2]")
def softmax_gradient(dy, y, dx):
    """dx[s,o] = y[s,o] * (dy[s,o] - sum over k of dy[s,k] * y[s,k]), with y the softmax itself."""
    for s in range(dx.shape[0]):
        total = dx.dtype.type(0)
        for o in range(dx.shape[1]):
            total += dy[s, o] * y[s, o]
        for o in range(dx.shape[1]):
            dx[s, o] = y[s, o] * (dy[s, o] - total)
