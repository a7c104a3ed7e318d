"""How large a register tile is: the one place that knows the processor.

A tile of T by L numbers should leave no multiplier idle (results come late, so eight or more sums
must be under way) and must not outgrow the registers. The numbers were measured: AVX-512 on Zen 5,
AVX2 forced on the same machine. Those for NEON follow from its registers and wait for a
measurement. The page's tiles stand in :mod:`cnnlib.wasm`.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, NamedTuple

from llvmlite import binding as llvm
from numba.core import config as numba_config

__all__ = ["Sizes", "available", "covering", "instruction_set", "register", "size"]


config: Any = numba_config  # its settings are attributes made at run time


class Sizes(NamedTuple):
    """For one kernel: the most lanes a vector gets, the registers for sums, the most rows."""

    lanes: int
    registers: int
    rows: int
    sums: int = 1  # vectors in a row: 4 where a row is a pool's four windows


#: instruction set -> lanes of one register, and the sizes of every kernel's tile
TARGETS: dict[str, tuple[int, dict[str, Sizes]]] = {
    "avx512": (
        16,
        {
            "conv2d": Sizes(32, 14, 14),
            "weight_gradient": Sizes(32, 18, 9),
            "block": Sizes(32, 16, 3, 4),
            "block_gradient": Sizes(32, 18, 9),
            "narrow": Sizes(16, 9, 9),
            "dense": Sizes(32, 16, 8),
        },
    ),
    "avx2": (
        8,
        {
            "conv2d": Sizes(16, 12, 12),
            "weight_gradient": Sizes(16, 12, 9),
            "block": Sizes(16, 8, 2, 4),
            "block_gradient": Sizes(8, 9, 9),
            "narrow": Sizes(8, 9, 9),
            "dense": Sizes(16, 12, 8),
        },
    ),
    "neon": (
        4,
        {
            "conv2d": Sizes(16, 24, 12),
            "weight_gradient": Sizes(16, 24, 9),
            "block": Sizes(16, 16, 2, 4),
            "block_gradient": Sizes(8, 18, 9),
            "narrow": Sizes(8, 18, 9),
            "dense": Sizes(16, 24, 8),
        },
    ),
    "128 bits": (
        4,
        {
            "conv2d": Sizes(8, 12, 8),
            "weight_gradient": Sizes(8, 12, 8),
            "block": Sizes(8, 8, 1, 4),
            "block_gradient": Sizes(8, 10, 5),
            "narrow": Sizes(4, 5, 5),
            "dense": Sizes(8, 12, 6),
        },
    ),
}


@cache
def register() -> int:
    """The lanes of one register."""
    return TARGETS[instruction_set()][0]


def covering(channels: int) -> int:
    """The lanes of one register that holds all channels and empty lanes besides; 0 if none does.

    A single vector for 5 or 6 channels costs half of what two of 4 do; its last lanes must not be
    stored, which NEON and older processors cannot say in one instruction.
    """
    lanes = 1 << (channels - 1).bit_length()
    return lanes if register() >= 8 and channels < lanes <= register() and channels > 2 else 0


def available() -> bool:
    """Can such kernels run? Not where Numba is told to interpret everything."""
    return not config.DISABLE_JIT


@cache
def instruction_set() -> str:
    """The vectors Numba compiles for: ``"avx512"``, ``"avx2"``, ``"neon"`` or ``"128 bits"``.

    The environment variable ``CNNLIB_TILES`` names another, for measurements and tests: every size
    of tile gives right results on every processor, only the speed differs.
    """
    chosen = os.environ.get("CNNLIB_TILES")
    if chosen:
        if chosen not in TARGETS:
            raise ValueError(f"CNNLIB_TILES must be one of {', '.join(TARGETS)}; got {chosen!r}.")
        return chosen
    features = config.CPU_FEATURES
    if features is None:
        features = llvm.get_host_cpu_features().flatten()
    has = {feature[1:] for feature in features.split(",") if feature.startswith("+")}
    if {"avx512f", "avx512vl", "avx512bw"} <= has:
        return "avx512"
    if {"avx2", "fma"} <= has:
        return "avx2"
    return "neon" if "neon" in has else "128 bits"


@cache
def size(kernel: str, channels: int) -> tuple[int, int]:
    """Rows and lanes of a kernel's tile for this many channels.

    The last vector of a row overlaps the one before it, so the lanes are the power of two, no more
    than the channels, that needs the fewest instructions; of equals the widest.

    Example:
        >>> rows, lanes = size("conv2d", 6)
        >>> lanes  # two vectors of 4
        4
    """
    register, sizes = TARGETS[instruction_set()]
    most, registers, rows, sums = sizes[kernel]
    choices = [1 << k for k in range(most.bit_length()) if 1 << k <= min(most, channels)]
    lanes = min(choices, key=lambda n: (-(-channels // n) * max(n // register, 1), -n))
    return max(min(rows, registers // (sums * max(lanes // register, 1))), 1), lanes
