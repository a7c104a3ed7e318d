"""The four courses of the shuffle test in Python, for paper and for words."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random, datasets, optimizers
from cnnlib.models import Sequential
from cnnlib.widgets import _layer_list
from cnnlib.widgets.shuffle_test._order import places

ON_PAPER = 300  # steps
RATE, BATCH = 0.005, 32
NAMES = ("dense, plain", "dense, shuffled", "CNN, plain", "CNN, shuffled")


class Course(NamedTuple):
    """How one of the networks does, after every pass through the digits."""

    name: str
    parameters: int
    step: list[int]
    accuracy: list[float]  # on held-out digits
    loss: list[float]


def shuffled(images: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    """Images (s, h, w, c) with the pixels of each in an order."""
    s, h, w, c = images.shape
    return images.reshape(s, h * w, c)[:, order].reshape(images.shape)


@cache
def courses(
    dense: str, convolutional: str, block: int, shuffle: int, samples: int, alike: bool, seed: int
) -> tuple[Course, ...]:
    """Train four networks for the picture: dense and CNN, each from plain and shuffled pixels."""
    (x, y), held = datasets.digits()
    x, y = x[:samples], y[:samples]
    order = places(shuffle, block, x.shape[1])
    done: list[Course] = []
    for layers in (dense, convolutional):
        for turned in (False, True):
            with _random.seeded(seed):
                model = _layer_list.build(layers, x.shape[1:], 10)
                if turned and alike and layers == dense:
                    first, *rest = model.get_weights()
                    model.set_weights([first[order], *rest])
                change = (lambda images: shuffled(images, order)) if turned else np.asarray
                done.append(
                    _trained(NAMES[len(done)], model, change(x), y, change(held[0]), held[1])
                )
    return tuple(done)


def _trained(name: str, model: Sequential, x: Any, y: Any, held_x: Any, held_y: Any) -> Course:
    model.compile(optimizers.Adam(RATE), "sparse_categorical_crossentropy", ["accuracy"])
    each = -(-len(x) // BATCH)
    epochs = max(1, round(ON_PAPER / each))
    start = model.evaluate(held_x, held_y, verbose=0)
    past = model.fit(
        x, y, BATCH, epochs=epochs, verbose=0, validation_data=(held_x, held_y)
    ).history
    steps = [each * k for k in range(epochs + 1)]
    accuracy = [start[1], *past["val_accuracy"]]
    return Course(name, model.count_params(), steps, accuracy, [start[0], *past["val_loss"]])
