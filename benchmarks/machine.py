"""The machine: what it is, and whether it is busy with something else right now."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

STAT = Path("/proc/stat")
CPUINFO = Path("/proc/cpuinfo")
BUSY = 0.08  # of all cores' time; below that the machine counts as idle
LOOK = 0.1  # seconds over which that is measured
LLVM_NAME = "import llvmlite.binding as llvm; print(llvm.get_host_cpu_name())"


def describe() -> dict[str, Any]:
    """Name the machine: what a reader needs to compare it with another."""
    return {
        "processor": processor(),
        "kind": llvm_name(),
        "cores": cores(),
        "instructions": instructions(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpuinfo(field: str) -> str:
    """What Linux says of the first core; nothing elsewhere."""
    with suppress(OSError):
        for line in CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field:
                return value.strip()
    return ""


def processor() -> str:
    """The processor's name, as it calls itself."""
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        with suppress(OSError):
            return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return cpuinfo("model name") or platform.processor() or platform.machine()


def llvm_name() -> str:
    """The processor's kind, as LLVM calls it; asked in another process, to keep this one small."""
    done = subprocess.run([sys.executable, "-c", LLVM_NAME], capture_output=True, text=True)
    return done.stdout.strip()


def instructions() -> str:
    """The widest vector instructions, as far as the system tells."""
    flags = cpuinfo("flags").split()
    for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("avx", "AVX"), ("sse2", "SSE2")):
        if flag in flags:
            return name
    return "NEON" if platform.machine().lower() in ("arm64", "aarch64") else "not known"


def jiffies() -> tuple[int, int]:
    """Idle time and all time of all cores since the start of the machine."""
    numbers = [int(text) for text in STAT.read_text().split("\n", 1)[0].split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


def load() -> float:
    """The share of all cores' time that was used, just now."""
    idle, total = jiffies()
    time.sleep(LOOK)
    idle_then, total_then = jiffies()
    return 1 - (idle_then - idle) / max(1, total_then - total)


def wait_until_idle(limit: float) -> None:
    """Wait until nothing else runs, or for ``limit`` seconds; not at all where nobody can tell."""
    end = time.monotonic() + limit
    while limit and STAT.exists() and load() > BUSY and time.monotonic() < end:
        pass
