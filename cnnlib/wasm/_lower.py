"""Python functions to WebAssembly, by Numba and llvmlite alone. Runs in a process of its own.

Numba turns a function into the language of the compiler LLVM, which knows WebAssembly as well as
the processor of this machine. Its own optimizer works for this machine, so it is switched off in
this process (``ENVIRONMENT``) and LLVM's runs instead, told of the other target. Nothing here is
Numba's private interface; three names of its runtime are relied upon (``RUNTIME``). Should they
change, the build fails and names what is missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnnlib.wasm._link import link
from cnnlib.wasm._optimize import GOALS, make_target, one_module, optimize
from cnnlib.wasm._signature import Signature

#: What Numba must know before it is imported.
ENVIRONMENT = {
    "NUMBA_OPT": "0",
    "NUMBA_LOOP_VECTORIZE": "0",
    "NUMBA_SLP_VECTORIZE": "0",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_DISABLE_INTEL_SVML": "1",
    "NUMBA_DISABLE_JIT": "0",
    "NUMBA_BOUNDSCHECK": "0",
    "NUMBA_DEBUGINFO": "0",
}

# Functions without an instruction come from JavaScript's Math, but for those of
# cnnlib/kernels/elementary.py.
MATH = (
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp"),
    *("expm1", "hypot", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh"),
)
IMPORTS = {name + suffix for name in MATH for suffix in ("", "f")}
INSTRUCTIONS = ("sqrt", "floor", "ceil", "trunc", "fabs", "rint", "nearbyint")

# What Numba's runtime means in the page: no array is counted, for the page owns all memory, and an
# exception is a trap, which JavaScript sees as a RuntimeError.
RUNTIME = """
declare void @llvm.trap() cold noreturn nounwind
define void @NRT_incref(ptr %p) alwaysinline { ret void }
define void @NRT_decref(ptr %p) alwaysinline { ret void }
define void @numba_gil_ensure(ptr %p) alwaysinline noreturn {
  call void @llvm.trap()
  unreachable
}
"""
INSTRUCTION = """
declare {type} @llvm.{name}.{bits}({type})
define {type} @{name}{suffix}({type} %x) alwaysinline {{
  %y = call {type} @llvm.{name}.{bits}({type} %x)
  ret {type} %y
}}
"""


class CompileError(Exception):
    """WebAssembly cannot have a kernel; the message names it and the reason."""


class Source(NamedTuple):
    """A function to compile."""

    function: Callable[..., Any]
    signature: str
    goal: str  #: one of GOALS


def python(function: Any) -> Any:
    """The Python function behind a compiled one."""
    return getattr(function, "py_func", function)


# ----------------------------------------------------------------------- Python -> LLVM (Numba)
def c_entry(function: Any, signature: Signature) -> tuple[Callable[..., Any], Any]:
    """A function that C could call, ``(pointer, length, length, ..., number, ...)``, and its type.

    Numba takes the number of arguments from the source, so the source is written here.
    """
    from numba import carray, int64, types

    kinds: dict[str, Any] = {
        "f4": types.float32,
        "f8": types.float64,
        "i4": types.int32,
        "i8": types.int64,
    }
    kinds |= {"u1": types.uint8, "b1": types.boolean}
    numbers = kinds | {"i8": types.int32, "u1": types.int32, "b1": types.int32}  # no BigInt
    names: list[str] = []
    signs: list[Any] = []
    arguments: list[str] = []
    for k, (kind, rank) in enumerate(signature.arguments):
        lengths = [f"n{k}_{axis}" for axis in range(rank)]
        names += [f"a{k}", *lengths]
        if rank:
            signs += [types.CPointer(kinds[kind]), *[types.int32] * rank]
            arguments.append(f"carray(a{k}, ({', '.join(lengths)},))")
        else:
            signs.append(numbers[kind])
            arguments.append({"i8": f"int64(a{k})", "b1": f"a{k} != 0"}.get(kind, f"a{k}"))
    source = f"def entry({', '.join(names)}):\n    return function({', '.join(arguments)})\n"
    scope: dict[str, Any] = {"function": function, "carray": carray, "int64": int64}
    exec(source, scope)
    result = numbers[signature.result] if signature.result else types.void
    return scope["entry"], result(*signs)


def to_llvm(symbol: str, function: Any, signature: Signature) -> str:
    """LLVM's text of a function, its entry under the name ``symbol``."""
    from numba import cfunc

    entry, type_ = c_entry(function, signature)
    compiled = cfunc(type_, error_model="numpy")(entry)
    native = compiled.native_name
    text = compiled.inspect_llvm().replace(f'"{native}"', native).replace(native, symbol)
    text = re.sub(r"^target (datalayout|triple).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\bnoinline\b", "nounwind", text)
    text = re.sub(rf"@llvm\.({'|'.join(MATH)})\.f(32|64)\b", _c_name, text)
    # The entry swallows all else, and its arrays lie apart: the caller makes each of them.
    others = rf"^(define (?!.*@{symbol}\().*)\{{$"
    text = re.sub(others, r"\1alwaysinline {", text, flags=re.MULTILINE)
    head = re.search(rf"^define [^\n]*@{symbol}\(.*$", text, flags=re.MULTILINE)
    assert head is not None
    return text.replace(head[0], re.sub(r"\bptr (?:captures\(none\) )?%", "ptr noalias %", head[0]))


def _c_name(match: re.Match[str]) -> str:
    return f"@{match[1]}{'f' if match[2] == '32' else ''}"


def kernels_to_llvm(kernels: Mapping[str, Source]) -> Iterator[str]:
    """LLVM's text of every kernel.

    Raises:
        CompileError: If Numba cannot compile a kernel.
    """
    from numba import njit
    from numba.core.errors import NumbaError

    from cnnlib.kernels._compile import OPTIONS

    for name, (function, signature, goal) in kernels.items():
        compiled = njit(python(function), **OPTIONS)
        try:
            text = to_llvm(f"kernel_{name}", compiled, Signature.parse(signature))
        except NumbaError as error:
            raise CompileError(f"{name}: Numba cannot compile it.\n{error}") from error
        if "@PySys_FormatStdout(" in text:
            raise CompileError(f"{name}: the page has no print().")
        head = rf"(@kernel_{name}\(.*)\{{$"
        yield _own_names(re.sub(head, rf"\1{GOALS[goal].attribute}{{", text, flags=re.MULTILINE))


def _own_names(text: str) -> str:
    """Calls of the C library's exp and the like become calls of our own."""
    from cnnlib.kernels.elementary import LIBM

    return re.sub(rf"@({'|'.join(LIBM)})\b", r"@own_\1", text)


def runtime_to_llvm() -> list[str]:
    """LLVM's text of what kernels call."""
    from cnnlib.kernels.elementary import LIBM

    one = Signature.parse("f4 -> f4")
    own = [to_llvm(f"own_{name}", function, one) for name, function in LIBM.items()]
    return [*map(_own_names, own), RUNTIME + instructions()]


# ------------------------------------------------------------------- LLVM -> object (llvmlite)
def build(kernels: Mapping[str, Source]) -> tuple[Any, Any]:
    """The target, and an optimized LLVM module of all kernels."""
    target, runtime, groups = make_target(), runtime_to_llvm(), []
    for name, goal in GOALS.items():
        group = {key: source for key, source in kernels.items() if source.goal == name}
        if group:
            module = one_module(target, [*kernels_to_llvm(group), *runtime])
            optimize(target, module, {f"kernel_{key}" for key in group}, goal)
            groups.append(str(module))
    return target, one_module(target, groups)


def instructions() -> str:
    """C's names for what WebAssembly has as instructions."""
    widths = (("float", "f32", "f"), ("double", "f64", ""))
    return "".join(
        INSTRUCTION.format(name=name, type=type_, bits=bits, suffix=suffix)
        for name in INSTRUCTIONS
        for type_, bits, suffix in widths
    )


def check(module: Any) -> None:
    """Refuse what the page does not have.

    Raises:
        CompileError: If a kernel needs a function of the host, or holds one of its addresses.
    """
    faults = []
    for function in module.functions:
        text = "" if function.is_declaration else str(function)
        called = set(re.findall(r"call [^@\n]*@([\w.$]+)\(", text))
        missing = sorted(n for n in called if n not in IMPORTS and not n.startswith("llvm."))
        missing = [n for n in missing if module.get_function(n).is_declaration]
        name = function.name.removeprefix("kernel_")
        if missing:
            faults.append(
                f"{name}: the page has no {', '.join(missing)}. A kernel cannot allocate or "
                "reshape an array, take a slice of a slice, draw random numbers or call Python."
            )
        if re.search(r"inttoptr \(i64 -?[1-9]", text):
            faults.append(
                f"{name}: it holds an address of this process. An array outside the function must "
                "be contiguous and below 1 MB; better pass it as an argument."
            )
    if faults:
        raise CompileError("\n".join(faults))


def compile_kernels(kernels: Mapping[str, Source]) -> tuple[bytes, str]:
    """Compile functions to one WebAssembly module.

    Returns:
        The module and LLVM's text of it.

    Raises:
        CompileError: If one of them cannot be had in the page.
    """
    exports = {name: f"kernel_{name}" for name in kernels}
    target, module = build(kernels)
    check(module)
    signatures = {name: str(Signature.parse(source.signature)) for name, source in kernels.items()}
    try:
        wasm = link(target.emit_object(module), exports, {"kernels": signatures})
    except ValueError as error:
        raise CompileError(str(error)) from error
    return wasm, str(module)


def main(given: str, wasm: str, llvm: str) -> None:
    """Compile the functions in one file, write the module and LLVM's text to two others."""
    from numba import cloudpickle

    try:
        module, text = compile_kernels(cloudpickle.loads(Path(given).read_bytes()))
    except CompileError as error:
        sys.exit(str(error))
    Path(wasm).write_bytes(module)
    Path(llvm).write_text(text)
