"""The numbers of a network's passes, in Keras and in cnnlib, in one order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib import explain, interop
from cnnlib._extras import require
from cnnlib.models import Sequential

Array = NDArray[Any]
#: The loss that belongs to a last activation.
LOSSES = {"sigmoid": "binary_crossentropy", "softmax": "sparse_categorical_crossentropy"}


class Part(NamedTuple):
    """A layer's output, or a weight: its name and its shape, without the axis of samples."""

    name: str
    shape: tuple[int, ...]


def parts_of(model: Sequential, gradients: bool = False) -> list[Part]:
    """The outputs of all layers; for gradients the trainable weights as well, behind them."""
    outputs = [
        Part(layer.name or "", tuple(side or 0 for side in layer.output_shape[1:]))
        for layer in model.layers
    ]
    if not gradients:
        return outputs
    return outputs + [
        Part(f"{layer.name}, {name}", layer.params[name].shape)
        for layer in model.layers
        for name in layer.trainable_names
    ]


def passes(model: Sequential, x: Array, labels: Array | None, like: Sequential) -> list[Array]:
    """What cnnlib computes for one image (1, h, w, c): all numbers of ``parts_of(like)``.

    Layers that ``like`` does not have are left out; with labels, gradients.
    """
    names = [layer.name for layer in like.layers]
    if labels is None:
        found = explain.activations(model, x)
        return [found[str(name)][0] for name in names]
    model.compile(loss=loss_of(model))
    gradients = explain.gradients(model, x, labels)
    weights = [
        gradients.weights[str(layer.name)][name]
        for layer in like.layers
        for name in layer.trainable_names
    ]
    return [*(gradients.activations[str(name)][0] for name in names), *weights]


def loss_of(model: Sequential) -> str:
    """The loss that belongs to the last layer."""
    last = model.layers[-1]
    kind = str(getattr(last, "activation", type(last).__name__)).lower()
    if kind not in LOSSES:
        raise ValueError(
            "With `labels` the last activation must be sigmoid or softmax, which have a loss; "
            f"got {kind}."
        )
    return LOSSES[kind]


def keras_passes(model: Sequential, x: Array, labels: Array | None) -> tuple[Array, Array | None]:
    """What Keras computes with the same weights: outputs, and gradients if there are labels.

    Returns:
        A row for each image with the numbers of all parts, float32. The gradients need Keras's
        engine JAX; with another they are None.
    """
    keras: Any = require("keras", extra="keras", what="widgets.ParityViewer")
    twin = interop.to_keras(model)
    every = keras.Model(twin.inputs, [layer.output for layer in twin.layers])
    outputs = every.predict(x, verbose=0)
    rows = _rows([np.asarray(y) for y in outputs], len(x))
    if labels is None or keras.backend.backend() != "jax":
        return rows, None
    gradient, weights = _gradient(keras, twin, loss_of(model))
    found = []
    for image, label in zip(x, labels, strict=True):
        by_output, by_weight = gradient(weights, image[None], np.float32(label))
        flat = [np.asarray(part).ravel() for part in (*by_output, *chain(*by_weight))]
        found.append(np.concatenate(flat))
    return rows, np.stack(found).astype(np.float32)


def _rows(arrays: list[Array], samples: int) -> Array:
    return np.concatenate([a.reshape(samples, -1) for a in arrays], axis=1).astype(np.float32)


def _gradient(keras: Any, twin: Any, loss: str) -> tuple[Callable[..., Any], Any]:
    """A function for the gradients by all outputs and weights, compiled; and the weights."""
    import jax

    measure = getattr(keras.losses, loss)
    weights = [[v.value for v in layer.trainable_variables] for layer in twin.layers]
    others = [[v.value for v in layer.non_trainable_variables] for layer in twin.layers]
    shapes = [layer.output.shape[1:] for layer in twin.layers]

    def value(steps: Any, weights: Any, image: Any, label: Any) -> Any:
        y = image
        for layer, step, own, other in zip(twin.layers, steps, weights, others, strict=True):
            y = layer.stateless_call(own, other, y)[0] + step
        target = label.reshape((1, 1)) if loss == "binary_crossentropy" else label.reshape((1,))
        return measure(target, y).mean()

    def gradient(weights: Any, image: Any, label: Any) -> Any:
        zeros = [jax.numpy.zeros((1, *shape)) for shape in shapes]
        return jax.grad(value, argnums=(0, 1))(zeros, weights, image, label)

    return jax.jit(gradient), weights
