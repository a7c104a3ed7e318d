"""The page's random numbers (``random.js``): the same ones here for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def draws(seed: int, count: int) -> NDArray[np.float64]:
    """Numbers from 0 to below 1: a counter, its bits mixed by two multiplications (Mulberry32).

    Example:
        >>> draws(0, 2).round(4)
        array([0.2664, 0.0003])
    """
    steps = np.arange(1, count + 1, dtype=np.uint64) * 0x6D2B79F5
    counter = (np.uint64(seed & 0xFFFFFFFF) + steps).astype(np.uint32)
    bits = (counter ^ (counter >> 15)) * (counter | 1)
    bits ^= bits + (bits ^ (bits >> 7)) * (bits | 61)
    return (bits ^ (bits >> 14)) / 2**32


def shuffled(count: int, seed: int) -> NDArray[np.int64]:
    """The numbers from 0 in a random order, that of the page's ``shuffle``.

    Example:
        >>> shuffled(5, seed=1)
        array([4, 2, 1, 0, 3])
    """
    order = np.arange(count)
    for draw, k in zip(draws(seed, count - 1), range(count - 1, 0, -1), strict=True):
        other = int(draw * (k + 1))
        order[[k, other]] = order[[other, k]]
    return order
