"""Machine code on disk: kept from process to process, and never older than the source."""

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
from cnnlib.kernels import KERNELS, _compile

pytestmark = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

#: Runs tanh, and relu for one core and for several; prints results and what the cache did.
PROGRAM = """
import json
import numpy as np
from cnnlib.kernels import KERNELS, sequential

report = {}
for name, function in {
    "tanh": KERNELS["tanh"][0],
    "relu": KERNELS["relu"][0],
    "relu on one core": sequential("relu"),
}.items():
    y = np.empty(3, np.float32)
    function(np.array([-1, 0, 2], np.float32), y)
    stats = function.stats
    report[name] = {
        "y": y.tolist(),
        "hits": sum(stats.cache_hits.values()),
        "misses": sum(stats.cache_misses.values()),
        "folder": stats.cache_path,
    }
print(json.dumps(report))
"""


@pytest.fixture
def package(tmp_path):
    """A copy of the package without any machine code."""
    source = Path(cnnlib.__file__).parent
    ignore = shutil.ignore_patterns("__pycache__", "*.nbc", "*.nbi")
    shutil.copytree(source, tmp_path / "cnnlib", ignore=ignore)
    return tmp_path / "cnnlib"


def run(package):
    """Run the program in a process of its own, with this copy of the package."""
    home = package.parent / "home"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    places = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(package.parent)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**environment, **places},
        capture_output=True,
        text=True,
        cwd=package.parent,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def column(report, key):
    return [entry[key] for entry in report.values()]


def test_machine_code_is_kept_until_any_source_of_the_kernels_changes(package):
    first = run(package)
    assert column(first, "misses") == [1, 1, 1]
    assert first["relu"]["y"] == first["relu on one core"]["y"] == [0, 0, 2]
    assert all(str(package) in folder for folder in column(first, "folder"))

    second = run(package)
    assert column(second, "hits") == [1, 1, 1], "nothing is compiled twice"
    assert column(second, "misses") == [0, 0, 0]
    assert column(second, "y") == column(first, "y")

    other = package / "kernels" / "sums.py"
    other.write_text(other.read_text() + "\n# an edit in a file that relu does not even import\n")
    assert column(run(package), "misses") == [1, 1, 1]

    own = package / "kernels" / "activations.py"
    own.write_text(own.read_text().replace("zero if x[k] <= 0 else x[k]", "x[k] + x[k]"))
    edited = run(package)
    assert edited["relu"]["y"] == edited["relu on one core"]["y"] == [-2, 0, 4]


def test_a_package_folder_that_cannot_be_written(package):
    """The user's own cache folder takes the machine code."""
    (package / "kernels" / "__pycache__").write_text("a file where a folder should be")
    first = run(package)
    assert column(first, "misses") == [1, 1, 1]
    assert all(str(package.parent / "home") in folder for folder in column(first, "folder"))
    assert column(run(package), "hits") == [1, 1, 1]


def test_no_folder_anywhere_that_can_be_written(package):
    """Then every process compiles for itself."""
    (package / "kernels" / "__pycache__").write_text("a file where a folder should be")
    (package.parent / "home").write_text("another one")
    report = run(package)
    assert column(report, "folder") == [None, None, None]
    assert report["relu"]["y"] == [0, 0, 2]


def test_every_option_is_set_in_one_place():
    for name, (compiled, _) in KERNELS.items():
        options = {**compiled.targetoptions}
        for key, value in _compile.OPTIONS.items():
            assert options[key] == value, name
    assert not _compile.OPTIONS["fastmath"] & {"nnan", "ninf", "fast"}, "NaN must be seen"
