"""The same weights give the same numbers in Keras: outputs, gradients, and how a training goes."""

import itertools

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import cnnlib
from cnnlib import interop, ops
from tests.parity.models import every_layer, source_model

# Keras's own arrays speak NumPy 1's dialect of __array__
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")


def close(actual, expected, tolerance=1e-5):
    """Within an absolute plus a relative tolerance."""
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(scope="module")
def source():
    """The source's model in both libraries with the same weights, and a batch for it."""
    rng = np.random.default_rng(0)
    keras.utils.set_random_seed(0)  # else now and then rounding decides which pixel wins a pool
    with pytest.warns(UserWarning, match="Do not pass an `input_shape`"):
        theirs = source_model("keras")
    ours = source_model("cnnlib")
    ours.set_weights(theirs.get_weights())
    return theirs, ours, rng.random((32, 64, 64, 3), np.float32), rng.integers(0, 2, 32)


@pytest.fixture
def every():
    """A model with every layer, weights that are nowhere 0, and a batch for it."""
    rng = np.random.default_rng(1)
    theirs, ours = every_layer(keras), every_layer(cnnlib)
    weights = [rng.uniform(0.1, 0.6, w.shape).astype(np.float32) for w in ours.get_weights()]
    weights = [w * rng.choice([-1, 1], w.shape) if w.ndim > 1 else w for w in weights]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    x = rng.normal(size=(6, 13, 11, 2)).astype(np.float32)
    return theirs, ours, x, rng.integers(0, 4, 6)


def keras_gradients(model, loss, x, y):
    """The gradients of the mean loss by the input and by every trainable weight."""
    weights = [v.value for v in model.trainable_variables]
    fixed = [v.value for v in model.non_trainable_variables]

    def mean_loss(weights, x):
        y_pred, _ = model.stateless_call(weights, fixed, x, training=True)
        return jnp.mean(loss(y, y_pred))

    return jax.grad(mean_loss, argnums=(0, 1))(weights, jnp.asarray(x))


def our_gradients(model, loss, x, y):
    """The same from cnnlib, layer by layer."""
    dx = model.backward(loss.gradient(y, model.forward(x, training=True)))
    return [layer.grads[name] for layer in model.layers for name in layer.trainable_names], dx


def check_gradients(theirs, ours, name, x, y):
    targets = y.reshape(-1, 1).astype(np.float32) if name == "binary_crossentropy" else y
    expected, expected_dx = keras_gradients(theirs, keras.losses.get(name), x, targets)
    actual, dx = our_gradients(ours, cnnlib.losses.get(name), x, targets)
    assert len(actual) == len(expected)
    scale = max(float(jnp.abs(g).max()) for g in [*expected, expected_dx])
    for ours_, theirs_ in zip([*actual, dx], [*expected, expected_dx], strict=True):
        assert np.abs(ours_ - np.asarray(theirs_)).max() <= 1e-5 * scale


def test_source_program_has_the_same_layers_and_parameters(source):
    theirs, ours, _, _ = source
    assert ours.count_params() == theirs.count_params() == 1_625_281
    for a, b in zip(ours.layers, theirs.layers, strict=True):
        assert type(a).__name__ == type(b).__name__
        assert a.output_shape == b.output.shape
        assert a.count_params() == b.count_params()


def test_source_model_forward(source):
    theirs, ours, x, _ = source
    close(ours.predict(x), theirs.predict(x, verbose=0))


def test_source_model_gradients(source):
    theirs, ours, x, y = source
    check_gradients(theirs, ours, "binary_crossentropy", x, y)


def test_every_layer_forward_and_gradients(every):
    theirs, ours, x, y = every
    close(ours.predict(x), theirs.predict(x, verbose=0))
    check_gradients(theirs, ours, "sparse_categorical_crossentropy", x, y)


def curves(theirs, ours, x, y, loss, optimizers, epochs=20):
    """Losses of full-batch steps in the same order."""
    theirs.compile(optimizers[0], loss, metrics=["accuracy"])
    ours.compile(optimizers[1], loss, metrics=["accuracy"])
    options = {"batch_size": len(x), "epochs": epochs, "shuffle": False, "verbose": 0}
    return theirs.fit(x, y, **options).history, ours.fit(x, y, **options).history


@pytest.mark.parametrize("rate", [1e-3, 1e-4])
def test_source_model_adam_steps(source, rate):
    """Twenty steps, each from the same weights.

    Left alone, rounding grows: JAX's own sums differ from run to run, and at Adam's own rate the
    second step overshoots (the loss jumps to 2.4), so that two runs of JAX can end 1 % apart.
    """
    theirs, ours, x, y = source
    before = ours.get_weights()
    theirs.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    ours.compile(cnnlib.optimizers.Adam(rate), "binary_crossentropy")
    losses = []
    for _ in range(20):
        theirs.set_weights(ours.get_weights())
        theirs.reset_metrics()  # else it gives the mean of all steps so far
        expected, actual = theirs.train_on_batch(x, y), ours.train_on_batch(x, y)
        assert actual == pytest.approx(float(np.ravel(expected)[0]), rel=1e-4)
        for w, v in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            # a gradient that is rounding alone may have either sign: a few weights, so the mean
            assert np.abs(w - v).mean() <= 0.02 * rate
        losses.append(actual)
    assert losses[-1] < losses[0]
    theirs.set_weights(before)
    ours.set_weights(before)


OPTIMIZERS = {
    "sgd": {"learning_rate": 0.05},
    "momentum": {"learning_rate": 0.02, "momentum": 0.8},
    "nesterov": {"learning_rate": 0.02, "momentum": 0.8, "nesterov": True},
    "rmsprop": {"learning_rate": 0.002, "rho": 0.8},
    "adam": {"learning_rate": 0.01},
    "adamw": {"learning_rate": 0.01},
    "decay": {"learning_rate": 0.01, "weight_decay": 0.1},
}
CLASSES = {"momentum": "SGD", "nesterov": "SGD", "sgd": "SGD", "rmsprop": "RMSprop"}
CLASSES |= {"adam": "Adam", "adamw": "AdamW", "decay": "SGD"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_layer_twenty_steps_of_every_optimizer(every, name):
    theirs, ours, x, y = every
    pair = [getattr(lib.optimizers, CLASSES[name])(**OPTIMIZERS[name]) for lib in (keras, cnnlib)]
    expected, actual = curves(theirs, ours, x, y, "sparse_categorical_crossentropy", pair)
    np.testing.assert_allclose(actual["loss"], expected["loss"], rtol=1e-3)
    np.testing.assert_allclose(actual["accuracy"], expected["accuracy"], atol=1e-6)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=2e-4)  # moving averages among them
    assert abs(actual["loss"][-1] - actual["loss"][0]) > 1e-4


CONVOLUTIONS = [
    (size, strides, padding, dilation)
    for size, strides, padding, dilation in itertools.product(
        ((1, 1), (2, 3), (5, 4)), ((1, 1), (2, 1), (3, 3)), ("valid", "same"), ((1, 1), (2, 1))
    )
    if max(strides) == 1 or max(dilation) == 1
]


@pytest.mark.parametrize(("size", "strides", "padding", "dilation"), CONVOLUTIONS)
def test_convolution(size, strides, padding, dilation):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 11, 9, 3)).astype(np.float32)
    w = rng.normal(size=(*size, 3, 4)).astype(np.float32)
    options = {"strides": strides, "padding": padding}

    def theirs(x, w):
        return keras.ops.conv(x, w, **options, dilation_rate=dilation)

    expected, back = jax.vjp(theirs, x, w)
    dy = rng.normal(size=expected.shape).astype(np.float32)
    close(ops.conv2d(x, w, **options, dilation_rate=dilation), expected, 2e-5)
    dx, dw, db = ops.conv2d_backward(dy, x, w, **options, dilation_rate=dilation)
    for actual, gradient in zip((dx, dw), back(jnp.asarray(dy)), strict=True):
        close(actual, gradient, 5e-5)
    close(db, dy.sum((0, 1, 2)), 5e-5)


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [(2, 2), (3, 2)])
@pytest.mark.parametrize("strides", [(1, 2), (2, 2), (3, 1)])
def test_pooling(kind, padding, size, strides):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2, 9, 8, 3)).astype(np.float32)
    theirs = keras.ops.max_pool if kind == "max" else keras.ops.average_pool
    ours = ops.max_pool2d if kind == "max" else ops.avg_pool2d
    ours_back = ops.max_pool2d_backward if kind == "max" else ops.avg_pool2d_backward
    expected, back = jax.vjp(lambda x: theirs(x, size, strides, padding), x)
    dy = rng.normal(size=expected.shape).astype(np.float32)
    close(ours(x, size, strides, padding), expected)
    close(ours_back(dy, x, size, strides, padding), back(jnp.asarray(dy))[0])


LOSSES = [
    ("BinaryCrossentropy", {"from_logits": False}),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}),
    ("CategoricalCrossentropy", {"from_logits": False, "label_smoothing": 0.2}),
    ("CategoricalCrossentropy", {"from_logits": True}),
    ("SparseCategoricalCrossentropy", {"from_logits": False}),
    ("SparseCategoricalCrossentropy", {"from_logits": True}),
    ("MeanSquaredError", {}),
]


@pytest.mark.parametrize(("name", "options"), LOSSES)
def test_loss_and_its_gradient(name, options):
    rng = np.random.default_rng(4)
    y_pred = rng.normal(size=(7, 5)).astype(np.float32) * 3
    if not options.get("from_logits", True):
        y_pred = np.array(jax.nn.softmax(y_pred, -1))
        y_pred[0], y_pred[1] = [0, 0, 1, 0, 0], [0.4, 0.6, 0, 0, 0]  # clipped
    y_true = np.eye(5, dtype=np.float32)[[2, 3, 0, 1, 4, 2, 1]]
    if name.startswith("Sparse"):
        y_true = y_true.argmax(-1)
    theirs, ours = (getattr(lib.losses, name)(**options) for lib in (keras, cnnlib))
    expected, gradient = jax.value_and_grad(lambda p: theirs(y_true, p))(jnp.asarray(y_pred))
    value, dy = ours.value_and_gradient(y_true, y_pred)
    assert value == pytest.approx(float(expected), rel=1e-5)
    np.testing.assert_allclose(dy, gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh", "softmax"])
def test_activation_and_its_gradient(name):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(4, 6)).astype(np.float32) * 4
    dy = rng.normal(size=x.shape).astype(np.float32)
    expected, back = jax.vjp(getattr(keras.ops, name), x)
    close(getattr(ops, name)(x), expected, 1e-6)
    close(getattr(ops, f"{name}_backward")(dy, x), back(jnp.asarray(dy))[0])


def test_there_and_back_keeps_names_weights_and_outputs(every):
    theirs, _, x, _ = every
    ours = interop.from_keras(theirs)
    again = interop.to_keras(ours)
    assert [layer.name for layer in ours.layers] == [layer.name for layer in theirs.layers]
    close(ours.predict(x), theirs.predict(x, verbose=0))
    close(again.predict(x, verbose=0), theirs.predict(x, verbose=0), 1e-6)
    ours.layers[1].kernel[...] = 0  # a copy: Keras does not notice
    assert np.abs(theirs.layers[1].get_weights()[0]).min() > 0


def test_frozen_layers_stay_frozen(every):
    theirs, _, _, _ = every
    theirs.layers[1].trainable = False
    ours = interop.from_keras(theirs)
    assert not ours.layers[1].trainable
    assert not interop.to_keras(ours).layers[1].trainable


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (lambda: keras.layers.Conv2D(4, 3, groups=2), "`groups` is left out"),
        (lambda: keras.layers.Conv2D(4, 3, kernel_regularizer="l2"), "`kernel_regularizer`"),
        (lambda: keras.layers.SeparableConv2D(4, 3), "a SeparableConv2D"),
        (lambda: keras.layers.ReLU(max_value=6.0), "`max_value` is left out"),
        (lambda: keras.layers.Softmax(axis=1), "`axis` is left out"),
        (lambda: keras.layers.BatchNormalization(axis=1), "`axis` is left out"),
        (lambda: keras.layers.Conv2D(4, 3, activation="gelu"), "`activation` must be one of"),
    ],
)
def test_what_cnnlib_has_not_is_refused_by_name(layer, message):
    model = keras.Sequential([keras.Input((8, 8, 2)), layer()])
    with pytest.raises(ValueError, match=message):
        interop.from_keras(model)


def test_other_models_are_refused():
    with pytest.raises(ValueError, match=r"must be built"):
        interop.from_keras(keras.Sequential([keras.layers.Dense(2)]))
    x = keras.Input((3,))
    with pytest.raises(ValueError, match=r"must be a keras\.Sequential; got a Functional"):
        interop.from_keras(keras.Model(x, keras.layers.Dense(1)(x)))
    with pytest.raises(ValueError, match="needs a built model"):
        interop.to_keras(cnnlib.Sequential([cnnlib.layers.Dense(2)]))
