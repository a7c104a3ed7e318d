"""Convolution, ReLU and pooling as one op: the numbers of the ops one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.kernels import tiling
from cnnlib.ops.conv_block import ConvBlock
from cnnlib.shapes import window

pytestmark = pytest.mark.skipif(
    not tiling.available(), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

# image, channels, filters, kernel, strides, padding, dilation; few channels and many
CASES = [
    ((8, 9), 3, 20, (3, 2), (1, 1), "same", (1, 1)),
    ((11, 8), 3, 20, (2, 3), (2, 1), "valid", (1, 1)),
    ((9, 9), 20, 20, (3, 3), (1, 2), "same", (1, 1)),
    ((10, 9), 20, 20, (2, 2), (1, 1), "valid", (2, 3)),
    ((2, 2), 20, 20, (1, 1), (1, 1), "valid", (1, 1)),
]


def whole_numbers(rng, *shape):
    return rng.integers(-3, 4, shape).astype(np.float32)


def one_by_one(x, w, b, dy, options):
    """The results of four ops, in float64 by plain loops."""
    x, w = x.astype(np.float64), w.astype(np.float64)
    z = ops.conv2d(x, w, b, **options)
    a = ops.relu(z)
    y = ops.max_pool2d(a, 2)
    dz = ops.relu_backward(ops.max_pool2d_backward(dy.astype(np.float64), a, 2), z)
    return y, *ops.conv2d_backward(dz, x, w, **options)


@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_those_of_the_ops_one_by_one(rng, case):
    image, channels, filters, size, strides, padding, dilation = case
    options = {"strides": strides, "padding": padding, "dilation_rate": dilation}
    w, b = whole_numbers(rng, *size, channels, filters), whole_numbers(rng, filters)
    conv = window(image, size, strides, padding, dilation)
    block = ConvBlock((*image, channels), filters, conv)
    assert ConvBlock.fits(conv, window(conv.output, 2, 2))
    for samples in (2, 9, 1, 2):  # room is made for more, and used again for fewer
        x = whole_numbers(rng, samples, *image, channels)
        dy = whole_numbers(rng, samples, *block.output_shape)
        y, dx, dw, db = one_by_one(x, w, b, dy, options)
        np.testing.assert_array_equal(block.forward(x, w, b), y)
        by_weight, by_bias = block.weight_gradient(dy, x)
        np.testing.assert_array_equal(by_weight, dw)
        np.testing.assert_array_equal(by_bias, db)
        np.testing.assert_array_equal(block.input_gradient(dy, w), dx)


def test_many_sizes_of_batches(rng):
    """More than there are views of its arrays for."""
    block = ConvBlock((4, 4, 3), 20, window((4, 4), 1))
    w, b = whole_numbers(rng, 1, 1, 3, 20), whole_numbers(rng, 20)
    for samples in [*range(1, 14), *range(14, 0, -1)]:
        x, dy = whole_numbers(rng, samples, 4, 4, 3), whole_numbers(rng, samples, 2, 2, 20)
        y, _, dw, db = one_by_one(x, w, b, dy, {})
        np.testing.assert_array_equal(block.forward(x, w, b), y)
        for gradient, expected in zip(block.weight_gradient(dy, x), (dw, db), strict=True):
            np.testing.assert_array_equal(gradient, expected)


def test_nan_is_seen(rng):
    block = ConvBlock((6, 6, 3), 20, window((6, 6), 2, padding="same"))
    x, w = whole_numbers(rng, 2, 6, 6, 3), whole_numbers(rng, 2, 2, 3, 20)
    x[1, 2, 3, 0] = np.nan
    y = block.forward(x, w, np.zeros(20, np.float32))
    expected = ops.max_pool2d(ops.relu(ops.conv2d(x, w, padding="same")), 2)
    assert 0 < np.isnan(y).sum() < y.size
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize(
    ("image", "pool", "fits"),
    [
        ((8, 8), {"size": 2, "strides": 2}, True),
        ((9, 8), {"size": 2, "strides": 2}, True),  # the last row is in no pool
        ((9, 8), {"size": 2, "strides": 2, "padding": "same"}, False),
        ((8, 8), {"size": 2, "strides": 2, "padding": "same"}, True),  # there is no padding
        ((8, 8), {"size": 2, "strides": 1}, False),
        ((8, 8), {"size": 3, "strides": 3}, False),
        ((8, 8), {"size": (2, 1), "strides": (2, 1)}, False),
    ],
)
def test_which_pools_fit(image, pool, fits):
    conv = window(image, 3, padding="same")
    assert ConvBlock.fits(conv, window(conv.output, **pool)) is fits
