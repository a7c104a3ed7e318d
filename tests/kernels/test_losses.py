"""The loss kernels: values, gradients at the clip, NaN."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from cnnlib.kernels import losses as kernels
from tests import naive

EPS = 1e-7


def run(name, t, p, *numbers):
    t, p = np.asarray(t, float), np.asarray(p, float)
    loss = np.full(t.shape if t.ndim == 1 else len(t), -7.0)
    gradient = np.full(t.shape, -7.0)
    getattr(kernels, name)(t, p, *numbers, loss, gradient)
    return loss, gradient


def test_binary_crossentropy_on_paper():
    loss, dp = run("binary_crossentropy", [1, 0, 1], [0.5, 0.25, 0.8], EPS)
    np.testing.assert_allclose(loss, [log(2), -log(0.75), -log(0.8)])
    np.testing.assert_allclose(dp, [-2, 4 / 3, -1.25])


def test_binary_crossentropy_clips_at_both_ends():
    loss, dp = run("binary_crossentropy", [1, 0, 1, 0], [0, 1, 1, 0], EPS)
    np.testing.assert_allclose(loss, [-log(EPS), -log(EPS), EPS, EPS], rtol=1e-6, atol=1e-12)
    assert dp.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_crossentropy_without_a_clip_is_infinite(dtype):
    t, p = np.array([0, 1, 0.5, 0.5], dtype), np.array([1, 0, 1, 0], dtype)
    loss, dp = np.empty_like(t), np.empty_like(t)
    kernels.binary_crossentropy(t, p, dtype(0), loss, dp)
    np.testing.assert_array_equal(loss, np.inf)


def test_binary_crossentropy_of_logits():
    loss, dz = run("binary_crossentropy_logits", [1, 0, 1, 0], [0, 0, 1000, 1000])
    np.testing.assert_allclose(loss, [log(2), log(2), 0, 1000])
    np.testing.assert_allclose(dz, [-0.5, 0.5, 0, 1])


def test_categorical_crossentropy_on_paper():
    loss, dp = run("categorical_crossentropy", [[0, 1], [1, 0]], [[0.75, 0.25], [1, 1]], EPS)
    np.testing.assert_allclose(loss, [log(4), log(2)])  # the second row is divided by its sum
    np.testing.assert_allclose(dp, [[1, 1 - 4], [0.5 - 1, 0.5]])


def test_categorical_crossentropy_of_logits():
    loss, dz = run("categorical_crossentropy_logits", [[0, 1], [1, 0]], [[0, 0], [0, 1000]])
    np.testing.assert_allclose(loss, [log(2), 1000])
    np.testing.assert_allclose(dz, [[0.5, -0.5], [-1, 1]])


def test_squared_error_on_paper():
    loss, dp = run("squared_error", [1, 2], [4, 0])
    assert loss.tolist() == [9, 4]
    assert dp.tolist() == [6, -4]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_flat_losses_do_not_swallow_what_diverged(bad):
    for name, numbers in (("binary_crossentropy", [EPS]), ("squared_error", [])):
        loss, gradient = run(name, [1.0, 0.0], [bad, 0.5], *numbers)
        if np.isnan(bad) or name == "squared_error":
            assert not np.isfinite(loss[0])
            assert not np.isfinite(gradient[0])
        assert np.isfinite(loss[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_row_losses_do_not_swallow_what_diverged(bad, place):
    for name, numbers in (
        ("categorical_crossentropy", [EPS]),
        ("categorical_crossentropy_logits", []),
    ):
        p = np.full((2, 3), 0.5)
        p[0, place] = bad
        loss, gradient = run(name, [[0, 1, 0], [0, 1, 0]], p, *numbers)
        assert not np.isfinite(loss[0]), name
        if np.isnan(bad):
            assert np.isnan(gradient[0]).any(), name
        assert np.isfinite(loss[1]), name


def test_values_agree_with_the_slow_loops(rng):
    t = np.eye(4)[rng.integers(4, size=6)]
    p, z = rng.uniform(0.05, 0.95, (6, 4)), rng.standard_normal((6, 4))
    loss, _ = run("categorical_crossentropy", t, p, EPS)
    np.testing.assert_allclose(loss, naive.categorical_crossentropy(t, p))
    loss, _ = run("categorical_crossentropy_logits", t, z)
    np.testing.assert_allclose(loss, naive.categorical_crossentropy_logits(t, z))
    loss, _ = run("binary_crossentropy", t[:, 0].copy(), p[:, 0].copy(), EPS)
    np.testing.assert_allclose(loss, naive.binary_crossentropy(t[:, :1], p[:, :1]))
    loss, _ = run("binary_crossentropy_logits", t[:, 0].copy(), z[:, 0].copy())
    np.testing.assert_allclose(loss, naive.binary_crossentropy_logits(t[:, :1], z[:, :1]))
