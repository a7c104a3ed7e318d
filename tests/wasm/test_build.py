"""Building a module: once, again after an edit, and not at all where a page could not run it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest
import wasmtime

from cnnlib import wasm
from cnnlib.wasm import CompileError, __main__, _build, compile
from cnnlib.wasm._lower import Source
from tests.built import ROOT
from tests.wasm.machine import Machine

GZIP_BUDGET = 12_288  # bytes
KERNELS = 43  # in the page
BIG = np.arange(300_000.0)


def double(x, y):
    for k in range(x.size):
        y[k] = x[k] + x[k]


DOUBLE = Source(double, "f4[1], f4[1]", "speed")


def test_the_module_is_small_and_needs_nothing_but_memory():
    module = wasm.build()
    assert module.gzip_size() < GZIP_BUDGET
    compiled = wasmtime.Module(wasmtime.Engine(), module.wasm)
    assert [item.name for item in compiled.imports] == ["__linear_memory"]
    assert module.manifest["imports"] == []
    assert "= alloca" not in module.llvm, "a kernel keeps its numbers in registers"


def python(code, folder, package=ROOT):
    """Run Python in a fresh process, with its own cache and its own copy of the library."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"CNNLIB_CACHE_DIR": str(folder), "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return done


BUILD = "from cnnlib import wasm; m = wasm.build(); print(len(m.wasm), m.seconds > 0)"


def test_a_module_is_built_once_and_anew_after_an_edit(tmp_path):
    """The bias is dropped from the convolution: the next process computes without it."""
    package = tmp_path / "package"
    shutil.copytree(ROOT / "cnnlib", package / "cnnlib")
    cache = tmp_path / "cache"
    cache.mkdir()
    first, second = python(BUILD, cache, package), python(BUILD, cache, package)
    assert f"compiling {KERNELS} kernels to WebAssembly" in first.stderr
    assert first.stdout.split()[1] == "True"
    assert second.stdout.split()[1] == "False"
    assert second.stderr == ""

    source = package / "cnnlib" / "kernels" / "conv2d.py"
    text = source.read_text("utf-8")
    assert text.count("y[s, i, j, o] = b[o]") == 1
    source.write_text(text.replace("y[s, i, j, o] = b[o]", "y[s, i, j, o] = 0"), "utf-8")
    third = python(BUILD, cache, package)
    assert "compiling" in third.stderr
    assert len(list(cache.glob("*.wasm"))) == 2

    x, w, b = np.ones((1, 3, 3, 1), "f4"), np.ones((2, 2, 1, 1), "f4"), np.full(1, 5, "f4")
    outputs = []
    for path in sorted(cache.glob("*.wasm"), key=lambda path: path.stat().st_mtime):
        y = np.zeros((1, 2, 2, 1), "f4")
        Machine(wasm.Module(path.read_bytes(), "", 0)).conv2d(x, w, b, 1, 1, 1, 1, y)
        outputs.append(y.ravel().tolist())
    assert outputs == [[9.0] * 4, [4.0] * 4]


def test_a_cache_that_cannot_be_written_is_no_obstacle(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CNNLIB_CACHE_DIR", str(tmp_path / "file" / "folder"))
    monkeypatch.setattr(_build, "sources", lambda: {"double": DOUBLE})
    assert _build.build.__wrapped__().kernels == {"double": "f4[1],f4[1]"}
    assert "compiling 1 kernels" in capsys.readouterr().err


def test_compile_runs_what_it_was_given():
    x, y = np.array([1, -2, 3.5], "f4"), np.zeros(3, "f4")
    Machine(compile(double, "f4[1], f4[1]")).double(x, y)
    assert y.tolist() == [2, -4, 7]


def test_compile_takes_numbers_of_every_type_and_gives_one_back():
    def mixed(x, n, flag, scale):
        total = x.dtype.type(0)
        for k in range(n):
            total += x[k]
        return total * scale if flag else total

    machine = Machine(compile(mixed, "f4[1], i8, b1, f4 -> f4"))
    x = np.arange(6, dtype="f4")
    assert machine.mixed(x, 4, True, 0.5) == 3
    assert machine.mixed(x, 4, False, 0.5) == 6


def test_compile_takes_integer_and_byte_arrays():
    def tally(labels, pixels, counts):
        for k in range(labels.size):
            counts[labels[k]] += pixels[k]

    labels, pixels = np.array([0, 2, 2], "i4"), np.array([255, 1, 2], "u1")
    counts = np.zeros(3, "i8")
    Machine(compile(tally, "i4[1], u1[1], i8[1]")).tally(labels, pixels, counts)
    assert counts.tolist() == [255, 0, 3]


def test_a_kernel_compiles_where_nothing_else_is_compiled(tmp_path):
    code = (
        "import os; os.environ['NUMBA_DISABLE_JIT'] = '1'\n"
        "from cnnlib import kernels, wasm\n"
        "print(wasm.compile(kernels.activations.relu, 'f4[1], f4[1]').kernels)"
    )
    assert python(code, tmp_path).stdout == "{'relu': 'f4[1],f4[1]'}\n"


def test_compile_borrows_a_missing_function_from_javascript():
    def wave(x, y):
        for k in range(x.size):
            y[k] = np.sin(x[k])

    module = compile(wave, "f4[1], f4[1]")
    assert module.manifest["imports"] == ["sinf"]
    x, y = np.linspace(-3, 3, 7, dtype="f4"), np.zeros(7, "f4")
    Machine(module).wave(x, y)
    np.testing.assert_allclose(y, np.sin(x), rtol=1e-6, atol=1e-7)


def allocates(x, y):
    z = np.empty(3)
    y[:] = x + z[0]


def unknown_name(x, y):
    y[0] = nothing_of_this_name(x)  # noqa: F821


def big_constant(x, y):
    for k in range(x.size):
        y[k] = BIG[k]


def prints(x, y):
    print(x[0], y[0])


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (allocates, "allocates: the page has no NRT_"),
        (unknown_name, "unknown_name: Numba cannot compile it"),
        (big_constant, "big_constant: it holds an address of this process"),
        (prints, r"prints: the page has no print\(\)"),
    ],
)
def test_what_a_page_cannot_have_is_refused_by_name(function, reason):
    with pytest.raises(CompileError, match=reason):
        compile(function, "f4[1], f4[1]")


def test_a_function_that_cannot_travel_to_the_compiler_is_refused_by_name():
    lock = threading.Lock()

    def locks(x, y):
        with lock:
            y[0] = x[0]

    with pytest.raises(CompileError, match="locks: it uses what the page cannot have: cannot pick"):
        compile(locks, "f4[1], f4[1]")


def test_a_refused_kernel_is_named_among_the_library_s(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNLIB_CACHE_DIR", str(tmp_path))
    kernels = {"double": DOUBLE, "allocates": Source(allocates, "f4[1], f4[1]", "size")}
    monkeypatch.setattr(_build, "sources", lambda: kernels)
    with pytest.raises(CompileError, match=r"^allocates"):
        _build.build.__wrapped__()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("signature", ["", "f4[1]", "f4[1], f4[1], f4", "f4[1], f2", "f4[1] f4[1]"])
def test_a_wrong_signature_is_refused(signature):
    with pytest.raises(ValueError, match="signature"):
        compile(double, signature)


@pytest.mark.parametrize("signature", [None, 3, ["f4[1]", "f4[1]"], b"f4[1], f4[1]"])
def test_a_signature_is_text(signature):
    with pytest.raises(TypeError, match=r"a signature is text, such as .*; got"):
        compile(double, signature)


def test_a_signature_may_span_lines():
    kernels = compile(double, " f4[1],\n  f4[1] ").kernels
    assert kernels == {"double": "f4[1],f4[1]"}


class Doubler:
    def __call__(self, x, y):
        double(x, y)

    def double(self, x, y):
        double(x, y)


@pytest.mark.parametrize(
    "function", [3, np.exp, len, Doubler, Doubler(), Doubler().double, functools.partial(double)]
)
def test_what_is_no_function_is_refused(function):
    with pytest.raises(TypeError, match="`function` must be a Python function; got"):
        compile(function, "f4[1], f4[1]")


def größe(x, y):
    y[0] = x[0]


@pytest.mark.parametrize(("function", "name"), [(größe, "größe"), (lambda x, y: None, "<lambda>")])
def test_a_function_without_a_plain_name_is_refused(function, name):
    with pytest.raises(TypeError, match=f"must have a name of letters.*; got '{name}'"):
        compile(function, "f4[1], f4[1]")


def starred(*arrays):
    arrays[1][0] = arrays[0][0]


def keyword_only(x, y, *, n=2):
    y[0] = x[n]


def yields(x, y):
    yield x[0] + y[0]


async def waits(x, y):
    y[0] = x[0]


@pytest.mark.parametrize("function", [starred, keyword_only, yields, waits])
def test_a_function_that_is_called_otherwise_is_refused(function):
    with pytest.raises(TypeError, match=rf"by position.*; got {function.__name__}\("):
        compile(function, "f4[1], f4[1]")


def test_a_module_that_compiles_its_function_while_it_is_imported_is_stopped(tmp_path):
    """The compiler imports the module: without a stop, process would start process for ever."""
    (tmp_path / "mine.py").write_text(
        "from cnnlib import wasm\n"
        "with open('imports', 'a') as file: file.write('x')\n"
        "assert len(open('imports').read()) < 4\n"
        "def own(x, y): y[0] = x[0]\n"
        "kernels = wasm.compile(own, 'f4[1], f4[1]').kernels\n"
    )
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "try: import mine\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    out = python(code, tmp_path).stdout
    assert out.startswith("CompileError compile() must not stand at the top level of a module")
    assert (tmp_path / "imports").read_text() == "xx"


def test_a_kept_file_that_is_broken_is_made_again(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNLIB_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(_build, "sources", lambda: {"double": DOUBLE})
    first = _build.build.__wrapped__()
    (path,) = tmp_path.glob("*.wasm")
    path.write_bytes(b"")
    assert _build.build.__wrapped__().wasm == first.wasm == path.read_bytes()


def test_the_command_lists_the_kernels(capsys):
    __main__.main([])
    out = capsys.readouterr().out
    assert "conv2d                           f4[4], f4[4], f4[1], i8, i8, i8, i8, f4[4]" in out
    assert f"{KERNELS} kernels" in out


def test_the_command_shows_a_kernel_and_refuses_an_unknown_one(capsys):
    __main__.main(["--llvm", "relu"])
    assert capsys.readouterr().out.startswith("define ")
    for unknown in ("rely", "relu(", ""):
        with pytest.raises(SystemExit, match=r"A kernel is one of relu.*; got"):
            __main__.main(["--llvm", unknown])


def test_the_command_writes_the_module(tmp_path, capsys):
    __main__.main(["--output", str(tmp_path / "new")])
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["kernels.js", "kernels.json", "kernels.wasm"]
    assert (tmp_path / "new" / "kernels.wasm").read_bytes() == wasm.build().wasm


def test_the_command_says_where_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SystemExit, match=r"cannot be written to a folder .*file: .*exists"):
        __main__.main(["--output", str(tmp_path / "file")])
