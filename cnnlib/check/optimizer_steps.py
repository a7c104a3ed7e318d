"""The exercises on optimizers: one step of momentum, one step of Adam."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]

# ---------------------------------------------------------------------------------- momentum_step
STEP_CASES = [
    (np.array([1.0, -2, 0.5]), np.array([2.0, -4, 0]), np.zeros(3), 0.1, 0.5),
    (np.array([[3.0, 1], [0, -1]]), np.array([[1.0, -2], [0, 4]]), np.full((2, 2), 2.0), 0.5, 0.8),
    (np.array([5.0]), np.array([3.0]), np.array([-4.0]), 0.25, 0.0),
]


def right_momentum(w: Array, g: Array, u: Array, rate: float, mu: float) -> tuple[Array, Array]:
    """Keep a part of the last step, add a step against the gradient."""
    u = mu * u - rate * g
    return w + u, u


def momentum_in_place(w: Array, g: Array, u: Array, rate: float, mu: float) -> tuple[Array, Array]:
    """Changes the arrays of whoever called."""
    u *= mu
    u -= rate * g
    return w + u, u


momentum_step = Function(
    "momentum_step",
    right_momentum,
    STEP_CASES,
    "First u = mu * u - rate * g, then w + u with the new u.",
    [
        Mistake(
            lambda w, g, u, rate, mu: (w + mu * u + rate * g, mu * u + rate * g),
            "That climbs: the step goes against the gradient, - rate * g.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w - (mu * u - rate * g), mu * u - rate * g),
            "u is the step already, with its sign: add it.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w + u - rate * g, u - rate * g),
            "Only the part mu of the last step is kept; yours keeps all of it.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w - rate * g, mu * u - rate * g),
            "That is plain SGD: w is to move by the new u.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w + u, mu * u - rate * g),
            "w moves by the new u, not by the one of the step before.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (
                w + mu * u - (1 - mu) * rate * g,
                mu * u - (1 - mu) * rate * g,
            ),
            "That is a mean. Here the gradient is not weighed with 1 - mu; steps add up.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w + mu * (mu * u - rate * g) - rate * g, mu * u - rate * g),
            "That is Nesterov's momentum, which looks one step ahead. The plain one adds u itself.",
        ),
        Mistake(
            lambda w, g, u, rate, mu: (w + rate * (mu * u - g), mu * u - g),
            "That is PyTorch's momentum: here the rate is inside of u, u = mu * u - rate * g.",
        ),
        Mistake(
            momentum_in_place,
            "u *= mu changes the array of whoever called: make a new one.",
        ),
    ],
    results=("w", "u"),
)

# -------------------------------------------------------------------------------------- adam_step
ARRAYS = [  # w, g, m and v
    ([1.0, -2], [2.0, -0.5], [0.0, 0], [0.0, 0]),
    ([3.0, 1], [-1.0, 2], [1.0, 0], [4.0, 1]),
    ([[0.5], [4]], [[0.0], [3]], [[2.0], [-1]], [[1.0], [1]]),
]
NUMBERS = [  # k, rate, beta1, beta2 and epsilon
    (1, 0.1, 0.9, 0.999, 1e-7),
    (2, 0.5, 0.5, 0.75, 1.0),
    (5, 0.2, 0.8, 0.9, 0.5),
]
ADAM_CASES = [
    (*(np.array(array, float) for array in arrays), *numbers)
    for arrays, numbers in zip(ARRAYS, NUMBERS, strict=True)
]


def adam_like(
    mean: Any = lambda m, g, beta: beta * m + (1 - beta) * g,
    square: Any = lambda v, g, beta: beta * v + (1 - beta) * g**2,
    size: Any = lambda k, b1, b2: math.sqrt(1 - b2**k) / (1 - b1**k),
    divide: Any = lambda m, v, epsilon: m / (np.sqrt(v) + epsilon),
    sign: int = -1,
    swap: bool = False,
) -> Any:
    """A step of Adam as Keras does it, or with a part replaced."""

    def adam_step(
        w: Array,
        g: Array,
        m: Array,
        v: Array,
        k: int,
        rate: float,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> tuple[Array, Array, Array]:
        if swap:
            beta1, beta2 = beta2, beta1
        m, v = mean(m, g, beta1), square(v, g, beta2)
        step = rate * size(k, beta1, beta2) * divide(m, v, epsilon)
        return w + sign * step, m, v

    return adam_step


def papers_adam(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    k: int,
    rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> tuple[Array, Array, Array]:
    """Kingma and Ba's algorithm 1: epsilon is added to the corrected root."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mean, square = m / (1 - beta1**k), v / (1 - beta2**k)
    return w - rate * mean / (np.sqrt(square) + epsilon), m, v


adam_step = Function(
    "adam_step",
    adam_like(),
    ADAM_CASES,
    "Four lines: the new m, the new v, the corrected rate, and the step, all with the new m and v.",
    [
        Mistake(
            adam_like(size=lambda k, b1, b2: 1.0),
            "The correction for the start is missing: rate * sqrt(1 - beta2**k) / (1 - beta1**k).",
        ),
        Mistake(
            adam_like(size=lambda k, b1, b2: 1 / (1 - b1**k)),
            "v is too small at the start as well: the factor sqrt(1 - beta2**k) is missing.",
        ),
        Mistake(
            adam_like(size=lambda k, b1, b2: (1 - b2**k) / (1 - b1**k)),
            "The step divides by the root of v: its correction is a root too, sqrt(1 - beta2**k).",
        ),
        Mistake(
            adam_like(size=lambda k, b1, b2: math.sqrt(1 - b2 ** (k + 1)) / (1 - b1 ** (k + 1))),
            "k counts from 1 already: do not add one.",
        ),
        Mistake(
            adam_like(divide=lambda m, v, epsilon: m / np.sqrt(v + epsilon)),
            "epsilon is added to the root, not under it.",
        ),
        Mistake(
            adam_like(divide=lambda m, v, epsilon: m / (v + epsilon)),
            "The step divides by the root of v: a typical size of g, not of its square.",
        ),
        Mistake(
            adam_like(square=lambda v, g, beta: beta * v + (1 - beta) * g),
            "v is the mean of the squares: g**2.",
        ),
        Mistake(
            adam_like(square=lambda v, g, beta: beta * v + g**2),
            "The new square is weighed with 1 - beta2, so that v is a mean and not a sum.",
        ),
        Mistake(
            adam_like(square=lambda v, g, beta: (beta * np.sqrt(v) + (1 - beta) * np.abs(g)) ** 2),
            "v is a mean of squares, not the square of a mean.",
        ),
        Mistake(
            adam_like(mean=lambda m, g, beta: (1 - beta) * m + beta * g),
            "beta1 is how much of the old m is kept; the gradient gets 1 - beta1.",
        ),
        Mistake(
            adam_like(mean=lambda m, g, beta: beta * m + g),
            "The gradient is weighed with 1 - beta1, so that m is a mean and not a sum.",
        ),
        Mistake(adam_like(swap=True), "beta1 belongs to m, and beta2 to v."),
        Mistake(adam_like(sign=1), "That climbs: the step is subtracted."),
        Mistake(
            papers_adam,
            "That is Adam with the paper's epsilon, which is added to the corrected root. Keras "
            "and cnnlib add it to the root of v itself.",
        ),
    ],
    results=("w", "m", "v"),
)
