"""Pooling layers: shapes as in Keras, options, errors. Gradients are in test_base.py."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers
from tests.gradcheck import away_from_kinks, check_layer

POOLS = pytest.mark.parametrize("pool", [layers.MaxPooling2D, layers.AveragePooling2D])


@POOLS
@pytest.mark.parametrize(
    ("options", "output"),
    [
        ({}, (14, 15)),
        ({"pool_size": 3}, (9, 10)),
        ({"pool_size": (2, 3), "strides": 1}, (28, 29)),
        ({"padding": "same"}, (15, 16)),
        ({"pool_size": 3, "strides": 2, "padding": "SAME"}, (15, 16)),
    ],
)
def test_output_shapes(pool, options, output):
    layer = pool(**options)
    assert layer.compute_output_shape((None, 29, 31, 5)) == (None, *output, 5)
    assert layer(np.ones((2, 29, 31, 5))).shape == (2, *output, 5)


def test_padding_is_left_out():
    x = -np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
    y = layers.MaxPooling2D(2, padding="same")(x)
    assert y[0, :, :, 0].tolist() == [[-1, -3], [-7, -9]]
    y = layers.AveragePooling2D(2, padding="same")(x)
    assert y[0, :, :, 0].tolist() == [[-3, -4.5], [-7.5, -9]]


def test_global_average(rng):
    x = rng.standard_normal((2, 5, 4, 3))
    y = layers.GlobalAveragePooling2D(dtype="float64")(x)
    np.testing.assert_allclose(y, x.mean(axis=(1, 2)))
    layer = layers.GlobalAveragePooling2D(keepdims=True, dtype="float64")
    assert layer(x).shape == (2, 1, 1, 3)
    check_layer(layer, x, rng)


@POOLS
def test_gradients_of_overlapping_windows(pool, rng):
    layer = pool((3, 2), (1, 1), "same", dtype="float64")
    check_layer(layer, away_from_kinks(rng, (2, 5, 4, 3)), rng)


@POOLS
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pool_size": 0}, "`pool_size` must be 1 or more; got 0"),
        ({"pool_size": "2"}, "`pool_size` must be an integer or two of them; got '2'"),
        ({"strides": -1}, "`strides` must be 1 or more; got -1"),
        ({"padding": "zeros"}, "`padding` must be 'valid' or 'same'; got 'zeros'"),
    ],
)
def test_bad_arguments(pool, arguments, message):
    with pytest.raises(ValueError, match=message):
        pool(**arguments)


@POOLS
def test_a_window_larger_than_the_image(pool):
    with pytest.raises(ValueError, match=r"`pool_size` must fit into the image; got \(9, 9\)"):
        pool(9)(np.ones((1, 4, 4, 1)))
