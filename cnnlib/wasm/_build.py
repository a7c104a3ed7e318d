"""Build a module once, keep it, and build it anew when a kernel's source has changed."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from cnnlib.wasm._link import read_manifest
from cnnlib.wasm._lower import ENVIRONMENT, CompileError, Source, python
from cnnlib.wasm._page import sources
from cnnlib.wasm._signature import Signature

COMPILING = "CNNLIB_COMPILING"  # set in the compiler's process
CHILD = "import sys; from cnnlib.wasm._lower import main; main(*sys.argv[1:])"
BUILD_FILES = (
    *("_build.py", "_link.py", "_lower.py"),
    *("_optimize.py", "_page.py", "_signature.py"),
)
#: Functions that cannot be called with arrays and numbers alone.
NO_KERNEL = (
    inspect.CO_VARARGS
    | inspect.CO_VARKEYWORDS
    | inspect.CO_GENERATOR
    | inspect.CO_COROUTINE
    | inspect.CO_ASYNC_GENERATOR
)
KERNELS_FOLDER = Path(__file__).parents[1] / "kernels"


@dataclass(frozen=True)
class Module:
    """A WebAssembly module of kernels.

    Attributes:
        wasm: The module, ready for a browser.
        llvm: LLVM's text of it, the last step before the machine's own language.
        seconds: What compiling took; 0 when it was there already.
    """

    wasm: bytes
    llvm: str
    seconds: float

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the page knows of the module.

        ``kernels`` (name -> signature), ``imports`` (functions taken from JavaScript's
        Math) and ``data_end`` (bytes of constants). It stands in the module itself, as the custom
        section ``cnnlib``.
        """
        return read_manifest(self.wasm)

    @property
    def kernels(self) -> dict[str, str]:
        """Every kernel's name and signature."""
        return dict(self.manifest["kernels"])

    def gzip_size(self) -> int:
        """The bytes that travel to a reader, compressed as servers do."""
        return len(gzip.compress(self.wasm, 9, mtime=0))


@cache
def build() -> Module:
    """The kernels of :mod:`cnnlib.kernels` as WebAssembly; compiled at the first use.

    The module is kept in the user's cache folder (the environment variable ``CNNLIB_CACHE_DIR``
    names another). An edit in any file of ``cnnlib/kernels``, or another version of Numba,
    llvmlite or NumPy, makes a new one.

    Returns:
        The module: about 30 KB with SIMD instructions (128 bit), which all browsers have since
        2023.

    Raises:
        CompileError: If a kernel cannot be had in the page.

    Example:
        >>> module = build()
        >>> module.kernels["relu"]
        'f4[1],f4[1]'
    """
    name = f"kernels-{digest()[:16]}"
    folder = cache_folder()
    wasm, llvm = folder / f"{name}.wasm", folder / f"{name}.ll"
    with suppress(OSError, ValueError):
        kept = Module(wasm.read_bytes(), llvm.read_text(), 0.0)
        if kept.manifest:  # the file is whole
            return kept
    kernels = sources()
    _say(f"cnnlib: compiling {len(kernels)} kernels to WebAssembly, once … ")
    try:
        module = _compile(kernels)
    except CompileError:
        _say("failed\n")
        raise
    _say(f"{module.seconds:.1f} s\n")
    with suppress(OSError):  # nowhere to keep it: compiled again in the next process
        folder.mkdir(parents=True, exist_ok=True)
        _keep(llvm, module.llvm.encode())
        _keep(wasm, module.wasm)  # last: who finds it finds both
    return module


def compile(function: Callable[..., Any], signature: str) -> Module:
    """Compile a function of one's own to WebAssembly.

    Args:
        function: A plain Python function, or one compiled by Numba, that works on arrays and
            numbers and allocates nothing.
        signature: Its arguments, such as ``"f4[2], i8, f4[2]"``: ``f4[2]`` is a float32 array of
            rank 2 in C order, ``i8`` an integer, ``f4`` a number; ``-> f4`` at the end if the
            function returns one. The types are f4, f8, i4, i8, u1 and b1.

    Returns:
        The module, with the function under its own name.

    Raises:
        CompileError: If it cannot be had in the page; the message names the function and why.
        ValueError: If the signature is none.
        TypeError: If it is no function with a name and plain arguments.

    Example:
        >>> def double(x, y):
        ...     for k in range(x.size):
        ...         y[k] = x[k] + x[k]
        >>> compile(double, "f4[1], f4[1]").kernels
        {'double': 'f4[1],f4[1]'}
    """
    plain = python(function)
    _check_function(plain)
    arguments = Signature.parse(signature).arguments
    if len(arguments) != plain.__code__.co_argcount:
        raise ValueError(
            f"`signature` must have the function's {plain.__code__.co_argcount} arguments; "
            f"got {len(arguments)} in {signature!r}."
        )
    return _compile({plain.__name__: Source(plain, signature, "speed")})


def _check_function(plain: Any) -> None:
    """Refuse what is no function, or one that cannot be called with arrays and numbers alone.

    Raises:
        TypeError: The rule, and what came.
    """
    if not inspect.isfunction(plain):
        raise TypeError(f"`function` must be a Python function; got {plain!r}.")
    name, code = plain.__name__, plain.__code__
    if not (name.isidentifier() and name.isascii()):
        raise TypeError(
            "`function` must have a name of letters from a to z, digits and underscores: write it "
            f"with def, not as a lambda; got {name!r}."
        )
    if code.co_kwonlyargcount or code.co_flags & NO_KERNEL:
        raise TypeError(
            "`function` must take its arguments by position, without *, and be no generator or "
            f"coroutine; got {name}{inspect.signature(plain)}."
        )


def _say(text: str) -> None:
    """Tell of progress; a notebook would show it as a warning if it came on stderr."""
    in_notebook = type(sys.stdout).__module__.startswith("ipykernel")
    print(text, end="", flush=True, file=sys.stdout if in_notebook else sys.stderr)


def _compile(kernels: Mapping[str, Source]) -> Module:
    """Compile in a fresh process, whose Numba is set for another machine than this one."""
    from numba import cloudpickle

    if COMPILING in os.environ:  # this is that process: it would start another one, and so on
        raise CompileError(
            "compile() must not stand at the top level of a module that has the function, for the "
            "compiler imports it: put the call into a function or another module."
        )
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="cnnlib-wasm-") as folder:
        files = [Path(folder) / name for name in ("kernels", "wasm", "llvm")]
        try:
            files[0].write_bytes(cloudpickle.dumps(dict(kernels)))
        except (TypeError, pickle.PicklingError) as error:
            names = ", ".join(kernels)
            raise CompileError(f"{names}: it uses what the page cannot have: {error}.") from error
        path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *map(str, files)],
            env={**os.environ, **ENVIRONMENT, COMPILING: "1", "PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CompileError(done.stderr.strip() or f"the compiler ended with {done.returncode}")
        seconds = time.perf_counter() - start
        return Module(files[1].read_bytes(), files[2].read_text(), seconds)


def digest() -> str:
    """Sum up all that decides how a module comes out: sources and versions."""
    total = hashlib.sha256()
    own = [Path(__file__).with_name(name) for name in BUILD_FILES]
    for path in sorted([*KERNELS_FOLDER.glob("*.py"), *own]):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("numba", "llvmlite", "numpy"):
        total.update(f"{package} {version(package)}\n".encode())
    return total.hexdigest()


def cache_folder() -> Path:
    """Where modules are kept between processes."""
    chosen = os.environ.get("CNNLIB_CACHE_DIR")
    return Path(chosen) if chosen else user_cache_path("cnnlib") / "wasm"


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, whoever else is writing it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
