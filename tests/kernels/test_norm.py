"""The kernels of batch normalization."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import norm as kernels
from tests import naive


def test_on_paper():
    x, y = np.array([[1.0], [3.0]]), np.empty((2, 1))
    one, two, three = np.array([1.0]), np.array([2.0]), np.array([3.0])
    kernels.batch_norm(x, three, one, two, one, 0.0, y)  # gamma 3, beta 1, mean 2, variance 1
    assert y.ravel().tolist() == [-2, 4]


@pytest.mark.parametrize("groups", [1, 3, 11])
def test_variance_agrees_with_the_slow_loops(rng, groups):
    x = rng.standard_normal((11, 3)) * 2 + 100
    mean, variance = naive.moments(x)
    partial = np.full((groups, 3), np.nan)
    kernels.squared_deviations(x, mean, partial)
    np.testing.assert_allclose(partial.sum(axis=0) / 11, variance, rtol=1e-9)


def test_forward_and_gradients_agree_with_the_slow_loops(rng):
    x, dy = rng.standard_normal((11, 3)), rng.standard_normal((11, 3))
    gamma, beta = rng.standard_normal(3), rng.standard_normal(3)
    mean, variance = naive.moments(x)
    y, dx, partial = np.empty((11, 3)), np.empty((11, 3)), np.empty((4, 3))
    kernels.batch_norm(x, gamma, beta, mean, variance, 1e-3, y)
    np.testing.assert_allclose(y, naive.batch_norm(x, gamma, beta, mean, variance, 1e-3))
    expected_dx, dgamma, dbeta = naive.batch_norm_backward(dy, x, gamma, 1e-3)
    kernels.batch_norm_gamma_gradient(dy, x, mean, variance, 1e-3, partial)
    np.testing.assert_allclose(partial.sum(axis=0), dgamma)
    kernels.batch_norm_gradient(dy, x, gamma, mean, variance, 1e-3, dgamma, dbeta, dx)
    np.testing.assert_allclose(dx, expected_dx, atol=1e-12)


def test_no_variance_and_no_epsilon_gives_nan_and_no_error():
    x, y, zero, one = np.ones((2, 1)), np.empty((2, 1)), np.zeros(1), np.ones(1)
    kernels.batch_norm(x, one, zero, one, zero, 0.0, y)
    assert np.isnan(y).all()  # 0 / 0
