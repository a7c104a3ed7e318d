"""One loss computed in several ways in float32: as the formula stands, or so that it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import losses, ops

Array = NDArray[Any]
Way = tuple[Array, Array]  # the losses of some logits, and their gradients by them


def ways(z: Array, t: float) -> dict[str, Way]:
    """The loss and its gradient by every logit of ``z``, (n,), for one target.

    Example:
        >>> loss, gradient = ways(np.float32([2]), 0)["logits"]
        >>> loss.round(3), gradient.round(3)
        (array([2.127], dtype=float32), array([0.881], dtype=float32))
    """
    logits = np.asarray(z, np.float32)[:, None]
    target, p = np.full_like(logits, t), ops.sigmoid(logits)
    loss, slope = losses.BinaryCrossentropy(from_logits=True).call(target, logits)
    found = {"logits": (loss, slope[:, 0]), "naive": naive(logits[:, 0], t)}
    for way, kind in (
        ("clipped", losses.BinaryCrossentropy()),
        ("squared", losses.MeanSquaredError()),
    ):
        loss, dp = kind.call(target, p)
        found[way] = loss, ops.sigmoid_backward(dp, logits)[:, 0]
    return found


def naive(z: Array, t: float) -> Way:
    """The binary cross-entropy as its formula stands, and the two factors of its chain rule.

    Example:
        >>> naive(np.float32([17]), 0)[0]  # 1 - p is 0
        array([inf], dtype=float32)
    """
    one, t32 = np.float32(1), np.float32(t)
    with np.errstate(all="ignore"):
        p = one / (one + np.exp(-z))
        loss = -t32 * np.log(p) - (one - t32) * np.log(one - p)
        slope = (-t32 / p + (one - t32) / (one - p)) * (p * (one - p))
    return loss, slope


def naive_softmax(z: Array) -> Array:
    """The softmax as its formula stands.

    Example:
        >>> naive_softmax(np.float32([0, 0])), naive_softmax(np.float32([100, 100]))
        (array([0.5, 0.5], dtype=float32), array([nan, nan], dtype=float32))
    """
    with np.errstate(all="ignore"):
        powers = np.exp(z)
        return powers / powers.sum()
