"""The functions of the museum: the right versions against the library, the wrong ones not."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import ops
from cnnlib.clinic import passes
from cnnlib.clinic.backward_tests import array_check, problem, result, truth
from cnnlib.losses import BinaryCrossentropy


@pytest.mark.parametrize("function", [passes.gather_turned, passes.windows_added])
def test_dx_with_channels_and_samples(rng, function):
    x, w = rng.normal(size=(2, 6, 7, 3)), rng.normal(size=(2, 3, 3, 4))
    dy = rng.normal(size=(2, 5, 5, 4))
    dx = ops.conv2d_backward(dy, x, w)[0]
    np.testing.assert_allclose(function(dy, w, x), dx, atol=1e-12)


@pytest.mark.parametrize("function", [passes.gather_upright, passes.windows_set])
def test_the_broken_ones_differ(rng, function):
    x, w = rng.normal(size=(2, 6, 7, 3)), rng.normal(size=(2, 3, 3, 4))
    dy = rng.normal(size=(2, 5, 5, 4))
    assert not np.allclose(function(dy, w, x), ops.conv2d_backward(dy, x, w)[0])


def test_relu(rng):
    x, dy = rng.normal(size=(3, 5)), rng.normal(size=(3, 5))
    np.testing.assert_array_equal(passes.relu_by_input(dy, None, x), ops.relu_backward(dy, x))
    assert (passes.relu_by_gradient(dy, None, x) >= 0).all()


def test_losses_agree_where_both_are_finite():
    z = np.linspace(-8, 8, 33)
    for t in (np.zeros(33), np.ones(33)):
        one, other = passes.loss_of_probability(z, t), passes.loss_of_logit(z, t)
        np.testing.assert_allclose(one, other, rtol=1e-6)
        loss = BinaryCrossentropy(from_logits=True)(t, z)
        assert other.mean() == pytest.approx(loss)


def test_the_loss_of_a_logit_is_finite_everywhere():
    z = np.array([-1e4, -200, 0, 200, 1e4], np.float32)
    for t in (np.zeros(5, np.float32), np.ones(5, np.float32)):
        assert np.isfinite(passes.loss_of_logit(z, t)).all()
        assert not np.isfinite(passes.loss_of_probability(z, t)).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_problem_is_small_whole_and_without_symmetry(seed):
    backward = passes.Backward("gather", "turned", seed)
    dy, w, x = problem(backward)
    assert dy.shape == (1, 3, 3, 1)
    assert w.shape == (2, 3, 1, 1)
    assert abs(dy).max() <= 3
    assert (w != w[::-1, ::-1]).any()
    assert (x != 0).all()
    np.testing.assert_allclose(result(backward), truth(backward), atol=1e-9)
    assert array_check(backward)
