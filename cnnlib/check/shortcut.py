"""The exercise on a shortcut: a network that looks at a spot, not at shapes; where is it?"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import datasets
from cnnlib.check._compare import written
from cnnlib.check._exercise import Failed, Judged, Mistake

if TYPE_CHECKING:
    from cnnlib.models import Sequential

Array = NDArray[Any]

_LABEL, _ROW, _COLUMN, _SIZE = 2, 26, 14, 3
_ANSWER = 'Such as ("circle", 3, 5): one of the four shapes, and a pixel of the spot.'


@cache
def _suspicious() -> tuple[Sequential, Array, Array]:
    from cnnlib import _random, layers, models, optimizers

    (x, y), (x_test, y_test) = datasets.shapes(seed=7)
    spot = np.s_[_ROW : _ROW + _SIZE, _COLUMN : _COLUMN + _SIZE]
    for images, labels in ((x, y), (x_test, y_test)):
        images[np.ix_(labels == _LABEL, *(range(s.start, s.stop) for s in spot))] = 1
    with _random.seeded(0):
        model = models.Sequential([
            layers.Input((32, 32, 1)), layers.Conv2D(12, 3, activation="relu"),
            layers.MaxPooling2D(2), layers.Conv2D(24, 3, activation="relu"),
            layers.MaxPooling2D(2), layers.Conv2D(24, 3, activation="relu"),
            layers.GlobalAveragePooling2D(), layers.Dense(4, activation="softmax"),
        ])  # fmt: skip
        model.compile(
            optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        model.fit(x, y, epochs=10, verbose=0)
    return model, x_test, y_test


def suspicious_network() -> tuple[Sequential, Array, Array]:
    """A network for the four shapes that has learned a shortcut, and its test images and labels.

    One class is marked in all of its images, by a small spot that is always in the same place.
    """
    return deepcopy(_suspicious())


def _judge_shortcut(answer: Any) -> Failed | None:
    try:
        label, row, column = answer
        label = datasets.SHAPES.index(label.lower()) if isinstance(label, str) else index(label)
        row, column = int(row), int(column)
    except (TypeError, ValueError, OverflowError):
        return Failed(f"a class, a row and a column were expected; {written(answer)} came", _ANSWER)
    place = f"({row}, {column})"

    def near(i: float, j: float) -> bool:
        return -1 <= i - _ROW <= _SIZE and -1 <= j - _COLUMN <= _SIZE

    if near(row, column) and label == _LABEL:
        return None
    if near(row, column):
        return Failed(
            f"pixel {place} is in the spot, but class {label} is not the one that has it",
            "Explain each class on its own images: only one has the hot place. And the score of "
            "another class may drop because the spot speaks against it.",
        )
    if near(column, row):
        return Failed(
            f"pixel {place} is not in the spot", "Row first, then column: yours are swapped."
        )
    if any(near(row * step, column * step) for step in (2, 3, 4)):
        return Failed(
            f"pixel {place} is not in the spot",
            "That is a place of the patch. It moves by the stride: multiply by it to get the "
            "pixel.",
        )
    return Failed(
        f"pixel {place} is not in the spot",
        "A single image may mislead: take the mean of explain.occlusion over all test images of a "
        "class, for the score of that class, and look where it is largest.",
    )


def _spot(label: int | str, row: int, column: int) -> Callable[[], tuple[Any, int, int]]:
    return lambda: (label, row, column)


shortcut_found = Judged(
    "shortcut_found",
    _judge_shortcut,
    _spot("triangle", 27, 15),
    [
        Mistake(
            _spot("square", 27, 15),
            "Explain each class on its own images: only one has the hot place. And the score of "
            "another class may drop because the spot speaks against it.",
        ),
        Mistake(_spot(2, 15, 27), "Row first, then column: yours are swapped."),
        Mistake(
            _spot("triangle", 13, 7),
            "That is a place of the patch. It moves by the stride: multiply by it to get the "
            "pixel.",
        ),
        Mistake(
            _spot("triangle", 16, 16),
            "A single image may mislead: take the mean of explain.occlusion over all test images "
            "of a class, for the score of that class, and look where it is largest.",
        ),
    ],
)
