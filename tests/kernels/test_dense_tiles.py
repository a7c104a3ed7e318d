"""Dense products on register tiles: exact sums for whole numbers, and Adam's step in between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.kernels import dense_tiles as kernels
from tests import naive
from tests.kernels.tiles import (
    assert_guards,
    compiled,
    guarded,
    needs_compiler,
    output,
    same_bits,
    shielded,
    whole_numbers,
)

pytestmark = needs_compiler

#: Rows and lanes of a tile, and for how many cores it is compiled.
VARIANTS = [(5, 1, 1), (1, 2, 1), (3, 4, 2), (2, 8, 1), (8, 16, 1), (4, 32, 1)]
variants = pytest.mark.parametrize(("T", "L", "cores"), VARIANTS)


def run_dense(function, x, w, groups=1):
    partial = output(groups, len(x), w.shape[1])
    function(shielded(x), shielded(w), partial)
    assert_guards(partial)
    return partial


def run_input_gradient(function, dy, w):
    scratch, dx = output(len(w), len(dy)), output(len(dy), len(w))
    function(shielded(dy.T), shielded(w), scratch, dx)
    assert_guards(scratch, dx)
    return dx


def run_weight_gradient(function, dy, x):
    dw = output(x.shape[1], dy.shape[1])
    function(shielded(dy), shielded(x), dw)
    assert_guards(dw)
    return dw


@st.composite
def layers(draw, samples=1, outputs=1):
    """x, w and dy in whole numbers: at least so many samples and outputs, any number of inputs."""
    samples += draw(st.integers(0, min(samples + 2, 9)))
    outputs += draw(st.integers(0, min(outputs + 2, 9)))
    inputs = draw(st.one_of(st.integers(1, 9), st.sampled_from([31, 32, 33, 64, 70])))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x, w = whole_numbers(rng, samples, inputs), whole_numbers(rng, inputs, outputs)
    return x, w, whole_numbers(rng, samples, outputs)


# ------------------------------------------------------------------------------------ whole numbers
@variants
@given(data=st.data())
@settings(max_examples=12)
def test_every_sum_is_exact(T, L, cores, data):
    x, w, _ = data.draw(layers(outputs=L))
    groups = data.draw(st.integers(1, 4))  # some have no input where there are more than these
    partial = run_dense(compiled(kernels.dense_tiles(T, L), cores), x, w, groups)
    edges = [len(w) * g // groups for g in range(groups + 1)]
    for g in range(groups):
        group = slice(edges[g], edges[g + 1])
        np.testing.assert_array_equal(partial[g], x[:, group] @ w[group])


@variants
@given(data=st.data())
@settings(max_examples=12)
def test_the_inputs_gradient_is_exact(T, L, cores, data):
    _, w, dy = data.draw(layers(samples=L))
    function = compiled(kernels.dense_input_gradient_tiles(T, L), cores)
    np.testing.assert_array_equal(run_input_gradient(function, dy, w), dy @ w.T)


@variants
@given(data=st.data())
@settings(max_examples=12)
def test_the_weights_gradient_is_exact(T, L, cores, data):
    x, _, dy = data.draw(layers(outputs=L))
    function = compiled(kernels.dense_weight_gradient_tiles(T, L), cores)
    np.testing.assert_array_equal(run_weight_gradient(function, dy, x), x.T @ dy)


@given(layers())
@settings(max_examples=10)
def test_the_oracle_of_these_tests_agrees_with_the_slow_loops(case):
    x, w, dy = case
    np.testing.assert_array_equal(naive.dense(x, w, np.zeros(w.shape[1])), x @ w)
    dx, dw, _ = naive.dense_backward(dy, x, w)
    np.testing.assert_array_equal(dx, dy @ w.T)
    np.testing.assert_array_equal(dw, x.T @ dy)


# ------------------------------------------------------------------------------------------- Adam
#: Rows, lanes for the samples, lanes for the outputs, cores.
ADAM = [(5, 1, 2, 1), (3, 4, 1, 2), (2, 2, 8, 1), (8, 16, 4, 1), (4, 8, 32, 1), (3, 32, 16, 1)]
BETA_1, BETA_2, EPSILON, LEARNING_RATE = 0.9, 0.99, 1e-4, 0.05


def rates(step, decay=0.0):
    """What the kernel needs to know of the settings at the step of this number, from 1."""
    size = LEARNING_RATE * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
    return shielded([size, 1 - BETA_1, 1 - BETA_2, EPSILON, 1 - LEARNING_RATE * decay])


def run_adam(function, dy, x, step, decay, m, v, w, want_dx=True):
    """Take a step: m, v and w are changed. Returns dx, which is empty if it is not wanted."""
    samples = len(dy) if want_dx else 0
    scratch, dx = output(x.shape[1], samples), output(samples, x.shape[1])
    function(shielded(dy.T), shielded(dy), shielded(x), rates(step, decay), scratch, m, v, w, dx)
    assert_guards(m, v, w, scratch, dx)
    return dx


def adam(gradient, step, decay, m, v, w):
    """The same in float64: new m, v and w."""
    m = BETA_1 * m + (1 - BETA_1) * gradient
    v = BETA_2 * v + (1 - BETA_2) * gradient**2
    size = LEARNING_RATE * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
    w = w * (1 - LEARNING_RATE * decay) - size * m / (np.sqrt(v) + EPSILON)
    return m, v, w


def test_the_formula_of_these_tests_is_adams():
    gradients = [3.0, -1.0, 0.5, 4.0]
    slow = naive.adam(2.0, gradients, LEARNING_RATE, BETA_1, BETA_2, EPSILON, decay=0.3)
    state = 0.0, 0.0, 2.0
    for step, (gradient, expected) in enumerate(zip(gradients, slow, strict=True), start=1):
        state = adam(gradient, step, 0.3, *state)
        assert state[2] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("T", "LS", "LO", "cores"), ADAM)
@given(data=st.data())
@settings(max_examples=10)
def test_steps_of_adam(T, LS, LO, cores, data):
    x, start, dy = data.draw(layers(LS, LO))
    decay, want_dx = data.draw(st.sampled_from([0.0, 0.3])), data.draw(st.booleans())
    function = compiled(kernels.dense_adam(T, LS, LO), cores)
    m, v, w = guarded(np.zeros_like(start)), guarded(np.zeros_like(start)), guarded(start)
    exact = np.zeros_like(start), np.zeros_like(start), start
    for step in (1, 2, 3):
        before = w.astype(np.float64)
        dx = run_adam(function, dy, x, step, decay, m, v, w, want_dx)
        if want_dx:  # by the weights before the step
            np.testing.assert_allclose(dx, dy @ before.T, rtol=1e-5, atol=1e-4)
        exact = adam(x.T @ dy, step, decay, *exact)
        for result, expected in zip((m, v, w), exact, strict=True):
            np.testing.assert_allclose(result, expected, rtol=2e-5, atol=2e-6)


def test_a_gradient_of_nan_moves_only_its_own_weights(rng):
    x, start = whole_numbers(rng, 6, 40) + 0.5, whole_numbers(rng, 40, 7)
    dy = whole_numbers(rng, 6, 7)
    function = compiled(kernels.dense_adam(5, 1, 2), 1)
    results = []
    for bad in (1.0, np.nan, np.inf):
        dy[2, 5] = bad
        m, v, w = guarded(np.zeros_like(start)), guarded(np.zeros_like(start)), guarded(start)
        dx = run_adam(function, dy, x, 1, 0.0, m, v, w)
        np.testing.assert_array_equal(dx, np.einsum("so,co->sc", dy, start))
        results.append((m, v, w))
    others = np.arange(7) != 5
    for spoiled in results[1:]:
        for sound, array in zip(results[0], spoiled, strict=True):
            assert not np.isfinite(array[:, 5]).any()
            assert same_bits(array[:, others], sound[:, others])


# -------------------------------------------------------------------------------- NaN and infinity
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("spoiled", ["x", "w", "dy"])
def test_nan_and_infinity_reach_what_they_should_and_no_more(rng, spoiled, bad):
    x, w, dy = whole_numbers(rng, 6, 40), whole_numbers(rng, 40, 7), whole_numbers(rng, 6, 7)
    {"x": x, "w": w, "dy": dy}[spoiled][2, 5] = bad
    y = run_dense(compiled(kernels.dense_tiles(1, 2), 1), x, w)[0]
    np.testing.assert_array_equal(y, np.einsum("sc,co->so", x, w))
    dx = run_input_gradient(compiled(kernels.dense_input_gradient_tiles(1, 2), 1), dy, w)
    np.testing.assert_array_equal(dx, np.einsum("so,co->sc", dy, w))
    dw = run_weight_gradient(compiled(kernels.dense_weight_gradient_tiles(1, 2), 1), dy, x)
    np.testing.assert_array_equal(dw, np.einsum("sc,so->co", x, dy))
    finite = [np.isfinite(array).sum() / array.size for array in (y, dx, dw)]
    touched = {"x": [True, False, True], "w": [True, True, False], "dy": [False, True, True]}
    assert [0 < part < 1 for part in finite] == touched[spoiled]


# ------------------------------------------------------------------------------------ many threads
def test_the_number_of_threads_changes_no_bit(rng, threads):
    x, w = rng.standard_normal((9, 101)), rng.standard_normal((101, 10))
    dy = rng.standard_normal((9, 10))
    results = []
    for count in (1, 2):
        threads(count)
        partial = run_dense(kernels.dense_tiles(3, 4), x, w, 5)
        dx = run_input_gradient(kernels.dense_input_gradient_tiles(3, 4), dy, w)
        dw = run_weight_gradient(kernels.dense_weight_gradient_tiles(3, 4), dy, x)
        state = guarded(np.zeros_like(w)), guarded(np.zeros_like(w)), guarded(w)
        step_dx = run_adam(kernels.dense_adam(3, 4, 1), dy, x, 1, 0.0, *state)
        results.append((partial, dx, dw, step_dx, *state))
    for one, two in zip(*results, strict=True):
        assert same_bits(one, two)
    partial, dx, dw, *_ = results[0]
    close = {"rtol": 1e-5, "atol": 1e-5}
    np.testing.assert_allclose(partial.sum(axis=0), x @ w, **close)
    np.testing.assert_allclose(dx, dy @ w.T, **close)
    np.testing.assert_allclose(dw, x.T @ dy, **close)
