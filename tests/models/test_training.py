"""compile, fit, evaluate, predict: what they compute, in which order, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import Sequential, callbacks, layers, losses, optimizers, utils


@pytest.fixture
def data(rng):
    x = rng.standard_normal((22, 5)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int64)


def classifier(**options):
    utils.set_random_seed(1)
    model = Sequential(
        [layers.Dense(4, activation="tanh", input_shape=(5,)), layers.Dense(1, "sigmoid")]
    )
    model.compile(
        **{"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"], **options}
    )
    return model


def same_weights(a, b):
    return all(np.array_equal(v, w) for v, w in zip(a, b, strict=True))


# ------------------------------------------------------------------------------------- what it does
def test_a_step_is_the_gradient_of_the_loss_and_the_optimizer(data):
    x, y = data
    model = classifier(optimizer=optimizers.SGD(0.5))
    before = model.get_weights()
    loss = losses.BinaryCrossentropy()
    value, dy = loss.value_and_gradient(y, model.forward(x))
    model.backward(dy)
    grads = [g for layer in model.layers for g in layer.grads.values()]
    expected = [w - np.float32(0.5) * g for w, g in zip(before, grads, strict=True)]
    result = model.train_on_batch(x, y)
    assert result[0] == pytest.approx(value, rel=1e-6)
    for a, b in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_training_learns(data):
    x, y = data
    model = classifier(optimizer=optimizers.Adam(0.05))
    history = model.fit(x, y, epochs=60, batch_size=8, verbose=0)
    assert history.history["loss"][-1] < 0.1 * history.history["loss"][0]
    assert history.history["accuracy"][-1] == 1
    assert model.evaluate(x, y)[1] == 1


def test_history_has_keras_keys(data):
    x, y = data
    model = classifier()
    history = model.fit(x, y, epochs=3, verbose=0, validation_data=(x, y))
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(values) == 3 for values in history.history.values())
    assert all(type(v) is float for values in history.history.values() for v in values)
    assert history.epoch == [0, 1, 2]
    assert model.history is history
    assert list(classifier(metrics=None).fit(x, y, verbose=0).history) == ["loss"]


def test_metrics_keep_the_names_they_were_given(data):
    x, y = data

    def largest(y_true, y_pred):
        return np.max(y_pred, axis=-1)

    model = classifier(metrics=["acc", "mse", largest])
    assert list(model.fit(x, y, verbose=0).history) == ["loss", "acc", "mse", "largest"]


def test_loss_of_an_epoch_is_the_mean_over_samples_not_batches(data):
    """22 samples in batches of 8, 8 and 6; without steps every batch has the same weights."""
    x, y = data
    model = classifier(optimizer=optimizers.SGD(0.0))
    expected = model.evaluate(x, y, batch_size=22)
    history = model.fit(x, y, batch_size=8, verbose=0).history
    assert history["loss"][0] == pytest.approx(expected[0], rel=1e-6)
    assert history["accuracy"][0] == pytest.approx(expected[1], rel=1e-12)
    assert model.evaluate(x, y, batch_size=7) == pytest.approx(expected, rel=1e-6)


def test_the_loss_is_that_before_the_step(data):
    x, y = data
    model = classifier()
    before = model.evaluate(x, y)[0]
    history = model.fit(x, y, batch_size=22, verbose=0)
    assert history.history["loss"][0] == pytest.approx(before, rel=1e-6)
    assert model.evaluate(x, y)[0] < before


def test_validation_split_is_the_end_of_the_samples(data):
    x, y = data
    split, apart = classifier(), classifier()
    utils.set_random_seed(3)
    first = split.fit(x, y, validation_split=0.25, epochs=2, batch_size=4, verbose=0).history
    utils.set_random_seed(3)
    second = apart.fit(
        x[:16], y[:16], validation_data=(x[16:], y[16:]), epochs=2, batch_size=4, verbose=0
    ).history
    assert first == second
    assert same_weights(split.get_weights(), apart.get_weights())


def test_validation_changes_nothing(data):
    x, y = data
    with_it, without = classifier(), classifier()
    utils.set_random_seed(3)
    with_it.fit(x, y, validation_data=(x[:7], y[:7]), epochs=2, verbose=0)
    utils.set_random_seed(3)
    without.fit(x, y, epochs=2, verbose=0)
    assert same_weights(with_it.get_weights(), without.get_weights())


def test_validation_every_other_epoch(data):
    x, y = data
    history = classifier().fit(x, y, validation_data=(x, y), validation_freq=2, epochs=5, verbose=0)
    assert len(history.history["loss"]) == 5
    assert len(history.history["val_loss"]) == 2


def test_validation_does_not_train_layers_that_behave_differently(data):
    x, y = data
    model = Sequential(
        [layers.BatchNormalization(input_shape=(5,)), layers.Dropout(0.5), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    moving = model.layers[0].params["moving_mean"].copy()
    model.evaluate(x, y)
    model.predict(x)
    assert np.array_equal(model.predict(x), model.predict(x))
    assert np.array_equal(model.layers[0].params["moving_mean"], moving)
    model.fit(x, y, verbose=0)
    assert not np.array_equal(model.layers[0].params["moving_mean"], moving)


def test_a_seed_makes_training_reproducible(data):
    x, y = data
    results = []
    for seed in (5, 5, 6):
        model = classifier()
        utils.set_random_seed(seed)
        model.fit(x, y, epochs=2, batch_size=4, verbose=0)
        results.append(model.get_weights())
    assert same_weights(results[0], results[1])
    assert not same_weights(results[0], results[2])


def test_shuffle_gives_every_sample_once_per_epoch(data):
    class Spy(layers.Flatten):
        seen: list[float] = []

        def _forward(self, x, training):
            if training:
                self.seen.extend(x[:, 0].tolist())
            return super()._forward(x, training)

    x = np.arange(10.0)[:, None]
    model = Sequential([Spy(input_shape=(1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, x, epochs=2, batch_size=3, verbose=0)
    first, second = Spy.seen[:10], Spy.seen[10:]
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second != sorted(second)
    Spy.seen.clear()
    model.fit(x, x, epochs=2, batch_size=3, verbose=0, shuffle=False)
    assert Spy.seen == [*range(10), *range(10)]


def test_initial_epoch_counts_on(data):
    x, y = data
    model = classifier()
    assert model.fit(x, y, epochs=2, verbose=0).epoch == [0, 1]
    assert model.fit(x, y, epochs=5, initial_epoch=2, verbose=0).epoch == [2, 3, 4]
    assert model.fit(x, y, epochs=2, initial_epoch=2, verbose=0).history == {}


def test_two_fits_are_one_long_fit(data):
    x, y = data
    once, twice = classifier(), classifier()
    once.fit(x, y, epochs=4, verbose=0, shuffle=False)
    twice.fit(x, y, epochs=2, verbose=0, shuffle=False)
    twice.fit(x, y, epochs=2, verbose=0, shuffle=False)
    assert same_weights(once.get_weights(), twice.get_weights())


def test_compiling_anew_keeps_the_weights_and_starts_the_optimizer(data):
    x, y = data
    model = classifier()
    model.fit(x, y, verbose=0)
    before = model.get_weights()
    model.compile("adam", "mse")
    assert same_weights(before, model.get_weights())
    assert model.optimizer.iterations == 0


def test_frozen_layers_stay(data):
    x, y = data
    model = classifier()
    model.layers[0].trainable = False
    before = model.get_weights()
    model.fit(x, y, verbose=0)
    assert same_weights(before[:2], model.get_weights()[:2])
    assert not same_weights(before[2:], model.get_weights()[2:])


def test_answers_with_and_without_metrics(data):
    x, y = data
    for method in ("evaluate", "train_on_batch", "test_on_batch"):
        assert isinstance(getattr(classifier(metrics=None), method)(x, y), float)
        answer = getattr(classifier(), method)(x, y)
        assert isinstance(answer, list)
        assert len(answer) == 2
        named = getattr(classifier(), method)(x, y, return_dict=True)
        assert named == pytest.approx({"loss": answer[0], "accuracy": answer[1]})


def test_predictions_do_not_depend_on_the_batches(data):
    x, _ = data
    model = classifier()
    whole = model.predict(x, batch_size=100)
    assert whole.shape == (22, 1)
    for size in (1, 5, 22):
        np.testing.assert_allclose(model.predict(x, batch_size=size), whole, rtol=1e-6)


def test_lists_integers_and_booleans_will_do():
    model = Sequential([layers.Dense(1, "sigmoid", input_shape=(2,))])
    model.compile("sgd", "binary_crossentropy")
    model.fit([[0, 1], [1, 0]], [True, False], verbose=0)
    model.fit(np.array([[0, 255]], np.uint8), [[1]], verbose=0)
    model.fit([[False, True]], [1.0], verbose=0)


def test_class_numbers_rows_and_columns_of_labels(data):
    x, _ = data
    labels = np.arange(22) % 3
    results = []
    for loss, y in [
        ("sparse_categorical_crossentropy", labels),
        ("sparse_categorical_crossentropy", labels[:, None]),
        ("categorical_crossentropy", utils.to_categorical(labels)),
    ]:
        utils.set_random_seed(2)
        model = Sequential([layers.Dense(3, "softmax", input_shape=(5,))])
        model.compile("sgd", loss, metrics=["accuracy"])
        results.append(model.fit(x, y, epochs=2, verbose=0).history)
    assert results[0] == results[1] == results[2]


def test_a_fit_builds_a_deferred_model(data):
    x, y = data
    model = Sequential([layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    model.fit(x, y, verbose=0)
    assert model.input_shape == (None, 5)


def test_nan_in_samples_is_seen_in_the_loss(data):
    x, y = data
    x = x.copy()
    x[3, 2] = np.nan
    assert np.isnan(classifier().evaluate(x, y)[0])
    assert np.isnan(classifier().fit(x, y, batch_size=22, verbose=0).history["loss"][0])


# -------------------------------------------------------------------------------------- callbacks
class Diary(callbacks.Callback):
    def __init__(self, events=None, name=""):
        self.events, self.label = [] if events is None else events, name

    def __getattribute__(self, name):
        if name.startswith("on_"):
            return lambda *a: self.events.append((self.label + name, *a))
        return super().__getattribute__(name)


def test_callbacks_are_told_in_order(data):
    x, y = data
    diary = Diary()
    model = classifier()
    model.fit(x, y, batch_size=16, epochs=2, verbose=0, callbacks=[diary], validation_data=(x, y))
    epoch = ["on_epoch_begin", *["on_train_batch_begin", "on_train_batch_end"] * 2, "on_epoch_end"]
    assert [e[0] for e in diary.events] == ["on_train_begin", *epoch, *epoch, "on_train_end"]
    assert [e[1] for e in diary.events if e[0] == "on_epoch_end"] == [0, 1]
    assert [e[1] for e in diary.events if e[0] == "on_train_batch_end"] == [0, 1, 0, 1]
    keys = ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert list(diary.events[6][2]) == keys
    assert list(diary.events[3][2]) == keys[:2]
    assert diary.model is model
    assert diary.params == {"epochs": 2, "steps": 2, "verbose": 0}


def test_callbacks_are_told_one_after_the_other(data):
    x, y = data
    events: list = []
    classifier().fit(x, y, verbose=0, callbacks=[Diary(events, "a "), Diary(events, "b ")])
    assert [e[0] for e in events[:2]] == ["a on_train_begin", "b on_train_begin"]


def test_a_callback_can_stop_training(data):
    x, y = data
    model = classifier()

    def stop(epoch, logs):
        model.stop_training = epoch == 1

    callback = callbacks.LambdaCallback(on_epoch_end=stop)
    assert model.fit(x, y, epochs=9, verbose=0, callbacks=callback).epoch == [0, 1]
    assert model.fit(x, y, epochs=1, verbose=0).epoch == [0]


def test_training_ends_properly_when_it_is_interrupted(data):
    x, y = data
    diary = Diary()

    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    model = classifier()
    with pytest.raises(KeyboardInterrupt):
        model.fit(
            x, y, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_end=interrupt), diary]
        )
    assert diary.events[-1][0] == "on_train_end"
    assert len(model.history.history["loss"]) == 1


# ---------------------------------------------------------------------------------------- refusals
X, Y = np.ones((6, 5)), np.array([0, 1, 0, 1, 0, 1])


@pytest.mark.parametrize(
    ("x", "y", "options", "error", "message"),
    [
        (X, Y[:5], {}, ValueError, "`x` and `y` must have as many samples; got 6 and 5"),
        (X, 1.0, {}, ValueError, "`y` must have a batch axis first; got the single number"),
        (X[:, :4], Y, {}, ValueError, r"samples of shape \(5,\); got \(4,\)"),
        (X[0], Y[:5], {}, ValueError, "`x` must have a batch axis|samples of shape"),
        (X[:0], Y[:0], {}, ValueError, "`x` must not be empty"),
        (X * 1j, Y, {}, TypeError, "`x` must hold real numbers; got dtype complex128"),
        (X.astype(str), Y, {}, TypeError, "`x` must hold real numbers; got dtype <U"),
        (X, np.array(list("aababa")), {}, TypeError, "`y` must hold real numbers"),
        ([[1.0], [2.0, 3.0]], Y, {}, ValueError, "`x` must be an array; NumPy says: "),
        (X, None, {}, TypeError, "`y` must hold real numbers; got dtype object"),
        (
            X,
            np.where(Y == 1, np.nan, 0),
            {},
            ValueError,
            "`y_true` must hold finite numbers; got NaN",
        ),
        (X, Y * 2, {}, ValueError, "must be from 0 to 1; got 0.0 to 2.0"),
        (X, np.ones((6, 2)), {}, ValueError, r"`y_true` must have the shape of `y_pred`, \(6, 1\)"),
        (
            X,
            Y,
            {"batch_size": 0},
            ValueError,
            "`batch_size` must be an integer of 1 or more; got 0",
        ),
        (X, Y, {"batch_size": 2.5}, ValueError, "`batch_size` must be an integer"),
        (X, Y, {"epochs": 0}, ValueError, "`epochs` must be an integer of 1 or more; got 0"),
        (X, Y, {"epochs": "3"}, ValueError, "`epochs` must be an integer"),
        (
            X,
            Y,
            {"initial_epoch": -1},
            ValueError,
            "`initial_epoch` must be an integer of 0 or more",
        ),
        (X, Y, {"verbose": 3}, ValueError, "`verbose` must be 'auto', 0, 1 or 2; got 3"),
        (X, Y, {"validation_split": 1.0}, ValueError, "`validation_split` must be between 0 and 1"),
        (
            X,
            Y,
            {"validation_split": -0.5},
            ValueError,
            "`validation_split` must be between 0 and 1",
        ),
        (X, Y, {"validation_split": 0.999}, ValueError, "leave samples on both sides"),
        (X, Y, {"validation_split": "a"}, ValueError, "`validation_split` must be between"),
        (X, Y, {"validation_data": X}, ValueError, r"`validation_data` must be a pair \(x, y\)"),
        (X, Y, {"validation_data": (X, Y, Y)}, ValueError, "must be a pair"),
        (X, Y, {"validation_data": (X, Y[:3])}, ValueError, "as many samples; got 6 and 3"),
        (X, Y, {"validation_data": (X, Y * 3)}, ValueError, "must be from 0 to 1"),
        (X, Y, {"validation_data": (X[:, 1:], Y)}, ValueError, "samples of shape"),
        (
            X,
            Y,
            {"validation_freq": 0},
            ValueError,
            "`validation_freq` must be an integer of 1 or more",
        ),
        (
            X,
            Y,
            {"validation_batch_size": 0},
            ValueError,
            "`validation_batch_size` must be an integer",
        ),
        (
            X,
            Y,
            {"callbacks": ["stop"]},
            TypeError,
            "`callbacks` must be a list of Callback objects",
        ),
        (
            X,
            Y,
            {"class_weight": {0: 2}},
            ValueError,
            r"fit\(\): `class_weight` is left out of cnnlib",
        ),
        (X, Y, {"sample_weight": Y}, ValueError, r"fit\(\): `sample_weight` is left out of cnnlib"),
        (X, Y, {"steps_per_epoch": 3}, ValueError, "`steps_per_epoch` is left out"),
        (X, Y, {"workers": 3}, TypeError, r"fit\(\) has no argument `workers`"),
    ],
)
def test_a_refused_fit_takes_no_step(x, y, options, error, message):
    model = classifier()
    before = model.get_weights()
    with pytest.raises(error, match=message):
        model.fit(x, y, verbose=options.pop("verbose", 0), **options)
    assert same_weights(before, model.get_weights())
    assert model.optimizer.iterations == 0


def test_a_bad_label_in_the_last_batch_takes_no_step():
    model = classifier()
    before = model.get_weights()
    y = np.zeros(100)
    y[99] = 7
    with pytest.raises(ValueError, match="must be from 0 to 1"):
        model.fit(np.ones((100, 5)), y, batch_size=10, verbose=0)
    assert same_weights(before, model.get_weights())


def test_a_fit_that_fails_to_build_can_be_repeated():
    model = Sequential([layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="takes images"):
        model.fit(np.ones((4, 8, 8)), np.ones(4), verbose=0)
    model.fit(np.ones((4, 8, 8, 1)), np.ones(4), verbose=0)


@pytest.mark.parametrize("method", ["evaluate", "train_on_batch", "test_on_batch"])
def test_other_methods_refuse_too(method):
    model = classifier()
    before = model.get_weights()
    run = getattr(model, method)
    for x, y, error, message in [
        (X, Y[:5], ValueError, "as many samples; got 6 and 5"),
        (X, Y * 2, ValueError, "must be from 0 to 1"),
        (X[:0], Y[:0], ValueError, "`x` must not be empty"),
        (X * 1j, Y, TypeError, "real numbers; got dtype complex128"),
        (1.0, Y, ValueError, "`x` must"),
    ]:
        with pytest.raises(error, match=message):
            run(x, y)
    with pytest.raises(ValueError, match=rf"{method}\(\): `sample_weight` is left out of cnnlib"):
        run(X, Y, sample_weight=Y)
    with pytest.raises(TypeError, match=rf"{method}\(\) has no argument `color`"):
        run(X, Y, color=1)
    assert same_weights(before, model.get_weights())


def test_predict_refuses():
    model = classifier()
    with pytest.raises(ValueError, match="`batch_size` must be an integer of 1 or more; got -1"):
        model.predict(X, batch_size=-1)
    with pytest.raises(ValueError, match="`verbose` must be 'auto', 0, 1 or 2; got 'loud'"):
        model.predict(X, verbose="loud")
    with pytest.raises(ValueError, match=r"predict\(\): `steps` is left out of cnnlib; got 3"):
        model.predict(X, steps=3)


def test_training_needs_a_loss():
    model = Sequential([layers.Dense(1, input_shape=(5,))])
    for method in ("fit", "evaluate", "train_on_batch"):
        with pytest.raises(
            RuntimeError, match=rf"{method}\(\) needs a compiled model: call compile"
        ):
            getattr(model, method)(X, Y)
    model.compile("adam")
    with pytest.raises(RuntimeError, match="needs a compiled model"):
        model.fit(X, Y, verbose=0)
    model.predict(X)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"optimizer": "ada"}, ValueError, "`optimizer` must be one of sgd"),
        ({"loss": "entropy"}, ValueError, "`loss` must be one of binary_crossentropy"),
        ({"metrics": "accuracy"}, ValueError, r"`metrics` must be a list such as \['accuracy'\]"),
        ({"metrics": ["precision"]}, ValueError, "A metric must be one of accuracy"),
        ({"loss_weights": [1]}, ValueError, r"compile\(\): `loss_weights` is left out of cnnlib"),
        ({"eager": True}, TypeError, r"compile\(\) has no argument `eager`"),
    ],
)
def test_a_refused_compile_keeps_the_old_settings(options, error, message):
    model = classifier()
    before = model.optimizer, model.loss, model.metric_names
    with pytest.raises(error, match=message):
        model.compile(**{"optimizer": "sgd", "loss": "mse", **options})
    assert (model.optimizer, model.loss, model.metric_names) == before


def test_arguments_of_keras_that_ask_for_nothing(data):
    x, y = data
    model = classifier(jit_compile="auto", run_eagerly=False, weighted_metrics=None)
    model.fit(x, y, verbose=0, class_weight=None, sample_weight=None, steps_per_epoch=None)


def test_layers_exchanged_after_training(data):
    """The optimizer's memory no longer fits: an error, and not a crash."""
    x, y = data
    model = classifier()
    model.fit(x, y, verbose=0)
    model.pop()
    model.add(layers.Dense(900))
    model.compile(model.optimizer, "mse")
    with pytest.raises(ValueError, match="Compile the model anew with a new optimizer"):
        model.fit(x, np.ones((22, 900)), verbose=0)
    model.compile("adam", "mse")
    model.fit(x, np.ones((22, 900)), verbose=0)
