"""The dense product as an op."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib import ops
from tests import naive
from tests.gradcheck import check_gradients


@given(st.integers(1, 20), st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**16))
def test_agrees_with_the_slow_loops(samples, inputs, outputs, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.standard_normal((samples, inputs)), rng.standard_normal((inputs, outputs))
    b, dy = rng.standard_normal(outputs), rng.standard_normal((samples, outputs))
    np.testing.assert_allclose(ops.dense(x, w, b), naive.dense(x, w, b), atol=1e-12)
    expected = naive.dense_backward(dy, x, w)
    for gradient, slow in zip(ops.dense_backward(dy, x, w), expected, strict=True):
        np.testing.assert_allclose(gradient, slow, atol=1e-12)


@pytest.mark.parametrize(("samples", "outputs"), [(1, 40), (3, 20), (9, 5), (20, 2), (33, 1)])
@given(inputs=st.integers(1, 2000), seed=st.integers(0, 2**16))
@settings(max_examples=12)
def test_float32_is_exact_in_whole_numbers(samples, outputs, inputs, seed):
    """By plain loops where there is little to do, on tiles where there is much."""
    rng = np.random.default_rng(seed)
    shapes = (samples, inputs), (inputs, outputs), (outputs,), (samples, outputs)
    x, w, b, dy = (rng.integers(-3, 4, shape).astype(np.float64) for shape in shapes)
    y = ops.dense(*(a.astype(np.float32) for a in (x, w, b)))
    gradients = ops.dense_backward(*(a.astype(np.float32) for a in (dy, x, w)))
    slow = x @ w + b, dy @ w.T, x.T @ dy, dy.sum(axis=0)
    for result, expected in zip((y, *gradients), slow, strict=True):
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("inputs", [7, 3000])  # plain, and on tiles
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_seen_and_stay_in_their_row(rng, inputs, bad):
    x, w = np.ones((9, inputs), np.float32), np.ones((inputs, 5), np.float32)
    x[4, inputs // 2] = bad
    assert np.isfinite(ops.dense(x, w)).all(axis=1).tolist() == [s != 4 for s in range(9)]
    dy = np.ones((9, 5), np.float32)
    dw = ops.dense_weight_gradient(dy, x)
    assert (~np.isfinite(dw)).all(axis=1).tolist() == [c == inputs // 2 for c in range(inputs)]
    dy[4, 3] = bad
    dx = ops.dense_input_gradient(dy, w)
    assert (~np.isfinite(dx)).all(axis=1).tolist() == [s == 4 for s in range(9)]


def test_gradients(rng):
    arrays = [rng.standard_normal(shape) for shape in ((9, 5), (5, 4), (4,))]
    check_gradients(ops.dense, lambda dy, x, w, b: ops.dense_backward(dy, x, w), arrays, rng)


def test_float32_stays_float32(rng):
    x, w = rng.standard_normal((3, 4)).astype("f4"), rng.standard_normal((4, 2)).astype("f4")
    assert ops.dense(x, w).dtype == np.float32
    assert all(g.dtype == np.float32 for g in ops.dense_backward(ops.dense(x, w), x, w))


X, W = np.ones((2, 3)), np.ones((3, 4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], W), r"`x` must have 2 axes \(s, c\); got shape \(3,\)"),
        ((X, W[:2]), r"as many rows as `x` has columns; got w \(2, 4\) and x \(2, 3\)"),
        ((X, W, np.ones(3)), r"`b` must have shape \(4,\).*got \(3,\)"),
        ((X[:0], W), r"`x` must not be empty"),
        ((X, W[:, :0]), r"`w` must not be empty"),
    ],
)
def test_what_does_not_fit_is_said(arguments, message):
    with pytest.raises(ValueError, match=message):
        ops.dense(*arguments)


def test_bad_gradients():
    with pytest.raises(ValueError, match=r"`dy` must have shape \(2, 4\).*got \(2, 3\)"):
        ops.dense_backward(np.ones((2, 3)), X, W)
    with pytest.raises(ValueError, match=r"`dy` must have shape \(2, 4\).*got \(1, 4\)"):
        ops.dense_backward(np.ones((1, 4)), X, W)
    with pytest.raises(TypeError, match="real numbers; got dtype <U1"):
        ops.dense_backward(np.full((2, 4), "a"), X, W)
