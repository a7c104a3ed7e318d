"""Networks of NumPy by hand: every window becomes a row, and BLAS multiplies the matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.implementations.data import Array, batches, weights
from benchmarks.models import Model
from benchmarks.worker import Call

PACKAGES = ("numpy",)
BETA1, BETA2, RATE, EPSILON = (np.float32(n) for n in (0.9, 0.999, 1e-3, 1e-7))


class Conv:
    """A convolution with a relu, then 2×2 max-pooling."""

    def __init__(self, w: Array, b: Array, first: bool) -> None:
        self.params, self.first = [w, b], first

    def forward(self, x: Array) -> Array:
        """x (s, h, w, c) -> (s, oh // 2, ow // 2, o)"""
        w, b = self.params
        size, _, channels, filters = w.shape
        windows = sliding_window_view(x, (size, size), (1, 2)).transpose(0, 1, 2, 4, 5, 3)
        self.shape, self.grid = x.shape, windows.shape[:3]
        self.rows = windows.reshape(-1, size * size * channels)
        y = np.maximum(self.rows @ w.reshape(-1, filters) + b, 0).reshape(*self.grid, filters)
        samples, rows, cols, _ = y.shape
        self.y = y
        self.pairs = y[:, : rows // 2 * 2, : cols // 2 * 2].reshape(
            samples, rows // 2, 2, cols // 2, 2, filters
        )
        self.most = self.pairs.max((2, 4))
        return self.most

    def backward(self, d: Array) -> Array | None:
        """The gradient by the input; by the weights it stays here."""
        d = d.reshape(self.most.shape)[:, :, None, :, None]
        won = (self.pairs == self.most[:, :, None, :, None]) & (self.pairs > 0)
        dy = np.zeros_like(self.y)
        samples, rows, _, cols, _, filters = self.pairs.shape
        dy[:, : 2 * rows, : 2 * cols] = (won * d).reshape(samples, 2 * rows, 2 * cols, filters)
        flat = dy.reshape(-1, filters)
        w, _ = self.params
        self.grads = [(self.rows.T @ flat).reshape(w.shape), flat.sum(0)]
        if self.first:
            return None
        size, _, channels, _ = w.shape
        back = flat @ w.reshape(-1, filters).T
        back = back.reshape(*self.grid, size, size, channels)
        dx = np.zeros(self.shape, np.float32)
        _, height, width = self.grid
        for m in range(size):
            for n in range(size):
                dx[:, m : m + height, n : n + width] += back[:, :, :, m, n]
        return dx


class Dense:
    """A dense layer, with a relu unless it is the last."""

    def __init__(self, w: Array, b: Array, last: bool) -> None:
        self.params, self.last = [w, b], last

    def forward(self, x: Array) -> Array:
        """x (s, ...) -> (s, o)"""
        w, b = self.params
        self.x = x.reshape(len(x), -1)
        self.y = self.x @ w + b
        return self.y if self.last else np.maximum(self.y, 0)

    def backward(self, d: Array) -> Array:
        """The gradient by the input; by the weights it stays here."""
        d = d if self.last else d * (self.y > 0)
        self.grads = [self.x.T @ d, d.sum(0)]
        return d @ self.params[0].T


class Network:
    """All layers, and Adam."""

    def __init__(self, model: Model) -> None:
        arrays = weights(model)
        pairs = list(zip(arrays[::2], arrays[1::2], strict=True))
        blocks, last = len(model.filters), len(pairs) - 1
        self.layers = [
            Conv(*pair, k == 0) if k < blocks else Dense(*pair, k == last)
            for k, pair in enumerate(pairs)
        ]
        self.model, self.steps = model, 0
        self.memory = [(np.zeros_like(a), np.zeros_like(a)) for a in arrays]

    def predict(self, x: Array) -> Array:
        """Probabilities."""
        for layer in self.layers:
            x = layer.forward(x)
        if self.model.binary:
            return 1 / (1 + np.exp(-x))
        e = np.exp(x - x.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def step(self, x: Array, y: Array) -> float:
        """One step; the loss before it."""
        p = self.predict(x)
        if self.model.binary:
            target = y
            loss = -np.log(np.where(y > 0, p, 1 - p) + EPSILON).mean()
        else:
            target = np.eye(self.model.outputs, dtype=np.float32)[y]
            loss = -np.log(p[np.arange(len(y)), y] + EPSILON).mean()
        d: Any = (p - target) / np.float32(len(p))
        for layer in reversed(self.layers):
            d = layer.backward(d)
        self._adam()
        return float(loss)

    def _adam(self) -> None:
        self.steps += 1
        rate = RATE * np.sqrt(1 - BETA2**self.steps) / (1 - BETA1**self.steps)
        params = [w for layer in self.layers for w in layer.params]
        grads = [g for layer in self.layers for g in layer.grads]
        for w, g, (m, v) in zip(params, grads, self.memory, strict=True):
            m *= BETA1
            m += (1 - BETA1) * g
            v *= BETA2
            v += (1 - BETA2) * g * g
            w -= rate * m / (np.sqrt(v) + EPSILON)


def make(subject: dict[str, Any], threads: int) -> dict[str, Call]:
    """Forward pass and training step; threads are those of NumPy's BLAS (OPENBLAS_NUM_THREADS)."""
    model = Model.read(subject)
    network = Network(model)
    x, y = batches(model)
    return {
        "forward": Call(lambda: network.predict(x)),
        "step": Call(lambda: network.step(x, y)),
    }
