"""The exercises on new data: a gap to close, a leak to find, dropout, and how sure a number is."""

from __future__ import annotations

import math
from functools import cache
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random, datasets
from cnnlib.check._compare import written
from cnnlib.check._exercise import Failed, Function, Judged, Mistake, Value
from cnnlib.datasets._augment import Limits
from cnnlib.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from cnnlib.models import Sequential
from cnnlib.optimizers import Adam

Array = NDArray[Any]

# -------------------------------------------------------------------------------------- close_gap
SAMPLES, EPOCHS, POINTS, LEAST = 100, 80, 10, 0.9
KIND = 'Give a dictionary, such as {"noise": 0.1}: settings of `datasets.augment`, and "dropout".'
NOTHING = "With an empty dictionary the network sees the same 100 images in every epoch."
WRONG_SIDE = (
    "A gap also closes when the network forgets its own digits. Keep at least 90 % of those: move "
    "the images less far."
)
UNTRUE = "Flipped digits keep their label, and are no such digits any more: leave the flip out."
WHERE = (
    "The moved digits differ from the training digits in their place. Which setting shows the "
    "network other places?"
)


@cache
def accuracies(items: tuple[tuple[str, Any], ...]) -> tuple[float, float]:
    """How a network does on 100 digits that it learned from with settings, and on moved ones."""
    settings = dict(items)
    rate = settings.pop("dropout", 0)
    (x, y), (x_new, y_new) = datasets.digits()
    x, y = x[:SAMPLES], y[:SAMPLES]
    moved = datasets.augment(x_new, shift=1.5, seed=1)
    with _random.seeded(0):
        model = Sequential([
            Conv2D(16, 3, padding="same", activation="relu", input_shape=(8, 8, 1)),
            MaxPooling2D(2),
            Conv2D(32, 3, padding="same", activation="relu"),
            Flatten(),
            Dropout(rate),
            Dense(10, activation="softmax"),
        ])  # fmt: skip
        model.compile(Adam(0.003), "sparse_categorical_crossentropy", ["accuracy"])
        for epoch in range(EPOCHS):
            variants = datasets.augment(x, **settings, seed=epoch)
            model.fit(variants, y, batch_size=25, epochs=1, verbose=0)
    return model.evaluate(x, y, verbose=0)[1], model.evaluate(moved, y_new, verbose=0)[1]


def judge_settings(answer: Any) -> Failed | None:
    """Train with the settings, and without."""
    if not isinstance(answer, dict) or not set(answer) <= {*Limits._fields, "dropout"}:
        return Failed(f"a dictionary of settings was expected; {written(answer)} came", KIND)
    if not all(isinstance(value, (Real, str)) for value in answer.values()):
        return Failed(f"each setting must be a number or a name; {written(answer)} came", KIND)
    if not any(value not in (0, "none") for value in answer.values()):
        return Failed("nothing is set", NOTHING)
    try:
        right, new = accuracies(tuple(sorted(answer.items())))
    except (TypeError, ValueError) as error:
        return Failed(str(error).rstrip("."), KIND)
    plain = accuracies(())
    before, gap = 100 * (plain[0] - plain[1]), 100 * (right - new)
    said = f"{right:.1%} of the training digits, {new:.1%} of the moved ones"
    if right < LEAST:
        return Failed(said, WRONG_SIDE)
    if gap > before - POINTS:
        flips = answer.get("flip", "none") != "none"
        told = f"{said}: the gap is {gap:.1f} points, it was {before:.1f}"
        return Failed(told, UNTRUE if flips else WHERE)
    return None


close_gap = Judged(
    "close_gap",
    judge_settings,
    lambda: {"shift": 1.5},
    [
        Mistake(dict, NOTHING),
        Mistake(lambda: {"shift": 0, "flip": "none"}, NOTHING),
        Mistake(lambda: {"dropout": 0.5}, WHERE),
        Mistake(lambda: {"noise": 0.1, "erase": 2}, WHERE),
        Mistake(lambda: {"flip": "horizontal"}, UNTRUE),
        Mistake(lambda: {"shift": 4, "rotation": 180}, WRONG_SIDE),
        Mistake(lambda: {"shifts": 1}, KIND),
        Mistake(lambda: {"shift": -1}, KIND),
        Mistake(lambda: 1.5, KIND),
    ],
)


# ------------------------------------------------------------------------------------ leaked_split
def _images(*rows: str) -> Array:
    """Images of 2 × 3 pixels from their digits."""
    return np.array([[int(letter) for letter in row] for row in rows]).reshape(-1, 2, 3, 1)


LEAK_CASES = [
    # 1 and 3 are there; 0 has the pixels of one in another order, 2 shares all but one pixel
    (
        _images("123456", "700000", "111222", "908070"),
        _images("654321", "111222", "123450", "700000", "333333"),
    ),
    (_images("000000", "100000"), _images("200000", "010000")),
    (_images("555555", "000001"), _images("000001", "000001", "555550", "555555")),
]


def right_leak(train: Array, test: Array) -> Array:
    """The numbers of test images that stand in the training set, too."""
    known = {image.tobytes() for image in train}
    return np.array([k for k, image in enumerate(test) if image.tobytes() in known], np.int64)


def _leak_where(same: Any) -> Any:
    """A function that finds test images k with any training image for which `same` is true."""

    def leak(train: Array, test: Array) -> Array:
        found = [k for k, image in enumerate(test) if any(same(image, one) for one in train)]
        return np.array(found, np.int64)

    return leak


def leak_of_training(train: Array, test: Array) -> Array:
    """The numbers of the training images."""
    return right_leak(test, train)


def leak_at_the_same_place(train: Array, test: Array) -> Array:
    """Only where both stand at the same number."""
    return np.array([k for k, (a, b) in enumerate(zip(train, test)) if (a == b).all()], np.int64)  # noqa: B905


def leak_as_a_mask(train: Array, test: Array) -> Array:
    """True or False for each test image."""
    return np.isin(np.arange(len(test)), right_leak(train, test))


def leak_once(train: Array, test: Array) -> Array:
    """Each image once."""
    found = right_leak(train, test)
    return np.sort(found[np.unique(test[found], axis=0, return_index=True)[1]])


leaked_split = Function(
    "leaked_split",
    right_leak,
    LEAK_CASES,
    "For every test image, ask whether some training image has all of its pixels.",
    [
        Mistake(leak_of_training, "Those are numbers of training images; give those in `test`."),
        Mistake(
            leak_at_the_same_place,
            "A double can stand anywhere in the training set, not only at the same number.",
        ),
        Mistake(
            _leak_where(lambda a, b: a.sum() == b.sum()),
            "Equal sums do not make equal images: compare all pixels.",
        ),
        Mistake(
            _leak_where(lambda a, b: (a == b).any()),
            "One equal pixel is not enough: all of them must be equal.",
        ),
        Mistake(leak_as_a_mask, "Give the numbers of the images: np.flatnonzero(...) of yours."),
        Mistake(leak_once, "An image that comes twice in the test set is known both times."),
    ],
)


# ---------------------------------------------------------------------------------------- dropout
DROP_CASES = [
    (np.array([[3.0, -6, 0], [9, 12, 1.5]]), np.array([[1, 0, 1], [0, 1, 1]]) > 0, 0.4),
    (np.array([2.0, 4, 8, 16]), np.array([0, 1, 0, 0]) > 0, 0.75),
    (np.arange(12.0).reshape(1, 2, 3, 2), np.arange(12).reshape(1, 2, 3, 2) % 3 > 0, 0.2),
]


def dropped(factor: Any) -> Any:
    """A dropout that multiplies what is kept by factor(rate)."""
    return lambda x, kept, rate: x * kept * factor(rate)


dropout_forward = Function(
    "dropout_forward",
    lambda x, kept, rate: x * kept / (1 - rate),
    DROP_CASES,
    "What is not kept becomes 0; what is kept is divided by the probability of being kept.",
    [
        Mistake(
            dropped(lambda rate: 1),
            "The zeros are right. Now the sum is too small on average: scale up what is kept.",
        ),
        Mistake(
            dropped(lambda rate: 1 - rate),
            "Multiplying by 1 - rate is what the old dropout does at test time. The inverted one "
            "divides, in training.",
        ),
        Mistake(
            dropped(lambda rate: 1 / rate),
            "`rate` is the probability of being dropped; divide by that of being kept.",
        ),
        Mistake(
            lambda x, kept, rate: x * ~kept / (1 - rate),
            "The mask is the wrong way round: where `kept` is True the number stays.",
        ),
        Mistake(
            lambda x, kept, rate: x * kept / kept.mean(),
            "You divide by the share that happens to be kept; the rule takes 1 - rate.",
        ),
    ],
)

# --------------------------------------------------------------------------------- standard_error
ERROR_CASES = [(355, 359), (9, 10), (50, 100), (3000, 4000)]


standard_error = Function(
    "standard_error",
    lambda right, n: math.sqrt(right / n * (1 - right / n) / n),
    ERROR_CASES,
    "With p = right / n: the root of p (1 - p) / n.",
    [
        Mistake(
            lambda right, n: right / n * (1 - right / n) / n,
            "That is the variance of the share; the standard error is its root.",
        ),
        Mistake(
            lambda right, n: math.sqrt(right / n * (1 - right / n)),
            "That is the spread of a single image, right or wrong. A mean of n spreads less.",
        ),
        Mistake(
            lambda right, n: math.sqrt(right / n * (1 - right / n) * n),
            "That is the spread of the number that is right; divide by n for the share.",
        ),
        Mistake(
            lambda right, n: 100 * math.sqrt(right / n * (1 - right / n) / n),
            "That is in points. Give the share: 0.01 for one point.",
        ),
        Mistake(
            lambda right, n: math.sqrt(right / n / n),
            "The factor 1 - p is missing: who is right always has no spread.",
        ),
        Mistake(
            lambda right, n: 1 / (2 * math.sqrt(n)),
            "That is the largest it can be, at p = 1/2. Put p in.",
        ),
    ],
)

# ---------------------------------------------------------------------------------- images_needed
images_needed = Value(
    "images_needed",
    3600,
    "Solve p (1 - p) / n = 0.005 · 0.005 for n, with p = 0.9.",
    [
        Mistake(18, "0.005 must be squared: the variance is p (1 - p) / n."),
        Mistake(900, "That gives a standard error of one point; half a point needs more."),
        Mistake(10_000, "That is for p = 0.5, the worst case; here p is 0.9."),
        Mistake(0.36, "Half a point is 0.005, not 0.5."),
        Mistake(36_000, "The factor 1 - p = 0.1 is missing."),
    ],
)
