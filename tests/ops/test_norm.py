"""Batch normalization as an op."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import ops
from tests import naive
from tests.gradcheck import check_gradients


@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**16))
def test_agrees_with_the_slow_loops(rows, channels, seed):
    rng = np.random.default_rng(seed)
    x, dy = rng.standard_normal((rows, channels)), rng.standard_normal((rows, channels))
    gamma, beta = rng.standard_normal(channels), rng.standard_normal(channels)
    mean, variance = ops.moments(x)
    np.testing.assert_allclose(mean, naive.moments(x)[0], atol=1e-14)
    np.testing.assert_allclose(variance, naive.moments(x)[1], atol=1e-14)
    y = ops.batch_norm(x, gamma, beta, mean, variance)
    expected = naive.batch_norm(x, gamma, beta, mean, variance, 1e-3)
    np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-12)
    gradients = ops.batch_norm_backward(dy, x, gamma, mean, variance)
    for gradient, slow in zip(
        gradients, naive.batch_norm_backward(dy, x, gamma, 1e-3), strict=True
    ):
        np.testing.assert_allclose(gradient, slow, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("shape", [(6, 3), (2, 4, 3, 5)])
def test_gradients(rng, shape):
    arrays = [rng.standard_normal(shape), *(rng.standard_normal(shape[-1]) for _ in range(2))]
    check_gradients(
        lambda x, gamma, beta: ops.batch_norm(x, gamma, beta, *ops.moments(x)),
        lambda dy, x, gamma, beta: ops.batch_norm_backward(dy, x, gamma, *ops.moments(x)),
        arrays,
        rng,
    )


def test_moments_of_large_numbers_are_accurate():
    x = (np.arange(1000) % 2).astype(np.float32)[:, None] + 4096
    mean, variance = ops.moments(x)
    assert mean.tolist() == [4096.5]
    assert variance.tolist() == [0.25]


def test_float32_stays_float32(rng):
    x, ones = rng.standard_normal((5, 2)).astype("f4"), np.ones(2, "f4")
    assert all(a.dtype == np.float32 for a in ops.moments(x))
    assert ops.batch_norm(x, ones, ones, ones, ones).dtype == np.float32
    assert all(g.dtype == np.float32 for g in ops.batch_norm_backward(x, x, ones, ones, ones))


X, C = np.ones((4, 3)), np.ones(3)


def test_what_does_not_fit_is_said():
    with pytest.raises(ValueError, match=r"`x` must have 2 axes or more.*got \(3,\)"):
        ops.moments(C)
    with pytest.raises(ValueError, match=r"`x` must have 2 axes or more and not be empty"):
        ops.moments(X[:0])
    for k, name in enumerate(("gamma", "beta", "mean", "variance")):
        channelwise = [C, C, C, C]
        channelwise[k] = np.ones(2)
        with pytest.raises(ValueError, match=rf"`{name}` must have shape \(3,\).*got \(2,\)"):
            ops.batch_norm(X, *channelwise)
    with pytest.raises(ValueError, match=r"`dy` must have shape \(4, 3\).*got \(3, 4\)"):
        ops.batch_norm_backward(X.T, X, C, C, C)
    for bad in (X * 1j, X.astype(str)):
        with pytest.raises(TypeError, match="real numbers"):
            ops.batch_norm(bad, C, C, C, C)
        with pytest.raises(TypeError, match="real numbers"):
            ops.batch_norm_backward(bad, X, C, C, C)
