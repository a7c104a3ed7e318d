"""How a plain Python loop becomes machine code: the one file that names Numba.

``@kernel`` compiles a function when it is first called, for the types it is called with, and keeps
the machine code on disk. The Python function itself stays reachable as ``name.py_func``, so that a
reader can run the very same loop interpreted, compiled, or compiled for several cores.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from numba import njit, prange, types

from cnnlib.kernels._cache import machine_code

# How long an idle core waits for the next loop before it sleeps: some microseconds. So it is there
# when the loops of a step follow each other (a LeNet's step takes 0.48 ms; 0.80 with threads that
# sleep at once), and it takes little from other programs (1.1 ms beside a busy one; 4.7 ms with ten
# times the wait). Numba starts its threads at the first parallel call; later changes go unseen.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")

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


def _compile(function: Callable[..., None], *, parallel: bool, name: str = "") -> Any:
    compiled = njit(function, parallel=parallel, **OPTIONS)
    if hasattr(compiled, "_cache"):  # a plain function where NUMBA_DISABLE_JIT is set
        with suppress(RuntimeError):  # no writable folder anywhere: compiled anew in each process
            variant = "parallel" if parallel else "sequential"
            compiled._cache = machine_code(function, variant, name)
    return compiled


def helper(function: Callable[..., None]) -> Any:
    """Compile a part of kernels, which becomes part of their machine code."""
    return njit(function, **OPTIONS)


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
        compiled = _compile(function, parallel=parallel, name=name or "")
        if name is None:
            KERNELS[function.__name__] = (compiled, signature)
        else:
            TILED[name] = (compiled, signature)
        return compiled

    return decorate


@cache
def sequential(name: str) -> Any:
    """The kernel of this name compiled for one core (``prange`` is then ``range``)."""
    compiled, _ = TILED[name] if name in TILED else KERNELS[name]
    function = getattr(compiled, "py_func", compiled)
    return _compile(function, parallel=False, name=name if name in TILED else "")


def signature_types(signature: str) -> tuple[Any, ...]:
    """Read ``"f4[4], i8"`` as Numba's types: a float32 array of rank 4 in C order, an integer."""
    kinds: dict[str, Any] = {"f4": types.float32, "i4": types.int32, "i8": types.int64}
    kinds |= {"u1": types.uint8, "b1": types.boolean}
    result = []
    for argument in signature.split(", "):
        kind, _, rank = argument.rstrip("]").partition("[")
        result.append(types.Array(kinds[kind], int(rank), "C") if rank else kinds[kind])
    return tuple(result)


def _variants(name: str) -> list[Any]:
    """A kernel as it is called: a plain one on all cores or on one."""
    if name in TILED:
        return [TILED[name][0]]
    compiled = KERNELS[name][0]
    parallel = getattr(compiled, "targetoptions", {}).get("parallel")
    return [compiled, sequential(name)] if parallel else [compiled]


def _signature(name: str) -> tuple[Any, ...]:
    return signature_types((TILED[name] if name in TILED else KERNELS[name])[1])


def is_compiled(name: str) -> bool:
    """Whether a kernel's machine code for float32 is there, in this process or on disk."""
    kept = _signature(name)
    for compiled in _variants(name):
        if kept not in getattr(compiled, "overloads", {}):
            found = getattr(getattr(compiled, "_cache", None), "has", None)
            if found is None or not found(kept, compiled.targetctx.codegen()):
                return False
    return True


def compile_kernel(name: str) -> None:
    """Compile a kernel for float32 now, or load it from disk."""
    for compiled in _variants(name):
        if hasattr(compiled, "compile"):  # not where Numba interprets everything
            compiled.compile(_signature(name))
