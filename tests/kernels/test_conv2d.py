"""The convolution kernels: nine numbers on paper, then the slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import conv2d as kernels
from tests import naive

X = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)  # 1 2 3 / 4 5 6 / 7 8 9
W = np.array([[1.0, 2.0], [3.0, -4.0]]).reshape(2, 2, 1, 1)  # neither symmetric nor flippable
DY = np.array([[1.0, 0.0], [2.0, -1.0]]).reshape(1, 2, 2, 1)


def test_forward_on_paper():
    y = np.empty((1, 2, 2, 1))
    kernels.conv2d(X, W, np.array([0.5]), 1, 1, 1, 1, y)
    # top left: 0.5 + 1*1 + 2*2 + 3*4 - 4*5 = -2.5. With a flipped kernel it would be 14.5.
    assert y.ravel().tolist() == [-2.5, -0.5, 3.5, 5.5]


def test_input_gradient_on_paper():
    dx = np.empty((1, 3, 3, 1))
    kernels.conv2d_input_gradient(DY, W, 1, 1, 1, 1, dx)
    # the middle pixel: -4*1 (window top left) + 3*0 + 2*2 (bottom left) + 1*-1 (bottom right)
    assert dx[0, :, :, 0].tolist() == [[1, 2, 0], [5, -1, -2], [6, -11, 4]]


def test_weight_gradient_on_paper():
    dw = np.empty((2, 2, 1, 1))
    kernels.conv2d_weight_gradient(DY, X, 1, 1, 1, 1, dw)
    # top left: 1*1 + 0*2 + 2*4 - 1*5 = 4
    assert dw[:, :, 0, 0].tolist() == [[4, 6], [10, 12]]


def test_windows_as_rows_on_paper():
    cols = np.empty((1, 2, 2, 4))
    kernels.im2col(X, 2, 2, 1, 1, 1, 1, cols)
    assert cols[0].reshape(4, 4).tolist() == [
        [1, 2, 4, 5],
        [2, 3, 5, 6],
        [4, 5, 7, 8],
        [5, 6, 8, 9],
    ]
    x = np.empty((1, 3, 3, 1))
    kernels.col2im(cols, 2, 2, 1, 1, 1, 1, x)
    # every pixel times the number of windows it lies in: 1 2 1 / 2 4 2 / 1 2 1
    assert x[0, :, :, 0].tolist() == [[1, 4, 3], [8, 20, 12], [7, 16, 9]]


def test_stride_and_dilation_on_paper():
    x = np.arange(25.0).reshape(1, 5, 5, 1)
    y = np.empty((1, 2, 2, 1))
    kernels.conv2d(x, W, np.zeros(1), 3, 3, 1, 1, y)
    assert y[0, 0, 0, 0] == 0 + 2 * 1 + 3 * 5 - 4 * 6
    assert y[0, 1, 1, 0] == 18 + 2 * 19 + 3 * 23 - 4 * 24
    y = np.empty((1, 1, 1, 1))
    kernels.conv2d(x, W, np.zeros(1), 1, 1, 4, 4, y)  # the four corners
    assert y.item() == 0 + 2 * 4 + 3 * 20 - 4 * 24


# kernel size, strides, dilation, channels, outputs
SHAPES = [
    ((1, 1), (1, 1), (1, 1), 1, 1),
    ((3, 3), (1, 1), (1, 1), 4, 4),
    ((2, 3), (1, 1), (1, 1), 3, 2),
    ((3, 2), (2, 3), (1, 1), 5, 7),
    ((1, 3), (1, 2), (1, 1), 9, 3),
    ((2, 2), (3, 1), (1, 1), 2, 5),
    ((2, 3), (1, 1), (3, 2), 6, 1),
    ((7, 7), (1, 1), (1, 1), 1, 6),
]


@pytest.mark.parametrize(("size", "strides", "dilation", "channels", "outputs"), SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_agree_with_the_slow_loops(rng, size, strides, dilation, channels, outputs, dtype):
    x = rng.standard_normal((2, 7, 8, channels)).astype(dtype)
    w = rng.standard_normal((*size, channels, outputs)).astype(dtype)
    b = rng.standard_normal(outputs).astype(dtype)
    expected = naive.conv2d(x, w, b, strides, "valid", dilation)
    tolerance = (
        {"rtol": 1e-4, "atol": 1e-4} if dtype == np.float32 else {"rtol": 1e-11, "atol": 1e-11}
    )

    y = np.full(expected.shape, np.nan, dtype)
    kernels.conv2d(x, w, b, *strides, *dilation, y)
    np.testing.assert_allclose(y, expected, **tolerance)

    dy = rng.standard_normal(expected.shape).astype(dtype)
    dx_expected, dw_expected, _ = naive.conv2d_backward(dy, x, w, strides, "valid", dilation)
    dx, dw = np.full(x.shape, np.nan, dtype), np.full(w.shape, np.nan, dtype)
    wt = np.ascontiguousarray(w.swapaxes(2, 3))
    kernels.conv2d_input_gradient(dy, wt, *strides, *dilation, dx)
    kernels.conv2d_weight_gradient(dy, x, *strides, *dilation, dw)
    np.testing.assert_allclose(dx, dx_expected, **tolerance)
    np.testing.assert_allclose(dw, dw_expected, **tolerance)

    cols = np.full((*expected.shape[:3], size[0] * size[1] * channels), np.nan, dtype)
    kernels.im2col(x, *size, *strides, *dilation, cols)
    np.testing.assert_array_equal(cols, naive.im2col(x, size, strides, "valid", dilation))
    back = np.full(x.shape, np.nan, dtype)
    kernels.col2im(cols, *size, *strides, *dilation, back)
    expected = naive.col2im(cols, x.shape, size, strides, "valid", dilation)
    np.testing.assert_allclose(back, expected, **tolerance)


def test_infinity_reaches_the_windows_that_see_it_and_no_others():
    x, w = np.ones((1, 4, 4, 5)), np.ones((2, 2, 5, 3))
    x[0, 0, 0, 2] = np.inf
    y = np.empty((1, 3, 3, 3))
    kernels.conv2d(x, w, np.zeros(3), 1, 1, 1, 1, y)
    assert np.isposinf(y[0, 0, 0]).all()
    assert np.isfinite(y).sum() == 24
    w[0, 0] = 0
    kernels.conv2d(x, w, np.zeros(3), 1, 1, 1, 1, y)
    assert np.isnan(y[0, 0, 0]).all()  # 0 * infinity


def test_nan_reaches_the_gradients():
    x, w, dy = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.ones((1, 2, 2, 1))
    dy[0, 0, 0, 0] = np.nan
    dx, dw = np.empty_like(x), np.empty_like(w)
    kernels.conv2d_input_gradient(dy, w, 1, 1, 1, 1, dx)
    kernels.conv2d_weight_gradient(dy, x, 1, 1, 1, 1, dw)
    assert np.isnan(dx[0, :2, :2]).all()
    assert np.isfinite(dx[0, 2]).all()
    assert np.isnan(dw).all()
