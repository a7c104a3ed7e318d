"""The exercise on parity: where does one library begin to differ from another?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]
Outputs = list[Array]

NEAR = 1e-5


def layer_by_layer(theirs: Outputs, ours: Outputs) -> list[float]:
    """The largest difference of each layer, divided by its largest number."""
    pairs = zip(theirs, ours, strict=True)
    return [float(np.abs(our - their).max() / np.abs(their).max()) for their, our in pairs]


def first(sizes: list[float]) -> int:
    """The place of the first that is too large; -1 if none is."""
    return next((k for k, size in enumerate(sizes) if size > NEAR), -1)


def right_first(theirs: Outputs, ours: Outputs) -> int:
    """The first layer that differs by more than rounding."""
    return first(layer_by_layer(theirs, ours))


def by(measure: Any) -> Any:
    """A function that measures a layer's difference in another way."""

    def first_difference(theirs: Outputs, ours: Outputs) -> int:
        with np.errstate(all="ignore"):
            return first([float(measure(a, b)) for a, b in zip(theirs, ours, strict=True)])

    return first_difference


def last_one(theirs: Outputs, ours: Outputs) -> int:
    """The last layer that differs."""
    found = [k for k, size in enumerate(layer_by_layer(theirs, ours)) if size > NEAR]
    return found[-1] if found else -1


def worst_one(theirs: Outputs, ours: Outputs) -> int:
    """The layer that differs most."""
    sizes = layer_by_layer(theirs, ours)
    return int(np.argmax(sizes)) if max(sizes) > NEAR else -1


def end_only(theirs: Outputs, ours: Outputs) -> int:
    """Only the last layer is looked at."""
    return len(theirs) - 1 if layer_by_layer(theirs, ours)[-1] > NEAR else -1


def counted_from_one(theirs: Outputs, ours: Outputs) -> int:
    """The number of the layer, from 1."""
    found = right_first(theirs, ours)
    return found + 1 if found >= 0 else -1


def _layers(*changes: tuple[int, Array]) -> tuple[Outputs, Outputs]:
    """Three layers' outputs of small whole numbers, and the same with something added."""
    rng = np.random.default_rng(14)
    shapes = [(2, 3, 4, 2), (2, 5, 3, 1), (2, 4)]
    theirs = [rng.integers(-4, 5, shape).astype(float) for shape in shapes]
    for layer in theirs:
        layer.flat[0], layer.flat[1] = 4.0, 0.0
    ours = [layer.copy() for layer in theirs]
    for k, change in changes:
        ours[k].ravel()[: change.size] += change
    return theirs, ours


def _scaled(factor: float, *changes: tuple[int, Array]) -> tuple[Outputs, Outputs]:
    """The same with numbers ``factor`` times as large."""
    theirs, ours = _layers(*changes)
    return [factor * layer for layer in theirs], [factor * layer for layer in ours]


def _turned(change: Array) -> tuple[Outputs, Outputs]:
    """A layer whose largest number, -8, is below 0."""
    theirs, ours = _layers((0, change))
    for layers in (theirs, ours):
        layers[0].flat[-1] = -8.0
    return theirs, ours


ROUNDING = np.array([1e-7, 1e-7, -1e-7])  # also where there is a 0
SWAPPED = np.array([0.5, -0.5])  # the mean stays as it was
BELOW = np.array([-0.25, 0, -0.125])
PARITY_CASES = [
    _layers((0, ROUNDING), (1, -ROUNDING), (2, ROUNDING)),
    _layers((0, ROUNDING), (1, SWAPPED), (2, ROUNDING)),
    _layers((0, BELOW), (1, 8 * BELOW), (2, 2 * BELOW)),
    _layers((1, ROUNDING[:1]), (2, ROUNDING[:1])),
    _scaled(1e4, (0, 1e-7 * np.ones(3)), (1, 1e-6 * np.ones(2))),
    _scaled(1e-6, (1, ROUNDING), (2, np.array([0.5, 0.25]))),
    _turned(np.array([6e-5])),
]

first_difference = Function(
    "first_difference",
    right_first,
    PARITY_CASES,
    "For each layer: the largest np.abs(our - their), divided by the largest np.abs(their). The "
    "first place where that is above 1e-5; -1 if there is none.",
    [
        Mistake(
            by(lambda a, b: abs(a.mean() - b.mean()) / np.abs(a).max()),
            "Two arrays may have the same mean and differ everywhere. Compare number by number.",
        ),
        Mistake(
            by(lambda a, b: np.abs(a - b).mean() / np.abs(a).max() / 1e4),
            "A mean hides one wrong number among many: take the largest difference.",
        ),
        Mistake(
            by(lambda a, b: np.abs(a - b).max()),
            "0.00001 of what? Divide by the largest number of the layer: in a layer of thousands "
            "that is little, in one of millionths it is much.",
        ),
        Mistake(
            by(lambda a, b: (b - a).max() / np.abs(a).max()),
            "A difference below 0 is one too: take its size, np.abs.",
        ),
        Mistake(
            by(lambda a, b: np.abs(a - b).max() / a.max()),
            "The number to divide by may be below 0, and still be the largest: np.abs here, too.",
        ),
        Mistake(
            by(lambda a, b: np.nan_to_num(np.abs(a - b) / np.abs(a), posinf=1).max()),
            "Number by number the quotient is infinite where Keras has a 0. Divide the largest "
            "difference by the largest number.",
        ),
        Mistake(
            by(lambda a, b: not np.array_equal(a, b)),
            "The last digit may differ: both round after each addition, in another order.",
        ),
        Mistake(last_one, "That is the last layer that differs. The fault sits in the first."),
        Mistake(
            worst_one, "That is the layer that differs most. The fault sits in the first that does."
        ),
        Mistake(end_only, "Look at all layers, from the first on, not at the end alone."),
        Mistake(counted_from_one, "Layers count from 0, as places in a list do."),
    ],
)
