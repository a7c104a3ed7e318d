"""What all layers share: names, building, weights, passes, configuration, errors."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import initializers, layers
from tests.gradcheck import away_from_kinks, check_layer

#: (how to make it, the shape of a sample) for every layer there is
EXAMPLES = {
    "conv2d": (
        lambda **k: layers.Conv2D(4, (2, 3), strides=(2, 1), activation="tanh", **k),
        (6, 5, 3),
    ),
    "dense": (lambda **k: layers.Dense(4, activation="sigmoid", **k), (5,)),
    "flatten": (lambda **k: layers.Flatten(**k), (3, 2, 4)),
    "dropout": (lambda **k: layers.Dropout(0.5, seed=1, **k), (7,)),
    "activation": (lambda **k: layers.Activation("softmax", **k), (3, 4)),
    "re_lu": (lambda **k: layers.ReLU(0.1, **k), (3, 4)),
    "leaky_re_lu": (lambda **k: layers.LeakyReLU(**k), (3, 4)),
    "softmax": (lambda **k: layers.Softmax(**k), (4,)),
    "batch_normalization": (lambda **k: layers.BatchNormalization(**k), (4, 3, 2)),
    "max_pooling2d": (lambda **k: layers.MaxPooling2D((2, 3), 1, "same", **k), (5, 4, 2)),
    "average_pooling2d": (lambda **k: layers.AveragePooling2D(2, **k), (5, 4, 2)),
    "global_average_pooling2d": (lambda **k: layers.GlobalAveragePooling2D(**k), (5, 4, 2)),
    "zero_padding2d": (lambda **k: layers.ZeroPadding2D(((1, 0), (2, 3)), **k), (3, 2, 2)),
}
EVERY = pytest.mark.parametrize("name", EXAMPLES)


def example(name, /, **options):
    make, sample = EXAMPLES[name]
    return make(**options), sample


def test_every_layer_has_an_example():
    kinds = {type(example(name)[0]).__name__ for name in EXAMPLES}
    assert kinds == set(layers.__all__) - {"Input", "Layer"}


@EVERY
def test_names_are_those_of_keras(name):
    layer, _ = example(name)
    assert layer.name is None
    assert layer.default_name() == layer.label == name
    layer, _ = example(name, name="mine")
    assert layer.label == "mine"
    assert "mine" in repr(layer)


@EVERY
def test_the_output_has_the_shape_it_says(name, rng):
    layer, sample = example(name)
    with pytest.raises(ValueError, match="has no shapes yet"):
        _ = layer.output_shape
    with pytest.raises(ValueError, match="has no weights yet"):
        layer.count_params()
    for samples in (1, 4):
        x = rng.standard_normal((samples, *sample))
        y = layer.forward(x, training=True)
        assert (None, *y.shape[1:]) == layer.output_shape
        assert len(y) == samples
        assert layer.backward(np.ones(y.shape)).shape == x.shape
    assert layer.input_shape == (None, *sample)
    assert layer.count_params() == sum(w.size for w in layer.get_weights())


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_layer_computes_in_its_own_dtype_whatever_comes_in(name, dtype):
    layer, sample = example(name, dtype=dtype)
    for x in (np.ones((2, *sample)), np.ones((2, *sample), np.uint8), np.ones((2, *sample), "f4")):
        y = layer.forward(x, training=True)
        assert y.dtype == dtype
        assert layer.backward(np.ones(y.shape)).dtype == dtype
    assert all(w.dtype == dtype for w in layer.weights)
    assert all(g.dtype == dtype for g in layer.grads.values())


@EVERY
def test_without_a_dtype_it_is_float32(name):
    layer, sample = example(name)
    assert layer(np.ones((2, *sample))).dtype == np.float32


@EVERY
@pytest.mark.parametrize("training", [False, True])
def test_gradients(name, training, rng):
    if name == "dropout" and training:
        pytest.skip("chance: checked in test_core.py with the zeros held fast")
    layer, sample = example(name, dtype="float64")
    check_layer(layer, away_from_kinks(rng, (3, *sample)), rng, training)


@EVERY
def test_calling_keeps_nothing_and_forward_keeps_what_backward_needs(name):
    layer, sample = example(name)
    x = np.ones((2, *sample))
    y = layer(x)
    with pytest.raises(RuntimeError, match=r"backward\(\) needs a forward\(\) before it"):
        layer.backward(np.ones(y.shape))
    layer.forward(x)
    layer(x)
    layer.backward(np.ones(y.shape))
    layer.forget()
    with pytest.raises(RuntimeError, match="needs a forward"):
        layer.backward(np.ones(y.shape))


@EVERY
def test_input_and_gradient_are_left_alone(name, rng):
    layer, sample = example(name)
    x = rng.standard_normal((2, *sample)).astype(np.float32)
    before = x.copy()
    y = layer.forward(x, training=True)
    dy = rng.standard_normal(y.shape).astype(np.float32)
    dy_before = dy.copy()
    layer.backward(dy)
    assert np.array_equal(x, before)
    assert np.array_equal(dy, dy_before)


@EVERY
def test_grads_have_the_names_and_shapes_of_trainable_params(name):
    layer, sample = example(name)
    y = layer.forward(np.ones((2, *sample)), training=True)
    layer.backward(np.ones(y.shape), input_gradient=False)
    assert list(layer.grads) == layer.trainable_names
    for key, gradient in layer.grads.items():
        assert gradient.shape == layer.params[key].shape


@EVERY
def test_configuration_makes_the_same_layer_again(name):
    layer, sample = example(name, name="mine", trainable=False, dtype="float64")
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    again.build((None, *sample))
    layer.build((None, *sample))
    again.set_weights(layer.get_weights())
    x = np.linspace(-1, 1, 2 * int(np.prod(sample))).reshape(2, *sample)
    assert np.array_equal(again(x), layer(x))
    assert again.trainable is False


@EVERY
def test_a_gradient_must_have_the_shape_of_the_output(name):
    layer, sample = example(name)
    y = layer.forward(np.ones((2, *sample)))
    shape = str(y.shape).replace("(", r"\(").replace(")", r"\)")
    for dy in (np.ones((3, *y.shape[1:])), np.ones((1, *y.shape[1:])), np.ones(y.size), 1.0):
        with pytest.raises(ValueError, match=rf"`dy` must have the output's shape {shape}; got"):
            layer.backward(dy)
    with pytest.raises(TypeError, match="`dy` must hold real numbers; got dtype complex128"):
        layer.backward(np.ones(y.shape) * 1j)


@EVERY
def test_bad_input_is_refused_and_changes_nothing(name):
    layer, sample = example(name)
    good = np.ones((2, *sample))
    for bad in (good * 1j, good.astype(str), good.astype(object), None):
        with pytest.raises(TypeError, match="`x` must hold real numbers; got dtype"):
            layer(bad)
    for bad in (good[:0], 1.0, np.ones(3)):
        with pytest.raises(ValueError, match="must have a batch axis first and not be empty"):
            layer(bad)
    assert not layer.built
    assert layer.params == {}
    assert layer.dtype is None
    layer(good)
    with pytest.raises(ValueError, match="was built for samples of shape"):
        layer(np.ones((2, *(n + 1 for n in sample))))


IMAGES_ONLY = [name for name in EXAMPLES if "2d" in name]


@pytest.mark.parametrize("name", IMAGES_ONLY)
def test_images_have_channels(name):
    layer, _ = example(name)
    with pytest.raises(ValueError, match=r"takes images, shape \(s, h, w, c\).*x\[..., None\]"):
        layer(np.ones((2, 8, 8)))
    assert layer.dtype is None, "a refused input leaves no trace"
    layer(np.ones((2, 8, 8, 1)))


@EVERY
def test_arguments_it_does_not_have(name):
    with pytest.raises(TypeError, match="has no argument `color`"):
        example(name, color="red")
    for dtype in ("float16", "int32", "red", 3.5):
        with pytest.raises(ValueError, match="`dtype` must be 'float32' or 'float64'; got"):
            example(name, dtype=dtype)
    for shape in ((), (0, 3), (-1,), (3.5,), ("a",), 5, (None, 3), (True,)):
        with pytest.raises(ValueError, match="`input_shape` must be positive integers, batch left"):
            example(name, input_shape=shape)


@pytest.mark.parametrize("name", [n for n in EXAMPLES if "2d" in n and "zero" not in n])
def test_arguments_of_keras_that_ask_for_nothing(name):
    example(name, data_format="channels_last")
    with pytest.raises(ValueError, match="`data_format` is left out of cnnlib and must be"):
        example(name, data_format="channels_first")


# ---------------------------------------------------------------------------------------- weights
def test_weights_in_the_order_of_keras():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    assert list(layer.params) == ["gamma", "beta", "moving_mean", "moving_variance"]
    layer = layers.Conv2D(4, 2)
    layer.build((None, 5, 5, 3))
    assert [w.shape for w in layer.weights] == [(2, 2, 3, 4), (4,)]
    assert layer.kernel is layer.params["kernel"]
    assert layer.bias is layer.params["bias"]
    assert layers.Flatten().kernel is None


def test_get_weights_copies_and_set_weights_keeps_the_arrays():
    layer = layers.Dense(2)
    layer.build((None, 3))
    kernel = layer.kernel
    copies = layer.get_weights()
    copies[0][:] = 7
    assert not (layer.kernel == 7).any()
    layer.set_weights(copies)
    assert layer.kernel is kernel
    assert (kernel == 7).all()


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        (
            [np.ones((3, 2))],
            ValueError,
            r"takes weights of shapes \[\(3, 2\), \(2,\)\]; got \[\(3, 2\)\]",
        ),
        ([np.ones((2, 3)), np.ones(2)], ValueError, "takes weights of shapes"),
        ([np.ones((3, 2)), np.ones(3)], ValueError, "takes weights of shapes"),
        ([], ValueError, "takes weights of shapes"),
        ([np.ones((3, 2)), np.array(["a", "b"])], TypeError, "`weights` must hold real numbers"),
        ([np.ones((3, 2)), np.ones(2) * 1j], TypeError, "`weights` must hold real numbers"),
    ],
)
def test_bad_weights_change_nothing(weights, error, message):
    layer = layers.Dense(2)
    layer.build((None, 3))
    before = layer.get_weights()
    with pytest.raises(error, match=message):
        layer.set_weights(weights)
    for a, b in zip(before, layer.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_trainable_decides_what_an_optimizer_sees():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    assert layer.trainable_names == ["gamma", "beta"]
    assert len(layer.trainable_weights) == len(layer.non_trainable_weights) == 2
    layer.trainable = False
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == 4


def test_building_twice_keeps_the_weights():
    layer = layers.Dense(2)
    layer.build((None, 3))
    kernel = layer.kernel
    layer.build((None, 3))
    assert layer.kernel is kernel


def test_a_layer_of_ones_own(rng):
    class Scale(layers.Layer):
        """Multiplies every channel by a number it learns."""

        def compute_output_shape(self, input_shape):
            return input_shape

        def _build(self, input_shape):
            self.add_weight("scale", input_shape[-1:], initializers.get("ones"))

        def _forward(self, x, training):
            return x * self.params["scale"], x

        def _backward(self, dy, saved, input_gradient):
            self.grads = {"scale": (dy * saved).sum(axis=tuple(range(dy.ndim - 1)))}
            return dy * self.params["scale"]

    assert Scale().default_name() == "scale"
    check_layer(Scale(dtype="float64"), rng.standard_normal((2, 4, 3)), rng)
