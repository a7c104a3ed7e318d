"""Whole networks: forward pass, training step and epoch of cnnlib and of its peers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benchmarks.company import company
from benchmarks.driver import Implementation
from benchmarks.models import LENET, SEED, Model
from benchmarks.options import QUICK, Options
from benchmarks.parts import Measured

KINDS = ("forward", "step", "bare forward", "bare step", "fit", "fit, progress bar")
TENSORFLOW = Implementation("keras_networks", peer=True, pinned=True,
                            variables={"KERAS_BACKEND": "tensorflow"})  # fmt: skip
PEERS = {
    "PyTorch": Implementation("torch_networks", peer=True),
    "PyTorch, channels last": Implementation("torch_networks", {"channels_last": True}, peer=True),
    "torch.compile, channels last": Implementation(
        "torch_networks", {"channels_last": True, "compiled": True}, peer=True
    ),
    "Keras on TensorFlow": TENSORFLOW,
    "Keras on JAX": Implementation(
        "keras_networks", peer=True, pinned=True, variables={"KERAS_BACKEND": "jax"}
    ),
    "JAX": Implementation("jax_networks", peer=True, pinned=True),
}
OWN = {"cnnlib": Implementation("cnnlib_networks")}
BY_HAND = {"NumPy": Implementation("numpy_networks")}


def with_batches(table: dict[str, Implementation], count: int) -> dict[str, Implementation]:
    """The same implementations, told how many batches an epoch has, where they have epochs."""

    def told(one: Implementation) -> Implementation:
        if one.module not in ("cnnlib_networks", "keras_networks"):
            return one
        return replace(one, options={**one.options, "batches": count})

    return {name: told(one) for name, one in table.items()}


def compile_once(model: Model, options: Options, threads: int) -> None:
    """Have cnnlib's kernels compiled by another process: what is measured finds them there."""
    with company(OWN, replace(options, pace=QUICK), threads) as found:
        found.ask_all(model.as_dict(), ["step"])


def measure(options: Options) -> Measured:
    """Measure both networks with each number of threads.

    ``peak_mib`` of a step's row is the most memory its process had after the first steps.
    """
    rows: list[dict[str, Any]] = []
    versions: dict[str, str] = {}
    table = with_batches({**OWN, **PEERS, **BY_HAND}, options.pace.batches)
    for threads in options.threads:
        for model in (SEED, LENET):
            compile_once(model, options, threads)
            print(f"networks: {model.name}, threads: {threads}, isa: {options.isa}", flush=True)
            with company(table, options, threads) as found:
                versions |= found.versions
                group = {"isa": options.isa, "threads": threads, "model": model.name}
                rows += [{**group, **row} for row in found.ask_all(model.as_dict(), KINDS)]
    return Measured(rows, versions)
