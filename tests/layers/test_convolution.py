"""Conv2D: shapes as in Keras, options, errors. Gradients are in test_base.py."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers, ops
from tests import naive
from tests.gradcheck import check_layer


@pytest.mark.parametrize(
    ("options", "image", "output"),
    [
        ({"kernel_size": 3}, (64, 64, 3), (62, 62)),
        ({"kernel_size": (3, 5)}, (64, 64, 3), (62, 60)),
        ({"kernel_size": 3, "strides": 2}, (8, 9, 1), (3, 4)),
        ({"kernel_size": 3, "strides": 2, "padding": "same"}, (8, 9, 1), (4, 5)),
        ({"kernel_size": (1, 3), "padding": "same"}, (1, 100, 1), (1, 100)),  # one dimension
        ({"kernel_size": 3, "dilation_rate": 2}, (9, 9, 1), (5, 5)),
        ({"kernel_size": 9, "padding": "same"}, (2, 2, 1), (2, 2)),
    ],
)
def test_output_shapes(options, image, output):
    layer = layers.Conv2D(7, **options)
    assert layer.compute_output_shape((None, *image)) == (None, *output, 7)
    assert layer(np.ones((2, *image))).shape == (2, *output, 7)


def test_weights_of_the_source_program():
    layer = layers.Conv2D(32, (3, 3), activation="relu")
    layer.build((None, 64, 64, 3))
    assert layer.count_params() == 3 * 3 * 3 * 32 + 32 == 896
    assert (layer.bias == 0).all()
    limit = (6 / (27 + 288)) ** 0.5
    assert 0.9 * limit < abs(layer.kernel).max() <= limit


def test_same_padding_is_that_of_tensorflow(rng):
    """The odd pixel of padding goes below and to the right."""
    layer = layers.Conv2D(1, 2, padding="same", use_bias=False)
    x = np.arange(4.0).reshape(1, 2, 2, 1)
    layer.build(x.shape)
    layer.set_weights([np.ones((2, 2, 1, 1))])
    assert layer(x)[0, :, :, 0].tolist() == [[0 + 1 + 2 + 3, 1 + 3], [2 + 3, 3]]


@pytest.mark.parametrize("options", [{"padding": "same", "strides": 2}, {"dilation_rate": (2, 1)}])
def test_a_layer_is_its_op_and_its_activation(rng, options):
    layer = layers.Conv2D(4, (3, 2), activation="relu", dtype="float64", **options)
    x = rng.standard_normal((2, 7, 6, 3))
    layer.build(x.shape)
    layer.params["bias"][:] = rng.standard_normal(4)
    z = ops.conv2d(x, layer.kernel, layer.bias, **options)
    np.testing.assert_array_equal(layer(x), np.maximum(z, 0))
    slow = {"strides": (options.get("strides", 1),) * 2, "padding": options.get("padding", "valid")}
    slow["dilation"] = options.get("dilation_rate", (1, 1))
    expected = naive.conv2d(x, layer.kernel, layer.bias, **slow)
    np.testing.assert_allclose(z, expected, atol=1e-12)


@pytest.mark.parametrize("activation", [None, "relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_gradients_with_every_activation(rng, activation):
    layer = layers.Conv2D(3, (2, 3), padding="same", activation=activation, dtype="float64")
    check_layer(layer, rng.standard_normal((2, 4, 5, 2)), rng)


def test_gradients_without_a_bias(rng):
    layer = layers.Conv2D(3, 2, use_bias=False, strides=(1, 2), dtype="float64")
    check_layer(layer, rng.standard_normal((2, 4, 5, 2)), rng)
    assert list(layer.params) == list(layer.grads) == ["kernel"]


def test_no_input_gradient_if_nobody_asks():
    layer = layers.Conv2D(3, 2)
    y = layer.forward(np.ones((1, 4, 4, 2)))
    assert layer.backward(np.ones(y.shape), input_gradient=False) is None
    assert set(layer.grads) == {"kernel", "bias"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, "`filters` must be an integer of 1 or more; got 0"),
        ({"filters": 2.5}, "`filters` must be an integer of 1 or more; got 2.5"),
        ({"filters": True}, "`filters` must be an integer of 1 or more; got True"),
        ({"kernel_size": 0}, "`kernel_size` must be 1 or more; got 0"),
        ({"kernel_size": (3, 3, 3)}, "`kernel_size` must be an integer or two of them"),
        ({"strides": 0}, "`strides` must be 1 or more; got 0"),
        ({"strides": (1, -2)}, r"`strides` must be 1 or more; got \(1, -2\)"),
        ({"padding": "causal"}, "`padding` must be 'valid' or 'same'; got 'causal'"),
        ({"dilation_rate": 0}, "`dilation_rate` must be 1 or more; got 0"),
        ({"strides": 2, "dilation_rate": 2}, "exclude each other, as in Keras"),
        ({"activation": "gelu"}, "`activation` must be one of linear, relu, .*; got 'gelu'"),
        ({"activation": max}, "`activation` must be one of linear, relu"),
        ({"kernel_initializer": "orthogonal"}, "An initializer must be one of"),
        ({"groups": 2}, "`groups` is left out of cnnlib and must be 1; got 2"),
        ({"kernel_regularizer": "l2"}, "`kernel_regularizer` is left out of cnnlib"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        layers.Conv2D(**{"filters": 4, "kernel_size": 3, **arguments})


def test_a_kernel_larger_than_the_image():
    layer = layers.Conv2D(4, 5)
    with pytest.raises(ValueError, match=r"`kernel_size` must fit into the image; got \(5, 5\)"):
        layer(np.ones((1, 4, 8, 1)))
    assert not layer.built
