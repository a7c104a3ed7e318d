"""IDX, the file format of MNIST: four bytes that say what follows, the sizes, then the numbers."""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The third byte of a file: how one number is written. All are big-endian (">").
_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    r"""Read one IDX file, plain or gzipped (its first bytes tell which, not its name).

    Args:
        path: The file.

    Returns:
        An array of the shape and the type that the file states, in this machine's byte order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no IDX file, ends too early or goes on too long.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "two-by-three.idx"
        ...     sizes = b"\0\0\0\2" + b"\0\0\0\3"  # two rows, three columns
        ...     _ = path.write_bytes(b"\0\0\x08\2" + sizes + b"abcdef")
        ...     read_idx(path)
        array([[ 97,  98,  99],
               [100, 101, 102]], dtype=uint8)

    References:
        Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits,
        http://yann.lecun.com/exdb/mnist/, "File formats".
    """
    raw = _bytes(Path(path))
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in _TYPES:
        raise ValueError(
            "An IDX file begins with two zero bytes, a type from 0x08 to 0x0e and the number of "
            f"dimensions; {path} begins with 0x{raw[:4].hex() or ' (it is empty)'}."
        )
    dtype, rank = np.dtype(_TYPES[raw[2]]), raw[3]
    start = 4 + 4 * rank
    if len(raw) < start:
        raise ValueError(f"{path} must state {rank} sizes; it ends after {len(raw)} bytes.")
    shape = struct.unpack(f">{rank}I", raw[4:start])
    expected = start + math.prod(shape) * dtype.itemsize
    if len(raw) != expected:
        raise ValueError(
            f"{path} states the shape {shape} and must have {expected} bytes; it is too "
            f"{'short' if len(raw) < expected else 'long'}: {len(raw)} bytes."
        )
    numbers = np.frombuffer(raw, dtype, offset=start).reshape(shape)
    return numbers.astype(dtype.newbyteorder("="))


def _bytes(path: Path) -> bytes:
    """The file's content, unpacked if it is gzipped."""
    raw = path.read_bytes()
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} must be a whole gzip file; it is damaged: {error}.") from error
