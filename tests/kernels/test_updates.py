"""The optimizers' kernels change their last argument, and their memory, in place."""

from __future__ import annotations

import numpy as np

from cnnlib.kernels import updates as kernels


def test_sgd_on_paper():
    w = np.array([1.0, 2.0])
    kernels.sgd(np.array([2.0, -4.0]), 0.5, w)
    assert w.tolist() == [0, 4]


def test_momentum_on_paper():
    g, velocity, w = np.array([2.0]), np.array([4.0]), np.array([10.0])
    kernels.momentum(g, velocity, 0.5, 0.5, False, w)
    assert (velocity.item(), w.item()) == (0.5 * 4 - 0.5 * 2, 10 + 1)
    velocity[:], w[:] = 4.0, 10.0
    kernels.momentum(g, velocity, 0.5, 0.5, True, w)
    assert (velocity.item(), w.item()) == (1, 10 + 0.5 * 1 - 0.5 * 2)


def test_rmsprop_on_paper():
    v, w = np.array([0.0]), np.array([1.0])
    kernels.rmsprop(np.array([2.0]), v, 0.5, 0.75, 0.0, w)
    assert (v.item(), w.item()) == (0.25 * 4, 1 - 0.5 * 2 / 1)


def test_adam_on_paper():
    m, v, w = np.zeros(1), np.zeros(1), np.array([1.0])
    kernels.adam(np.array([2.0]), m, v, 0.5, 0.5, 0.75, 1.0, w)
    assert (m.item(), v.item(), w.item()) == (0.5 * 2, 0.25 * 4, 1 - 0.5 * 1 / (1 + 1))


def test_nan_in_a_gradient_reaches_its_weight_and_no_other():
    w = np.array([1.0, 1.0])
    kernels.sgd(np.array([np.nan, 1.0]), 0.5, w)
    assert np.isnan(w[0])
    assert w[1] == 0.5
