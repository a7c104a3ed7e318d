"""What may be broken on purpose: five ways in which two libraries differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random
from cnnlib.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    Input,
    Layer,
    ZeroPadding2D,
)
from cnnlib.models import Sequential

Array = NDArray[Any]
Weights = list[Array]

#: Their names, in the order in which the figure offers them.
FAULTS = ("none", "flip", "padding", "colors", "order", "epsilon")
EPSILON = 1e-5  # PyTorch's; Keras has 1e-3


def framed(layer: Layer) -> list[tuple[int, int]]:
    """The margins of a convolution with as many zeros before the image as PyTorch puts there.

    Keras puts the odd row of zeros behind the image; PyTorch puts half the kernel on either side,
    and leaves unread what is too much behind.
    """
    window = layer.window(layer.input_shape)  # type: ignore[attr-defined]
    sides = []
    for side, dilation, margins in zip(window.size, window.dilation, window.padding, strict=True):
        before = min(sum(margins), ((side - 1) * dilation + 1) // 2)
        sides.append((before, sum(margins) - before))
    return sides


def _padded(layer: Layer) -> bool:
    if not isinstance(layer, Conv2D) or layer.padding != "same":
        return False
    return framed(layer) != [tuple(m) for m in layer.window(layer.input_shape).padding]


def _flattened(model: Sequential, k: int) -> tuple[int, ...] | None:
    """The shape of several maps that were flattened for the dense layer k, if they were."""
    if not k or not isinstance(model.layers[k], Dense):
        return None
    before = model.layers[k - 1]
    shape = tuple(side or 0 for side in before.input_shape[1:])
    several = len(shape) == 3 and shape[2] > 1 and shape[0] * shape[1] > 1
    return shape if several and isinstance(before, Flatten) else None


def possible(model: Sequential) -> list[str]:
    """The faults that change something in a network."""
    layers = model.layers
    found = {
        "none": True,
        "flip": any(isinstance(a, Conv2D) and max(a.kernel_size) > 1 for a in layers),
        "padding": any(map(_padded, layers)),
        "colors": model.input_shape[-1] == 3,
        "order": any(_flattened(model, k) for k in range(len(layers))),
        "epsilon": any(isinstance(a, BatchNormalization) and a.epsilon != EPSILON for a in layers),
    }
    return [name for name in FAULTS if found[name]]


def broken(model: Sequential, x: Array, fault: str) -> tuple[Sequential, Array]:
    """The model with a fault, and the images as it gets them.

    Args:
        model: A built model; it stays as it is.
        x: Images (s, h, w, c).
        fault: One of ``FAULTS``.
    """
    twins = [twin for layer in model.layers for twin in _twins(layer, fault)]
    with _random.seeded(0):  # their weights are replaced
        made = Sequential([Input(model.input_shape[1:]), *twins])
    weights: Weights = []
    for k, layer in enumerate(model.layers):
        weights += _changed(model, k, layer.get_weights(), fault)
    made.set_weights(weights)
    return made, (x[..., ::-1] if fault == "colors" else x)


def _twins(layer: Layer, fault: str) -> list[Layer]:
    """What stands in a layer's place."""
    config = layer.get_config()
    make: Callable[..., Layer] = type(layer).from_config
    if fault == "epsilon" and isinstance(layer, BatchNormalization):
        return [make({**config, "epsilon": EPSILON})]
    if fault == "padding" and _padded(layer):
        zeros = ZeroPadding2D(framed(layer), name=f"{layer.name}_zeros")
        return [zeros, make({**config, "padding": "valid"})]
    return [make(config)]


def _changed(model: Sequential, k: int, weights: Weights, fault: str) -> Weights:
    """The weights of layer k."""
    if fault == "flip" and isinstance(model.layers[k], Conv2D):
        return [np.ascontiguousarray(weights[0][::-1, ::-1]), *weights[1:]]
    if fault == "order" and (shape := _flattened(model, k)):
        maps = weights[0].reshape(*shape, -1)
        return [maps.transpose(2, 0, 1, 3).reshape(weights[0].shape), *weights[1:]]
    return weights
