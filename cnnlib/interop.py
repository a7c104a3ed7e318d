"""There and back: the same network in Keras and in cnnlib, with the same weights.

Both count samples, rows, columns and channels in the same order and keep weights in the same
layout, so nothing is transposed: arrays are copied as they are.
"""

from __future__ import annotations

from typing import Any

from cnnlib import layers as layer_classes
from cnnlib._extras import require
from cnnlib.layers import Input, Layer
from cnnlib.models import Sequential

#: The arguments of each layer that carry over; all others must ask for nothing.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Activation": ("activation",),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "BatchNormalization": ("momentum", "epsilon", "center", "scale"),
    "Conv2D": (
        *("filters", "kernel_size", "strides", "padding", "dilation_rate"),
        *("activation", "use_bias"),
    ),
    "Dense": ("units", "activation", "use_bias"),
    "Dropout": ("rate", "seed"),
    "Flatten": (),
    "GlobalAveragePooling2D": ("keepdims",),
    "LeakyReLU": ("negative_slope",),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "ReLU": ("negative_slope",),
    "Softmax": (),
    "ZeroPadding2D": ("padding",),
}
#: Arguments of Keras that change nothing once weights are copied: details of `renorm`, which is
#: refused. How weights start does not matter either.
INERT = ("renorm_clipping", "renorm_momentum")


def _dtype(policy: Any) -> str:
    """The dtype of a Keras dtype policy, which may be a name or a configuration."""
    return str(policy["config"]["name"]) if isinstance(policy, dict) else str(policy)


def _from_keras_layer(layer: Any) -> Layer:
    name = type(layer).__name__
    if name not in ARGUMENTS:
        raise ValueError(
            f"A layer must be one of {', '.join(ARGUMENTS)}; got {layer.name!r}, a {name}."
        )
    kind = getattr(layer_classes, name)
    config = layer.get_config()
    arguments = {key: config.pop(key) for key in (*ARGUMENTS[name], "name", "trainable")}
    arguments["dtype"] = _dtype(config.pop("dtype"))
    if config.get("axis") in ([-1], [len(layer.output.shape) - 1], len(layer.output.shape) - 1):
        config["axis"] = -1  # the last axis, by another of its names
    for key, value in config.items():
        if key in INERT or key.endswith("_initializer"):
            continue
        if key in kind._left_out:
            arguments[key] = value  # the layer itself says what it refuses
        elif value is not None:
            raise ValueError(
                f"{name} {layer.name!r}: `{key}` is left out of cnnlib; got {value!r}."
            )
    return kind(**arguments)


def from_keras(model: Any) -> Sequential:
    """Make the same model in cnnlib, with copies of the weights.

    Args:
        model: A built ``keras.Sequential`` of layers that cnnlib has.

    Returns:
        A model with the same layer names, weights and outputs, not compiled.

    Raises:
        ValueError: If the model is not built or not a row of layers, or if a layer or one of its
            arguments is left out of cnnlib; the message names it.

    References:
        https://keras.io/api/models/sequential/
    """
    if type(model).__name__ != "Sequential":
        raise ValueError(f"`model` must be a keras.Sequential; got a {type(model).__name__}.")
    if not model.built:
        raise ValueError("`model` must be built: begin it with keras.Input(shape=...).")
    twin = Sequential(name=model.name, dtype=_dtype(model.layers[0].dtype_policy.name))
    twin.add(Input(shape=model.input_shape[1:]))
    for layer in model.layers:
        twin.add(_from_keras_layer(layer))
        twin.layers[-1].set_weights(layer.get_weights())
    return twin


def to_keras(model: Sequential) -> Any:
    """Make the same model in Keras, with copies of the weights.

    Args:
        model: A built model of cnnlib's own layers.

    Returns:
        A ``keras.Sequential`` with the same layer names, weights and outputs, not compiled.

    Raises:
        ImportError: If Keras is not installed; the message names the extra that brings it.
        ValueError: If the model is not built or has a layer that is not cnnlib's own.
    """
    keras = require("keras", extra="keras", what="interop.to_keras")
    twin = keras.Sequential(name=model.name)
    twin.add(keras.Input(shape=model.input_shape[1:], dtype=model.dtype))
    for layer in model.layers:
        name = type(layer).__name__
        if getattr(layer_classes, name, None) is not type(layer) or name not in ARGUMENTS:
            raise ValueError(f"Only cnnlib's own layers have a twin in Keras; got {layer!r}.")
        arguments = {key: getattr(layer, key) for key in ARGUMENTS[name]}
        kind = getattr(keras.layers, name)
        twin.add(kind(**arguments, name=layer.name, trainable=layer.trainable, dtype=layer.dtype))
        twin.layers[-1].set_weights(layer.get_weights())
    return twin
