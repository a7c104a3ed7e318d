"""Losses of two weights: a floor of height g(x) along y = c(x), and walls that are steep across it.

All are L = g(x) + a/2 (y - c(x))², with polynomials g and c. They are computed in float64, number
by number as in the page; a gradient is rounded once, for the kernels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib.optimizers import Optimizer
from cnnlib.widgets._figure import finite

Numbers = tuple[float, ...]
LOW, HIGH = (-5.0, -2.5), (5.0, 2.5)  # the picture


def polynomial(coefficients: Numbers, x: Any) -> Any:
    """A polynomial at x; the coefficients begin with the constant."""
    total = 0 * x
    for one in reversed(coefficients):
        total = total * x + one
    return total


class Landscape(NamedTuple):
    """A floor and its walls, with the steepness and the start that it comes with."""

    name: str
    formula: str
    steepness: float  # a
    start: tuple[float, float]
    minima: Numbers  # x
    height: Numbers  # g
    floor: Numbers = (0,)  # c

    def loss(self, point: Any, a: float) -> Any:
        """L at a point (x, y), or at many."""
        x, y = point
        across = y - polynomial(self.floor, x)
        return polynomial(self.height, x) + a / 2 * across * across

    def gradient(self, point: Any, a: float) -> NDArray[np.float32]:
        """Its slopes along x and y."""
        x, y = point
        slope, bend = (
            polynomial(tuple(k * one for k, one in enumerate(curve))[1:], x)
            for curve in (self.height, self.floor)
        )
        dy = a * (y - polynomial(self.floor, x))
        return np.array([slope - dy * bend, dy]).astype(np.float32)


def check_start(value: Any) -> NDArray[np.float32]:
    """A point of the picture."""
    start = finite(value, "start").astype(np.float32)
    if start.shape != (2,) or (start < LOW).any() or (start > HIGH).any():
        raise ValueError(
            "`start` must be a point with x from -5 to 5 and y from -2.5 to 2.5; "
            f"got {start.tolist()}."
        )
    return start


WAY = (-4.5, 1.2)
LANDSCAPES = {
    "valley": Landscape("narrow valley", "½ x² + ½ a y²", 25, WAY, (0,), (0, 0, 1 / 2)),
    "curved": Landscape(
        "curved valley",
        "½ (x − 3)² + ½ a (y − x²/8 + 1.5)²",
        *(10, WAY, (3,), (4.5, -3, 1 / 2), (-1.5, 0, 1 / 8)),
    ),
    "saddle": Landscape(
        "saddle", "(x² − 16)²/64 + ½ a y²", 2, (-0.05, 2), (-4, 4), (4, 0, -1 / 2, 0, 1 / 64)
    ),
    "basins": Landscape(
        "two basins",
        "(x⁴/4 + x³/6 − 4.5x² − 4.5x + 29.25)/16 + ½ a y²",
        *(2, WAY, (-3, 3), (117 / 64, -9 / 32, -9 / 32, 1 / 96, 1 / 64)),
    ),
}


def descend(
    land: Landscape, a: float, start: NDArray[np.float32], optimizer: Optimizer, steps: int
) -> NDArray[np.float32]:
    """Where an optimizer goes, (steps + 1, 2)."""
    w, path = start.copy(), [start]
    with np.errstate(all="ignore"):  # where it diverges
        for _ in range(steps):
            optimizer.apply([land.gradient(w.astype(float), a)], [w])
            path.append(w.copy())
    return np.array(path)


def left(path: NDArray[np.float32]) -> int | None:
    """The step in which a path left the picture for good; None if it ends inside."""
    inside = np.flatnonzero(((path >= LOW) & (path <= HIGH)).all(axis=1))
    return None if inside[-1] == len(path) - 1 else int(inside[-1]) + 1


def factor(curvature: float, rate: float, mu: float = 0.0, nesterov: bool = False) -> float:
    """What a step multiplies the distance to the minimum with in a valley of this curvature.

    With momentum it is the size of this factor in the long run.

    Example:
        >>> [round(factor(25, rate), 3) for rate in (0.04, 0.07, 0.08)]
        [0.0, -0.75, -1.0]
        >>> round(factor(25, 0.144, mu=0.8), 3)
        1.0
    """
    plain = 1 - rate * curvature
    if mu == 0:
        return plain
    total, product = ((1 + mu) * plain, mu * plain) if nesterov else (plain + mu, mu)
    return float(np.abs(np.roots([1, -total, product])).max())
