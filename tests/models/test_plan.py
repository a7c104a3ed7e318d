"""fit, evaluate and predict run layers in stages; nobody sees it but the clock."""

from __future__ import annotations

import copy
import threading

import numpy as np
import pytest

from cnnlib import Sequential, callbacks, optimizers, utils
from cnnlib.kernels import conv_block, tiling
from cnnlib.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LeakyReLU,
    MaxPooling2D,
    ReLU,
)
from cnnlib.models.plan import FUSED, BlockStage

pytestmark = pytest.mark.skipif(not tiling.available(), reason="tiles run compiled only")

CLASSES = 5


def source():
    return [
        Conv2D(32, (3, 3), activation="relu", input_shape=(18, 20, 3)),
        MaxPooling2D((2, 2)),
        Conv2D(24, 3, activation="relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(320, activation="relu"),
        Dense(CLASSES, activation="softmax"),
    ]


def framed():
    """Padding, a stride, a layer of its own for ReLU, no bias, odd numbers of channels."""
    return [
        Conv2D(6, 5, padding="same", activation="relu", input_shape=(20, 18, 1)),
        MaxPooling2D(2),
        Conv2D(11, (3, 2), strides=(2, 1), padding="same"),
        ReLU(),
        MaxPooling2D(2),
        Conv2D(9, 1, use_bias=False),
        Activation("relu"),
        MaxPooling2D(2),
        Flatten(),
        Dense(CLASSES, activation="softmax"),
    ]


def other():
    """Nothing here is a block."""
    return [
        Conv2D(7, 3, input_shape=(25, 27, 2)),
        BatchNormalization(),
        LeakyReLU(),
        MaxPooling2D(2),
        Conv2D(8, 3, activation="relu"),
        MaxPooling2D(3, 2),
        Conv2D(8, 1, activation="tanh"),
        MaxPooling2D(2),
        Dropout(0.25, seed=3),
        GlobalAveragePooling2D(),
        Dense(CLASSES, activation="softmax"),
    ]


def mixed():
    """A block after a layer without weights, and before one that is no block."""
    return [
        AveragePooling2D(2, input_shape=(30, 28, 9)),
        Conv2D(16, 3, activation="relu"),
        MaxPooling2D(2),
        BatchNormalization(),
        Flatten(),
        Dense(CLASSES, activation="softmax"),
    ]


NETWORKS = [source, framed, other, mixed]
OPTIMIZERS = {
    "adam": lambda: optimizers.Adam(0.002),
    "adamw": lambda: optimizers.AdamW(0.002, weight_decay=0.1),
    "sgd": lambda: optimizers.SGD(0.02, momentum=0.9),
}


def make(network, optimizer="adam"):
    utils.set_random_seed(4)
    model = Sequential(network())
    model.compile(OPTIMIZERS[optimizer](), "sparse_categorical_crossentropy", ["accuracy"])
    return model


def batch(model, samples, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, *model.input_shape[1:])).astype(np.float32)
    return x, rng.integers(0, CLASSES, samples)


def step_by_layers(model, x, y):
    """A step of training as the layers take it one by one."""
    value, dy = model.loss.value_and_gradient(y, model.forward(x, training=True))
    model.backward(dy, input_gradient=False)
    gradients = [layer.grads[name] for layer in model.layers for name in layer.trainable_names]
    model.optimizer.apply(gradients, model.trainable_weights)
    return value


def stages(model):
    return [len(s.layers) for s in model._plan().stages if isinstance(s, BlockStage)]


# ------------------------------------------------------------------------------------ what is fused
def test_blocks_are_recognized():
    found = {network.__name__: stages(make(network)) for network in NETWORKS}
    assert found == {"source": [2, 2], "framed": [2, 3, 3], "other": [], "mixed": [2]}


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1)), MaxPooling2D(3)],
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1)), MaxPooling2D(2, strides=1)],
        # 7 x 7 maps: with padding the last windows are cut off
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1)), MaxPooling2D(2, padding="same")],
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1)), AveragePooling2D(2)],
        [Conv2D(4, 3, activation="tanh", input_shape=(9, 9, 1)), MaxPooling2D(2)],
        [Conv2D(4, 3, input_shape=(9, 9, 1)), MaxPooling2D(2), ReLU()],
        [Conv2D(4, 3, input_shape=(9, 9, 1)), LeakyReLU(), MaxPooling2D(2)],
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1), dtype="float64"), MaxPooling2D(2)],
        [Conv2D(4, 3, activation="relu", input_shape=(9, 9, 1))],
    ],
)
def test_what_is_no_block_is_left_alone(layers):
    assert stages(Sequential(layers)) == []


def test_a_pool_with_padding_that_cuts_nothing_off_makes_a_block():
    conv = Conv2D(4, 3, padding="same", activation="relu", input_shape=(8, 6, 1))
    assert stages(Sequential([conv, MaxPooling2D(2, padding="same")])) == [2]


def test_a_layer_of_ones_own_is_run_as_it_is():
    class Doubling(Conv2D):
        def _forward(self, x, training):
            y, saved = super()._forward(x, training)
            return 2 * y, saved

    own = Doubling(4, 3, activation="relu", input_shape=(8, 8, 1))
    model = Sequential([own, MaxPooling2D(2)])
    x = np.random.default_rng(0).standard_normal((3, 8, 8, 1))
    np.testing.assert_array_equal(model.predict(x), model(x))
    assert stages(model) == []


# ---------------------------------------------------------------------------------- the same result
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_is_that_of_the_layers_one_by_one(network, optimizer):
    ours, theirs = make(network, optimizer), make(network, optimizer)
    for samples in (13, 4, 13, 1, 20):  # larger and smaller batches share their memory
        x, y = batch(ours, samples, samples)
        theirs.set_weights(ours.get_weights())  # rounding must not add up
        assert ours.train_on_batch(x, y)[0] == pytest.approx(step_by_layers(theirs, x, y), rel=1e-5)
        for layer, twin in zip(ours.layers, theirs.layers, strict=True):
            for name, gradient in layer.grads.items():
                expected = twin.grads[name]
                limit = 1e-5 * abs(expected).max() + 1e-9
                np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=limit)
        for slots, expected in zip(ours.optimizer.state, theirs.optimizer.state, strict=True):
            for name, slot in slots.items():
                limit = 1e-5 * abs(expected[name]).max() + 1e-12
                np.testing.assert_allclose(slot, expected[name], rtol=1e-4, atol=limit)


@pytest.mark.parametrize("network", NETWORKS)
def test_prediction_is_that_of_the_layers_one_by_one(network):
    model = make(network)
    x, y = batch(model, 21)
    expected = model(x)
    np.testing.assert_allclose(model.predict(x, batch_size=8), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(x), expected, rtol=1e-5, atol=1e-6)
    assert model.evaluate(x, y)[0] == pytest.approx(model.loss(y, expected), rel=1e-5)


def test_a_prediction_is_the_callers_own():
    model = Sequential(source()[:2])  # it ends with a block
    x, _ = batch(model, 3)
    first = model.predict_on_batch(x)
    before = first.copy()
    model.predict_on_batch(-x)
    np.testing.assert_array_equal(first, before)


def test_ties_go_to_the_first_and_a_silent_pool_gets_nothing():
    model = Sequential([Conv2D(1, 1, activation="relu", input_shape=(4, 4, 1)), MaxPooling2D(2)])
    model.compile(optimizers.SGD(1.0), "mse")
    model.set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    x = np.array([[2, 2, -1, -1], [2, 1, -1, -1], [0, 0, 0, 3], [0, 0, 3, 3]], float)
    model.train_on_batch(x[None, ..., None], np.zeros((1, 2, 2, 1)))
    # the gradient by y is y / 2: winners are 2, 3 (and 0, whose slope is taken as 0)
    np.testing.assert_allclose(model.layers[0].grads["kernel"].ravel(), [2 * 1 + 3 * 1.5])
    np.testing.assert_allclose(model.layers[0].grads["bias"], [1 + 1.5])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_seen_in_the_loss(bad):
    model = make(source)
    x, y = batch(model, 4)
    x[1, 3, 5, 2] = bad
    assert not np.isfinite(model.train_on_batch(x, y)[0])
    assert np.isnan(model.predict(x)).any()


# ------------------------------------------------------------------------------- who looks at what
def test_a_gradient_that_was_not_kept_says_so():
    model = make(source)
    x, y = batch(model, 4)
    model.train_on_batch(x, y)
    large = model.layers[5]
    assert large.params["kernel"].size >= FUSED
    assert large.grads["bias"].shape == (320,)
    with pytest.raises(KeyError, match="went straight into the optimizer"):
        large.grads["kernel"]
    model.backward(model.forward(x))
    assert large.grads["kernel"].shape == large.params["kernel"].shape


def test_a_callback_that_looks_at_gradients_finds_them():
    model = make(source)
    x, y = batch(model, 6)
    recorder = callbacks.Recorder()
    model.fit(x, y, batch_size=6, verbose=0, callbacks=[recorder])
    assert set(recorder.records[0]["gradients"]["dense"]) == {"kernel", "bias"}


def test_fit_alone_does_not_keep_them():
    model = make(source)
    x, y = batch(model, 6)
    model.fit(x, y, batch_size=6, verbose=0, callbacks=[callbacks.EarlyStopping("loss")])
    assert "kernel" not in model.layers[5].grads


def test_an_optimizer_of_ones_own_gets_every_gradient_at_once():
    seen = []

    class Own(optimizers.Adam):
        def apply(self, gradients, weights):
            seen.append([g.shape for g in gradients])
            super().apply(gradients, weights)

    model = make(source)
    model.compile(Own(), "sparse_categorical_crossentropy")
    x, y = batch(model, 4)
    model.train_on_batch(x, y)
    assert seen == [[w.shape for w in model.trainable_weights]]


def test_frozen_layers_stay_and_those_above_learn():
    for frozen in ([0], [5], [0, 2, 5]):
        model = make(source)
        for number in frozen:
            model.layers[number].trainable = False
        x, y = batch(model, 5)
        before = [layer.get_weights() for layer in model.layers]
        model.train_on_batch(x, y)
        for number, (layer, old) in enumerate(zip(model.layers, before, strict=True)):
            for now, then in zip(layer.get_weights(), old, strict=True):
                assert np.array_equal(now, then) == (number in frozen)


# ----------------------------------------------------------------------------------- changed models
def test_a_changed_model_gets_another_plan():
    model = make(source)
    x, _ = batch(model, 3)
    model.predict(x)
    model.layers[0].activation = "tanh"
    np.testing.assert_allclose(model.predict(x), model(x), rtol=1e-5, atol=1e-6)
    assert stages(model) == [2]
    model.pop()
    assert model.predict(x).shape == (3, 320)


def test_a_copy_has_its_own_memory():
    model = make(source)
    x, y = batch(model, 3)
    model.train_on_batch(x, y)
    twin = copy.deepcopy(model)
    np.testing.assert_array_equal(twin.predict(x), model.predict(x))
    twin.train_on_batch(x, y)
    assert not np.array_equal(twin.predict(x), model.predict(x))


def test_threads_that_predict_with_one_model_do_not_disturb_each_other():
    model = make(source)
    inputs = [batch(model, 2 + k, k)[0] for k in range(4)]
    expected = [model.predict(x) for x in inputs]
    wrong = []

    def work(k):
        for _ in range(10):
            if not np.array_equal(model.predict(inputs[k]), expected[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_images_that_may_not_be_written_or_lie_in_another_order_are_taken_as_they_are():
    model = make(source)
    x, y = batch(model, 4)
    expected = model.predict_on_batch(x)
    locked, turned = x.copy(), np.asfortranarray(x)
    locked.flags.writeable = False
    model.predict_on_batch(x)
    compiled = len(conv_block.conv_block(*tiling.size("block", 32)).signatures)
    for images in (locked, turned, x.astype(np.float64), x[:, ::-1][:, ::-1]):
        np.testing.assert_array_equal(model.predict_on_batch(images), expected)
        assert np.isfinite(model.test_on_batch(images, y)).all()
    assert len(conv_block.conv_block(*tiling.size("block", 32)).signatures) == compiled
