"""The machine's peak: the most multiply-adds per second that a loop in registers reaches."""

from __future__ import annotations

from typing import Any

from benchmarks.company import company
from benchmarks.driver import Implementation
from benchmarks.figures import gigaflops
from benchmarks.options import Options
from benchmarks.parts import Measured

NAME = "multiply-adds"
VECTORS = 12  # enough for two multipliers with a latency of four cycles, few enough for registers
LANES = (4, 8, 16, 32)  # numbers in a vector; which is fastest depends on the processor
TURNS, FEW = 5_000_000, 100_000


def measure(options: Options) -> Measured:
    """Measure for each number of threads; the row of a vector length has its best ``gflops``."""
    rows: list[dict[str, Any]] = []
    versions: dict[str, str] = {}
    turns = FEW if options.pace.quick else TURNS
    subject = {"turns": turns, "vectors": VECTORS, "lanes": LANES}
    kinds = {f"{lanes} lanes": lanes for lanes in LANES}
    for threads in options.threads:
        with company({NAME: Implementation("multiply_adds")}, options, threads) as found:
            versions |= found.versions
            for row in found.ask_all(subject, list(kinds)):
                macs = turns * threads * VECTORS * kinds[row["kind"]]
                speed = gigaflops(macs, row["least_ms"])
                rows.append({"isa": options.isa, "threads": threads, **row, "gflops": speed})
    return Measured(rows, versions)
