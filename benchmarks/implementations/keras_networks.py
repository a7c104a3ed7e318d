"""Networks of Keras; the environment variable KERAS_BACKEND says what computes them."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras

from benchmarks.implementations.data import batches as data
from benchmarks.implementations.keras_shaped import build, calls
from benchmarks.models import Model
from benchmarks.worker import Call

BACKEND = keras.backend.backend()
if BACKEND == "tensorflow":
    import tensorflow as tf

PACKAGES = ("keras", {"tensorflow": "tensorflow-cpu"}.get(BACKEND, BACKEND))


def make(subject: dict[str, Any], threads: int, batches: int = 1) -> dict[str, Call]:
    """Forward pass, training step and an epoch; on TensorFlow also the compiled functions alone."""
    if BACKEND == "tensorflow" and threads:
        _limit(threads)
    model = Model.read(subject)
    network = build(keras, model, [])
    found = calls(keras, network, model, batches)
    if BACKEND == "tensorflow":
        found |= _bare(network, model)
    return found


@cache
def _limit(threads: int) -> None:
    """Tell TensorFlow how many threads it may use: once, before it makes them."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def _bare(network: Any, model: Model) -> dict[str, Call]:
    """The functions that TensorFlow has compiled, without Keras's Python around them."""
    x, y = (tf.constant(array) for array in data(model))
    network.make_train_function()
    network.make_predict_function()
    batch = iter(tf.data.Dataset.from_tensors((x, y)).repeat())
    return {
        "bare forward": Call(lambda: network.predict_function([(x,)]).numpy()),
        "bare step": Call(lambda: network.train_function(batch)["loss"].numpy()),
    }
