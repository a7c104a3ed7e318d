"""The implementations compute the same: else their times could not be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cnnlib
from benchmarks.implementations import cnnlib_layers, jax_networks, numpy_networks
from benchmarks.implementations.data import batches, operands, weights
from benchmarks.implementations.keras_shaped import Fit, build
from benchmarks.models import LENET, SEED
from benchmarks.shapes import Shape
from cnnlib import ops
from cnnlib.kernels import conv2d as kernels

SMALL = {
    "binary": replace(SEED, batch=4, image=(15, 14, 3), filters=(5, 6), hidden=(7,)),
    "classes": replace(LENET, batch=6, image=(14, 15, 1)),
}


@pytest.mark.parametrize("name", SMALL)
def test_the_same_weights_lead_to_the_same_losses(name):
    model = SMALL[name]
    x, y = batches(model)
    network = build(cnnlib, model, [])
    network.set_weights(weights(model))
    by_numpy = numpy_networks.Network(model)
    by_jax = jax_networks.make(model.as_dict(), 1)["step"].function
    np.testing.assert_allclose(by_numpy.predict(x), network.predict_on_batch(x), rtol=1e-4)
    losses = [(network.train_on_batch(x, y), by_numpy.step(x, y), by_jax()) for _ in range(6)]
    np.testing.assert_allclose(losses, np.array(losses)[:, :1] * np.ones(3), rtol=2e-3)
    assert losses[-1][0] < losses[0][0]


def test_every_implementation_has_a_step_and_a_forward_pass():
    for module in (numpy_networks, jax_networks):
        calls = module.make(SMALL["classes"].as_dict(), 1)
        assert {"forward", "step"} <= calls.keys()
        assert calls["forward"].function().shape == (6, 10)


def test_an_epoch_has_so_many_batches_and_draws_for_nobody(capsys):
    fit = Fit(cnnlib, SMALL["classes"], 3, verbose=1)
    fit()
    fit()
    network = fit.made[0]
    assert network.optimizer.iterations == 6
    assert network.history.params["steps"] == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_plain_loops_and_operations_compute_the_same(monkeypatch, stride, padding):
    """Both get the same arrays, and the loops' outputs have the operations' shapes and numbers."""
    shape = Shape("small", 2, (7, 8), 3, 4, 3, stride, padding)
    x, w, b, dy = operands(shape)
    how = (stride, padding)
    found = {}

    def noting(name):
        kernel = getattr(kernels, name)

        def call(*arguments):
            kernel(*arguments)
            found[name] = arguments[-1]

        return call

    calls = cnnlib_layers.make(shape.as_dict(), 1, plain=True)
    with monkeypatch.context() as patched:
        for name in ("conv2d", "conv2d_input_gradient", "conv2d_weight_gradient"):
            patched.setattr(kernels, name, noting(name))
        calls["forward"].function()
        calls["backward"].function()
    close = {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(found["conv2d"], ops.conv2d(x, w, b, *how), **close)
    dw = ops.conv2d_weight_gradient(dy, x, 3, *how)
    np.testing.assert_allclose(found["conv2d_weight_gradient"], dw, **close)
    dx = ops.conv2d_input_gradient(dy, w, x.shape, *how)
    full = found["conv2d_input_gradient"]
    top, left = ((full.shape[k] - x.shape[k]) // 2 for k in (1, 2))
    np.testing.assert_allclose(full[:, top : top + 7, left : left + 8], dx, **close)
