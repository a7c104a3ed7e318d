"""The activation kernels: the slow loops, and the numbers at the edge of what there is."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels import activations as kernels
from tests import naive

NAN, INF = np.nan, np.inf


def apply(kernel, x, *numbers, dtype=np.float32):
    x = np.asarray(x, dtype)
    y = np.full(x.shape, -7, dtype)
    kernel(x, *(dtype(n) for n in numbers), y)
    return y


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", [0, 0, 0, 0, INF, NAN]),
        ("sigmoid", [0, 0, 0.5, 1, 1, NAN]),
        ("tanh", [-1, -1, 0, 1, 1, NAN]),
    ],
)
def test_the_ends_of_the_scale(name, expected):
    kernel = getattr(kernels, name)
    x = [-INF, -1000, 0, 1000 if name != "relu" else -1, INF, NAN]
    np.testing.assert_array_equal(apply(kernel, x), np.array(expected, np.float32))


def test_leaky_relu_at_the_ends():
    y = apply(kernels.leaky_relu, [-INF, -2, 0, 3, INF, NAN], 0.5)
    np.testing.assert_array_equal(y, [-INF, -1, 0, 3, INF, NAN])


def test_relu_gradient_is_0_at_0():
    x, dy, dx = np.array([-1.0, 0.0, 2.0]), np.array([5.0, 5.0, 5.0]), np.empty(3)
    kernels.relu_gradient(dy, x, dx)
    assert dx.tolist() == [0, 0, 5]
    kernels.leaky_relu_gradient(dy, x, 0.5, dx)
    assert dx.tolist() == [2.5, 2.5, 5]


def test_softmax_of_large_numbers():
    assert apply(kernels.softmax, [[1000, 1000], [-1000, 1000]]).tolist() == [[0.5, 0.5], [0, 1]]


@pytest.mark.parametrize("row", [[NAN, 0, 1], [0, NAN, 1], [0, 1, NAN], [INF, 0, 0], [-INF] * 3])
def test_softmax_of_nan_or_infinity_is_nan_everywhere(row):
    y = apply(kernels.softmax, [row, [0, 0, 0]])
    assert np.isnan(y[0]).any()
    assert not np.isnan(y[1]).any(), "other rows are not touched"
    assert np.isnan(y[0]).all() or row[0] == INF


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_agree_with_the_slow_loops(rng, name, dtype):
    x = rng.standard_normal(50).astype(dtype) * 3
    expected = getattr(naive, name)(x)
    y = apply(getattr(kernels, name), x, dtype=dtype)
    np.testing.assert_allclose(y, expected, rtol=1e-5 if dtype == np.float32 else 1e-13)


def test_gradients_agree_with_the_slow_loops(rng):
    x, dy = rng.standard_normal(50), rng.standard_normal(50)
    for name in ("relu", "sigmoid", "tanh"):
        # relu's gradient reads its input, the others read their output
        seen = x if name == "relu" else getattr(naive, name)(x)
        dx = np.empty(50)
        getattr(kernels, f"{name}_gradient")(dy, seen, dx)
        np.testing.assert_allclose(dx, getattr(naive, f"{name}_backward")(dy, x), rtol=1e-12)


def test_softmax_agrees_with_the_slow_loops(rng):
    x, dy = rng.standard_normal((4, 6)), rng.standard_normal((4, 6))
    y, dx = np.empty((4, 6)), np.empty((4, 6))
    kernels.softmax(x, y)
    kernels.softmax_gradient(dy, y, dx)
    np.testing.assert_allclose(y, naive.softmax(x), rtol=1e-12)
    np.testing.assert_allclose(dx, naive.softmax_backward(dy, x), rtol=1e-10, atol=1e-15)
