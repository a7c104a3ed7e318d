"""What a worker process does: make the model once, then a gradient for each shard it is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import losses
from cnnlib._random import seeded
from cnnlib.models import Sequential
from cnnlib.optimizers import Optimizer

Array = NDArray[Any]
#: A model's layers keep arrays between two passes: one shard at a time in a process.
ONE_AT_A_TIME = Lock()


class Keep(Optimizer):
    """Takes no step: it keeps the gradients for whoever does."""

    gradients: list[Array]

    def __init__(self) -> None:
        super().__init__(learning_rate=0.0)

    def apply(self, gradients: Sequence[Array], weights: Sequence[Array]) -> None:
        self.gradients = [np.array(gradient) for gradient in gradients]


@lru_cache(maxsize=4)
def model_of(recipe: str) -> Sequential:
    """The model of a recipe: its configuration and its loss, as text."""
    made = json.loads(recipe)
    model = Sequential.from_config(made["model"])
    model.compile(Keep(), losses.get(made["loss"]))
    return model


def shard_gradient(
    recipe: str, weights: Sequence[Array], x: Array, y: Array, seed: int
) -> tuple[float, list[Array], float, int]:
    """The gradient of the mean loss of one shard.

    Args:
        recipe: What :func:`model_of` reads.
        weights: All weights of the model, as they are before the step.
        x: The shard's samples, shape (s, ...).
        y: Their targets.
        seed: Where this shard's random numbers begin.

    Returns:
        The loss, the gradients by the trainable weights, the seconds it took, the process's number.
    """
    with ONE_AT_A_TIME:
        start, model = perf_counter(), model_of(recipe)
        model.set_weights(weights)
        with seeded(seed):
            loss = model.train_on_batch(x, y)
        assert isinstance(model.optimizer, Keep)
        return loss, model.optimizer.gradients, perf_counter() - start, os.getpid()
