"""Memory for results, aligned to the lines of the cache, and used again when nobody needs it.

A large array that is new can cost more than what is computed into it: the system hands out its
pages one by one, filled with zeros, and takes them back when the array goes. So memory of arrays
that are gone is kept for the next array of that size: training makes the same ones at every step.
"""

from __future__ import annotations

from collections import OrderedDict
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

LINE = 64  # bytes
LARGE = 1 << 16  # bytes; below that the system is quick
MOST = 1 << 28  # bytes that are kept for later at most


class Pool:
    """Memory that waits for its next use, by size; the sizes used last are at the end."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.bytes = most, 0
        self.free: OrderedDict[int, list[Array]] = OrderedDict()

    def take(self, size: int) -> Array:
        """So many bytes from a multiple of 64 on, not filled."""
        waiting = self.free.get(size)
        if waiting:
            self.bytes -= size
            self.free.move_to_end(size)
            return waiting.pop()
        room = np.empty(size + LINE - 1, np.uint8)
        first = -room.ctypes.data % LINE
        return room[first : first + size]

    def give(self, memory: Array) -> None:
        """Keep memory for later; let go of what has waited longest if it is too much."""
        self.free.setdefault(memory.size, []).append(memory)
        self.bytes += memory.size
        while self.bytes > self.most and self.free:
            size, waiting = self.free.popitem(last=False)
            self.bytes -= size * len(waiting)

    def clear(self) -> None:
        """Give everything back to the system."""
        self.free.clear()
        self.bytes = 0


POOL = Pool()


class _Loan:
    """Memory in the hands of an array and its views; when the last of them goes, it returns."""

    def __init__(self, memory: Array) -> None:
        self.memory = memory
        self.__array_interface__ = memory.__array_interface__

    def __del__(self, give: Any = POOL.give) -> None:  # at the end of a program names are gone
        give(self.memory)


def empty(shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
    """An array that is not filled yet and begins at a multiple of 64 bytes.

    Example:
        >>> empty((2, 3)).shape, empty((2, 3)).ctypes.data % 64
        ((2, 3), 0)
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    memory = POOL.take(size)
    if size >= LARGE:
        memory = np.asarray(_Loan(memory))
    return memory.view(dtype).reshape(shape)
