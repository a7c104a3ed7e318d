"""The pooling kernels: numbers on paper, ties, overlaps, padding, NaN; then the slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import pool2d as kernels
from tests import naive


def image(*rows):
    return np.array(rows, float)[None, :, :, None]


def max_pool_gradient(dy, x, y, numbers):
    dx = np.full(x.shape, np.nan, x.dtype)
    kernels.max_pool2d_gradient(dy.copy(), x, y, *numbers, dx)
    return dx


def test_max_pool_on_paper():
    x = image([1, 5, 2, 0], [3, 4, 8, 1], [0, 0, 7, 7], [9, 6, 7, 7])
    y = np.empty((1, 2, 2, 1))
    kernels.max_pool2d(x, 2, 2, 2, 2, 0, 0, y)
    assert y[0, :, :, 0].tolist() == [[5, 8], [9, 7]]
    dx = max_pool_gradient(image([10, 20], [30, 40]), x, y, (2, 2, 2, 2, 0, 0))
    # of the four sevens the first one, in row-major order, gets the 40
    expected = [[0, 10, 0, 0], [0, 0, 20, 0], [0, 0, 40, 0], [30, 0, 0, 0]]
    assert dx[0, :, :, 0].tolist() == expected


def test_average_pool_on_paper():
    x = image([1, 3, 0, 4], [5, 7, 8, 0])
    y = np.empty((1, 1, 2, 1))
    kernels.avg_pool2d(x, 2, 2, 2, 2, 0, 0, y)
    assert y.ravel().tolist() == [4, 3]
    dx = np.empty_like(x)
    kernels.avg_pool2d_gradient(image([8, 4]), 2, 2, 2, 2, 0, 0, dx)
    assert dx[0, :, :, 0].tolist() == [[2, 2, 1, 1], [2, 2, 1, 1]]


def test_a_pixel_that_wins_overlapping_windows_gets_all_their_gradients():
    x = image([0, 0, 0], [0, 9, 0], [0, 0, 0])
    y = np.empty((1, 2, 2, 1))
    kernels.max_pool2d(x, 2, 2, 1, 1, 0, 0, y)
    dx = max_pool_gradient(image([1, 2], [3, 4]), x, y, (2, 2, 1, 1, 0, 0))
    assert dx[0, 1, 1, 0] == 10
    assert dx.sum() == 10


def test_padding_never_wins_and_is_not_counted():
    x = image([-5, -3], [-4, -2])
    y = np.empty((1, 2, 2, 1))
    kernels.max_pool2d(x, 2, 2, 1, 1, 1, 1, y)  # a row of padding on top, a column on the left
    assert y[0, :, :, 0].tolist() == [[-5, -3], [-4, -2]]
    kernels.avg_pool2d(x, 2, 2, 1, 1, 1, 1, y)
    assert y[0, :, :, 0].tolist() == [[-5, -4], [-4.5, -3.5]]


def test_nan_wins_and_gets_the_gradient():
    x = image([1, np.nan], [np.inf, np.nan])
    y = np.empty((1, 1, 1, 1))
    kernels.max_pool2d(x, 2, 2, 2, 2, 0, 0, y)
    assert np.isnan(y).all()
    dx = max_pool_gradient(image([5.0]), x, y, (2, 2, 2, 2, 0, 0))
    assert dx[0, :, :, 0].tolist() == [[0, 5], [0, 0]]


def test_minus_infinity_everywhere():
    x = np.full((1, 2, 2, 1), -np.inf)
    y = np.empty((1, 1, 1, 1))
    kernels.max_pool2d(x, 2, 2, 2, 2, 0, 0, y)
    assert np.isneginf(y).all()
    dx = max_pool_gradient(image([5.0]), x, y, (2, 2, 2, 2, 0, 0))
    assert dx[0, :, :, 0].tolist() == [[5, 0], [0, 0]]


# pool size, strides, padding
WINDOWS = [
    ((2, 2), (2, 2), "valid"),
    ((3, 2), (1, 2), "valid"),
    ((2, 3), (3, 1), "same"),
    ((3, 3), (2, 2), "same"),
    ((4, 1), (1, 1), "same"),
]


@pytest.mark.parametrize(("size", "strides", "padding"), WINDOWS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_agree_with_the_slow_loops(rng, size, strides, padding, dtype):
    x = rng.integers(-3, 4, (2, 7, 6, 3)).astype(dtype)  # few values: many ties
    rows = naive.positions(7, size[0], strides[0], padding)
    cols = naive.positions(6, size[1], strides[1], padding)
    numbers = (*size, *strides, rows[0].count(None), cols[0].count(None))
    close = {"rtol": 1e-5, "atol": 1e-5}

    y = np.full((2, len(rows), len(cols), 3), np.nan, dtype)
    kernels.max_pool2d(x, *numbers, y)
    np.testing.assert_array_equal(y, naive.max_pool2d(x, size, strides, padding))
    dy = rng.standard_normal(y.shape).astype(dtype)
    dx = max_pool_gradient(dy, x, y, numbers)
    expected = naive.max_pool2d_backward(dy, x, size, strides, padding)
    np.testing.assert_allclose(dx, expected, **close)

    kernels.avg_pool2d(x, *numbers, y)
    np.testing.assert_allclose(y, naive.avg_pool2d(x, size, strides, padding), **close)
    dx = np.full(x.shape, np.nan, dtype)
    kernels.avg_pool2d_gradient(dy, *numbers, dx)
    expected = naive.avg_pool2d_backward(dy, x, size, strides, padding)
    np.testing.assert_allclose(dx, expected, **close)
