"""Sequential: how a model is put together, its two passes, its weights."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from cnnlib import Input, Sequential, layers
from tests.gradcheck import away_from_kinks, check_layer


def small(**options):
    return Sequential(
        [
            layers.Conv2D(4, (2, 3), activation="relu", input_shape=(6, 7, 2)),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ],
        **options,
    )


def every_layer():
    """A float64 model with every layer but Dropout, whose zeros would move."""
    return Sequential(
        [
            Input((9, 8, 2)),
            layers.ZeroPadding2D((1, 2)),
            layers.Conv2D(4, (3, 2), strides=(1, 2), activation="tanh"),
            layers.BatchNormalization(),
            layers.ReLU(0.1),
            layers.MaxPooling2D((2, 1), padding="same"),
            layers.Conv2D(3, 2, padding="same", dilation_rate=(2, 1)),
            layers.LeakyReLU(),
            layers.AveragePooling2D(2, strides=1),
            layers.Activation("sigmoid"),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Flatten(),
            layers.Dense(5, activation="leaky_relu"),
            layers.Dense(3),
            layers.Softmax(),
        ],
        dtype="float64",
    )


# -------------------------------------------------------------------------------------- structure
def test_three_ways_to_say_the_input_shape():
    for model in (
        Sequential([layers.Dense(2, input_shape=(3,)), layers.Dense(1)]),
        Sequential([Input((3,)), layers.Dense(2), layers.Dense(1)]),
    ):
        assert model.built
        assert model.input_shape == (None, 3)
        assert model.output_shape == (None, 1)
    model = Sequential([layers.Dense(2), layers.Dense(1)])
    assert not model.built
    model.build((None, 3))
    assert model.count_params() == 3 * 2 + 2 + 2 + 1


def test_the_first_data_build_a_model():
    model = Sequential([layers.Dense(2), layers.Dense(1)])
    with pytest.raises(ValueError, match="output_shape needs a built model: give the first layer"):
        _ = model.output_shape
    assert model(np.ones((5, 3))).shape == (5, 1)
    assert model.input_shape == (None, 3)


def test_layers_added_later_are_built_at_once():
    model = Sequential()
    model.add(Input((4,)))
    assert not model.built
    model.add(layers.Dense(3))
    assert model.built
    model.add(layers.Dense(2))
    assert model.output_shape == (None, 2)


def test_names_count_up_as_in_keras():
    model = Sequential(
        [layers.Dense(2, input_shape=(3,)), layers.ReLU(), layers.Dense(2), layers.Dense(2)]
    )
    assert [layer.name for layer in model.layers] == ["dense", "re_lu", "dense_1", "dense_2"]
    model = Sequential([layers.Dense(2, name="dense_1"), layers.Dense(2), layers.Dense(2)])
    assert [layer.name for layer in model.layers] == ["dense_1", "dense", "dense_2"]


def test_pop_takes_the_last_layer_off():
    model = small()
    last = model.layers[-1]
    assert model.pop() is last
    assert model.output_shape == (None, 2 * 2 * 4)
    model.add(layers.Dense(7))
    assert model.output_shape == (None, 7)
    with pytest.raises(ValueError, match="There is no layer to remove"):
        Sequential().pop()


def test_get_layer():
    model = small()
    assert model.get_layer("conv2d") is model.get_layer(index=0) is model.layers[0]
    assert model.get_layer(index=-1) is model.layers[-1]
    with pytest.raises(ValueError, match=r"`name` must be one of conv2d, .*; got 'conv'"):
        model.get_layer("conv")
    for index in (4, -5):
        with pytest.raises(ValueError, match=f"`index` must be below 4; got {index}"):
            model.get_layer(index=index)
    for arguments in ({}, {"name": "conv2d", "index": 0}):
        with pytest.raises(ValueError, match="Give `name` or `index`, one of them"):
            model.get_layer(**arguments)


def test_a_refused_layer_leaves_the_model_as_it_was():
    model = small()
    weights = model.get_weights()
    taken = model.layers[0]
    for bad, error, message in [
        (taken, ValueError, "is in this model already"),
        (layers.Dense(2, name="conv2d"), ValueError, "different names; got 'conv2d' twice"),
        (layers.Conv2D(2, 3), ValueError, r"takes images, shape \(s, h, w, c\)"),
        (Input((3,)), ValueError, "Input must come before all layers, and once"),
        ("relu", TypeError, "made of layers; got 'relu'"),
        (layers.Dense, TypeError, "made of layers; got"),
    ]:
        with pytest.raises(error, match=message):
            model.add(bad)
        assert len(model.layers) == 4
    for a, b in zip(weights, model.get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_a_refused_first_layer_leaves_the_model_open():
    model = Sequential()
    with pytest.raises(ValueError, match="`kernel_size` must fit into the image"):
        model.add(layers.Conv2D(2, 9, input_shape=(5, 5, 1)))
    model.add(layers.Conv2D(2, 3, input_shape=(28, 28, 1)))
    assert model.output_shape == (None, 26, 26, 2)


def test_a_failed_build_builds_nothing():
    model = Sequential([layers.Conv2D(2, 3), layers.MaxPooling2D(), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="`kernel_size` must fit into the image"):
        model.build((None, 5, 5, 1))
    assert not any(layer.built for layer in model.layers)
    with pytest.raises(ValueError, match="`kernel_size` must fit into the image"):
        model(np.ones((1, 5, 5, 1)))
    model.build((None, 28, 28, 1))
    assert model.built


def test_building_what_cannot_be_built():
    with pytest.raises(ValueError, match="must have a layer before it can be built; got none"):
        Sequential().build((None, 3))
    model = Sequential([layers.Dense(2)])
    for shape in ((None,), (None, 0), (None, None), (None, "a")):
        with pytest.raises(ValueError, match="`input_shape` must be positive integers"):
            model.build(shape)
    model.build((None, 3))
    model.build((None, 3))
    with pytest.raises(ValueError, match=r"built for \(3,\); got \(4,\)"):
        model.build((None, 4))


def test_input_and_input_shape_must_agree():
    with pytest.raises(ValueError, match=r"must be that of Input, \(3,\); got \(4,\)"):
        Sequential([Input((3,)), layers.Dense(2, input_shape=(4,))])
    Sequential([Input((3,)), layers.Dense(2, input_shape=(3,))])
    with pytest.raises(ValueError, match="Input must come before all layers, and once"):
        Sequential([Input((3,)), Input((3,))])


def test_a_layer_built_for_other_samples():
    layer = layers.Dense(2)
    layer.build((None, 3))
    with pytest.raises(ValueError, match=r"was built for samples of shape \(3,\); got \(5,\)"):
        Sequential([Input((5,)), layer])


@pytest.mark.parametrize("method", ["summary", "count_params", "get_config"])
def test_what_needs_a_built_model(method):
    model = Sequential([layers.Dense(2)])
    if method == "get_config":
        assert model.get_config()["input_shape"] is None
        return
    with pytest.raises(ValueError, match=rf"{method}\(\) needs a built model"):
        getattr(model, method)()


# -------------------------------------------------------------------------------------- two passes
@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_a_model_with_every_layer(rng, training):
    model = every_layer()
    model.add(layers.Dropout(0.0))
    for layer in model.layers:  # a bias of 0 would put the padding right on the kink of ReLU
        if layer.bias is not None:
            layer.bias[:] = rng.uniform(0.1, 0.5, layer.bias.shape)
    kinds = {type(layer).__name__ for layer in model.layers}
    assert kinds == set(layers.__all__) - {"Input", "Layer"}
    check_layer(model, away_from_kinks(rng, (3, 9, 8, 2)), rng, training, tolerance=1e-5)


def test_three_ways_forward_give_the_same(rng):
    model, x = every_layer(), rng.standard_normal((3, 9, 8, 2))
    np.testing.assert_array_equal(model(x), model.forward(x))
    np.testing.assert_array_equal(model(x), model.predict(x))
    np.testing.assert_array_equal(model(x), model.predict_on_batch(x))


def test_calling_and_predicting_keep_nothing(rng):
    model, x = small(), rng.standard_normal((3, 6, 7, 2))
    model(x)
    model.predict(x)
    with pytest.raises(RuntimeError, match=r"backward\(\) needs a forward\(\) before it"):
        model.backward(np.ones((3, 3)))


def test_training_frees_what_the_forward_pass_kept(rng):
    x, kept = rng.standard_normal((3, 6, 7, 2)), []

    class Spy(layers.Flatten):
        def _forward(self, x, training):
            kept.append(weakref.ref(x.base if x.base is not None else x))
            return super()._forward(x, training)

    model = Sequential([layers.Conv2D(2, 3, input_shape=(6, 7, 2)), Spy(), layers.Dense(3)])
    model.compile("sgd", "mse")
    model.train_on_batch(x, np.zeros((3, 3)))
    model.evaluate(x, np.zeros((3, 3)))
    model.predict(x)
    gc.collect()
    assert len(kept) == 3
    assert all(reference() is None for reference in kept)


def test_input_gradient_only_if_it_is_asked_for(rng):
    model, x = small(), rng.standard_normal((2, 6, 7, 2))
    y = model.forward(x)
    assert model.backward(np.ones(y.shape)).shape == x.shape
    grads = [g.copy() for layer in model.layers for g in layer.grads.values()]
    assert model.backward(np.ones(y.shape), input_gradient=False) is None
    again = [g for layer in model.layers for g in layer.grads.values()]
    assert len(again) == 4
    for a, b in zip(grads, again, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("dy", "error", "message"),
    [
        (np.ones((2, 4)), ValueError, r"`dy` must have the output's shape \(2, 3\); got \(2, 4\)"),
        (np.ones((1, 3)), ValueError, r"`dy` must have the output's shape \(2, 3\); got \(1, 3\)"),
        (np.ones(3), ValueError, r"`dy` must have the output's shape"),
        (np.ones((2, 3)) * 1j, TypeError, "`dy` must hold real numbers"),
        (None, TypeError, "`dy` must hold real numbers"),
    ],
)
def test_a_gradient_must_have_the_shape_of_the_output(dy, error, message):
    model = small()
    model.forward(np.ones((2, 6, 7, 2)))
    with pytest.raises(error, match=message):
        model.backward(dy)


@pytest.mark.parametrize("method", ["__call__", "forward", "predict", "predict_on_batch"])
def test_bad_samples(method):
    model = small()
    good = np.ones((2, 6, 7, 2))
    run = getattr(model, method)
    for bad in (good * 1j, good.astype(str), good.astype(object)):
        with pytest.raises(TypeError, match=r"`x` must .*real numbers; got dtype"):
            run(bad)
    for bad in (good[:0], good[:, :0]):
        with pytest.raises(ValueError, match=r"`x` must .*not be empty"):
            run(bad)
    for bad in (good[0], good[..., 0], good[:, 1:], good.reshape(2, -1)):
        with pytest.raises(ValueError, match=r"`x` must hold samples of shape \(6, 7, 2\); got"):
            run(bad)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_model_computes_in_its_own_dtype_whatever_comes_in(dtype):
    model = small(dtype=dtype)
    for x in (np.ones((2, 6, 7, 2)), np.ones((2, 6, 7, 2), "f4"), np.ones((2, 6, 7, 2), "u1")):
        y = model.forward(x)
        assert y.dtype == dtype
        assert model.backward(np.ones((2, 3))).dtype == dtype
        assert model.predict(x).dtype == dtype
    assert all(w.dtype == dtype for w in model.weights)


def test_the_dtype_of_input_is_that_of_the_model():
    assert (
        Sequential([Input((3,), dtype="float64"), layers.Dense(1)]).predict(np.ones((1, 3))).dtype
        == "f8"
    )
    with pytest.raises(ValueError, match="`dtype` must be 'float32' or 'float64'; got 'float16'"):
        Sequential(dtype="float16")


# ----------------------------------------------------------------------------------------- weights
def test_weights_go_out_and_in(rng):
    first, second = every_layer(), every_layer()
    x = rng.standard_normal((3, 9, 8, 2))
    assert not np.array_equal(first(x), second(x))
    second.set_weights(first.get_weights())
    np.testing.assert_array_equal(first(x), second(x))
    assert first.count_params() == sum(w.size for w in first.get_weights())


def test_bad_weights_change_nothing():
    model = small()
    before = model.get_weights()
    zeros = [np.zeros_like(w) for w in before]
    for bad, error in [
        (zeros[:-1], ValueError),
        ([*zeros, zeros[0]], ValueError),
        ([*zeros[:-1], np.zeros(4)], ValueError),
        ([*zeros[:-1], zeros[-1].astype(str)], TypeError),
        ([*zeros[:-1], zeros[-1] * 1j], TypeError),
    ]:
        with pytest.raises(error, match=r"The model takes weights of shapes|real numbers"):
            model.set_weights(bad)
        for a, b in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_configuration_makes_the_same_model_again(rng):
    model = every_layer()
    again = Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    x = rng.standard_normal((3, 9, 8, 2))
    np.testing.assert_array_equal(again(x), model(x))
    config = model.get_config()
    config["layers"][0]["class_name"] = "Convolution"
    with pytest.raises(
        ValueError, match="no layer class 'Convolution': name it in `custom_objects`"
    ):
        Sequential.from_config(config)


def test_an_output_never_shares_memory_with_the_input():
    model = Sequential([layers.Activation("linear"), layers.Flatten()])
    x = np.ones((2, 3, 1), np.float32)
    for y in (model(x), model.forward(x), model.predict(x)):
        y[...] = 7
    assert (x == 1).all()
