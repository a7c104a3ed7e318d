"""What an op accepts: numbers in the right shape, or an error that says the rule and what came."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib.kernels import KERNELS, sequential
from cnnlib.kernels._compile import TILED

#: Numbers that one core is done with before another one has been woken.
SMALL = 1 << 15

#: An array of float32 or float64.
Array: TypeAlias = NDArray[Any]


def common_dtype(*values: Any) -> np.dtype[Any]:
    """float64 if any of the arrays has it, else float32 (also for whole numbers and booleans).

    Raises:
        TypeError: If an array holds anything but real numbers.
    """
    dtypes = [np.asarray(value).dtype for value in values if value is not None]
    for dtype in dtypes:
        if dtype.kind not in "fiub":
            raise TypeError(f"Arrays must hold real numbers; got dtype {dtype}.")
    wide = any(dtype.kind == "f" and dtype.itemsize > 4 for dtype in dtypes)
    return np.dtype(np.float64 if wide else np.float32)


def in_order(value: ArrayLike, dtype: np.dtype[Any]) -> Array:
    """The value as a writable array in C order; itself if it is one."""
    array = np.asarray(value)
    ready = array.dtype == dtype and array.flags.carray
    return array if ready else np.require(array, dtype, ["C", "A", "W"])


def as_array(value: ArrayLike, name: str, axes: str, dtype: np.dtype[Any]) -> Array:
    """Return the value as a writable array in C order, which is what the kernels are compiled for.

    Args:
        value: Any array-like.
        name: What an error message calls it.
        axes: The axes it must have, such as ``"s h w c"``.
        dtype: The dtype to convert to.

    Raises:
        ValueError: If the number of axes differs, or if there is nothing in the array.
    """
    array = in_order(value, dtype)
    names = axes.split()
    if array.ndim != len(names):
        raise ValueError(
            f"`{name}` must have {len(names)} axes ({', '.join(names)}); got shape {array.shape}."
        )
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}.")
    return array


def check_shape(array: Array, name: str, shape: tuple[int, ...], rule: str) -> None:
    """Raise a ``ValueError`` that says the rule unless the array has this shape."""
    if array.shape != shape:
        raise ValueError(f"`{name}` must have shape {shape} ({rule}); got {array.shape}.")


def on_cores(name: str, size: int) -> Any:
    """The kernel of this name for all cores, or for one where there is so little to do."""
    return sequential(name) if size <= SMALL else (KERNELS.get(name) or TILED[name])[0]


def column_sums(x: Array) -> Array:
    """Sum an array over all axes but the last. x (..., c) -> (c,)."""
    rows = x.reshape(-1, x.shape[-1])
    partial = np.empty((min(len(rows), 64), x.shape[-1]), x.dtype)
    on_cores("column_sums", x.size)(rows, partial)
    return partial.sum(axis=0)
