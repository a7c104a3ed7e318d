"""Compiling ahead: in this process, in others, and from the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import cnnlib
from cnnlib.kernels import KERNELS, tiling, warmup
from cnnlib.kernels._compile import TILED, is_compiled, signature_types

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)


def in_fresh_package(tmp_path, program, **environment):
    """Run a program with a copy of the package that has no machine code."""
    if not (tmp_path / "cnnlib").exists():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(cnnlib.__file__).parent, tmp_path / "cnnlib", ignore=ignore)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**clean, "PYTHONPATH": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_usual_kernels_are_all_plain_ones_and_some_tiles():
    names = warmup.usual_kernels()
    assert len(names) == len(set(names))
    assert set(KERNELS) < set(names)
    assert set(names) - set(KERNELS) <= set(TILED)


@pytest.mark.parametrize("instructions", tiling.TARGETS)
def test_there_are_usual_kernels_for_every_processor(instructions, monkeypatch):
    monkeypatch.setenv("CNNLIB_TILES", instructions)
    tiling.instruction_set.cache_clear()
    tiling.size.cache_clear()
    try:
        assert any(name.startswith("conv_block_") for name in warmup.usual_kernels())
    finally:
        monkeypatch.undo()
        tiling.instruction_set.cache_clear()
        tiling.size.cache_clear()


def test_signatures_are_read():
    types = signature_types("f4[2], i4[1], u1[3], i8, f4, b1")
    assert [str(type_) for type_ in types] == [
        *("array(float32, 2d, C)", "array(int32, 1d, C)", "array(uint8, 3d, C)"),
        *("int64", "float32", "bool"),
    ]


def test_another_process_compiles_what_is_missing(tmp_path):
    program = """
from cnnlib.kernels import warmup
from cnnlib.kernels._compile import is_compiled
warmup.keeps() or exit("no cache")
names = ["tanh", "sgd"]
assert not any(map(is_compiled, names))
children = warmup.begin(names)
print(children is not None)
if children:
    children.wait()
    print([is_compiled(name) for name in names], warmup.begin(names))
"""
    said = in_fresh_package(tmp_path, program).splitlines()
    if (os.cpu_count() or 1) > 1:
        assert said == ["True", "[True, True] None"]
    else:
        assert said == ["False"]


def test_a_child_that_fails_costs_nothing(tmp_path):
    """What it could not do is compiled here."""
    program = """
import numpy as np
from cnnlib.kernels import KERNELS, warmup
warmup.CHILD = "raise SystemExit(3)"
children = warmup.Children(["tanh", "sgd"], 2)
children.wait()
y = np.empty(1, np.float32)
KERNELS["tanh"][0](np.zeros(1, np.float32), y)
print(y[0], len(children.processes))
"""
    assert in_fresh_package(tmp_path, program).split() == ["0.0", "2"]


def test_the_command_compiles_once(tmp_path):
    program = """
from cnnlib import __main__
from cnnlib.kernels import warmup
warmup.usual_kernels = lambda: ["tanh", "column_sums", "conv2d_tiles_2x4"]
for name in warmup.usual_kernels():
    warmup._make(name)
__main__.main(["warmup"])
__main__.main(["warmup"])
"""
    first, second = in_fresh_package(tmp_path, program).splitlines()
    assert first.startswith("cnnlib: compiling 3 kernels, once … ")
    assert first.endswith(" s")
    assert second == "cnnlib: all kernels are compiled."


def test_where_nothing_can_be_kept_the_command_says_so(tmp_path):
    program = """
from cnnlib import __main__
from cnnlib.kernels import warmup
warmup.keeps = lambda: False
try:
    __main__.main(["warmup"])
except SystemExit as end:
    print(end)
"""
    said = in_fresh_package(tmp_path, program)
    assert said == "cnnlib: no folder can keep machine code; let NUMBA_CACHE_DIR name one.\n"


def test_a_kernel_counts_as_compiled_only_in_all_its_variants():
    warmup.compile_here(["relu"])
    assert is_compiled("relu")
    compiled = KERNELS["relu"][0]
    assert signature_types("f4[1], f4[1]") in compiled.overloads


def test_where_no_process_may_be_started_this_one_does_it_all(monkeypatch):
    def refuse(*args, **options):
        raise PermissionError("no processes")

    monkeypatch.setattr(warmup, "is_compiled", lambda name: False)
    monkeypatch.setattr(warmup.subprocess, "Popen", refuse)
    assert warmup.begin(["tanh", "sgd"]) is None
