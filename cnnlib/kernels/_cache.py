"""Machine code on disk: kept from process to process, and never older than its source.

Numba's own cache looks at a function's own file alone, so an edit in a file that it imports would
go unseen; and it numbers its files in an index, which two processes that compile at the same moment
can confuse. Here a file's name says all that its content depends on: the sources of this folder,
the function, its constants, the types of its arguments and the processor. There is no index, and a
file is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile

HERE = Path(__file__).parent


@cache
def sources_digest() -> str:
    """A digest of every file in this folder: an edit in any makes all machine code stale."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(HERE.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Files(IndexDataCacheFile):
    """One file for every version of a function."""

    def __init__(self, folder: str, base: str) -> None:
        super().__init__(folder, base, sources_digest())
        self._base = base

    def _name(self, key: Any) -> str:
        content = hashlib.sha256(f"{self._source_stamp} {key!r}".encode()).hexdigest()
        return f"{self._base}.{self._source_stamp[:12]}.{content[:20]}.nbc"

    def save(self, key: Any, data: Any) -> None:
        name = self._name(key)
        self._save_data(name, data)
        for path in Path(self._cache_path).glob(f"{self._base}.*.nb[ci]"):
            if self._source_stamp[:12] not in path.name:
                with suppress(OSError):  # another process was quicker, or reads it
                    path.unlink()

    def paths(self, key: Any) -> list[Path]:
        """Where the machine code may lie: in the cache, or beside sources one cannot write to."""
        own, beside = Path(self._cache_path), HERE / "__pycache__"
        chosen = os.environ.get("NUMBA_CACHE_DIR")  # then there and nowhere else
        return [folder / self._name(key) for folder in ([own] if chosen else [own, beside])]

    def load(self, key: Any) -> Any:
        for path in self.paths(key):
            with suppress(OSError, EOFError, ValueError, pickle.UnpicklingError):
                return pickle.loads(path.read_bytes())
        return None

    def flush(self) -> None:
        for path in Path(self._cache_path).glob(f"{self._base}.*.nb[ci]"):
            path.unlink(missing_ok=True)


def machine_code(function: Callable[..., None], variant: str, name: str) -> FunctionCache:
    """Numba's cache for a function compiled in a variant, such as for one core or for all.

    Args:
        function: The function.
        variant: How it is compiled.
        name: What tells it from others of the same source with other constants.

    Raises:
        RuntimeError: If there is no folder that can be written.
    """

    class Variant:
        def get_disambiguator(self) -> str:
            return f"{super().get_disambiguator()}-{variant}"  # type: ignore[misc]

    class Implementation(CompileResultCacheImpl):
        _locator_classes = [
            type(base.__name__, (Variant, base), {})  # type: ignore[misc]
            for base in CompileResultCacheImpl._locator_classes
        ]

    class Cache(FunctionCache):
        _impl_class = Implementation

        def __init__(self, python_function: Any) -> None:
            super().__init__(python_function)
            self._cache_file = self._files = _Files(self._cache_path, self._impl.filename_base)

        def _index_key(self, signature: Any, codegen: Any) -> Any:
            return signature, codegen.magic_tuple(), name

        def has(self, signature: Any, codegen: Any) -> bool:
            """Whether the machine code for these types lies on disk."""
            key = self._index_key(signature, codegen)
            return any(path.exists() for path in self._files.paths(key))

    return Cache(function)
