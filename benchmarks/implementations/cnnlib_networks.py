"""Networks of cnnlib, by its public API."""

from __future__ import annotations

from typing import Any

import cnnlib
from benchmarks.implementations.keras_shaped import Fit, build, calls
from benchmarks.models import Model
from benchmarks.worker import Call

PACKAGES = ("numba", "llvmlite", "numpy")


def make(subject: dict[str, Any], threads: int, batches: int = 1) -> dict[str, Call]:
    """Forward pass, training step and an epoch; threads are Numba's own (NUMBA_NUM_THREADS)."""
    model = Model.read(subject)
    network = build(cnnlib, model, [])
    found = calls(cnnlib, network, model, batches)
    found["fit, progress bar"] = Call(Fit(cnnlib, model, batches, verbose=1), batches)
    return found
