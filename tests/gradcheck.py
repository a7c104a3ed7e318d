"""Is a gradient right? Compare it with differences, in float64.

A gradient has one number per input, and checking each of them would take two runs each. One run in
a random direction checks them all at once: the slope of ``sum(dy * f(x + t * direction))`` at t = 0
must be ``sum(gradient * direction)``. An error in any number shows, unless it is at a right angle
to every direction, which chance does not do.
"""

from __future__ import annotations

import numpy as np

STEP = 1e-6


def slope(function, arrays, directions, dy):
    """The central difference of sum(dy * function) along these directions."""
    ahead = function(*(a + STEP * d for a, d in zip(arrays, directions, strict=True)))
    behind = function(*(a - STEP * d for a, d in zip(arrays, directions, strict=True)))
    return float(np.sum(dy * (ahead - behind))) / (2 * STEP)


def check_gradients(forward, backward, arrays, rng, tolerance=1e-6):
    """Check the gradients of a pure function by all of its arrays.

    Args:
        forward: ``forward(*arrays)`` gives y.
        backward: ``backward(dy, *arrays)`` gives a gradient for each of the first arrays.
        arrays: float64 arrays.
        rng: Makes dy and the directions.
        tolerance: How far slope and gradient may be apart, relative to their size.
    """
    y = np.asarray(forward(*arrays))
    assert y.dtype == np.float64
    dy = rng.standard_normal(y.shape)
    gradients = backward(dy, *arrays)
    assert gradients
    for k, gradient in enumerate(gradients):
        assert gradient.shape == arrays[k].shape
        assert gradient.dtype == np.float64
        for _ in range(2):
            directions = [np.zeros_like(a) for a in arrays]
            directions[k] = rng.standard_normal(arrays[k].shape)
            numeric = slope(forward, arrays, directions, dy)
            exact = float(np.sum(gradient * directions[k]))
            size = np.sqrt(np.sum(gradient**2)) + 1e-3
            assert abs(numeric - exact) < tolerance * size, f"array {k}: {numeric} and {exact}"


def check_layer(layer, x, rng, training=False, tolerance=1e-6):
    """Check the gradients of a float64 layer (or model) by its input and all of its weights."""
    layer.forward(x)  # builds it
    layers = getattr(layer, "layers", [layer])
    names = [(one, name) for one in layers for name in one.trainable_names]
    weights = [one.params[name].copy() for one, name in names]
    assert all(w.dtype == np.float64 for w in weights)
    before = layer.get_weights()

    def forward(x, *values):
        layer.set_weights(before)  # also what training has moved, such as a moving mean
        for (one, name), value in zip(names, values, strict=True):
            one.params[name][...] = value
        return layer.forward(x, training)

    def backward(dy, x, *values):
        forward(x, *values)
        dx = layer.backward(dy)
        return [dx, *(one.grads[name].copy() for one, name in names)]

    check_gradients(forward, backward, [np.asarray(x, np.float64), *weights], rng, tolerance)
    layer.set_weights(before)


def away_from_kinks(rng, shape):
    """Numbers of both signs, all different and none near 0: no step crosses a kink or a tie."""
    size = int(np.prod(shape))
    return ((rng.permutation(size) - size // 2 + 0.5) * (2 / size)).reshape(shape)
