"""A network as a list of layers in words, such as ``"Conv2D 16 3, ReLU, Flatten"``.

The last layer, Dense with a softmax over the classes, is not in the list: it is always there.
``architecture.js`` reads the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnlib import layers
from cnnlib.models import Sequential

#: name -> how many numbers follow it, and the layer
KINDS: dict[str, tuple[int, Callable[..., Any]]] = {
    "Conv2D": (2, lambda filters, size: layers.Conv2D(filters, size, padding="same")),
    "Dense": (1, layers.Dense),
    "ReLU": (0, layers.ReLU),
    "LeakyReLU": (0, layers.LeakyReLU),
    "MaxPooling2D": (1, layers.MaxPooling2D),
    "AveragePooling2D": (1, layers.AveragePooling2D),
    "GlobalAveragePooling2D": (0, layers.GlobalAveragePooling2D),
    "Flatten": (0, layers.Flatten),
    "BatchNormalization": (0, layers.BatchNormalization),
    "Dropout": (1, layers.Dropout),
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
        ValueError: If the words are not understood, or a layer does not fit the one before it.

    Example:
        >>> model = build("Conv2D 4 3, ReLU, GlobalAveragePooling2D", (8, 8, 1), 10)
        >>> [layer.output_shape for layer in model.layers]
        [(None, 8, 8, 4), (None, 8, 8, 4), (None, 4), (None, 10)]
    """
    model = Sequential([layers.Input(input_shape)])
    for item in text.split(",") if text.strip() else []:
        model.add(_layer(item.split()))
    model.add(layers.Dense(classes, activation="softmax"))
    if model.output_shape != (None, classes):
        raise ValueError(
            "The last layer, Dense, needs a row of numbers: put Flatten or GlobalAveragePooling2D "
            f"before it; it puts out {model.output_shape[1:]}."
        )
    return model


def _layer(words: list[str]) -> Any:
    kind, *numbers = words or [""]
    if kind not in KINDS:
        raise ValueError(f"A layer must be one of {', '.join(KINDS)}; got {kind!r}.")
    count, make = KINDS[kind]
    if len(numbers) != count:
        raise ValueError(f"{kind} takes {count} numbers; got {' '.join(numbers) or 'none'}.")
    try:
        return make(*(float(number) if "." in number else int(number) for number in numbers))
    except ValueError as error:
        raise ValueError(f"{' '.join(words)}: {error}") from None


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
