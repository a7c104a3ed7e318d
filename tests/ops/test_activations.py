"""Activation functions as ops: any shape, exact gradients, clear errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import ops
from tests import naive
from tests.gradcheck import away_from_kinks, check_gradients

NAMES = ["relu", "leaky_relu", "sigmoid", "tanh", "softmax"]


@given(st.sampled_from(NAMES), st.integers(1, 5), st.integers(1, 9), st.integers(0, 2**16))
def test_agree_with_the_slow_loops(name, rows, columns, seed):
    rng = np.random.default_rng(seed)
    x, dy = rng.standard_normal((rows, columns)) * 4, rng.standard_normal((rows, columns))
    np.testing.assert_allclose(getattr(ops, name)(x), getattr(naive, name)(x), rtol=1e-12)
    dx = getattr(ops, f"{name}_backward")(dy, x)
    np.testing.assert_allclose(dx, getattr(naive, f"{name}_backward")(dy, x), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(7,), (2, 3), (2, 3, 4, 5)])
def test_gradients(rng, name, shape):
    check_gradients(
        getattr(ops, name),
        lambda dy, x: [getattr(ops, f"{name}_backward")(dy, x)],
        [away_from_kinks(rng, shape)],
        rng,
    )


def test_gradient_of_leaky_relu_with_another_slope(rng):
    check_gradients(
        lambda x: ops.leaky_relu(x, 0.7),
        lambda dy, x: [ops.leaky_relu_backward(dy, x, 0.7)],
        [away_from_kinks(rng, (20,))],
        rng,
    )


@pytest.mark.parametrize("name", NAMES)
def test_dtype_shape_and_input(rng, name):
    function, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    x = rng.standard_normal((2, 3, 4))
    before = x.copy()
    assert function(x).dtype == np.float64
    assert function(x.astype(np.float32)).dtype == np.float32
    assert function(np.ones((2, 2), int)).dtype == np.float32
    assert function(x).shape == backward(x, x).shape == (2, 3, 4)
    assert function(x.transpose()).shape == (4, 3, 2)
    assert np.array_equal(x, before)
    assert not np.shares_memory(function(x), x)


def test_softmax_rows_add_up_to_1(rng):
    y = ops.softmax(rng.standard_normal((3, 4, 5)) * 100)
    np.testing.assert_allclose(y.sum(axis=-1), 1)
    assert (y >= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    y = getattr(ops, name)(np.array([[np.nan, 1.0], [0.0, 1.0]]))
    assert np.isnan(y[0, 0])
    assert np.isfinite(y[1]).all()


@pytest.mark.parametrize("name", NAMES)
def test_bad_input(name):
    function, backward = getattr(ops, name), getattr(ops, f"{name}_backward")
    for bad in (1j, "a", None, object()):
        with pytest.raises(TypeError, match="real numbers; got dtype"):
            function([bad])
    with pytest.raises(ValueError, match=r"`x` must not be empty; got shape \(0, 3\)"):
        function(np.ones((0, 3)))
    with pytest.raises(ValueError, match=r"`dy` must have shape \(2, 3\).*got \(3, 2\)"):
        backward(np.ones((3, 2)), np.ones((2, 3)))
    with pytest.raises(TypeError, match="real numbers"):
        backward(np.ones((2, 3)) * 1j, np.ones((2, 3)))


def test_softmax_of_a_single_number():
    for call in (lambda: ops.softmax(1.0), lambda: ops.softmax_backward(1.0, 1.0)):
        with pytest.raises(ValueError, match="at least one axis"):
            call()
