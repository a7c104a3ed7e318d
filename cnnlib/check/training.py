"""The exercises on training: the first loss, rates, momentum in the long run, twenty images."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from cnnlib import _random, datasets
from cnnlib.check._exercise import Failed, Function, Judged, Mistake, Value
from cnnlib.layers import Conv2D, Dense, Flatten, MaxPooling2D
from cnnlib.losses import SparseCategoricalCrossentropy
from cnnlib.models import Sequential
from cnnlib.optimizers import SGD, Adam, Optimizer


# ----------------------------------------------------------------------------------- initial_loss
def losses(logarithm: Any = math.log, **other: float) -> dict[str, float]:
    """The losses of networks that know nothing, by some logarithm; ``other`` ones replace them."""
    half = logarithm(2)
    shares = 0.9 * -logarithm(0.9) + 0.1 * -logarithm(0.1)
    return {
        "digits": logarithm(10),
        "letters": logarithm(26),
        "half": half,
        "shares": shares,
    } | other


initial_loss = Value(
    "initial_loss",
    losses(),
    "The loss of one image is minus the natural logarithm of the probability that its right class "
    "gets. Take the mean over the images.",
    [
        Mistake(losses(math.log10), "The loss takes the natural logarithm: np.log."),
        Mistake(losses(math.log2), "The loss takes the natural logarithm: np.log."),
        Mistake(
            losses(digits=0.1, letters=1 / 26),
            "1/C is the probability of the right class. The loss is minus its logarithm.",
        ),
        Mistake(
            losses(digits=-math.log(0.9), letters=-math.log(25 / 26)),
            "Only the probability of the right class counts: 1/C, not what the others get.",
        ),
        Mistake(
            losses(shares=-math.log(0.9)),
            "One image in ten is of class 1. It gets the probability 0.1, and its loss counts.",
        ),
        Mistake(
            losses(shares=-0.9 * math.log(0.1) - 0.1 * math.log(0.9)),
            "p is the probability of class 1. An image of class 0 gets 1 - p = 0.9.",
        ),
        Mistake(
            losses(half=0.9 * math.log(2)),
            "With p = 0.5 every image gets 0.5 for its right class, whichever that is.",
        ),
        Mistake(
            losses(shares=-math.log(0.9) - math.log(0.1)),
            "Nine images of ten are of class 0: weigh the two losses with 0.9 and 0.1.",
        ),
    ],
)

# ----------------------------------------------------------------------------------- largest_rate
RATE_CASES = [([1.0],), ([4.0],), ([1.0, 25.0],), ([0.5, 8.0, 2.0],)]

largest_rate = Function(
    "largest_rate",
    lambda curvatures: 2 / max(curvatures),
    RATE_CASES,
    "Along each direction a step multiplies the distance by 1 - rate * a. Its size must be below 1 "
    "for every a.",
    [
        Mistake(
            lambda curvatures: 1 / max(curvatures),
            "That rate lands in the minimum in one step. Up to twice as much still comes closer.",
        ),
        Mistake(
            lambda curvatures: 2 / min(curvatures),
            "That is the rate for the flattest direction; in the steepest it diverges.",
        ),
        Mistake(
            lambda curvatures: 2 / (sum(curvatures) / len(curvatures)),
            "The mean does not help: one direction that diverges is enough. Take the steepest.",
        ),
        Mistake(
            lambda curvatures: 2 / sum(curvatures),
            "Each direction goes by itself: its factor is 1 - rate * a with its own a.",
        ),
        Mistake(
            lambda curvatures: max(curvatures) / 2,
            "The steeper the valley, the smaller the rate: a stands below.",
        ),
        Mistake(
            lambda curvatures: 1 / (2 * max(curvatures)),
            "The slope of a w**2 / 2 is a * w, so the factor is 1 - rate * a; when is it -1?",
        ),
    ],
)

# -------------------------------------------------------------------------------- momentum_factor
FACTOR_CASES = [(0.0,), (0.5,), (0.75,), (0.9,), (0.99,)]

momentum_factor = Function(
    "momentum_factor",
    lambda mu: 1 / (1 - mu),
    FACTOR_CASES,
    "In the long run u no longer changes: u = mu * u - rate * g. Solve for u.",
    [
        Mistake(
            lambda mu: 1 + mu, "That is after two steps. What remains of the step before those?"
        ),
        Mistake(
            lambda mu: 1 / mu if mu else math.inf, "Without momentum, mu = 0, the factor is 1."
        ),
        Mistake(
            lambda mu: mu / (1 - mu),
            "The gradient of this step counts as well: the sum is 1 + mu + mu**2 + ...",
        ),
        Mistake(lambda mu: 1 - mu, "The step grows: that is the factor's inverse."),
        Mistake(
            lambda mu: 1 / (1 - mu**2),
            "That is the sum of the squares mu**(2 n). Add mu**n itself.",
        ),
    ],
)

# --------------------------------------------------------------------------------- overfit_twenty
TWENTY = 20
LEAST = 0.01
KIND = "Hand over a network for digits: images (8, 8, 1), and ten probabilities from a softmax."
SCORES = "Its answers are no probabilities: end with ten numbers and a softmax."
LONGER = "It is learning, but it is not finished: more epochs, or a larger rate."
STUCK = "It has learned nothing yet. Did you call `fit` with these twenty images?"
OTHERS = (
    "It knows other digits, but not these: train with x_train[:20] and y_train[:20] themselves."
)
BROKEN = "The rate is far too large: all ReLUs may be dead. Make a new network with a smaller rate."


@cache
def digits() -> Any:
    """The digits, loaded once."""
    return datasets.digits()


def judge_twenty(model: Any) -> Failed | None:
    """Whether a network knows the first twenty training digits by heart."""
    (x, y), (held_x, held_y) = digits()
    try:
        p = np.asarray(model.predict(x[:TWENTY], verbose=0), float)
        wrong_kind = p.shape != (TWENTY, 10)
    except Exception:
        wrong_kind = True
    if wrong_kind:
        return Failed("that is not a network for digits", KIND)
    if np.isfinite(p).all() and (p.min() < 0 or not np.allclose(p.sum(axis=1), 1, atol=1e-3)):
        return Failed(f"its answers go from {p.min():.2g} to {p.max():.2g}", SCORES)
    with np.errstate(all="ignore"):
        loss = float(SparseCategoricalCrossentropy()(y[:TWENTY], p))
    right = int((p.argmax(axis=1) == y[:TWENTY]).sum())
    if right == TWENTY and loss <= LEAST:
        return None
    said = f"{right} of the twenty are right, with a loss of {loss:.2g}; at most {LEAST} was asked"
    if not np.isfinite(loss) or loss > 5:
        return Failed(said, BROKEN)
    held = (model.predict(held_x, verbose=0).argmax(axis=1) == held_y).mean()
    if loss > 2:
        return Failed(said, STUCK)
    return Failed(said, OTHERS if held > 0.8 else LONGER)


def learned(
    optimizer: Optimizer | None = None,
    epochs: int = 200,  # 0: as it was made
    part: slice = slice(TWENTY),
    batch: int = TWENTY,
    last: str = "softmax",
) -> Sequential:
    """The chapter's network without dropout, after some epochs on a part of the training digits."""
    with _random.seeded(0):
        model = Sequential(
            [
                Conv2D(16, 3, padding="same", activation="relu", input_shape=(8, 8, 1)),
                Conv2D(32, 3, padding="same", activation="relu"),
                *(MaxPooling2D(2), Flatten(), Dense(10, activation=last)),
            ]
        )
        (x, y), _ = digits()
        loss = SparseCategoricalCrossentropy(from_logits=last == "linear")
        model.compile(optimizer or Adam(0.003), loss)
        if epochs:
            model.fit(x[part], y[part], batch_size=batch, epochs=epochs, verbose=0)
    return model


def of_three() -> Sequential:
    """Three outputs: not the digits' network."""
    return Sequential([Flatten(input_shape=(8, 8, 1)), Dense(3, activation="softmax")])


overfit_twenty = Judged(
    "overfit_twenty",
    judge_twenty,
    learned,
    [
        Mistake(lambda: learned(epochs=30), LONGER),
        Mistake(lambda: learned(epochs=0), STUCK),
        Mistake(lambda: learned(SGD(1e-4), epochs=20), STUCK),
        Mistake(lambda: learned(Adam(3.0), epochs=20), BROKEN),
        Mistake(lambda: learned(epochs=3, part=slice(TWENTY, None), batch=32), OTHERS),
        Mistake(lambda: "loss 0.01", KIND),
        Mistake(of_three, KIND),
        Mistake(lambda: learned(last="linear"), SCORES),
        Mistake(lambda: learned(last="sigmoid", epochs=0), SCORES),
    ],
)
