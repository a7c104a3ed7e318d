"""How a plain Python loop becomes machine code: the one file that names Numba.

``@kernel`` compiles a function when it is first called, for the types it is called with, and keeps
the machine code on disk. The Python function itself stays reachable as ``name.py_func``, so that a
reader can run the very same loop interpreted, compiled, or compiled for several cores.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from numba import njit, prange
from numba.core.caching import CompileResultCacheImpl, FunctionCache

# Idle threads sleep instead of spinning; Numba starts them at the first parallel call. Beside two
# other busy programs a step of a small network took a fifth of the time (1.1 instead of 4.8 ms).
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

__all__ = ["KERNELS", "TILED", "helper", "kernel", "prange", "sequential"]

OPTIONS: dict[str, Any] = {
    # Division by zero gives inf or NaN, as in NumPy. A kernel never raises.
    "error_model": "numpy",
    # Sums may be reordered, so that they fill a vector register, and a*b + c may be rounded once.
    # Not among the flags: "nnan" and "ninf". A loss that diverges must be seen to diverge.
    "fastmath": {"reassoc", "contract", "nsz", "arcp"},
}

#: Every kernel: name -> (compiled function, its signature with float32 arrays of C order).
KERNELS: dict[str, tuple[Any, str]] = {}

#: The same for kernels on register tiles, one entry for every size that was asked for.
TILED: dict[str, tuple[Any, str]] = {}


@cache
def _sources_digest() -> str:
    """A digest of every file in this folder: an edit in any makes all machine code stale."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _cache(function: Callable[..., None], variant: str) -> FunctionCache:
    """Numba's cache on disk, fresh as long as no file of this folder changes.

    Numba itself looks at the function's own file alone, and does not tell the parallel variant of a
    function from the sequential one.
    """

    class FolderStamp:
        def get_source_stamp(self) -> str:
            return _sources_digest()

        def get_disambiguator(self) -> str:
            return f"{super().get_disambiguator()}-{variant}"  # type: ignore[misc]

    class Implementation(CompileResultCacheImpl):
        _locator_classes = [
            type(base.__name__, (FolderStamp, base), {})  # type: ignore[misc]
            for base in CompileResultCacheImpl._locator_classes
        ]

    class Cache(FunctionCache):
        _impl_class = Implementation

    return Cache(function)


def _compile(function: Callable[..., None], *, parallel: bool) -> Any:
    compiled = njit(function, parallel=parallel, **OPTIONS)
    if hasattr(compiled, "_cache"):  # a plain function where NUMBA_DISABLE_JIT is set
        with suppress(RuntimeError):  # no writable folder anywhere: compiled anew in each process
            compiled._cache = _cache(function, "parallel" if parallel else "sequential")
    return compiled


def helper(function: Callable[..., None]) -> Any:
    """Compile a part of a kernel, which runs on one core."""
    return _compile(function, parallel=False)


def kernel(
    signature: str, *, parallel: bool = False, name: str | None = None
) -> Callable[[Callable[..., None]], Any]:
    """Compile a loop over arrays, lazily and for the types it is called with.

    Args:
        signature: The arguments when all arrays are float32, in the order of the function:
            ``f4[4]`` is a float32 array of rank 4 in C order, ``i8`` an integer, ``f4`` a number.
        parallel: Whether ``prange`` loops are split among the cores. Starting the other cores
            costs microseconds at every call, and compiling takes twice as long.
        name: The name of a kernel on register tiles, which says their size.
    """

    def decorate(function: Callable[..., None]) -> Any:
        compiled = _compile(function, parallel=parallel)
        if name is None:
            KERNELS[function.__name__] = (compiled, signature)
        else:
            TILED[name] = (compiled, signature)
        return compiled

    return decorate


@cache
def sequential(name: str) -> Any:
    """The kernel of this name compiled for one core (``prange`` is then ``range``)."""
    compiled, _ = KERNELS[name]
    return _compile(getattr(compiled, "py_func", compiled), parallel=False)
