"""Compiling ahead of the first use, on several cores.

Numba compiles one function at a time. Where machine code is missing, other processes compile their
share of it and leave it on disk, where this one finds it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain, product
from pathlib import Path
from typing import Any

from cnnlib.kernels import conv2d_tiles, conv_block, dense_tiles, tiling
from cnnlib.kernels._compile import KERNELS, TILED, compile_kernel, is_compiled

#: Kernels on register tiles: which line of :data:`cnnlib.kernels.tiling.TARGETS` sizes them.
FACTORIES = {
    "conv2d": (conv2d_tiles.conv2d_tiles,),
    "weight_gradient": (conv2d_tiles.conv2d_weight_gradient_tiles,),
    "block": (conv_block.conv_block,),
    "block_gradient": (
        conv_block.conv_block_weight_gradient,
        conv_block.conv_block_input_gradient,
    ),
    "narrow": (conv_block.conv_block_narrow_gradient,),
    "dense": (
        dense_tiles.dense_tiles,
        dense_tiles.dense_input_gradient_tiles,
        dense_tiles.dense_weight_gradient_tiles,
    ),
}
CHANNELS = (8, 16, 32)  # most networks' channels are multiples of one of these
SAMPLES = 32
CHILD = "import sys; from cnnlib.kernels.warmup import compile_here; compile_here(sys.argv[1:])"


def usual_kernels() -> list[str]:
    """What most programs need: the plain kernels, and tiles for usual numbers of channels."""
    tiled = {
        name_of(factory, *tiling.size(kernel, channels))
        for (kernel, factories), channels in product(FACTORIES.items(), CHANNELS)
        for factory in factories
    }
    by_samples = tiling.size("dense", SAMPLES)
    for channels in CHANNELS:
        tiled.add(name_of(dense_tiles.dense_adam, *by_samples, tiling.size("dense", channels)[1]))
    return sorted(tiled) + list(KERNELS)


def name_of(factory: Any, *size: int) -> str:
    """The name of a kernel on register tiles, which is made but not compiled yet."""
    factory(*size)
    return f"{factory.__name__}_{'x'.join(map(str, size))}"


def _make(name: str) -> None:
    """Make a kernel on register tiles by its name, such as ``conv_block_2x32``."""
    if name not in KERNELS and name not in TILED:
        kind, _, size = name.rpartition("_")
        factories = [dense_tiles.dense_adam, *chain.from_iterable(FACTORIES.values())]
        factory = next(f for f in factories if f.__name__ == kind)
        factory(*map(int, size.split("x")))


def compile_here(kernels: Sequence[str]) -> None:
    """Compile kernels in this process, or load them from disk."""
    for name in kernels:
        _make(name)
        compile_kernel(name)


class Children:
    """Processes that compile kernels; this one goes on meanwhile."""

    def __init__(self, kernels: Sequence[str], count: int) -> None:
        shares = [list(kernels[k::count]) for k in range(count)]
        path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-c", CHILD, *share],
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for share in shares
            if share
        ]

    def wait(self) -> None:
        """Wait until all are done. What one of them could not do, this process will do itself."""
        for process in self.processes:
            process.wait()


def begin(kernels: Sequence[str]) -> Children | None:
    """Let another process compile what is missing, where there is a core for it and a cache."""
    missing = [name for name in kernels if not is_compiled(name)]
    python = Path(sys.executable or "").name.startswith("python")
    if len(missing) < 2 or not python or (os.cpu_count() or 1) < 2 or not keeps():
        return None
    with suppress(OSError):  # no process may be started here: all is compiled in this one
        return Children(missing, 1)
    return None


def keeps() -> bool:
    """Whether machine code is kept on disk."""
    return hasattr(getattr(KERNELS["relu"][0], "_cache", None), "has")


def main() -> None:
    """Compile the usual kernels on all cores and say how long it took."""
    start = time.perf_counter()
    missing = [name for name in usual_kernels() if not is_compiled(name)]
    if not keeps():
        sys.exit("cnnlib: no folder can keep machine code; let NUMBA_CACHE_DIR name one.")
    if missing:
        print(f"cnnlib: compiling {len(missing)} kernels, once … ", end="", flush=True)
        Children(missing, os.cpu_count() or 1).wait()
        failed = [name for name in missing if not is_compiled(name)]
        compile_here(failed)  # its error says why
        print(f"{time.perf_counter() - start:.0f} s")
    else:
        print("cnnlib: all kernels are compiled.")
