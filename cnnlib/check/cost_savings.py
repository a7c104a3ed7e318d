"""Two exercises on making it cheaper: a small network, and the 1 × 1 convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Failed, Function, Judged, Mistake
from cnnlib.layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, MaxPooling2D
from cnnlib.models import Sequential

Array = NDArray[Any]


# --------------------------------------------------------------------------------- small_network
MOST = 30_000
INPUT, OUTPUT = (64, 64, 3), (None, 1)
KIND = "Hand over a `cnnlib.Sequential`, built: its first layer has `input_shape=(64, 64, 3)`."
END = "The last layer is `Dense(1, activation='sigmoid')`: one probability for each image."
KEEP = "Keep both convolutions, `Conv2D(32, 3)` and `Conv2D(64, 3)`. They hold 19,392 parameters."
LARGE = (
    "Print `cnnlib.explain.ledger(model)`: which layer holds most? It reads 12,544 numbers. What "
    "makes one number of each of the 64 maps instead?"
)


def judge_small(model: Any) -> Failed | None:
    """Whether a model does what the source's does, with few parameters."""
    if not isinstance(model, Sequential) or not model.built:
        return Failed("a model that is built was expected", KIND)
    if model.input_shape[1:] != INPUT:
        return Failed(f"the model takes images of {model.input_shape[1:]}", KIND)
    last = model.layers[-1]
    if model.output_shape != OUTPUT or not isinstance(last, Dense) or last.activation != "sigmoid":
        shape = model.output_shape
        return Failed(f"it ends with {type(last).__name__}, output {shape}", END)
    convs = [layer for layer in model.layers if isinstance(layer, Conv2D)]
    if not {(32, (3, 3)), (64, (3, 3))} <= {(c.filters, c.kernel_size) for c in convs}:
        return Failed("a convolution of the source's network is missing", KEEP)
    count = model.count_params()
    if count >= MOST:
        return Failed(f"it has {count:,} parameters, and must have fewer than {MOST:,}", LARGE)
    return None


def network(*end: Any, filters: int = 64, shape: tuple[int, ...] = INPUT) -> Sequential:
    """The source's convolutions and pools, and layers after them."""
    body = [Conv2D(32, 3, activation="relu", input_shape=shape), MaxPooling2D(2)]
    body += [Conv2D(filters, 3, activation="relu"), MaxPooling2D(2)]
    return Sequential([*body, *end])


def head(units: int = 1, activation: str = "sigmoid") -> Dense:
    """The last layer."""
    return Dense(units, activation=activation)


small_network = Judged(
    "small_network",
    judge_small,
    lambda: network(GlobalAveragePooling2D(), Dense(128, activation="relu"), head()),
    [
        Mistake(lambda: network(Flatten(), Dense(128, activation="relu"), head()), LARGE),
        Mistake(lambda: network(Flatten(), head()), LARGE),
        Mistake(lambda: network(Flatten(), Dense(8), head()), LARGE),
        Mistake(lambda: network(Flatten(), head(), filters=8), KEEP),
        Mistake(lambda: network(GlobalAveragePooling2D()), END),
        Mistake(lambda: network(GlobalAveragePooling2D(), head(2, "softmax")), END),
        Mistake(lambda: network(GlobalAveragePooling2D(), head(1, "linear")), END),
        Mistake(lambda: network(GlobalAveragePooling2D(), head(), shape=(28, 28, 3)), KIND),
        Mistake(lambda: 27841, KIND),
    ],
)


# --------------------------------------------------------------------------------------- conv1x1
def numbers(*shape: int) -> Array:
    """Small whole numbers without symmetry."""
    return np.random.default_rng(sum(shape)).integers(-4, 5, shape).astype(float)


MIX_CASES = [
    (numbers(1, 2, 3, 2), numbers(1, 1, 2, 2), numbers(2)),
    (numbers(2, 3, 4, 3), numbers(1, 1, 3, 2), numbers(2)),
    (numbers(3, 5, 2, 2), numbers(1, 1, 2, 5), numbers(5)),
]


def mix(x: Array, w: Array, b: Array) -> Array:
    """A row for each pixel, times the matrix (c, o)."""
    rows = x.reshape(-1, x.shape[-1]) @ w[0, 0] + b
    return rows.reshape(*x.shape[:-1], w.shape[-1])


def sides_swapped(x: Array, w: Array, b: Array) -> Array:
    """With the pixels read column by column, and laid out row by row."""
    turned = x.transpose(0, 2, 1, 3)
    return mix(turned, w, b).reshape(*x.shape[:-1], w.shape[-1])


def channels_first(x: Array, w: Array, b: Array) -> Array:
    """With the memory cut into rows as if the channels came first."""
    rows = x.reshape(x.shape[-1], -1).T @ w[0, 0] + b
    return rows.reshape(*x.shape[:-1], w.shape[-1])


conv1x1 = Function(
    "conv1x1",
    mix,
    MIX_CASES,
    "Make of x a matrix with a row for each pixel of each sample and a column for each channel, "
    "multiply it with the matrix w[0, 0] of shape (c, o), add b, and give the result x's first "
    "three sides.",
    [
        Mistake(
            lambda x, w, b: mix(x, w, 0 * b),
            "The bias is missing: add b to each row of the result.",
        ),
        Mistake(
            lambda x, w, b: mix(x, w.transpose(0, 1, 3, 2), b),
            "The matrix is transposed: w[0, 0] has a row for each input channel, so it stands as "
            "it is on the right of the product.",
        ),
        Mistake(
            lambda x, w, b: x.reshape(-1, x.shape[-1]) @ w[0, 0] + b,
            "The numbers are right, but in one long table. Give them the shape (s, i, j, o).",
        ),
        Mistake(
            sides_swapped,
            "Rows and columns of the image are mixed up: keep the order of the pixels.",
        ),
        Mistake(
            channels_first,
            "The channels lie next to each other in memory, they are the last axis: "
            "x.reshape(-1, channels), without a transpose.",
        ),
        Mistake(
            lambda x, w, b: mix(x, abs(w), b), "Some weights are negative: leave their signs alone."
        ),
    ],
)
