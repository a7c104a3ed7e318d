"""Activation functions as layers. Gradients are in test_base.py."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers, ops
from tests.gradcheck import away_from_kinks, check_layer

X = np.array([[-2.0, -0.5, 0.0, 3.0]])


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_a_layer_is_its_op(name, rng):
    expected = getattr(ops, name)(X)
    for given in (name, getattr(ops, name)):
        layer = layers.Activation(given, dtype="float64")
        np.testing.assert_array_equal(layer(X), expected)
        check_layer(layer, away_from_kinks(rng, (3, 4)), rng)


def test_linear_changes_nothing():
    layer = layers.Activation("linear", dtype="float64")
    assert np.array_equal(layer.forward(X), X)
    assert np.array_equal(layer.backward(X), X)


def test_slopes():
    assert layers.ReLU(dtype="float64")(X).tolist() == [[0, 0, 0, 3]]
    assert layers.ReLU(0.5, dtype="float64")(X).tolist() == [[-1, -0.25, 0, 3]]
    np.testing.assert_allclose(layers.LeakyReLU(dtype="float64")(X), [[-0.6, -0.15, 0, 3]])
    assert layers.LeakyReLU(0.0, dtype="float64")(X).tolist() == [[0, 0, 0, 3]]
    # the layer's slope is 0.3; the function's, as an activation, is 0.2
    np.testing.assert_allclose(layers.Activation("leaky_relu")(X)[0, 0], -0.4, rtol=1e-6)


@pytest.mark.parametrize("slope", [-0.1, np.nan, "a", None])
def test_a_slope_is_0_or_more(slope):
    for kind in (layers.ReLU, layers.LeakyReLU):
        with pytest.raises(
            ValueError, match="`negative_slope` must be a number of at least 0; got"
        ):
            kind(slope)


@pytest.mark.parametrize("unknown", ["swish", 3, np.tanh, ""])
def test_an_unknown_activation(unknown):
    with pytest.raises(ValueError, match="`activation` must be one of linear, relu, leaky_relu"):
        layers.Activation(unknown)


def test_arguments_of_keras_that_ask_for_nothing():
    layers.ReLU(max_value=None, threshold=0.0)
    layers.Softmax(axis=-1)
    with pytest.raises(
        ValueError, match="`max_value` is left out of cnnlib and must be None; got 6"
    ):
        layers.ReLU(max_value=6)
    with pytest.raises(ValueError, match="`axis` is left out of cnnlib and must be -1; got 1"):
        layers.Softmax(axis=1)
