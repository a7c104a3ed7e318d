"""Machine code on disk, with several processes, damaged files and packages one cannot write to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import cnnlib

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

#: Runs relu for both types and a tiled kernel of two sizes; prints sums and what the cache did.
PROGRAM = """
import json, sys
import numpy as np
from cnnlib.kernels import sequential
from cnnlib.kernels.conv2d_tiles import conv2d_tiles
from cnnlib.kernels import tiling

report = {"hits": 0, "misses": 0, "y": []}
functions = [sequential("relu")]
for dtype in sys.argv[1].split(","):
    y = np.empty(3, dtype)
    functions[0](np.array([-1, 0, 2], dtype), y)
    report["y"].append(float(y.sum()))
i4, f4 = np.int32, np.float32
for size in ((2, 1), (2, 2)):
    function, y = conv2d_tiles(*size), np.empty((1, 4), f4)
    x, w, b = np.arange(2, dtype=f4)[None], np.ones((1, 2), f4), np.zeros(2, f4)
    start, tap, place = np.arange(2, dtype=i4), np.zeros(1, i4), np.array([0, 2], i4)
    part = np.array([[0, 2, 0, 2]], i4)
    function(x, start, tap, w, b, f4(-np.inf), place, part, y)
    report["y"].append(y.ravel().tolist())
    functions.append(function)
for function in functions:
    report["hits"] += sum(function.stats.cache_hits.values())
    report["misses"] += sum(function.stats.cache_misses.values())
print(json.dumps(report))
"""
SUMS = [[0, 0, 1, 1], [0, 0, 1, 1]]


def start(package, *dtypes, before="", **more):
    """Start the program with this copy of the package."""
    home = str(package.parent / "home")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    places = {"HOME": home, "XDG_CACHE_HOME": home, "PYTHONPATH": str(package.parent)}
    return subprocess.Popen(
        [sys.executable, "-c", before + PROGRAM, ",".join(dtypes)],
        env={**environment, **places, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=package.parent,
    )


def finish(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    return json.loads(out)


def run(package, *dtypes):
    return finish(start(package, *(dtypes or ("float32",))))


@pytest.fixture
def package(tmp_path):
    """A copy of the package without any machine code."""
    ignore = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(Path(cnnlib.__file__).parent, tmp_path / "cnnlib", ignore=ignore))


def files(package):
    return sorted((package / "kernels" / "__pycache__").glob("*.nb?"))


def test_processes_that_compile_at_the_same_moment_do_not_mix_up_their_files(package):
    """Different types of one function: an index of numbered files can confuse them."""
    orders = [("float32", "float64"), ("float64", "float32"), ("float32",), ("float64",)]
    processes = [start(package, *order) for order in orders]
    for process, order in zip(processes, orders, strict=True):
        report = finish(process)
        assert report["y"] == [2.0] * len(order) + SUMS
        assert report["misses"] + report["hits"] == len(order) + 2
    again = run(package, "float64", "float32")
    assert again == {"hits": 4, "misses": 0, "y": [2.0, 2.0, *SUMS]}


def test_a_damaged_file_is_compiled_again(package):
    run(package)
    for path in files(package):
        path.write_bytes(path.read_bytes()[:100])
    assert run(package)["misses"] == 3
    assert run(package)["hits"] == 3


def test_files_of_older_sources_are_removed(package):
    run(package)
    before = files(package)
    other = package / "kernels" / "sums.py"
    other.write_text(other.read_text() + "\n# another version\n")
    assert run(package)["misses"] == 3
    assert len(files(package)) == len(before)
    assert not set(files(package)) & set(before)


#: As a folder that one cannot write to looks to Numba, also for root.
READ_ONLY = """
import tempfile
make = tempfile.TemporaryFile
def refuse(*args, dir=None, **options):
    if str(dir).endswith("__pycache__"):
        raise OSError("a read-only folder")
    return make(*args, dir=dir, **options)
tempfile.TemporaryFile = refuse
"""


def test_machine_code_that_came_with_a_package_one_cannot_write_to_is_used(package):
    """As where root installs and warms up, and somebody else runs."""
    run(package)
    kept = {path.name: path.read_bytes() for path in files(package)}
    report = finish(start(package, "float32", before=READ_ONLY))
    assert (report["hits"], report["misses"]) == (3, 0)
    assert {path.name: path.read_bytes() for path in files(package)} == kept


def test_a_package_one_cannot_write_to_without_machine_code_fills_the_users_own_folder(package):
    first = finish(start(package, "float32", before=READ_ONLY))
    assert (first["hits"], first["misses"]) == (0, 3)
    assert finish(start(package, "float32", before=READ_ONLY))["hits"] == 3
    assert files(package) == []


def test_a_folder_that_is_named_is_the_only_one(package):
    run(package)
    elsewhere = {"NUMBA_CACHE_DIR": str(package.parent / "elsewhere")}
    assert finish(start(package, "float32", **elsewhere))["misses"] == 3
    assert finish(start(package, "float32", **elsewhere))["hits"] == 3
