"""Metrics: means over samples, whatever the batches."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import metrics


def test_a_mean_weighs_batches_by_their_samples():
    mean = metrics.Mean("loss")
    assert np.isnan(mean.result())
    mean.add(1.0, count=3)
    mean.add(5.0, count=1)
    assert mean.result() == 2
    mean.reset_state()
    assert np.isnan(mean.result())


def test_binary_accuracy():
    assert metrics.binary_accuracy([[1], [0], [1]], [[0.9], [0.2], [0.5]]).ravel().tolist() == [
        1,
        1,
        0,
    ]
    assert metrics.binary_accuracy([1, 0], [[0.9], [0.8]]).ravel().tolist() == [1, 0]
    assert metrics.binary_accuracy([[1], [0]], [0.9, 0.8]).ravel().tolist() == [1, 0]
    assert metrics.binary_accuracy([1, 0], [0.3, 0.3], threshold=0.2).tolist() == [1, 0]


def test_accuracy_of_rows():
    p = [[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]]
    assert metrics.categorical_accuracy([[0, 1, 0], [0, 0, 1]], p).tolist() == [1, 0]
    assert metrics.sparse_categorical_accuracy([1, 2], p).tolist() == [1, 0]
    assert metrics.sparse_categorical_accuracy([[1], [2]], p).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [
        ([1, 0], [[0.9], [0.9]], 0.5),  # one prediction per sample: binary
        ([[1], [0]], [[0.9], [0.9]], 0.5),
        ([1, 2], [[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], 0.5),  # class numbers
        ([[1], [2]], [[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], 0.5),
        ([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]], 0.5),  # one-hot rows
    ],
)
def test_accuracy_fits_the_shapes(y_true, y_pred, expected):
    metric = metrics.get("accuracy")
    metric.update_state(y_true, y_pred)
    assert metric.result() == expected
    assert metric.name == "accuracy"


def test_batches_make_no_difference(rng):
    y, p = rng.integers(3, size=10), rng.random((10, 3))
    whole, parts = metrics.SparseCategoricalAccuracy(), metrics.SparseCategoricalAccuracy()
    whole.update_state(y, p)
    for batch in (slice(0, 4), slice(4, 8), slice(8, 10)):
        parts.update_state(y[batch], p[batch])
    assert parts.result() == pytest.approx(whole.result(), rel=1e-15)


def test_losses_as_metrics():
    metric = metrics.get("mse")
    metric.update_state([[0.0, 0.0]], [[1.0, 3.0]])
    assert metric.result() == 5


def test_names_functions_and_objects():
    for name in metrics.FUNCTIONS:
        assert metrics.get(name).name == name

    def largest(y_true, y_pred):
        return np.max(y_pred, axis=-1)

    metric = metrics.get(largest)
    metric.update_state([0, 0], [[1.0, 2.0], [4.0, 3.0]])
    assert (metric.name, metric.result()) == ("largest", 3)
    assert metrics.get(metric) is metric
    assert metrics.BinaryAccuracy(threshold=0.9).name == "binary_accuracy"
    assert metrics.CategoricalAccuracy().name == "categorical_accuracy"


@pytest.mark.parametrize("unknown", ["precision", None, 3, metrics.BinaryAccuracy])
def test_an_unknown_metric(unknown):
    with pytest.raises(ValueError, match="A metric must be one of accuracy"):
        metrics.get(unknown)


@pytest.mark.parametrize(
    ("function", "y_true", "y_pred"),
    [
        (metrics.binary_accuracy, [1, 0, 1], [0.5, 0.5]),
        (metrics.binary_accuracy, [1], [[0.5], [0.5]]),
        (metrics.categorical_accuracy, [[0, 1]], [[0, 1], [1, 0]]),
        (metrics.sparse_categorical_accuracy, [0, 1, 1], [[0, 1], [1, 0]]),
        (metrics.accuracy, [0, 1, 1], [[0, 1], [1, 0]]),
        (metrics.accuracy, 1, 1),
    ],
)
def test_shapes_that_do_not_fit(function, y_true, y_pred):
    with pytest.raises(ValueError, match="y_true"):
        function(y_true, y_pred)
