"""BatchNormalization: two kinds of statistics, and when which one is used."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers
from tests.gradcheck import check_layer


def test_training_gives_mean_0_and_variance_1(rng):
    x = rng.standard_normal((8, 5, 4, 3)) * 7 + 40
    y = layers.BatchNormalization(epsilon=0.0, dtype="float64")(x, training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 1, 2)), 1)


def test_moving_statistics_follow_the_batches(rng):
    layer = layers.BatchNormalization(momentum=0.75, dtype="float64")
    mean, variance = np.zeros(3), np.ones(3)
    for _ in range(4):
        x = rng.standard_normal((10, 3)) * 2 + 5
        layer(x, training=True)
        mean = 0.75 * mean + 0.25 * x.mean(axis=0)
        variance = 0.75 * variance + 0.25 * x.var(axis=0)  # as Keras: divided by the count
    np.testing.assert_allclose(layer.params["moving_mean"], mean)
    np.testing.assert_allclose(layer.params["moving_variance"], variance)
    x = rng.standard_normal((4, 3))
    np.testing.assert_allclose(layer(x), (x - mean) / np.sqrt(variance + 1e-3))


def test_a_fresh_layer_changes_almost_nothing():
    x = np.array([[1.0, -2.0]])
    np.testing.assert_allclose(layers.BatchNormalization()(x), x / 1.0005, rtol=1e-4)


def test_frozen_it_uses_and_keeps_its_moving_statistics(rng):
    layer = layers.BatchNormalization(dtype="float64", trainable=False)
    x = rng.standard_normal((10, 3)) * 2 + 5
    layer.build(x.shape)
    before = layer.get_weights()
    np.testing.assert_array_equal(layer(x, training=True), layer(x))
    for a, b in zip(before, layer.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    check_layer(layer, x, rng, training=True)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_scale_and_shift_can_be_left_out(center, scale, rng):
    layer = layers.BatchNormalization(center=center, scale=scale, dtype="float64")
    check_layer(layer, rng.standard_normal((5, 3)), rng, training=True)
    assert list(layer.grads) == ["gamma"] * scale + ["beta"] * center
    assert list(layer.params)[-2:] == ["moving_mean", "moving_variance"]


def test_one_sample_is_all_mean():
    assert layers.BatchNormalization()(np.full((1, 2), 9.0), training=True).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"momentum": -1}, "`momentum` must be a number of at least 0 and below 1; got -1"),
        ({"momentum": "a"}, "`momentum` must be a number"),
        ({"epsilon": -1e-3}, "`epsilon` must be a number of at least 0; got -0.001"),
        ({"axis": 1}, "`axis` is left out of cnnlib and must be -1; got 1"),
        ({"gamma_initializer": "zeros"}, "`gamma_initializer` is left out of cnnlib"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.BatchNormalization(**arguments)
