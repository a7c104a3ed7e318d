"""Arguments for every kernel: small, but with channels, remainders and sides that all differ.

``ARGUMENTS["conv2d"](rng, dtype)`` gives the arguments in their order, the output last. An output
is full of NaN before the call, so that a number the kernel leaves out is seen.
"""

from __future__ import annotations

import numpy as np

from tests import naive


def make(rng, dtype):
    """Shorthands: random numbers, positive ones, an empty output, a single number."""

    def random(*shape):
        return rng.standard_normal(shape).astype(dtype)

    def positive(*shape):
        return rng.uniform(0.1, 0.9, shape).astype(dtype)

    def out(*shape):
        return np.full(shape, np.nan, dtype)

    return random, positive, out, np.dtype(dtype).type


def one_hot(rng, dtype, rows, classes):
    return np.eye(classes, dtype=dtype)[rng.integers(classes, size=rows)]


# ------------------------------------------------------------------------------------- convolution
# x (2, 9, 9, 5), kernel 2 x 3, strides 2 and 1: 4 x 7 windows (a row of x remains)
CONV = (2, 1, 1, 1)


def conv2d(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 9, 9, 5), random(2, 3, 5, 6), random(6), *CONV, out(2, 4, 7, 6)


def conv2d_input_gradient(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 4, 7, 6), random(2, 3, 6, 5), *CONV, out(2, 9, 9, 5)


def conv2d_weight_gradient(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 4, 7, 6), random(2, 9, 9, 5), *CONV, out(2, 3, 5, 6)


def im2col(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 9, 9, 5), 2, 3, *CONV, out(2, 4, 7, 30)


def col2im(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 4, 7, 30), 2, 3, *CONV, out(2, 9, 9, 5)


# ----------------------------------------------------------------------------------------- pooling
# x (2, 7, 6, 3), window 3 x 2, strides 2 and 2, one row of padding on top: 4 x 3 windows
POOL = (3, 2, 2, 2, 1, 0)


def max_pool2d(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 7, 6, 3), *POOL, out(2, 4, 3, 3)


def max_pool2d_gradient(rng, dtype):
    """The first argument, a copy of dy, is used up; the third is the pool's output."""
    random, _, out, _ = make(rng, dtype)
    x = np.round(random(2, 7, 6, 3))  # whole numbers, so that there are ties
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0), (0, 0)), constant_values=-9)
    y = naive.max_pool2d(padded, (3, 2), (2, 2)).astype(dtype)
    return random(2, 4, 3, 3), x, y, *POOL, out(2, 7, 6, 3)


def avg_pool2d_gradient(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(2, 4, 3, 3), *POOL, out(2, 7, 6, 3)


# ------------------------------------------------------------------------------------------- dense
def dense(rng, dtype):  # more samples than a block of 8
    random, _, out, _ = make(rng, dtype)
    return random(11, 5), random(5, 3), random(3), out(11, 3)


def dense_input_gradient(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(11, 3), random(5, 3), out(11, 5)


def dense_weight_gradient(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(11, 3), random(11, 5), out(5, 3)


# ------------------------------------------------------------------------------------- activations
def function_of_x(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(37), out(37)


def gradient_by_x(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(37), random(37), out(37)


def leaky_relu(rng, dtype):
    random, _, out, number = make(rng, dtype)
    return random(37), number(0.2), out(37)


def leaky_relu_gradient(rng, dtype):
    random, _, out, number = make(rng, dtype)
    return random(37), random(37), number(0.2), out(37)


def softmax(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(5, 7), out(5, 7)


def softmax_gradient(rng, dtype):
    random, positive, out, _ = make(rng, dtype)
    return random(5, 7), positive(5, 7), out(5, 7)


# ------------------------------------------------------------------------------------------- norm
def batch_norm(rng, dtype):
    random, positive, out, number = make(rng, dtype)
    return random(13, 3), *(positive(3) for _ in range(4)), number(1e-3), out(13, 3)


def squared_deviations(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(13, 3), random(3), out(4, 3)


def batch_norm_gamma_gradient(rng, dtype):
    random, positive, out, number = make(rng, dtype)
    return random(13, 3), random(13, 3), random(3), positive(3), number(1e-3), out(4, 3)


def batch_norm_gradient(rng, dtype):
    random, positive, out, number = make(rng, dtype)
    per_channel = (random(3), random(3), positive(3), number(1e-3), random(3), random(3))
    return random(13, 3), random(13, 3), *per_channel, out(13, 3)


def column_sums(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(13, 3), out(4, 3)


# ------------------------------------------------------------------------------------------ losses
def binary_crossentropy(rng, dtype):
    _, positive, out, number = make(rng, dtype)
    return one_hot(rng, dtype, 19, 2)[:, 0].copy(), positive(19), number(1e-7), out(19), out(19)


def binary_crossentropy_logits(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return one_hot(rng, dtype, 19, 2)[:, 0].copy(), random(19), out(19), out(19)


def categorical_crossentropy(rng, dtype):
    _, positive, out, number = make(rng, dtype)
    return one_hot(rng, dtype, 5, 4), positive(5, 4), number(1e-7), out(5), out(5, 4)


def categorical_crossentropy_logits(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return one_hot(rng, dtype, 5, 4), random(5, 4), out(5), out(5, 4)


def squared_error(rng, dtype):
    random, _, out, _ = make(rng, dtype)
    return random(19), random(19), out(19), out(19)


# ----------------------------------------------------------------------------------------- updates
# These change weights and memory in place, so they start from numbers.
def sgd(rng, dtype):
    random, _, _, number = make(rng, dtype)
    return random(37), number(0.1), random(37)


def momentum(rng, dtype):
    random, _, _, number = make(rng, dtype)
    return random(37), random(37), number(0.1), number(0.9), True, random(37)


def rmsprop(rng, dtype):
    random, positive, _, number = make(rng, dtype)
    return random(37), positive(37), number(0.1), number(0.9), number(1e-7), random(37)


def adam(rng, dtype):
    random, positive, _, number = make(rng, dtype)
    numbers = (number(0.1), number(0.9), number(0.999), number(1e-7))
    return random(37), random(37), positive(37), *numbers, random(37)


ARGUMENTS = {
    **{
        case.__name__: case
        for case in (
            *(conv2d, conv2d_input_gradient, conv2d_weight_gradient, im2col, col2im),
            *(max_pool2d, max_pool2d_gradient, avg_pool2d_gradient),
            *(dense, dense_input_gradient, dense_weight_gradient),
            *(leaky_relu, leaky_relu_gradient, softmax, softmax_gradient),
            *(batch_norm, squared_deviations, batch_norm_gamma_gradient, batch_norm_gradient),
            *(column_sums, binary_crossentropy, binary_crossentropy_logits),
            *(categorical_crossentropy, categorical_crossentropy_logits, squared_error),
            *(sgd, momentum, rmsprop, adam),
        )
    },
    "avg_pool2d": max_pool2d,
    **dict.fromkeys(("relu", "sigmoid", "tanh"), function_of_x),
    **dict.fromkeys(("relu_gradient", "sigmoid_gradient", "tanh_gradient"), gradient_by_x),
}
#: Kernels that change arrays that hold numbers before the call.
IN_PLACE = ("sgd", "momentum", "rmsprop", "adam", "max_pool2d_gradient")
