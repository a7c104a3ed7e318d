"""The exercises on softmax and cross-entropy: by hand, and so that no logit breaks them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]
quiet = np.errstate(all="ignore")  # overflows are what two exercises are about


# ----------------------------------------------------------------------------------- loss_by_hand
def by_hand(
    right: int = 1,
    log: Callable[[Any], Any] = np.log,
    powers: tuple[float, ...] = (6, 3, 1),
    sign: int = 1,
    subtract: bool = True,
) -> dict[str, Any]:
    """Probabilities, loss and gradient of the exercise's three logits."""
    p = np.array(powers) / sum(powers)
    gradient = p - (np.arange(3) == right if subtract else 0)
    return {"p": p, "loss": -log(p[right]), "gradient": sign * gradient}


LOGITS = tuple(np.log([6, 3, 1]))

loss_by_hand = Value(
    "loss_by_hand",
    by_hand(),
    "The exponentials are 6, 3 and 1. Divide by their sum; the loss is -ln of the right one.",
    [
        Mistake(by_hand(right=0), "The right class is the second one, number 1."),
        Mistake(by_hand(right=2), "Classes are counted from 0: number 1 is the second one."),
        Mistake(by_hand(log=np.log2), "ln is the natural logarithm, np.log."),
        Mistake(by_hand(log=np.log10), "ln is the natural logarithm, np.log, not that of base 10."),
        Mistake(by_hand(powers=LOGITS), "Take the exponentials of the logits first."),
        Mistake(by_hand(sign=-1), "The gradient is p - t, not t - p."),
        Mistake(by_hand(subtract=False), "Those are the probabilities: the gradient is p - t."),
    ],
)

# ---------------------------------------------------------------------------- stable_crossentropy
FEW = (np.array([0.0, 2.0, -2.0, 0.5]), np.array([1.0, 0.0, 1.0, 0.0]))
SOFT = (
    np.array([[3.0, -1.0, 0.25], [-4.0, 6.0, 1.5]]),
    np.array([[0.9, 0.1, 0.5], [0.0, 1.0, 0.75]]),
)
FAR = (
    np.array([1000.0, -1000.0, 1000.0, -1000.0, 40.0, -40.0]),
    np.array([0.0, 1.0, 1.0, 0.0, 0.0, 1.0]),
)


def stable(z: Array, t: Array) -> Array:
    """The formula of the chapter."""
    return np.maximum(z, 0) - z * t + np.log1p(np.exp(-abs(z)))


@quiet
def as_it_stands(z: Array, t: Array) -> Array:
    """First the probability, then two logarithms."""
    p = 1 / (1 + np.exp(-z))
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


@quiet
def only_one_term(z: Array, t: Array) -> Array:
    """As above, but 0 · ln 0 counts as 0."""
    p = 1 / (1 + np.exp(-z))
    return np.where(t > 0, -t * np.log(p), 0) - np.where(t < 1, (1 - t) * np.log(1 - p), 0)


@quiet
def clipped(z: Array, t: Array) -> Array:
    """With a probability that is kept away from 0 and 1."""
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


@quiet
def positive_exponent(z: Array, t: Array) -> Array:
    """With exp(|z|)."""
    return np.maximum(z, 0) - z * t + np.log1p(np.exp(abs(z)))


@quiet
def no_absolute_value(z: Array, t: Array) -> Array:
    """With exp(-z)."""
    return np.maximum(z, 0) - z * t + np.log1p(np.exp(-z))


def sign_swapped(z: Array, t: Array) -> Array:
    """With + z·t."""
    return np.maximum(z, 0) + z * t + np.log1p(np.exp(-abs(z)))


def other_target(z: Array, t: Array) -> Array:
    """With 1 - t as the target."""
    return stable(z, 1 - t)


def no_maximum(z: Array, t: Array) -> Array:
    """Without max(z, 0)."""
    return -z * t + np.log1p(np.exp(-abs(z)))


def averaged(z: Array, t: Array) -> Any:
    """With the mean of all."""
    return stable(z, t).mean()


OVERFLOW = (
    "An infinity or NaN: exp or ln left the numbers, as in the plain formula. Use the stable one, "
    "with exp(-|z|), and never compute p."
)
stable_crossentropy = Function(
    "stable_crossentropy",
    stable,
    [FEW, SOFT, FAR],
    "Use the stable formula, max(z, 0) - z*t + ln(1 + exp(-|z|)), number by number: np.maximum, "
    "np.abs and np.log1p take whole arrays.",
    [
        Mistake(as_it_stands, OVERFLOW),
        Mistake(
            only_one_term,
            "Right as long as p is neither 0 nor 1. Do not compute p: use the stable formula.",
        ),
        Mistake(
            clipped,
            "Clipping makes the loss finite, not right: 16.1 where it should be 1000. Do not "
            "compute p.",
        ),
        Mistake(positive_exponent, "The exponent is -|z|: a minus is missing."),
        Mistake(no_absolute_value, "The exponent is -|z|, not -z: below 0 yours is positive."),
        Mistake(
            sign_swapped, "The sign of z*t is wrong: a target of 1 lowers the loss of large z."
        ),
        Mistake(other_target, "The targets are the wrong way round: z counts for t, not 1 - t."),
        Mistake(no_maximum, "max(z, 0) is missing: it is what the loss of a large z grows with."),
        Mistake(
            averaged, "One loss per number is asked for, in the shape of z; you took the mean."
        ),
    ],
)

# -------------------------------------------------------------------------------- stable_softmax
ROWS = np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]])
PAIRS = np.array([[1.0, -2.0], [0.0, 0.0], [4.0, 5.0]])
HUGE = np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1000.0]])


def softmax(z: Array) -> Array:
    """With the largest of each row taken away first."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@quiet
def plain_softmax(z: Array) -> Array:
    """As its formula stands."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


@quiet
def one_largest_for_all(z: Array) -> Array:
    """With the largest of the whole array taken away."""
    return plain_softmax(z - z.max())


def by_columns(z: Array) -> Array:
    """Columns that add up to 1."""
    return softmax(z.T).T


def over_everything(z: Array) -> Array:
    """All numbers together add up to 1."""
    return softmax(z.reshape(1, -1)).reshape(z.shape)


def not_divided(z: Array) -> Array:
    """Without the division by the sum."""
    return np.exp(z - z.max(axis=-1, keepdims=True))


def logarithm(z: Array) -> Array:
    """The logarithm of the softmax."""
    return z - z.max(axis=-1, keepdims=True) - np.log(not_divided(z).sum(axis=-1, keepdims=True))


def shift_in_the_powers_only(z: Array) -> Array:
    """With a sum in which the largest was not taken away."""
    with quiet:
        return not_divided(z) / np.exp(z).sum(axis=-1, keepdims=True)


TOO_FAR = (
    "NaN or infinity: an exponential was too large, or all of a row were 0. Take away the largest "
    "number of each row before exp."
)
stable_softmax = Function(
    "stable_softmax",
    softmax,
    [(ROWS,), (PAIRS,), (HUGE,)],
    "Take away the largest number of each row, then exp, then divide by the sum of the row. With "
    "axis=-1 and keepdims=True, max and sum give one number for each row.",
    [
        Mistake(plain_softmax, TOO_FAR),
        Mistake(one_largest_for_all, TOO_FAR),
        Mistake(by_columns, "Your columns add up to 1: the classes are the last axis, axis=-1."),
        Mistake(over_everything, "Each row adds up to 1 by itself: axis=-1 and keepdims=True."),
        Mistake(not_divided, "Divide by the sum of the row, or they are no probabilities."),
        Mistake(logarithm, "That is the logarithm of the softmax."),
        Mistake(
            shift_in_the_powers_only,
            "The largest is taken away above the line, but not in the sum below it.",
        ),
    ],
)
