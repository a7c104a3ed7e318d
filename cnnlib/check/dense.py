"""The exercises on Flatten and Dense, on class numbers, and on a head without Flatten."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]

# ------------------------------------------------------------------------------- dense_from_maps
# Two samples of 2 × 3 places with 2 channels, and one of 3 × 1 with 4: every order shows.
MAPS = np.array(
    [
        [[[1, 0], [2, 5], [0, 3]], [[4, 1], [0, 2], [6, 1]]],
        [[[0, 2], [1, 1], [3, 0]], [[2, 7], [5, 0], [1, 4]]],
    ]
)
WEIGHTS = np.arange(36).reshape(12, 3) * 7 % 13 - 6  # no two rows are alike
DEEP = np.arange(12).reshape(1, 3, 1, 4) ** 2 % 7
SQUARE = np.array([[[[1, 2], [3, 0]], [[0, 1], [5, 4]]]])
DENSE_CASES = [
    (MAPS, WEIGHTS, np.array([1, -1, 2])),
    (DEEP, WEIGHTS[:, :2], np.array([4, 0])),
    (SQUARE, np.arange(64).reshape(8, 8) * 7 % 13 - 6, np.arange(8)),
]


def dense_of(maps: Array, w: Array, b: Array, order: tuple[int, ...] = (0, 1, 2, 3)) -> Array:
    """Flatten in an order of the axes, and Dense."""
    return maps.transpose(order).reshape(len(maps), -1) @ w + b


def right_order(maps: Array, w: Array, b: Array) -> Array:
    """Row by row, place by place, channel by channel."""
    return dense_of(maps, w, b)


def channels_first(maps: Array, w: Array, b: Array) -> Array:
    """One whole map after the other."""
    return dense_of(maps, w, b, (0, 3, 1, 2))


def columns_first(maps: Array, w: Array, b: Array) -> Array:
    """Column by column."""
    return dense_of(maps, w, b, (0, 2, 1, 3))


def no_bias(maps: Array, w: Array, b: Array) -> Array:
    """Without the bias."""
    return dense_of(maps, w, 0 * b)


def bias_for_every_input(maps: Array, w: Array, b: Array) -> Array:
    """With the bias inside the sum over the inputs."""
    return dense_of(maps, w, len(w) * b)


def with_relu(maps: Array, w: Array, b: Array) -> Array:
    """With a ReLU behind it."""
    return np.maximum(dense_of(maps, w, b), 0)


def one_row_for_all(maps: Array, w: Array, b: Array) -> Array:
    """With the samples added up."""
    return dense_of(maps.sum(axis=0, keepdims=True), w, b)


dense_from_maps = Function(
    "dense_from_maps",
    right_order,
    DENSE_CASES,
    "Number c of place (i, j) meets row (i*W + j)*C + c of the weights.",
    [
        Mistake(channels_first, "You write one whole map after the other: the channel comes last."),
        Mistake(columns_first, "You go column by column: the place is i*W + j, with W columns."),
        Mistake(no_bias, "The bias is missing: z starts from b."),
        Mistake(bias_for_every_input, "The bias is added for every input; it is added once."),
        Mistake(with_relu, "There is no activation here: numbers below 0 stay as they are."),
        Mistake(one_row_for_all, "Each sample has its own row of outputs; you added them up."),
    ],
)


# ------------------------------------------------------------------------------- predict_classes
YES_NO = np.array([[0.1], [0.9], [0.7], [0.4], [0.55]])
THREE = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.3, 0.36, 0.34]])
TWO = np.array([[0.8, 0.2], [0.4, 0.6]])


def classes(p: Array) -> Array:
    """A threshold for one number, the largest of several."""
    return (p[:, 0] > 0.5).astype(int) if p.shape[1] == 1 else p.argmax(axis=-1)


def always_the_largest(p: Array) -> Array:
    """The argmax, whatever comes."""
    return p.argmax(axis=-1)


def always_a_threshold(p: Array) -> Array:
    """A threshold, whatever comes."""
    return (p[:, 0] > 0.5).astype(int)


def threshold_everywhere(p: Array) -> Array:
    """A threshold for every number."""
    return (p > 0.5).astype(int)


def wrong_way_round(p: Array) -> Array:
    """Class 1 where p is small."""
    return (p[:, 0] < 0.5).astype(int) if p.shape[1] == 1 else p.argmax(axis=-1)


def as_a_column(p: Array) -> Array:
    """In the shape (N, 1)."""
    return classes(p)[:, None]


def down_the_columns(p: Array) -> Array:
    """The number of the best sample for each class."""
    return (p[:, 0] > 0.5).astype(int) if p.shape[1] == 1 else p.argmax(axis=0)


def largest_probability(p: Array) -> Array:
    """The probability instead of the class."""
    return p.max(axis=-1)


predict_classes = Function(
    "predict_classes",
    classes,
    [(YES_NO,), (THREE,), (TWO,)],
    "One column: compare with 0.5. Several: take the argmax of each row.",
    [
        Mistake(always_the_largest, "The largest of one number is number 0: compare it with 0.5."),
        Mistake(
            always_a_threshold, "Right for one column; with several, take the argmax of a row."
        ),
        Mistake(
            threshold_everywhere,
            "The answer is one class number per sample, shape (N,); yours has the shape of p.",
        ),
        Mistake(wrong_way_round, "p is the probability of class 1: above 0.5 the answer is 1."),
        Mistake(as_a_column, "One number per sample is asked for: shape (N,), not (N, 1)."),
        Mistake(down_the_columns, "Go along the classes, the last axis: argmax(axis=-1)."),
        Mistake(largest_probability, "That is the probability of the class, not its number."),
    ],
)

# ----------------------------------------------------------------------------------- pooled_head
CONVOLUTIONS, LAST = 896 + 18_496, 64 + 1

pooled_head = Value(
    "pooled_head",
    CONVOLUTIONS + LAST,
    "The mean of each of the 64 maps leaves 64 numbers for Dense(1).",
    [
        Mistake(
            CONVOLUTIONS + 12_544 + 1, "That is with Flatten: 12,544 inputs. The means are 64."
        ),
        Mistake(27_841, "That is with Dense(128) between the means and Dense(1). It is left out."),
        Mistake(864 + 18_432 + 64, "Each filter and each unit has a bias as well."),
        Mistake(LAST, "The two convolutions have parameters, too."),
        Mistake(CONVOLUTIONS + 64, "Dense(1) at the end has a bias as well."),
        Mistake(CONVOLUTIONS, "Dense(1) at the end has parameters, too: weights and a bias."),
        Mistake(
            CONVOLUTIONS + 14 * 14 + 1,
            "The mean is taken over the 14 × 14 places, one for each of the 64 channels.",
        ),
    ],
)
