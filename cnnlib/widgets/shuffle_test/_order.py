"""Where the pixels go: the same order as in the page (``places.js``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnlib.wasm._random import draws


def places(seed: int, block: int, side: int) -> NDArray[np.int64]:
    """A random order of the pixels of a square image: place k gets the pixel ``order[k]``.

    Args:
        seed: Which order.
        block: Pixels change places within squares of ``block`` × ``block``; 1 leaves them all.
        side: Rows and columns of the image, a multiple of ``block``.

    Example:
        >>> places(0, block=2, side=4).reshape(4, 4)
        array([[ 5,  4,  7,  6],
               [ 0,  1,  3,  2],
               [13,  8, 11, 15],
               [ 9, 12, 10, 14]])
    """
    grid = np.arange(side * side).reshape(side, side)
    order, numbers = np.empty_like(grid), iter(draws(seed, grid.size))
    for top in range(0, side, block):
        for left in range(0, side, block):
            square = np.s_[top : top + block, left : left + block]
            cells = grid[square].ravel()
            for k in range(cells.size - 1, 0, -1):
                other = int(next(numbers) * (k + 1))
                cells[[k, other]] = cells[[other, k]]
            order[square] = cells.reshape(block, block)
    return order.ravel()
