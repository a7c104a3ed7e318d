"""Start: how long a process takes to the end of its first training step, and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks.driver import ROOT, Implementation, WorkerError
from benchmarks.figures import summary
from benchmarks.machine import wait_until_idle
from benchmarks.options import Options
from benchmarks.parts import Measured
from benchmarks.parts.networks import OWN, PEERS
from benchmarks.settings import environment

MARKS = {"imported": "import", "stepped": "first step"}  # what a process says -> what was measured
CACHES = ("NUMBA_CACHE_DIR", "CNNLIB_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")
EMPTY = ", nothing compiled"
COMPILED = "torch.compile, channels last"
TABLE = {
    "cnnlib" + EMPTY: OWN["cnnlib"],
    "cnnlib": OWN["cnnlib"],
    "PyTorch": PEERS["PyTorch"],
    COMPILED + EMPTY: PEERS[COMPILED],
    COMPILED: PEERS[COMPILED],
    "Keras on TensorFlow": PEERS["Keras on TensorFlow"],
    "Keras on JAX": PEERS["Keras on JAX"],
    "JAX": PEERS["JAX"],
}


def start(implementation: Implementation, options: Options, cache: str) -> dict[str, Any]:
    """Run one process to its end.

    Returns:
        Seconds by what was measured, ``versions``, and ``peak_mib`` where the system tells.

    Raises:
        WorkerError: If the library is not installed, or the process ended early.
    """
    python = options.peers if implementation.peer else sys.executable
    task = {"module": implementation.module, "options": implementation.options, "threads": 0}
    variables = environment(0, options.isa, **implementation.variables)
    variables |= dict.fromkeys(CACHES, cache)
    found: dict[str, Any] = {}
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [python, "-m", "benchmarks.first_step", json.dumps(task)],
            cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        with process.stdout as said:
            for line in said:
                if line.startswith("missing"):
                    process.wait()
                    raise WorkerError(f"not installed for {python} ({line.strip()})")
                if line.strip() in MARKS:
                    found[MARKS[line.strip()]] = time.perf_counter() - begin
                else:
                    found["versions"] = json.loads(line)
        found["peak_mib"] = peak_of(process)
        errors.seek(0)
        last = errors.read().decode(errors="replace").strip().split("\n")[-1]
    if MARKS["stepped"] not in found:
        raise WorkerError(f"its process ended early: {last or 'no message'}")
    return found


def peak_of(process: subprocess.Popen[str]) -> int | None:
    """Wait for a process; the most memory it had, in MiB (Linux and macOS)."""
    if not hasattr(os, "wait4"):
        process.wait()
        return None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return round(usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def turn(left: dict[str, Implementation], options: Options, warm: str) -> dict[str, Any]:
    """Start every kind of process once; who cannot be started is taken off the list."""
    found: dict[str, Any] = {}
    for name, implementation in list(left.items()):
        wait_until_idle(options.pace.quiet)
        print(f"start: {name}", flush=True)
        try:
            with tempfile.TemporaryDirectory(
                prefix="benchmarks-", ignore_cleanup_errors=True
            ) as new:
                cache = new if name.endswith(EMPTY) else warm
                found[name] = start(implementation, options, cache)
        except WorkerError as reason:
            print(f"{name}: skipped, {reason}", flush=True)
            del left[name]
    return found


def measure(options: Options) -> Measured:
    """Start every kind of process in turn; those with nothing compiled find an empty folder."""
    times: dict[tuple[str, str], list[float]] = {}
    peaks: dict[str, int | None] = {}
    versions: dict[str, str] = {}
    warm_ones = {name: one for name, one in TABLE.items() if not name.endswith(EMPTY)}
    with tempfile.TemporaryDirectory(prefix="benchmarks-", ignore_cleanup_errors=True) as warm:
        turn(warm_ones, options, warm)  # fills the caches
        left = {n: one for n, one in TABLE.items() if n.removesuffix(EMPTY) in warm_ones}
        for _ in range(options.pace.starts):
            for name, found in turn(left, options, warm).items():
                peaks[name] = found.pop("peak_mib")
                versions |= found.pop("versions")
                for kind, seconds in found.items():
                    times.setdefault((name, kind), []).append(seconds)
    rows = [
        {"isa": options.isa, "name": name, "kind": kind, **summary(seconds),
         "peak_mib": peaks[name]}
        for (name, kind), seconds in times.items()
    ]  # fmt: skip
    return Measured(rows, versions)
