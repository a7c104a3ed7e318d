"""Pooling as an op: any window against the slow loops; ties, overlaps, padding, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnlib import ops
from tests import naive
from tests.gradcheck import away_from_kinks, check_gradients


@st.composite
def poolings(draw):
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = draw(st.sampled_from(["valid", "same"]))
    image = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    assume(padding == "same" or (size[0] <= image[0] and size[1] <= image[1]))
    samples, channels = draw(st.tuples(st.integers(1, 2), st.integers(1, 5)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = rng.integers(-2, 3, (samples, *image, channels)).astype(dtype)  # many ties
    return x, (size, strides, padding), rng


@given(poolings())
def test_max_pool_agrees_with_the_slow_loops(case):
    x, options, rng = case
    y = ops.max_pool2d(x, *options)
    assert y.dtype == x.dtype
    np.testing.assert_array_equal(y, naive.max_pool2d(x, *options))
    dy = rng.integers(-9, 9, y.shape).astype(x.dtype)  # whole numbers add up without rounding
    before = dy.copy()
    dx = ops.max_pool2d_backward(dy, x, *options)
    np.testing.assert_array_equal(dx, naive.max_pool2d_backward(dy, x, *options))
    np.testing.assert_array_equal(dy, before)


@given(poolings())
def test_average_pool_agrees_with_the_slow_loops(case):
    x, options, rng = case
    y = ops.avg_pool2d(x, *options)
    np.testing.assert_allclose(y, naive.avg_pool2d(x, *options), rtol=1e-5, atol=1e-6)
    dy = rng.standard_normal(y.shape).astype(x.dtype)
    dx = ops.avg_pool2d_backward(dy, x, *options)
    assert dx.dtype == x.dtype
    np.testing.assert_allclose(dx, naive.avg_pool2d_backward(dy, x, *options), rtol=1e-4, atol=1e-5)


OPTIONS = [
    (2, None, "valid"),
    ((2, 3), None, "same"),
    (3, 1, "valid"),
    ((3, 2), (2, 1), "same"),
    ((1, 2), (3, 3), "valid"),
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_gradients(rng, name, options):
    forward, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    check_gradients(
        lambda x: forward(x, *options),
        lambda dy, x: [backward(dy, x, *options)],
        [away_from_kinks(rng, (2, 7, 6, 3))],
        rng,
    )


def test_gradients_are_shared_out_completely(rng):
    x, dy = rng.integers(0, 2, (2, 6, 6, 3)).astype(float), rng.standard_normal((2, 5, 5, 3))
    for backward in (ops.max_pool2d_backward, ops.avg_pool2d_backward):
        assert backward(dy, x, 2, 1).sum() == pytest.approx(dy.sum())


def test_a_plateau_sends_the_gradient_to_its_first_pixel():
    dx = ops.max_pool2d_backward(np.ones((1, 2, 2, 1)), np.zeros((1, 4, 4, 1)))
    assert dx[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0] * 4, [1, 0, 1, 0], [0] * 4]


def test_nan_and_infinity():
    x = np.zeros((1, 4, 4, 2))
    x[0, 0, 0, 0], x[0, 3, 3, 1] = np.nan, -np.inf
    y = ops.max_pool2d(x)
    assert np.isnan(y[0, 0, 0, 0])
    assert np.isnan(y).sum() == 1
    assert y[0, 1, 1, 1] == 0
    y = ops.avg_pool2d(x)
    assert np.isnan(y[0, 0, 0, 0])
    assert np.isneginf(y[0, 1, 1, 1])


X = np.ones((2, 5, 4, 3))


@pytest.mark.parametrize("pool", [ops.max_pool2d, ops.avg_pool2d])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0],), r"`x` must have 4 axes \(s, h, w, c\); got shape \(5, 4, 3\)"),
        ((X[:0],), "`x` must not be empty"),
        ((X, 0), "`pool_size` must be 1 or more; got 0"),
        ((X, 2, -1), "`strides` must be 1 or more; got -1"),
        ((X, 6), r"`pool_size` must fit into the image; got \(6, 6\)"),
        ((X, 2.0), "`pool_size` must be an integer or two of them; got 2.0"),
        ((X, 2, 2, "reflect"), "`padding` must be 'valid' or 'same'; got 'reflect'"),
    ],
)
def test_what_does_not_fit_is_said(pool, arguments, message):
    with pytest.raises(ValueError, match=message):
        pool(*arguments)


@pytest.mark.parametrize("backward", [ops.max_pool2d_backward, ops.avg_pool2d_backward])
def test_bad_gradients(backward):
    with pytest.raises(
        ValueError, match=r"`dy` must have shape \(2, 2, 2, 3\).*got \(2, 2, 2, 2\)"
    ):
        backward(np.ones((2, 2, 2, 2)), X)
    with pytest.raises(TypeError, match="real numbers; got dtype complex128"):
        backward(np.ones((2, 2, 2, 3)) * 1j, X)
