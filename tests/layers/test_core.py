"""Dense, Flatten and Dropout. Gradients are in test_base.py."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers, utils
from tests.gradcheck import check_layer


def test_dense_of_vectors_along_the_last_axis(rng):
    layer = layers.Dense(4, dtype="float64")
    x = rng.standard_normal((2, 3, 5))
    y = layer(x)
    assert y.shape == (2, 3, 4)
    np.testing.assert_allclose(y, x @ layer.kernel + layer.bias)
    check_layer(layer, x, rng)


@pytest.mark.parametrize("activation", [None, "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_gradients_of_dense_with_every_activation(rng, activation):
    layer = layers.Dense(4, activation=activation, dtype="float64")
    check_layer(layer, rng.standard_normal((9, 5)), rng)


def test_dense_without_a_bias(rng):
    layer = layers.Dense(4, use_bias=False, dtype="float64")
    check_layer(layer, rng.standard_normal((3, 5)), rng)
    assert list(layer.params) == ["kernel"]


@pytest.mark.parametrize("units", [0, -1, 1.5, "3", None, True])
def test_units_are_a_positive_integer(units):
    with pytest.raises(ValueError, match="`units` must be an integer of 1 or more; got"):
        layers.Dense(units)


def test_flatten_keeps_the_order():
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    assert layers.Flatten()(x)[1].tolist() == list(range(12, 24))
    assert layers.Flatten().compute_output_shape((None, 14, 14, 64)) == (None, 12544)
    assert layers.Flatten()(np.ones((3, 5))).shape == (3, 5)


def test_dropout_does_nothing_unless_training():
    x = np.ones((2, 5))
    layer = layers.Dropout(0.9)
    assert np.array_equal(layer(x), x)
    assert np.array_equal(layer.forward(x), x)
    assert np.array_equal(layer.backward(x), x)
    assert np.array_equal(layers.Dropout(0)(x, training=True), x)


def test_dropout_keeps_the_expected_sum_and_drops_its_share():
    y = layers.Dropout(0.3, seed=0)(np.ones((100, 1000)), training=True)
    values = np.unique(y)
    np.testing.assert_allclose(values, [0, 1 / 0.7], rtol=1e-6)
    assert abs((y == 0).mean() - 0.3) < 0.005
    assert abs(y.mean() - 1) < 0.01


def test_the_gradient_passes_where_the_number_did():
    layer = layers.Dropout(0.5, seed=3)
    y = layer.forward(np.ones((4, 50)), training=True)
    dx = layer.backward(np.full((4, 50), 3.0))
    np.testing.assert_allclose(dx, 3 * y)


def test_a_seed_makes_dropout_reproducible():
    x = np.ones((2, 100))
    first, second = layers.Dropout(0.5, seed=1), layers.Dropout(0.5, seed=1)
    assert np.array_equal(first(x, training=True), second(x, training=True))
    assert not np.array_equal(
        first(x, training=True), layers.Dropout(0.5, seed=1)(x, training=True)
    )
    utils.set_random_seed(5)
    y = layers.Dropout(0.5)(x, training=True)
    utils.set_random_seed(5)
    assert np.array_equal(layers.Dropout(0.5)(x, training=True), y)


@pytest.mark.parametrize("rate", [1, -0.1, np.nan, "a", None])
def test_a_rate_is_below_1(rate):
    with pytest.raises(ValueError, match="`rate` must be a number of at least 0 and below 1; got"):
        layers.Dropout(rate)
