"""The networks that are trained in the page: lists such as ``"Conv2D 16 3, ReLU, Flatten"``.

The last layer, Dense with a softmax over the classes, is not in the list: it is always there.
``architecture.js`` reads the same words.
"""

from __future__ import annotations

from typing import Any

from cnnlib import layers
from cnnlib.models import Sequential
from cnnlib.widgets._layer_words import (
    Kind,
    Number,
    check_usual,
    joined,
    pool_side,
    read,
    say,
    square,
)

MOST_LAYERS = 12
MOST_WEIGHTS = 200_000  # more would not be live

#: name -> the numbers that follow it, and the layer; ``architecture.js`` has the same limits
KINDS = {
    "Conv2D": Kind(
        (Number("filters", 1, 64), Number("kernel size", 1, 7)),
        lambda filters, size: layers.Conv2D(filters, size, padding="same"),
    ),
    "Dense": Kind((Number("units", 1, 256),), layers.Dense),
    "ReLU": Kind((), layers.ReLU),
    "LeakyReLU": Kind((), layers.LeakyReLU),
    "MaxPooling2D": Kind((Number("window", 1, 7),), layers.MaxPooling2D),
    "AveragePooling2D": Kind((Number("window", 1, 7),), layers.AveragePooling2D),
    "GlobalAveragePooling2D": Kind((), layers.GlobalAveragePooling2D),
    "Flatten": Kind((), layers.Flatten),
    "BatchNormalization": Kind((), layers.BatchNormalization),
    "Dropout": Kind((Number("rate", 0, 0.9, float),), layers.Dropout),
}
ACTIVATIONS = {"relu": "ReLU"}
#: What a list cannot say, so it must be as here.
USUAL: dict[str, dict[str, Any]] = {
    "Conv2D": {"strides": (1, 1), "padding": "same", "dilation_rate": (1, 1), "use_bias": True},
    "Dense": {"use_bias": True},
    "ReLU": {"negative_slope": 0.0},
    "LeakyReLU": {"negative_slope": 0.3},
    "BatchNormalization": {"momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True},
}


def build(text: str, input_shape: tuple[int, ...], classes: int) -> Sequential:
    """The network of a list, built, with new weights.

    Raises:
        ValueError: If the words are not understood, a layer does not fit the one before it, or the
            network is too large for the page.

    Example:
        >>> model = build("Conv2D 4 3, ReLU, GlobalAveragePooling2D", (8, 8, 1), 10)
        >>> [layer.output_shape for layer in model.layers]
        [(None, 8, 8, 4), (None, 8, 8, 4), (None, 4), (None, 10)]
    """
    body = read(text, KINDS, MOST_LAYERS, " before the last one")
    body.append(layers.Dense(classes, activation="softmax"))
    model = joined(Sequential([layers.Input(input_shape)]), input_shape[-1], body, MOST_WEIGHTS)
    if model.output_shape != (None, classes):
        raise ValueError(
            "The last layer, Dense, needs a row of numbers: put Flatten or GlobalAveragePooling2D "
            f"before it; it puts out {model.output_shape[1:]}."
        )
    return model


def written(model: Sequential) -> str:
    """The list of a network; its last layer must be Dense with a softmax.

    Raises:
        ValueError: If a layer is of another kind, or has a setting that the list cannot say.

    Example:
        >>> from cnnlib.layers import Conv2D, Dense, Flatten
        >>> model = Sequential([Conv2D(4, 3, padding="same", activation="relu"), Flatten()])
        >>> model.add(Dense(10, activation="softmax"))
        >>> written(model)
        'Conv2D 4 3, ReLU, Flatten'
    """
    *body, last = model.layers
    if type(last).__name__ != "Dense" or last.get_config()["activation"] != "softmax":
        raise ValueError(f"The last layer must be Dense with softmax; got {last.name!r}.")
    if not last.get_config()["use_bias"]:
        raise ValueError("The last layer, Dense: `use_bias` must be True here; got False.")
    return ", ".join(words for layer in body for words in _words(layer))


def _words(layer: Any) -> list[str]:
    """A layer, and its activation as another one."""
    kind, config = type(layer).__name__, layer.get_config()
    check_usual(layer, KINDS, USUAL)
    numbers = {
        "Conv2D": lambda: [config["filters"], square(kind, config["kernel_size"])],
        "Dense": lambda: [config["units"]],
        "MaxPooling2D": lambda: [pool_side(kind, config)],
        "AveragePooling2D": lambda: [pool_side(kind, config)],
        "Dropout": lambda: [config["rate"]],
    }.get(kind, list)()
    activation = config.get("activation", "linear")
    if activation not in (*ACTIVATIONS, "linear"):
        raise ValueError(f"{kind}: `activation` must be 'relu' or none here; got {activation!r}.")
    after = [ACTIVATIONS[activation]] if activation in ACTIVATIONS else []
    return [say(kind, numbers, KINDS), *after]
