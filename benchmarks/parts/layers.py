"""Convolutions one by one: cnnlib, its own plain loops, PyTorch and JAX on many shapes."""

from __future__ import annotations

from typing import Any

from benchmarks.company import company
from benchmarks.driver import Implementation
from benchmarks.figures import gigaflops
from benchmarks.options import Options
from benchmarks.parts import Measured
from benchmarks.shapes import SHAPES

GRADIENTS = {"forward": 1, "backward": 2}  # kind -> how often the forward pass's multiply-adds
TABLE = {
    "cnnlib": Implementation("cnnlib_layers"),
    "plain loops": Implementation("cnnlib_layers", {"plain": True}),
    "PyTorch": Implementation("torch_layers", peer=True),
    "PyTorch, channels last": Implementation("torch_layers", {"channels_last": True}, peer=True),
    "JAX": Implementation("jax_layers", peer=True, pinned=True),
}


def measure(options: Options) -> Measured:
    """Measure every shape with the largest number of threads; rows have ``gflops``."""
    rows: list[dict[str, Any]] = []
    threads = options.most_threads
    shapes = SHAPES[-3:] if options.pace.quick else SHAPES
    with company(TABLE, options, threads) as found:
        for shape in shapes:
            print(f"layers: {shape.name}: {shape.text}", flush=True)
            group = {"isa": options.isa, "threads": threads, "shape": shape.name}
            for row in found.ask_all(shape.as_dict(), list(GRADIENTS)):
                speed = gigaflops(shape.macs * GRADIENTS[row["kind"]], row["median_ms"])
                del row["peak_mib"]
                rows.append({**group, **row, "gflops": speed})
        return Measured(rows, found.versions)
