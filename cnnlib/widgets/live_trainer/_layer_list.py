"""A network as a list of layers in words, such as ``"Conv2D 16 3, ReLU, Flatten"``.

The last layer, Dense with a softmax over the classes, is not in the list: it is always there.
``architecture.js`` reads the same words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from cnnlib import layers
from cnnlib.models import Sequential

MOST_LAYERS = 12
MOST_WEIGHTS = 200_000  # more would not be live


class Number(NamedTuple):
    """A number of a layer, and its limits."""

    name: str
    least: int
    most: float
    kind: type = int

    def read(self, text: str) -> float:
        """The number that a text says; an error if it is none, or out of range."""
        with suppress(ValueError, OverflowError):
            value = float(text)
            if self.least <= value <= self.most and value == self.kind(value):
                return self.kind(value)
        rule = "a whole number" if self.kind is int else "a number"
        raise ValueError(
            f"{self.name} must be {rule} from {self.least} to {self.most}; got {text}."
        )


#: name -> the numbers that follow it, and the layer; ``architecture.js`` has the same limits
KINDS: dict[str, tuple[tuple[Number, ...], Callable[..., Any]]] = {
    "Conv2D": (
        (Number("filters", 1, 64), Number("kernel size", 1, 7)),
        lambda filters, size: layers.Conv2D(filters, size, padding="same"),
    ),
    "Dense": ((Number("units", 1, 256),), layers.Dense),
    "ReLU": ((), layers.ReLU),
    "LeakyReLU": ((), layers.LeakyReLU),
    "MaxPooling2D": ((Number("window", 1, 7),), layers.MaxPooling2D),
    "AveragePooling2D": ((Number("window", 1, 7),), layers.AveragePooling2D),
    "GlobalAveragePooling2D": ((), layers.GlobalAveragePooling2D),
    "Flatten": ((), layers.Flatten),
    "BatchNormalization": ((), layers.BatchNormalization),
    "Dropout": ((Number("rate", 0, 0.9, float),), layers.Dropout),
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
    items = text.split(",") if text.strip() else []
    if len(items) > MOST_LAYERS:
        raise ValueError(
            f"There may be {MOST_LAYERS} layers at most before the last one; got {len(items)}."
        )
    body = [_layer(item.split()) for item in items]
    model, channels, count = Sequential([layers.Input(input_shape)]), input_shape[-1], 0
    for layer in [*body, layers.Dense(classes, activation="softmax")]:
        count += _weights(layer, channels)
        if count > MOST_WEIGHTS:  # before any memory is taken
            raise ValueError(
                f"A network may have {MOST_WEIGHTS:,} weights at most here; {type(layer).__name__} "
                f"makes it {count:,}."
            )
        model.add(layer)
        channels = model.output_shape[-1] or 0
    if model.output_shape != (None, classes):
        raise ValueError(
            "The last layer, Dense, needs a row of numbers: put Flatten or GlobalAveragePooling2D "
            f"before it; it puts out {model.output_shape[1:]}."
        )
    return model


def _layer(words: list[str]) -> Any:
    kind, *texts = words or [""]
    if kind not in KINDS:
        raise ValueError(f"A layer must be one of {', '.join(KINDS)}; got {kind!r}.")
    numbers, make = KINDS[kind]
    if len(texts) != len(numbers):
        raise ValueError(f"{kind} takes {len(numbers)} numbers; got {' '.join(texts) or 'none'}.")
    try:
        return make(*(number.read(text) for number, text in zip(numbers, texts, strict=True)))
    except ValueError as error:
        raise ValueError(f"{' '.join(words)}: {error}") from None


def _weights(layer: Any, channels: int) -> int:
    """How many weights a layer will have that is given so many channels."""
    if isinstance(layer, layers.BatchNormalization):
        return 4 * channels
    outputs = getattr(layer, "filters", getattr(layer, "units", 0))
    window = math.prod(getattr(layer, "kernel_size", ()))
    return int(outputs * (window * channels + 1))


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
    if kind not in KINDS:
        raise ValueError(
            f"A layer must be one of {', '.join(KINDS)}; got {layer.name!r}, a {kind}."
        )
    for name, usual in USUAL.get(kind, {}).items():
        if config[name] != usual:
            raise ValueError(f"{kind}: `{name}` must be {usual!r} here; got {config[name]!r}.")
    numbers = {
        "Conv2D": lambda: [config["filters"], _square(kind, config["kernel_size"])],
        "Dense": lambda: [config["units"]],
        "MaxPooling2D": lambda: [_pool(kind, config)],
        "AveragePooling2D": lambda: [_pool(kind, config)],
        "Dropout": lambda: [config["rate"]],
    }.get(kind, list)()
    activation = config.get("activation", "linear")
    if activation not in (*ACTIVATIONS, "linear"):
        raise ValueError(f"{kind}: `activation` must be 'relu' or none here; got {activation!r}.")
    after = [ACTIVATIONS[activation]] if activation in ACTIVATIONS else []
    return [" ".join([kind, *(f"{number:g}" for number in numbers)]), *after]


def _square(kind: str, size: tuple[int, int]) -> int:
    if size[0] != size[1]:
        raise ValueError(f"{kind}: a window must be square here; got {size}.")
    return size[0]


def _pool(kind: str, config: dict[str, Any]) -> int:
    """The side of a pool whose windows lie side by side."""
    if config["strides"] != config["pool_size"] or config["padding"] != "valid":
        raise ValueError(
            f"{kind}: `strides` must be `pool_size`, without padding; got strides "
            f"{config['strides']}, pool_size {config['pool_size']}, {config['padding']} padding."
        )
    return _square(kind, config["pool_size"])
