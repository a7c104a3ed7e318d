"""The exercises on ReLU: sums of ReLUs, forwards and backwards, and how to begin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]

# -------------------------------------------------------------------------------------------- hat
POINTS = np.array([-4.0, 1, 2, 2.5, 3, 4, 4.5, 5, 6, 9])
HAT_CASES = [(POINTS,), (np.array([[2.25, 7.0], [3.5, 100.0]]),)]


def hat_of(x: Array, *terms: tuple[float, float]) -> Array:
    """A sum of ReLUs, each (factor, where it begins)."""
    return sum(factor * np.maximum(x - start, 0) for factor, start in terms)  # type: ignore[return-value]


def right_hat(x: Array) -> Array:
    """Up from 2 to 6 at 3, down to 0 at 5."""
    return hat_of(x, (6, 2), (-9, 3), (3, 5))


hat = Function(
    "hat",
    right_hat,
    HAT_CASES,
    "Each ReLU changes the slope where it begins, by its factor: the slopes are 0, 6, -3 and 0. "
    "(x is an array: take ops.relu or np.maximum, not max.)",
    [
        Mistake(
            lambda x: hat_of(x, (6, 2), (-9, 3)),
            "Behind 5 it goes on falling: a third ReLU must bring the slope back to 0.",
        ),
        Mistake(
            lambda x: hat_of(x, (6, 2), (-6, 3)),
            "At 3 the slope falls from 6 to -3, a change of -9; yours falls to 0.",
        ),
        Mistake(
            lambda x: hat_of(x, (6, 2), (-3, 3), (-3, 5)),
            "The factors are changes of the slope, not the slopes: from 6 to -3 it is -9.",
        ),
        Mistake(
            lambda x: hat_of(x, (1, 2), (-1.5, 3), (0.5, 5)),
            "Its top has the height 1; it should be 6.",
        ),
        Mistake(
            lambda x: hat_of(x, (6, 2), (-12, 3), (6, 4)),
            "Your hat ends at 4. It falls more slowly: by 3 from one whole number to the next.",
        ),
        Mistake(
            lambda x: hat_of(x, (6, -2), (-9, -3), (3, -5)),
            "A ReLU that begins at 2 is f(x - 2), not f(x + 2).",
        ),
    ],
)

# -------------------------------------------------------------------------------------- relu_both
BOTH_CASES = [
    (np.array([-2.0, 0, 3, 1, 0, -1]), np.array([5.0, 5, 5, -7, -4, 0])),
    (
        np.array([[1.0, -3, 0], [0, 2, -1]]),
        np.array([[-1.0, 2, 3], [0, 0, -6]]),
    ),
    (
        np.array([[[[2.0, -1], [0, 4], [-3, 1]]]]),
        np.array([[[[3.0, -2], [8, -5], [1, 0]]]]),
    ),
]


def right_both(x: Array, dy: Array) -> tuple[Array, Array]:
    """The output, and the gradient where the input is above 0."""
    return np.maximum(x, 0), dy * (x > 0)


def masked_by_gradient(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: what is above 0 of the gradient."""
    return np.maximum(x, 0), np.maximum(dy, 0)


def masked_by_both(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: where input and gradient are above 0."""
    return np.maximum(x, 0), dy * ((x > 0) & (dy > 0))


def open_at_zero(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: 1 at 0 as well."""
    return np.maximum(x, 0), dy * (x >= 0)


def masked_by_output(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: where the output is 0 or more, which is everywhere."""
    y = np.maximum(x, 0)
    return y, dy * (y >= 0)


def times_output(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: times the output in the place of the slope."""
    y = np.maximum(x, 0)
    return y, dy * y


def slope_alone(x: Array, dy: Array) -> tuple[Array, Array]:
    """Backwards: the mask without the gradient."""
    return np.maximum(x, 0), 1.0 * (x > 0)


def absolute(x: Array, dy: Array) -> tuple[Array, Array]:
    """Forwards: the size."""
    return np.abs(x), dy * (x > 0)


def into_input(x: Array, dy: Array) -> tuple[Array, Array]:
    """The output is written over the input."""
    y = x
    y[y < 0] = 0
    return y, dy * (x > 0)


def into_gradient(x: Array, dy: Array) -> tuple[Array, Array]:
    """The gradient is written over the one that came."""
    dx = dy
    dx[x <= 0] = 0
    return np.maximum(x, 0), dx


relu_both = Function(
    "relu_both",
    right_both,
    BOTH_CASES,
    "y is max(0, x); dx is dy where x > 0, else 0.",
    [
        Mistake(masked_by_gradient, "The mask asks for the sign of x. That of dy plays no part."),
        Mistake(masked_by_both, "A negative gradient passes too: only the sign of x counts."),
        Mistake(open_at_zero, "At x = 0 the slope is 0 here: the mask is x > 0, not x >= 0."),
        Mistake(masked_by_output, "y is never below 0, so y >= 0 is true everywhere: take x > 0."),
        Mistake(times_output, "The slope is 1 where x > 0, not y: multiply dy with the mask."),
        Mistake(slope_alone, "That is the slope alone; the gradient that comes is its factor."),
        Mistake(absolute, "A negative number becomes 0, not its size."),
        Mistake(
            into_input, "y = x is a second name for the same array; x[x < 0] = 0 changes both."
        ),
        Mistake(into_gradient, "dx = dy is a second name for the same array: begin with a copy."),
    ],
    results=("y", "dx"),
)

# --------------------------------------------------------------------------------- leaky_backward
LEAKY_CASES = [
    (np.array([5.0, 5, 5, -7, -4]), np.array([-2.0, 0, 3, 1, -1]), 0.1),
    (np.array([[2.0, -3], [0, 4], [1, 10]]), np.array([[-1.0, 2], [-5, 0], [0.5, -8]]), 0.25),
    (np.array([3.0, -6, 1]), np.array([-1.0, -2, 4]), 0.0),
]


def right_leaky(dy: Array, x: Array, slope: float) -> Array:
    """The slope of the side on which x lies."""
    return dy * np.where(x > 0, 1.0, slope)


leaky_backward = Function(
    "leaky_backward",
    right_leaky,
    LEAKY_CASES,
    "dx is dy where x > 0, and slope * dy elsewhere.",
    [
        Mistake(lambda dy, x, slope: dy * (x > 0), "Below 0 a part passes too: slope * dy."),
        Mistake(
            lambda dy, x, slope: dy * np.where(x >= 0, 1.0, slope),
            "At x = 0 cnnlib takes the slope of the left side: ask for x > 0.",
        ),
        Mistake(
            lambda dy, x, slope: np.where(x > 0, dy, slope * x),
            "slope * x is the way forwards; backwards the gradient dy is multiplied.",
        ),
        Mistake(
            lambda dy, x, slope: np.where(dy > 0, dy, slope * dy),
            "The side is that of x. The sign of dy plays no part.",
        ),
        Mistake(lambda dy, x, slope: slope * dy, "Where x > 0 the slope is 1."),
        Mistake(
            lambda dy, x, slope: np.where(x > 0, dy, slope),
            "Below 0 the slope is a factor of dy, not a number that is added.",
        ),
        Mistake(
            lambda dy, x, slope: dy * np.where(x > 0, 1.0, -slope),
            "The line below 0 rises as well: its slope is positive.",
        ),
    ],
)

# ----------------------------------------------------------------------------------------- he_std
HE_CASES = [((128, 32),), ((3, 3, 16, 64),), ((5, 2, 3, 7),), ((1, 1, 50, 4),)]


def right_std(shape: tuple[int, ...]) -> float:
    """From the number of inputs of one output."""
    return math.sqrt(2 / math.prod(shape[:-1]))


he_std = Function(
    "he_std",
    right_std,
    HE_CASES,
    "The variance is 2 / N, where N is the number of products in the sum for one output.",
    [
        Mistake(
            lambda shape: math.sqrt(1 / math.prod(shape[:-1])),
            "That keeps a sum without ReLU. ReLU cuts half of the mean square: the factor is 2.",
        ),
        Mistake(
            lambda shape: 2 / math.prod(shape[:-1]),
            "That is the variance; the standard deviation is its square root.",
        ),
        Mistake(
            lambda shape: math.sqrt(2 / math.prod(shape[:-2] + shape[-1:])),
            "You counted the outputs: N is the number of inputs, the last axis is the outputs.",
        ),
        Mistake(
            lambda shape: math.sqrt(2 / shape[-2]),
            "A kernel reads its channels at every place of its window: N is rows * columns * c.",
        ),
        Mistake(
            lambda shape: math.sqrt(2 / math.prod(shape)),
            "The last axis is the outputs: each has a sum of its own.",
        ),
        Mistake(
            lambda shape: math.sqrt(2 / (math.prod(shape[:-2]) * (shape[-2] + shape[-1]))),
            "That is Glorot's rule, for a layer without ReLU: it has 2 / (inputs + outputs).",
        ),
        Mistake(
            lambda shape: math.sqrt(6 / math.prod(shape[:-1])),
            "That is the limit of evenly spread numbers; their standard deviation is limit / √3.",
        ),
    ],
)
