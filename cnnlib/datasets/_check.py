"""A wrong argument is named at once: the rule, then what came."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Images: TypeAlias = NDArray[np.float32]  # (s, h, w, c) in [0, 1]
Labels: TypeAlias = NDArray[np.int64]  # (s,)
Part: TypeAlias = tuple[Images, Labels]
Split: TypeAlias = tuple[Part, Part]  # train, test


def integer(name: str, value: object, least: int) -> int:
    """Give ``value`` back as an int.

    Raises:
        ValueError: If it is no integer, or less than ``least``.

    Example:
        >>> integer("seed", 3, 0)
        3
        >>> integer("seed", -1, 0)
        Traceback (most recent call last):
            ...
        ValueError: `seed` must be an integer of 0 or more; got -1.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"`{name}` must be an integer of {least} or more; got {value!r}.")
    return int(value)


def fraction(name: str, value: object) -> float:
    """Give a share of the images back as a float, more than 0 and less than 1.

    Raises:
        ValueError: If it is anything else.
    """
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < float(value) < 1:
        raise ValueError(f"`{name}` must be more than 0 and less than 1; got {value!r}.")
    return float(value)


def interval(name: str, value: object, low: float, high: float) -> tuple[float, float]:
    """Read one number, or a pair (lowest, highest), that lies in [low, high].

    Raises:
        ValueError: If it is anything else.

    Example:
        >>> interval("rotation", 30, -360, 360)
        (30.0, 30.0)
        >>> interval("rotation", (0, 90), -360, 360)
        (0.0, 90.0)
    """
    pair = (value, value) if isinstance(value, Real) else value
    if (
        not isinstance(pair, tuple | list)
        or len(pair) != 2
        or not all(isinstance(v, Real) and math.isfinite(v) for v in pair)
        or not low <= pair[0] <= pair[1] <= high
    ):
        raise ValueError(
            f"`{name}` must be a number or a pair (lowest, highest) between {low:g} and {high:g}; "
            f"got {value!r}."
        )
    return float(pair[0]), float(pair[1])
