"""The same shared gradient by Keras: ``keras.distribution`` on devices that JAX pretends to have.

JAX counts its devices once, when it starts. So that it finds several on one processor it is told
beforehand, and it works in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from safetensors.numpy import load_file, save_file

from cnnlib._extras import require
from cnnlib.layers.base import positive_integer
from cnnlib.models import Sequential

MODEL, BATCH, FOUND = "model.safetensors", "batch.safetensors", "found.safetensors"


class OnDevices(NamedTuple):
    """What Keras found.

    Attributes:
        loss: The mean loss of the batch.
        gradients: Its gradients by the trainable weights, in their order.
        sizes: How many samples lay on each device.
    """

    loss: float
    gradients: list[NDArray[Any]]
    sizes: list[int]


def keras_gradients(model: Sequential, x: ArrayLike, y: ArrayLike, devices: int = 4) -> OnDevices:
    """The gradient of a batch by ``keras.distribution.DataParallel``, on virtual devices.

    A process is started in which JAX takes this processor for several devices. Keras puts a copy of
    the weights on each of them, and a shard of the batch; JAX compiles one program for all.

    Args:
        model: A built and compiled model; it is not changed.
        x: Samples, shape (s, ...); ``devices`` must divide their number.
        y: Their targets.
        devices: How many devices.

    Raises:
        ImportError: If Keras or JAX is not installed; the message names the extra that brings them.
        RuntimeError: If the model is not compiled, or the process fails.
        ValueError: If ``devices`` does not divide the number of samples, the model is not one of
            float32, or model or data break a rule.

    References:
        https://keras.io/guides/distribution/
    """
    for package in ("keras", "jax"):
        if find_spec(package) is None:  # nothing heavy is imported here
            require(package, extra="keras", what="parallel.keras_gradients")
    samples, targets = model._data(x, y, "parallel.keras_gradients")
    if len(samples) % positive_integer(devices, "devices"):
        raise ValueError(
            f"`devices` must divide the number of samples, {len(samples)}; got {devices}."
        )
    if model.dtype != "float32":
        raise ValueError(f"The model must be of float32; got {model.dtype}.")
    flag = f"--xla_force_host_platform_device_count={devices}"
    environment = os.environ | {
        "XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} {flag}".strip(),
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / MODEL)
        save_file(
            {"x": np.ascontiguousarray(samples, np.float32), "y": np.ascontiguousarray(targets)},
            Path(folder) / BATCH,
        )
        command = [sys.executable, "-m", "cnnlib.parallel.virtual", folder]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"Keras's process failed:\n{done.stderr.strip()}")
        found = load_file(Path(folder) / FOUND)
    gradients = [found[f"{k}"] for k in range(len(model.trainable_weights))]
    return OnDevices(float(found["loss"][0]), gradients, found["sizes"].tolist())
