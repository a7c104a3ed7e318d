"""How fast the processor can multiply and add at all: registers only, no memory.

A thread's vectors do not depend on each other, so that a multiplier need not wait for the last sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

from benchmarks.worker import Call
from cnnlib.kernels.vector import load, store, tile

PACKAGES = ("numba", "llvmlite")
FACTOR, ADDEND = np.float32(0.999), np.float32(0.001)  # the numbers go towards 1: no overflow


def loop(vectors: int, lanes: int) -> Any:
    """A compiled loop of x = x · factor + addend on so many vectors of so many numbers."""

    @njit(parallel=True)
    def multiply_add(turns: int, factor: Any, addend: Any, numbers: Any) -> None:
        for task in prange(len(numbers)):
            x = tile(vectors, lanes)
            first = task * vectors * lanes
            for v in range(vectors):
                x[v] = load(numbers, first + v * lanes, lanes)
            for _ in range(turns):
                for v in range(vectors):
                    x[v] = x[v] * factor + addend
            for v in range(vectors):
                store(numbers, first + v * lanes, x[v])

    return multiply_add


def make(subject: dict[str, Any], threads: int) -> dict[str, Call]:
    """A call for each number of ``lanes``; it does ``turns`` turns of ``vectors`` vectors."""
    turns, vectors = subject["turns"], subject["vectors"]

    def call(lanes: int) -> Call:
        run, numbers = loop(vectors, lanes), np.zeros((threads, vectors * lanes), np.float32)
        return Call(lambda: run(turns, FACTOR, ADDEND, numbers))

    return {f"{lanes} lanes": call(lanes) for lanes in subject["lanes"]}
