"""The program of a process in which JAX has several devices: ``python -m cnnlib.parallel.virtual``.

:func:`cnnlib.parallel.keras_gradients` starts it, with ``XLA_FLAGS`` set before JAX is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from cnnlib.interop import to_keras
from cnnlib.losses import Loss
from cnnlib.models import Sequential, load_model
from cnnlib.parallel.devices import BATCH, FOUND, MODEL, OnDevices


def keras_loss(loss: Loss | None) -> Any:
    """The same loss in Keras."""
    import keras

    assert loss is not None
    config = {key: value for key, value in loss.get_config().items() if value}
    return getattr(keras.losses, type(loss).__name__)(**config)


def on_devices(model: Sequential, x: NDArray[Any], y: NDArray[Any]) -> OnDevices:
    """What runs in the process: each device computes on its shard."""
    import jax
    from keras import distribution

    devices = distribution.list_devices("cpu")
    parallel = distribution.DataParallel(devices=devices)
    distribution.set_distribution(parallel)
    twin, loss = to_keras(model), keras_loss(model.loss)  # weights: a copy on each
    x, y = (  # samples: a shard on each
        distribution.distribute_tensor(array, parallel.get_data_layout(array.shape))
        for array in (x, y)
    )

    @jax.jit
    def mean_loss(trainable: Any, fixed: Any, x: Any, y: Any) -> Any:
        y_pred, _ = twin.stateless_call(trainable, fixed, x, training=True)
        return loss(y, y_pred)

    trainable = [variable.value for variable in twin.trainable_variables]
    fixed = [variable.value for variable in twin.non_trainable_variables]
    value, gradients = jax.value_and_grad(mean_loss)(trainable, fixed, x, y)
    shards: Any = x
    sizes = [len(shard.data) for shard in shards.addressable_shards]
    return OnDevices(float(value), [np.asarray(g) for g in gradients], sizes)


def main(folder: Path) -> None:
    """Read a model and a batch from a folder, and leave there what was found."""
    batch = load_file(folder / BATCH)
    found = on_devices(load_model(folder / MODEL), batch["x"], batch["y"])
    arrays = {f"{k}": np.ascontiguousarray(g) for k, g in enumerate(found.gradients)}
    arrays |= {"loss": np.array([found.loss]), "sizes": np.array(found.sizes)}
    save_file(arrays, folder / FOUND)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
