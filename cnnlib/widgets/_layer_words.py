"""A network as a list of layers in words, such as ``"Conv2D 16 3, ReLU, Flatten"``.

A figure has a table of the layers it knows: a name, its settings, and what makes the layer of them.
``layer_words.js`` reads the same words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from cnnlib import layers
from cnnlib.models import Sequential


class Number(NamedTuple):
    """A number of a layer, and its limits; one with a ``standard`` may be left out."""

    name: str
    least: int
    most: float
    kind: type = int
    standard: float | None = None

    def read(self, text: str) -> float:
        """The number that a text says; an error if it is none, or out of range."""
        with suppress(ValueError, OverflowError):
            value = float(text) if text.isascii() and "_" not in text else math.nan
            if self.least <= value <= self.most and value == self.kind(value):
                return self.kind(value)
        rule = "a whole number" if self.kind is int else "a number"
        raise ValueError(
            f"{self.name} must be {rule} from {self.least} to {self.most}; got {text}."
        )


class Word(NamedTuple):
    """One of some words; if it is left out, the first."""

    name: str
    options: tuple[str, ...]


class Kind(NamedTuple):
    """The settings of a kind of layer, and what makes the layer."""

    settings: tuple[Number | Word, ...]
    make: Callable[..., Any]


def read(text: str, kinds: Mapping[str, Kind], most: int, where: str = "") -> list[Any]:
    """The layers of a list; ``where`` says of which there may be ``most``.

    Raises:
        ValueError: If the words are not understood.
    """
    items = text.split(",") if text.strip() else []
    if len(items) > most:
        raise ValueError(f"There may be {most} layers at most{where}; got {len(items)}.")
    return [_layer(item.split(), kinds) for item in items]


def _layer(words: list[str], kinds: Mapping[str, Kind]) -> Any:
    name, *texts = words or [""]
    if name not in kinds:
        raise ValueError(f"A layer must be one of {', '.join(kinds)}; got {name!r}.")
    settings, make = kinds[name]
    options = [word.options for word in settings if isinstance(word, Word)]
    given = [text for text in texts if not any(text in some for some in options)]
    numbers = [number for number in settings if isinstance(number, Number)]
    needed = sum(number.standard is None for number in numbers)
    if not needed <= len(given) <= len(numbers):
        range_ = f"{needed} to {len(numbers)}" if needed < len(numbers) else f"{needed}"
        raise ValueError(f"{name} takes {range_} numbers; got {' '.join(texts) or 'none'}.")
    values: list[Any] = []
    try:
        for setting in settings:
            if isinstance(setting, Word):
                found = [text for text in texts if text in setting.options]
                values.append(found[-1] if found else setting.options[0])
            else:
                values.append(setting.read(given.pop(0)) if given else setting.standard)
        return make(*values)
    except ValueError as error:
        raise ValueError(f"{' '.join(words)}: {error}") from None


def say(name: str, values: Iterable[Any], kinds: Mapping[str, Kind]) -> str:
    """A layer in words; what may be left out is left out.

    Example:
        >>> settings = Number("filters", 1, 9), Number("stride", 1, 4, int, 1)
        >>> kinds = {"Conv2D": Kind((*settings, Word("padding", ("valid", "same"))), dict)}
        >>> say("Conv2D", (4, 1, "same"), kinds), say("Conv2D", (4, 2, "valid"), kinds)
        ('Conv2D 4 same', 'Conv2D 4 2')
    """
    pairs = list(zip(kinds[name].settings, values, strict=True))
    numbers = [(n.standard, value) for n, value in pairs if isinstance(n, Number)]
    while numbers and numbers[-1][0] == numbers[-1][1]:
        numbers.pop()
    words = [v for word, v in pairs if isinstance(word, Word) and v != word.options[0]]
    return " ".join([name, *(f"{value:g}" for _, value in numbers), *words])


def joined(model: Sequential, channels: int, body: Iterable[Any], most: int) -> Sequential:
    """Add layers to a network that puts out so many channels.

    No memory is taken for more than ``most`` weights.

    Raises:
        ValueError: If there would be more, or a layer does not fit the one before it.
    """
    count = 0
    for layer in body:
        count += weights_of(layer, channels)
        if count > most:
            raise ValueError(
                f"A network may have {most:,} weights at most here; {type(layer).__name__} "
                f"makes it {count:,}."
            )
        model.add(layer)
        channels = model.output_shape[-1] or 0
    return model


def weights_of(layer: Any, channels: int) -> int:
    """How many weights a layer will have that is given so many channels."""
    if isinstance(layer, layers.BatchNormalization):
        return 4 * channels
    outputs = getattr(layer, "filters", getattr(layer, "units", 0))
    window = math.prod(getattr(layer, "kernel_size", ()))
    return int(outputs * (window * channels + 1))


def check_usual(layer: Any, kinds: Mapping[str, Kind], usual: Mapping[str, Any]) -> None:
    """An error if a layer is of another kind, or has a setting that a list cannot say."""
    name, config = type(layer).__name__, layer.get_config()
    if name not in kinds:
        raise ValueError(
            f"A layer must be one of {', '.join(kinds)}; got {layer.name!r}, a {name}."
        )
    for setting, value in usual.get(name, {}).items():
        if config[setting] != value:
            raise ValueError(
                f"{name}: `{setting}` must be {value!r} here; got {config[setting]!r}."
            )


def square(name: str, size: tuple[int, int], what: str = "a window must be square") -> int:
    """The one number for rows and columns."""
    if size[0] != size[1]:
        raise ValueError(f"{name}: {what} here; got {size}.")
    return size[0]


def pool_side(name: str, config: dict[str, Any]) -> int:
    """The side of a pool whose windows lie side by side."""
    if config["strides"] != config["pool_size"] or config["padding"] != "valid":
        raise ValueError(
            f"{name}: `strides` must be `pool_size`, without padding; got strides "
            f"{config['strides']}, pool_size {config['pool_size']}, {config['padding']} padding."
        )
    return square(name, config["pool_size"])
