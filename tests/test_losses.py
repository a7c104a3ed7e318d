"""Losses: values, gradients, what they accept as targets."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import losses
from tests import naive
from tests.gradcheck import STEP


def one_hot(rng, rows, classes):
    return np.eye(classes)[rng.integers(classes, size=rows)]


def cases(rng, rows, classes):
    """(loss, targets, predictions, the loss of every sample by the slow loops)"""
    t, p, z = one_hot(rng, rows, classes), rng.uniform(0.05, 0.9, (rows, classes)), None
    z = rng.standard_normal((rows, classes)) * 3
    labels, bits = t.argmax(axis=1), rng.integers(0, 2, (rows, classes))
    return [
        (losses.BinaryCrossentropy(), bits, p, naive.binary_crossentropy(bits, p)),
        (
            losses.BinaryCrossentropy(from_logits=True),
            bits,
            z,
            naive.binary_crossentropy_logits(bits, z),
        ),
        (losses.CategoricalCrossentropy(), t, p, naive.categorical_crossentropy(t, p)),
        (
            losses.CategoricalCrossentropy(from_logits=True),
            *(t, z, naive.categorical_crossentropy_logits(t, z)),
        ),
        (losses.SparseCategoricalCrossentropy(), labels, p, naive.categorical_crossentropy(t, p)),
        (
            losses.SparseCategoricalCrossentropy(from_logits=True),
            *(labels, z, naive.categorical_crossentropy_logits(t, z)),
        ),
        (losses.MeanSquaredError(), z, p, naive.mean_squared_error(z, p)),
    ]


@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 2**16))
def test_values_agree_with_the_slow_loops(rows, classes, seed):
    for loss, t, p, expected in cases(np.random.default_rng(seed), rows, classes):
        np.testing.assert_allclose(loss.call(t, p)[0], expected, rtol=1e-9, atol=1e-12)
        assert loss(t, p) == pytest.approx(expected.mean(), abs=1e-12)


def check_gradient(loss, t, p, rng):
    gradient = loss.gradient(t, p)
    assert gradient.shape == p.shape
    assert gradient.dtype == np.float64
    for _ in range(3):
        d = rng.standard_normal(p.shape)
        numeric = (loss(t, p + STEP * d) - loss(t, p - STEP * d)) / (2 * STEP)
        assert numeric == pytest.approx((gradient * d).sum(), rel=1e-5, abs=1e-8), loss.name


def test_gradients(rng):
    for loss, t, p, _ in cases(rng, 5, 4):
        check_gradient(loss, t, p, rng)


def test_gradients_with_smoothed_labels(rng):
    t, p = one_hot(rng, 5, 4), rng.uniform(0.05, 0.9, (5, 4))
    for kind in (losses.BinaryCrossentropy, losses.CategoricalCrossentropy):
        for from_logits in (False, True):
            check_gradient(kind(from_logits, label_smoothing=0.2), t, p, rng)


def test_gradients_of_images(rng):
    """A prediction may have any number of axes, as in segmentation."""
    labels, p = rng.integers(0, 3, (2, 4, 5)), rng.uniform(0.05, 0.9, (2, 4, 5, 3))
    check_gradient(losses.SparseCategoricalCrossentropy(), labels, p, rng)
    check_gradient(losses.CategoricalCrossentropy(from_logits=True), np.eye(3)[labels], p, rng)
    check_gradient(losses.BinaryCrossentropy(), np.eye(3)[labels], p, rng)


def test_smoothed_labels_on_paper():
    # 0.2 of smoothing: 1 becomes 0.9 and 0 becomes 0.1
    loss = losses.BinaryCrossentropy(label_smoothing=0.2)
    assert loss([[1.0]], [[0.75]]) == pytest.approx(-0.9 * log(0.75) - 0.1 * log(0.25))
    loss = losses.CategoricalCrossentropy(label_smoothing=0.2)
    assert loss([[1, 0]], [[0.75, 0.25]]) == pytest.approx(-0.9 * log(0.75) - 0.1 * log(0.25))


def test_a_probability_of_0_costs_the_logarithm_of_the_clip():
    p = np.array([[0.0], [1.0]])
    value, gradient = losses.BinaryCrossentropy().value_and_gradient([1, 0], p)
    assert value == pytest.approx(-log(1e-7), rel=1e-6)
    assert gradient.tolist() == [[0], [0]]


def test_logits_of_any_size_are_fine():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert loss([0], [[1e4, -1e4]]) == 0
    assert loss([1], [[1e4, -1e4]]) == 2e4
    loss = losses.BinaryCrossentropy(from_logits=True)
    assert loss([1, 0], [[-1e4], [1e4]]) == 1e4


def test_a_prediction_that_diverged_gives_a_loss_that_diverged(rng):
    for loss, t, p, _ in cases(rng, 5, 4):
        for bad in (np.nan, np.inf):
            q = p.copy()
            q[2, 1] = bad
            value, gradient = loss.value_and_gradient(t, q)
            if np.isnan(bad):
                assert np.isnan(value), loss.name
                assert np.isnan(gradient).any(), loss.name
                assert np.isfinite(gradient[[0, 1, 3, 4]]).all()
            elif "binary" not in loss.name:
                assert not np.isfinite(value), loss.name


def test_columns_and_rows_of_numbers_stand_for_each_other():
    loss = losses.BinaryCrossentropy()
    expected = loss([[1], [0]], [[0.9], [0.4]])
    assert loss([1, 0], [[0.9], [0.4]]) == expected
    assert losses.MeanSquaredError()([1.0, 2.0], [[1.0], [4.0]]) == 2
    sparse = losses.SparseCategoricalCrossentropy()
    assert sparse([[1], [0]], [[0.1, 0.9], [0.6, 0.4]]) == sparse([1, 0], [[0.1, 0.9], [0.6, 0.4]])


def test_float32_stays_float32():
    for name in losses.NAMES:
        p = np.full((2, 1), 0.5, np.float32)
        assert (
            losses.get(name).gradient([0, 0] if "sparse" in name else [[0], [0]], p).dtype == "f4"
        )


@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy", "mse"])
@pytest.mark.parametrize(
    ("targets", "error", "message"),
    [
        (
            [[1, 0, 0]],
            ValueError,
            r"`y_true` must have the shape of `y_pred`, \(2, 3\); got \(1, 3\)",
        ),
        ([0, 1], ValueError, r"`y_true` must have the shape of `y_pred`"),
        ([[np.nan, 0, 0], [0, 0, 1]], ValueError, "must hold finite numbers; got NaN or infinity"),
        ([["a", "b", "c"]] * 2, TypeError, "`y_true` must hold real numbers; got dtype <U1"),
        ([[1j, 0, 0]] * 2, TypeError, "`y_true` must hold real numbers; got dtype complex128"),
        ([[None] * 3] * 2, TypeError, "`y_true` must hold real numbers; got dtype object"),
    ],
)
def test_bad_targets(name, targets, error, message):
    loss, p = losses.get(name), np.full((2, 3), 0.5)
    with pytest.raises(error, match=message):
        loss(targets, p)
    with pytest.raises(error, match=message):
        loss.check_targets(targets, (2, 3))


@pytest.mark.parametrize("targets", [[[2.0, 0, 0]] * 2, [[-0.1, 0, 0]] * 2])
def test_targets_of_a_binary_crossentropy_are_probabilities(targets):
    with pytest.raises(ValueError, match="must be from 0 to 1; got"):
        losses.BinaryCrossentropy()(targets, np.full((2, 3), 0.5))


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([0, 3], "integers from 0 to 2.*got numbers from 0 to 3"),
        ([-1, 0], "integers from 0 to 2.*got numbers from -1 to 0"),
        ([0.5, 0], "integers from 0 to 2"),
        ([np.nan, 0], "must hold class numbers; got float64, or NaN"),
        (["a", "b"], "must hold class numbers; got <U1"),
        ([1j, 0], "must hold class numbers; got complex128"),
        ([0, 1, 2], r"a class number per prediction, shape \(2,\); got \(3,\)"),
        ([[1, 0, 0], [0, 1, 0]], "For one-hot rows use categorical_crossentropy"),
    ],
)
def test_bad_class_numbers(targets, message):
    loss = losses.SparseCategoricalCrossentropy()
    with pytest.raises(ValueError, match=message):
        loss(targets, np.full((2, 3), 0.5))
    with pytest.raises(ValueError, match=message):
        loss.check_targets(targets, (2, 3))


@pytest.mark.parametrize("name", sorted(losses.NAMES))
def test_bad_predictions(name):
    loss = losses.get(name)
    for bad in ([["a"]], [[1j]], [[None]]):
        with pytest.raises(TypeError, match="`y_pred` must hold real numbers; got dtype"):
            loss([0], bad)
    for bad in (np.ones((0, 3)), 0.5):
        with pytest.raises(ValueError, match="`y_pred` must have an axis and not be empty"):
            loss([0], bad)


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, np.nan])
def test_label_smoothing_is_a_share(smoothing):
    with pytest.raises(ValueError, match="`label_smoothing` must be from 0 to 1; got"):
        losses.BinaryCrossentropy(label_smoothing=smoothing)


def test_functions_give_the_loss_of_every_sample(rng):
    t, p = one_hot(rng, 3, 4), rng.uniform(0.1, 0.9, (3, 4))
    assert losses.binary_crossentropy(t, p).shape == (3,)
    assert losses.categorical_crossentropy(t, p).shape == (3,)
    assert losses.sparse_categorical_crossentropy([0, 1, 2], p).shape == (3,)
    np.testing.assert_allclose(losses.mean_squared_error(t, p), naive.mean_squared_error(t, p))


def test_names_functions_objects_and_configurations():
    for name, kind in losses.NAMES.items():
        assert type(losses.get(name)) is kind
    assert type(losses.get(losses.mean_squared_error)) is losses.MeanSquaredError
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, name="mine")
    assert losses.get(loss) is loss
    again = losses.get(losses.serialize(loss))
    assert vars(again) == vars(loss)
    for name in losses.NAMES:
        assert vars(losses.get(losses.serialize(losses.get(name)))) == vars(losses.get(name))


@pytest.mark.parametrize("unknown", ["hinge", None, 3, lambda t, p: 0, {}, losses.MeanSquaredError])
def test_an_unknown_loss(unknown):
    with pytest.raises(ValueError, match="`loss` must be one of binary_crossentropy"):
        losses.get(unknown)


def test_a_loss_of_ones_own(rng):
    class Absolute(losses.Loss):
        def call(self, y_true, y_pred):
            error = np.asarray(y_pred) - np.asarray(y_true)
            return np.abs(error).sum(axis=-1), np.sign(error)

    loss = Absolute("absolute")
    assert loss([[0.0, 0.0], [1.0, 1.0]], [[1.0, -2.0], [1.0, 2.0]]) == 2
    check_gradient(loss, np.zeros((3, 2)), rng.standard_normal((3, 2)), rng)
    assert losses.serialize(loss) is None
    with pytest.raises(NotImplementedError):
        losses.Loss()([0.0], [0.0])
