"""The exercise on measuring a gradient: the central difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]


@dataclass
class Loss:
    """A function of an array, with a name that can be read."""

    name: str
    function: Callable[[Array], Any]

    def __call__(self, x: Array) -> Any:
        return self.function(x)

    def __repr__(self) -> str:
        return self.name


def central(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """The central difference by every entry."""
    return nudged(f, x, h, lambda up, at, down: (up - down) / (2 * h))


def nudged(
    f: Callable[[Array], Any], x: Array, h: float, slope: Callable[[Any, Any, Any], Any]
) -> Array:
    """A slope of three losses for every entry: a step up, here, a step down."""
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        found[place] = slope(f(x + step), f(x), f(x - step))
    return found


def one_sided(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """The difference to one side."""
    return nudged(f, x, h, lambda up, at, down: (up - at) / h)


def half_missing(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Divided by h, not by the distance of both points."""
    return nudged(f, x, h, lambda up, at, down: (up - down) / h)


def not_divided(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """The difference alone."""
    return nudged(f, x, h, lambda up, at, down: up - down)


def downwards(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Up and down swapped."""
    return -central(f, x, h)


def all_at_once(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Every entry nudged together."""
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


def not_put_back(f: Callable[[Array], Any], x: Array, h: float) -> Array:
    """Every entry stays nudged while the next ones are measured."""
    x, found = x.copy(), np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        found[place] = (up - f(x)) / (2 * h)
    return found


numeric_gradient = Function(
    "numeric_gradient",
    central,
    [
        (Loss("sum of x³", lambda x: (x**3).sum()), np.array([[1.0, 2, 0], [-1, 3, 4]]), 0.5),
        (Loss("x₀² · x₁", lambda x: x[0] ** 2 * x[1]), np.array([3.0, -2]), 0.25),
        (Loss("exp of the sum", lambda x: np.exp(x.sum())), np.array([[0.5], [-1], [0.25]]), 0.125),
    ],
    "For each place: f with this entry larger by h, less f with it smaller by h, divided by 2h. "
    "The other entries stay as they are.",
    [
        Mistake(
            one_sided,
            "That is the difference to one side, (f(x + h) - f(x)) / h: its error is as large as "
            "h, not as h². Step to both sides.",
        ),
        Mistake(half_missing, "The two points are 2h apart, not h."),
        Mistake(not_divided, "That is how much f changes. Divide by the distance, 2h."),
        Mistake(downwards, "The sign is wrong: the larger x comes first, f(x + h) - f(x - h)."),
        Mistake(
            all_at_once,
            "You nudge all entries at once. Nudge one at a time: each has its own gradient.",
        ),
        Mistake(
            not_put_back,
            "An entry stays nudged while you measure the next one. Put it back, or nudge a copy.",
        ),
    ],
)
