"""The networks whose costs are counted: lists such as ``"Input 64 64 3, Conv2D 32 3, Flatten"``.

``ledger_networks.js`` reads the same words.
"""

from __future__ import annotations

from typing import Any

from cnnlib import initializers, layers
from cnnlib.models import Sequential
from cnnlib.widgets._layer_words import (
    Kind,
    Number,
    Word,
    check_usual,
    joined,
    pool_side,
    read,
    say,
    square,
)

MOST_LAYERS = 30
MOST_WEIGHTS = 200_000_000
PADDING = Word("padding", ("valid", "same"))

#: name -> its settings, and the layer; ``ledger_networks.js`` has the same limits
KINDS = {
    "Input": Kind(
        (Number("rows", 1, 1024), Number("columns", 1, 1024), Number("channels", 1, 1024)),
        lambda *sides: layers.Input(sides),
    ),
    "Conv2D": Kind(
        (
            Number("filters", 1, 4096),
            Number("kernel size", 1, 15),
            Number("stride", 1, 8, int, 1),
            PADDING,
        ),
        layers.Conv2D,
    ),
    "MaxPooling2D": Kind((Number("window", 1, 15),), layers.MaxPooling2D),
    "AveragePooling2D": Kind((Number("window", 1, 15),), layers.AveragePooling2D),
    "GlobalAveragePooling2D": Kind((), layers.GlobalAveragePooling2D),
    "Flatten": Kind((), layers.Flatten),
    "Dense": Kind((Number("units", 1, 8192),), layers.Dense),
    "ReLU": Kind((), layers.ReLU),
    "BatchNormalization": Kind((), layers.BatchNormalization),
    "Dropout": Kind((Number("rate", 0, 0.9, float),), layers.Dropout),
}
#: What a list cannot say and what changes the costs, so it must be as here.
USUAL: dict[str, dict[str, Any]] = {
    "Conv2D": {"dilation_rate": (1, 1), "use_bias": True},
    "Dense": {"use_bias": True},
    "BatchNormalization": {"center": True, "scale": True},
}


def build(text: str) -> Sequential:
    """The network of a list; its weights are zeros, which takes no time and no memory.

    Raises:
        ValueError: If the words are not understood, a layer does not fit the one before it, or the
            network is too large.

    Example:
        >>> build("Input 64 48 3, Conv2D 32 3, MaxPooling2D 2").output_shape
        (None, 31, 23, 32)
    """
    start, *body = read(text, KINDS, MOST_LAYERS) or [None]
    if not isinstance(start, layers.Input) or any(isinstance(one, layers.Input) for one in body):
        raise ValueError(
            f"A list must begin with its one Input, such as Input 64 64 3; got {text!r}."
        )
    if not body:
        raise ValueError(f"A list must have a layer after Input; got {text!r}.")
    for layer in body:
        if hasattr(layer, "kernel_initializer"):
            layer.kernel_initializer = initializers.Zeros()
    channels = start.shape[-1] or 0
    return joined(Sequential([start]), channels, body, MOST_WEIGHTS)


def written(model: Sequential) -> str:
    """The list of a network. Activations are left out: they cost nothing that is counted.

    Raises:
        ValueError: If it is not built or takes no images, or if a layer is of another kind, or has
            a setting that the list cannot say.

    Example:
        >>> from cnnlib.layers import Conv2D, Dense, Flatten
        >>> model = Sequential([Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)), Flatten()])
        >>> model.add(Dense(10, activation="softmax"))
        >>> written(model)
        'Input 8 8 1, Conv2D 4 3, Flatten, Dense 10'
    """
    if not model.built or len(model.input_shape) != 4:
        got = model.input_shape[1:] if model.built else "one that is not built"
        raise ValueError(
            f"`model` must be built, and take images (rows, columns, channels); got {got}."
        )
    return ", ".join([say("Input", model.input_shape[1:], KINDS), *map(_words, model.layers)])


def _words(layer: Any) -> str:
    kind, config = type(layer).__name__, layer.get_config()
    check_usual(layer, KINDS, USUAL)
    if kind == "Conv2D":
        stride = square(kind, config["strides"], "strides must be alike")
        size = square(kind, config["kernel_size"])
        return say(kind, (config["filters"], size, stride, config["padding"]), KINDS)
    if kind.endswith("ing2D") and not kind.startswith("Global"):
        return say(kind, (pool_side(kind, config),), KINDS)
    values = [config[name] for name in ("units", "rate") if name in config]
    return say(kind, values, KINDS)
