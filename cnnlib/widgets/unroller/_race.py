"""The same convolution in Python, by a loop, by a matrix product and by compiled kernels: timed."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib import kernels, ops
from cnnlib.kernels import tiling
from cnnlib.kernels.conv2d_tiles import conv2d_tiles
from cnnlib.kernels.warmup import name_of
from cnnlib.ops import _tiled
from cnnlib.shapes import window

Array = NDArray[np.float32]
ROUNDS = 15  # at most
PART = 20_000  # multiply-adds that the Python loop is given; the rest is counted up


class Size(NamedTuple):
    """A convolution, stride 1 and without padding: a square image of c channels, o filters."""

    side: int
    channels: int
    kernel: int
    filters: int

    @property
    def output(self) -> int:
        """Rows and columns of the output."""
        return self.side - self.kernel + 1

    @property
    def macs(self) -> int:
        """Its multiply-adds."""
        return self.output**2 * self.filters * self.kernel**2 * self.channels


#: The race's sizes: the two convolutions of the source's network, and a small one.
SIZES = {
    "second": Size(31, 32, 3, 64),
    "first": Size(64, 3, 3, 32),
    "tiny": Size(12, 4, 3, 16),
}


def numbers(size: Size) -> tuple[Array, Array, Array]:
    """Image, kernel and bias: whole numbers from -3 to 3, whose sums have no rounding."""
    rng = np.random.default_rng(7)
    shapes = (
        (1, size.side, size.side, size.channels),
        (size.kernel, size.kernel, size.channels, size.filters),
        (size.filters,),
    )
    x, w, b = (rng.integers(-3, 4, shape).astype(np.float32) for shape in shapes)
    return x, w, b


def part(size: Size) -> int:
    """Columns of the output's first row that the Python loop computes."""
    return max(1, min(size.output, PART * size.output**2 // size.macs))


def racers(size: Size) -> dict[str, Callable[[], Array]]:
    """Functions that compute the output; that of the Python loop a part of its first row."""
    x, w, b = numbers(size)
    columns = part(size)
    little = np.empty((1, 1, columns, size.filters), np.float32)
    whole = np.empty((1, size.output, size.output, size.filters), np.float32)
    loop = getattr(kernels.conv2d.conv2d, "py_func", kernels.conv2d.conv2d)
    one_core = kernels.sequential("conv2d")

    def python_loop() -> Array:
        loop(x, w, b, 1, 1, 1, 1, little)
        return little

    def numpy_product() -> Array:
        seen = np.lib.stride_tricks.sliding_window_view(x[0], w.shape[:2], axis=(0, 1))
        rows = seen.transpose(0, 1, 3, 4, 2).reshape(-1, w[..., 0].size)  # im2col: a copy
        return (rows @ w.reshape(rows.shape[1], -1) + b).reshape(whole.shape)

    def numba() -> Array:
        one_core(x, w, b, 1, 1, 1, 1, whole)
        return whole

    return {
        "loop": python_loop,
        "numpy": numpy_product,
        "numba": numba,
        "tiles": tiles(x, w, b),
    }


def tiles(x: Array, w: Array, b: Array) -> Callable[[], Array]:
    """The kernel on register tiles that ``ops.conv2d`` takes, on one core, as in the page."""
    win = window(x.shape[1:3], w.shape[:2])
    y = np.empty((len(x), *win.output, len(b)), np.float32)
    if not tiling.available():  # Numba interprets everything
        return lambda: ops.conv2d(x, w, b)
    tile = tiling.size("conv2d", len(b))
    conv2d_tiles(*tile)  # so that it has a name
    kernel = kernels.sequential(name_of(conv2d_tiles, *tile))
    start, tap = _tiled.starts(win, *x.shape[2:]), _tiled.window_taps(win, *x.shape[2:])
    place = _tiled.places(1, start.size, 0, len(b))
    work = np.array([[0, start.size, 0, len(b)]], np.int32)
    rows, weights = x.reshape(len(x), -1), w.reshape(tap.size, -1)

    def run() -> Array:
        kernel(rows, start, tap, weights, b, _tiled.NO_FLOOR, place, work, y.reshape(len(x), -1))
        return y

    return run


def measure(limit: float) -> dict[str, Any]:
    """Medians of interleaved runs in seconds, each on one core.

    Args:
        limit: Seconds for each size, at most; three rounds are made in any case.

    Returns:
        ``machine``, its processor; ``one_core``, whether NumPy's product was kept on one core too;
        and ``seconds``, which has a dictionary of times for every size.
    """
    one_core, alone = on_one_core()
    with one_core:
        found = {name: medians(size, limit) for name, size in SIZES.items()}
    return {"machine": processor(), "one_core": alone, "seconds": found}


def medians(size: Size, limit: float) -> dict[str, float]:
    """The racers' times for one size."""
    runners = racers(size)
    for run in runners.values():
        run()  # the first call compiles and fills the caches
    took: dict[str, list[float]] = {key: [] for key in runners}
    end = perf_counter() + limit
    for turn in range(ROUNDS):
        if turn >= 3 and perf_counter() > end:
            break
        for key, run in runners.items():
            start = perf_counter()
            run()
            took[key].append(perf_counter() - start)
    found = {key: median(times) for key, times in took.items()}
    found["loop"] *= size.output**2 / part(size)
    return found


def on_one_core() -> tuple[AbstractContextManager[Any], bool]:
    """Where NumPy's matrix product keeps to one core, and whether that could be had."""
    try:
        limits: Any = import_module("threadpoolctl").threadpool_limits
    except ImportError:
        return nullcontext(), False
    return limits(1, "blas"), True


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
