"""The exercises on the Keras program: its parameters by hand, and a smaller twin."""

from __future__ import annotations

from typing import Any

from cnnlib.check._exercise import Failed, Judged, Mistake, Value
from cnnlib.layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, MaxPooling2D
from cnnlib.models import Sequential


# --------------------------------------------------------------------------------- params_by_hand
def counts(
    side: int = 128,
    kernel: int = 3,
    channels: int = 3,
    bias: int = 1,
    padded: int = 0,
    up: int = 0,
    flat: int | None = None,
) -> list[int]:
    """The parameters of the program's seven layers, for images of some size."""
    one = side - kernel + 1 + padded
    two = (one + up) // 2 - kernel + 1 + padded
    last = (two + up) // 2
    inputs = last * last * 64 if flat is None else flat
    return [
        (kernel**2 * channels + bias) * 32,
        0,
        (kernel**2 * 32 + bias) * 64,
        0,
        0,
        (inputs + bias) * 128,
        128 + bias,
    ]


params_by_hand = Value(
    "params_by_hand",
    counts(),
    "Go through the sizes first: 128, then minus 2, half, minus 2, half, each time rounded down. A "
    "convolution has (3 * 3 * channels + 1) * filters parameters, a dense layer (inputs + 1) * "
    "units.",
    [
        Mistake(counts(64), "That is for images of 64 × 64: only Dense(128) changes, and how!"),
        Mistake(counts(bias=0), "Each filter and each unit has a bias."),
        Mistake(counts(up=1), "61 / 2 is 30.5: the pool drops the row and the column left over."),
        Mistake(counts(padded=2), "Without padding each convolution takes 2 off: 128 becomes 126."),
        Mistake(
            counts(channels=1), "The image has three channels: a kernel of the first layer has 27."
        ),
        Mistake(
            counts(flat=64),
            "That is with GlobalAveragePooling2D. `Flatten` keeps all 30 · 30 · 64.",
        ),
        Mistake(counts(flat=30 * 30), "There are 64 maps of 30 × 30 numbers to flatten."),
        Mistake(
            [*counts()[:2], (9 + 1) * 64, *counts()[3:]],
            "A kernel of the second convolution reads all 32 channels: 3 · 3 · 32 weights.",
        ),
        Mistake(
            [count for count in counts() if count], "Seven layers: those without parameters have 0."
        ),
    ],
)

# ------------------------------------------------------------------------------------ unseen_rows
unseen_rows = Value(
    "unseen_rows",
    [62, 63],
    "A number behind the second pool sees 10 rows, the next one the same shifted by 4. Fourteen of "
    "them cover rows 0 to ...",
    [
        Mistake([63], "One row of the 29 is dropped, but before the first pool that was two rows."),
        Mistake([0, 1], "The windows begin at the top: what is left over is at the bottom."),
        Mistake(
            [28], "That is the row of the 29 × 29 map. Which rows of the image stand behind it?"
        ),
        Mistake([61, 62, 63], "The last window sees rows 52 to 61: row 61 is still used."),
        Mistake(
            [60, 61, 62, 63],
            "Four rows is one step of the windows, but neighbors overlap: 10 + 13 * 4 are seen.",
        ),
        Mistake([63, 64], "Rows count from 0: the last of 64 is row 63."),
    ],
)

# ------------------------------------------------------------------------------------ pooled_twin
PARAMETERS = 27_841
LARGE, SHAPE, OUTPUT = 1_625_281, (64, 64, 3), (None, 1)
BUILT = "Hand over a `cnnlib.Sequential` that begins with `cnnlib.Input((64, 64, 3))`."
ORDER = (
    "Leave the other layers as they are: Conv2D, MaxPooling2D, Conv2D, MaxPooling2D, then the "
    "mean, Dense(128), Dense(1)."
)
FLAT = "`Flatten` is still there: GlobalAveragePooling2D stands in its place."
PLAIN = "Without padding, strides 1 and windows of 2 × 2, as in the program: look at each layer."
ACTIVE = "The activations are ReLU, ReLU, ReLU and, at the end, the sigmoid."
UNITS = "Keep 32 and 64 filters of 3 × 3, and 128 units: the sum is 896 + 18,496 + 8,320 + 129."
KINDS = [Conv2D, MaxPooling2D, Conv2D, MaxPooling2D, GlobalAveragePooling2D, Dense, Dense]
SIZES = [(62, 62, 32), (31, 31, 32), (29, 29, 64), (14, 14, 64), (64,), (128,), (1,)]
ACTIVATIONS = ["relu", "relu", "relu", "sigmoid"]


def judge_twin(model: Any) -> Failed | None:
    """Whether a model is the program's with the mean of each map in the place of Flatten."""
    if not isinstance(model, Sequential) or not model.built or model.input_shape[1:] != SHAPE:
        return Failed("a built model for images of 64 × 64 × 3 was expected", BUILT)
    if any(isinstance(layer, Flatten) for layer in model.layers):
        return Failed(f"it has {model.count_params():,} parameters", FLAT)
    if [type(layer) for layer in model.layers] != KINDS:
        kinds = ", ".join(type(layer).__name__ for layer in model.layers)
        return Failed(f"its layers are {kinds}", ORDER)
    count = model.count_params()
    if count != PARAMETERS:
        return Failed(f"it has {count:,} parameters, and should have {PARAMETERS:,}", UNITS)
    if [layer.output_shape[1:] for layer in model.layers] != SIZES:
        return Failed("a layer's output has another shape than in the program", PLAIN)
    active = [str(layer.activation) for layer in model.layers if hasattr(layer, "activation")]
    if active != ACTIVATIONS:
        return Failed(f"its activations are {', '.join(active)}", ACTIVE)
    return None


def twin(
    *middle: Any,
    units: int = 128,
    padding: str = "valid",
    side: int = 64,
    end: str = "sigmoid",
    pool: int = 2,
) -> Sequential:
    """The program's network, with other layers in the place of Flatten."""
    return Sequential(
        [
            Conv2D(32, 3, activation="relu", padding=padding, input_shape=(side, side, 3)),
            MaxPooling2D(pool),
            Conv2D(64, 3, activation="relu", padding=padding),
            *(middle or (MaxPooling2D(2), GlobalAveragePooling2D())),
            *(Dense(units, activation="relu"), Dense(1, activation=end)),
        ]
    )


pooled_twin = Judged(
    "pooled_twin",
    judge_twin,
    twin,
    [
        Mistake(lambda: twin(MaxPooling2D(2), Flatten()), FLAT),
        Mistake(lambda: twin(GlobalAveragePooling2D()), ORDER),
        Mistake(lambda: twin(MaxPooling2D(2), GlobalAveragePooling2D(), Dense(128)), ORDER),
        Mistake(lambda: twin(units=64), UNITS),
        Mistake(lambda: twin(padding="same"), PLAIN),
        Mistake(lambda: twin(pool=3), PLAIN),
        Mistake(lambda: twin(side=128), BUILT),
        Mistake(lambda: twin(end="linear"), ACTIVE),
        Mistake(lambda: PARAMETERS, BUILT),
    ],
)
