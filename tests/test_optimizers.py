"""Optimizers: the paths of weights, against one-number versions of the papers' formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib import optimizers
from tests import naive

GRADIENTS = [0.5, -2.0, 0.0, 1e-3, 3.0, 3.0, -0.1]


def path(optimizer, gradients=GRADIENTS, start=1.5):
    """The weight after every step; a second weight of another shape keeps it company."""
    w, other, seen = np.array([[start, -start]]), np.ones(3), []
    for g in gradients:
        optimizer.apply([np.array([[g, -g]]), np.zeros(3)], [w, other])
        assert w[0, 0] == -w[0, 1]
        seen.append(w[0, 0])
    return seen


CASES = [
    (optimizers.SGD(), lambda g: naive.sgd(1.5, g, 0.01)),
    (optimizers.SGD(0.1, momentum=0.9), lambda g: naive.sgd(1.5, g, 0.1, 0.9)),
    (
        optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda g: naive.sgd(1.5, g, 0.1, 0.9, nesterov=True),
    ),
    (optimizers.RMSprop(), lambda g: naive.rmsprop(1.5, g, 0.001)),
    (optimizers.RMSprop(0.1, rho=0.5, epsilon=0.1), lambda g: naive.rmsprop(1.5, g, 0.1, 0.5, 0.1)),
    (optimizers.Adam(), lambda g: naive.adam(1.5, g, 0.001)),
    (optimizers.Adam(0.1, 0.8, 0.9, 1e-3), lambda g: naive.adam(1.5, g, 0.1, 0.8, 0.9, 1e-3)),
    (optimizers.AdamW(0.1), lambda g: naive.adam(1.5, g, 0.1, decay=0.004)),
    (optimizers.Adam(0.1, weight_decay=0.5), lambda g: naive.adam(1.5, g, 0.1, decay=0.5)),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_paths_agree_with_the_slow_loops(number):
    optimizer, slow = CASES[number]
    fresh = optimizers.get(optimizers.serialize(optimizer))
    np.testing.assert_allclose(path(fresh), slow(GRADIENTS), rtol=1e-12)
    assert fresh.iterations == len(GRADIENTS)


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=8))
def test_any_gradients(gradients):
    np.testing.assert_allclose(
        path(optimizers.Adam(0.1), gradients),
        naive.adam(1.5, gradients, 0.1),
        rtol=1e-8,
        atol=1e-12,
    )


@pytest.mark.parametrize("name", sorted(optimizers.NAMES))
def test_every_optimizer_goes_downhill(name):
    optimizer = optimizers.get({"class_name": name, "config": {"learning_rate": 0.05}})
    w = np.array([2.0, -3.0], np.float32)
    for _ in range(200):
        optimizer.apply([2 * w], [w])
    assert abs(w).max() < 0.1
    assert w.dtype == np.float32


def test_the_learning_rate_can_be_changed_at_any_time():
    optimizer = optimizers.SGD(0.5)
    w = np.array([1.0])
    optimizer.apply([np.ones(1)], [w])
    optimizer.learning_rate = 0.25
    optimizer.apply([np.ones(1)], [w])
    assert w.tolist() == [0.25]


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "0.1", None, 1j])
def test_a_learning_rate_is_a_number(value):
    with pytest.raises(ValueError, match="`learning_rate` must be at least 0; got"):
        optimizers.Adam(value)
    optimizer = optimizers.SGD(0.5)
    with pytest.raises(ValueError, match="`learning_rate` must be at least 0; got"):
        optimizer.learning_rate = value
    assert optimizer.learning_rate == 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optimizers.SGD(momentum=1), "`momentum` must be at least 0 and below 1; got 1"),
        (lambda: optimizers.SGD(momentum=-0.1), "`momentum` must be at least 0 and below 1"),
        (lambda: optimizers.RMSprop(rho=1.5), "`rho` must be at least 0 and below 1; got 1.5"),
        (lambda: optimizers.RMSprop(epsilon=-1), "`epsilon` must be at least 0; got -1"),
        (lambda: optimizers.Adam(beta_1=1), "`beta_1` must be at least 0 and below 1; got 1"),
        (lambda: optimizers.Adam(beta_2="a"), "`beta_2` must be at least 0 and below 1; got 'a'"),
        (lambda: optimizers.AdamW(weight_decay=-1), "`weight_decay` must be at least 0; got -1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_shapes_and_numbers_of_arrays():
    optimizer, w = optimizers.Adam(), np.ones((2, 3))
    with pytest.raises(ValueError, match="a gradient of its own shape"):
        optimizer.apply([np.ones((3, 2))], [w])
    with pytest.raises(ValueError, match="a gradient of its own shape"):
        optimizer.apply([], [w])
    assert optimizer.iterations == 0
    optimizer.apply([np.ones((2, 3))], [w])
    before = w.copy()
    with pytest.raises(ValueError, match="remembers weights of shapes"):
        optimizer.apply([np.ones((2, 3)), np.ones(1)], [w, np.ones(1)])
    assert np.array_equal(w, before)
    assert optimizer.iterations == 1


@pytest.mark.parametrize(
    "optimizer", [optimizers.Adam(), optimizers.SGD(momentum=0.5), optimizers.RMSprop()]
)
def test_weights_of_another_shape_than_it_remembers(optimizer):
    """Else a kernel would read beyond the end of the optimizer's memory."""
    optimizer.apply([np.ones(2)], [np.ones(2)])
    other = np.ones(1000)
    with pytest.raises(ValueError, match=r"remembers weights of shapes.*\(2,\).*got.*\(1000,\)"):
        optimizer.apply([np.ones(1000)], [other])
    assert (other == 1).all()
    assert optimizer.iterations == 1


def test_weights_that_cannot_be_changed_in_place():
    """A transposed view cannot be updated by a flat loop: an error, and not silence."""
    base = np.ones((2, 3))
    for w in (base.T, base[:, ::2], np.ones(3, int), [1.0, 2.0]):
        with pytest.raises((ValueError, TypeError), match="Weights must be"):
            optimizers.SGD(0.5).apply([np.ones(np.shape(w))], [w])
    frozen = np.ones(2)
    frozen.setflags(write=False)
    with pytest.raises(ValueError, match="Weights must be"):
        optimizers.SGD(0.5).apply([np.ones(2)], [frozen])
    assert (base == 1).all()


def test_gradients_in_any_layout():
    w = np.ones((2, 3))
    optimizers.SGD(1.0).apply([np.arange(6.0).reshape(3, 2).T], [w])
    assert w.tolist() == [[1, -1, -3], [0, -2, -4]]


def test_names_objects_and_configurations():
    for name, kind in optimizers.NAMES.items():
        optimizer = optimizers.get(name)
        assert type(optimizer) is kind
        assert optimizer.name == name
        again = optimizers.get(optimizers.serialize(optimizer))
        assert again.get_config() == optimizer.get_config()
        assert optimizers.get(optimizer) is optimizer
    assert type(optimizers.get("Adam")) is optimizers.Adam
    settings = {"learning_rate": 0.3, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}
    assert optimizers.serialize(optimizers.SGD(**settings))["config"] == settings


@pytest.mark.parametrize("unknown", ["adagrad", None, 0.1, optimizers.Adam, {}])
def test_an_unknown_optimizer(unknown):
    with pytest.raises(ValueError, match="`optimizer` must be one of sgd, rmsprop, adam, adamw"):
        optimizers.get(unknown)


def test_nan_in_a_gradient_reaches_its_weight():
    w = np.ones(2)
    optimizers.Adam().apply([np.array([np.nan, 1.0])], [w])
    assert np.isnan(w[0])
    assert np.isfinite(w[1])
