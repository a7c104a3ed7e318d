"""Random samples and labels: the same numbers for every implementation."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.models import Model
from benchmarks.shapes import Shape

Array = np.ndarray[Any, Any]


def batches(model: Model, count: int = 1) -> tuple[Array, Array]:
    """Samples (s, h, w, c) and labels for so many batches; labels are (s, 1) if there are two."""
    rng = np.random.default_rng(0)
    samples = model.batch * count
    x = rng.random((samples, *model.image), np.float32)
    if model.binary:
        return x, rng.integers(0, 2, (samples, 1)).astype(np.float32)
    return x, rng.integers(0, model.outputs, samples)


def operands(shape: Shape) -> tuple[Array, Array, Array, Array]:
    """Images (s, h, w, c), kernels (kh, kw, c, o), biases (o) and a gradient by the output."""
    rng = np.random.default_rng(0)

    def numbers(*sides: int) -> Array:
        return rng.standard_normal(sides, np.float32)

    kernel = (shape.kernel, shape.kernel, shape.channels, shape.filters)
    return (
        numbers(shape.batch, *shape.image, shape.channels),
        numbers(*kernel),
        numbers(shape.filters),
        numbers(shape.batch, *shape.output, shape.filters),
    )


def glorot(rng: np.random.Generator, *shape: int) -> Array:
    """First weights, as Keras draws them. shape (..., in, out)."""
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def weights(model: Model) -> list[Array]:
    """Kernel and bias of each layer, in order."""
    rng = np.random.default_rng(1)
    found: list[Array] = []
    for _, _, channels, filters in model.convolutions():
        found += [glorot(rng, model.kernel, model.kernel, channels, filters)]
        found += [np.zeros(filters, np.float32)]
    for inputs, units in model.dense_layers():
        found += [glorot(rng, inputs, units), np.zeros(units, np.float32)]
    return found
