"""The kernels of a dense layer."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import dense as kernels
from tests import naive


def test_on_paper():
    x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0, -1.0, 0.0], [4.0, 5.0, 6.0]]), np.ones(3)
    y = np.empty((1, 3))
    kernels.dense(x, w, b, y)
    assert y.tolist() == [[1 + 3 + 8, 1 - 1 + 10, 1 + 12]]
    dy = np.array([[1.0, 2.0, -1.0]])
    dx, dw = np.empty((1, 2)), np.empty((2, 3))
    kernels.dense_input_gradient(dy, w, dx)
    kernels.dense_weight_gradient(dy, x, dw)
    assert dx.tolist() == [[3 - 2, 4 + 10 - 6]]
    assert dw.tolist() == [[1, 2, -1], [2, 4, -2]]


@pytest.mark.parametrize("samples", [1, 7, 8, 9, 17])  # one block of 8 samples, less and more
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_agree_with_the_slow_loops(rng, samples, dtype):
    x = rng.standard_normal((samples, 5)).astype(dtype)
    w, b = rng.standard_normal((5, 3)).astype(dtype), rng.standard_normal(3).astype(dtype)
    dy = rng.standard_normal((samples, 3)).astype(dtype)
    y, dx, dw = np.empty((samples, 3), dtype), np.empty_like(x), np.empty_like(w)
    kernels.dense(x, w, b, y)
    kernels.dense_input_gradient(dy, w, dx)
    kernels.dense_weight_gradient(dy, x, dw)
    expected_dx, expected_dw, _ = naive.dense_backward(dy.astype(float), x, w)
    np.testing.assert_allclose(y, naive.dense(x, w, b), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(dx, expected_dx, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(dw, expected_dw, rtol=1e-4, atol=1e-5)


def test_nan_and_infinity_stay_in_their_row():
    x = np.array([[np.nan, 0.0], [np.inf, 1.0], [1.0, 1.0]])
    y = np.empty((3, 1))
    kernels.dense(x, np.ones((2, 1)), np.zeros(1), y)
    assert np.isnan(y[0, 0])
    assert np.isposinf(y[1, 0])
    assert y[2, 0] == 2
