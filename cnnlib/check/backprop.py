"""The exercises on the chain rule: a graph on paper, a fork, a network backwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]

# ----------------------------------------------------------------------------------- graph_by_hand
graph_by_hand = Value(
    "graph_by_hand",
    {"dv": 6, "du": 14, "da": 48, "db": 28},
    "First the values: u = 6, v = 8, L = 48. Then from the end: L, v, u. A product passes on times "
    "the other factor, a sum passes on as it is.",
    [
        Mistake(
            {"dv": 6, "du": 6, "da": 18, "db": 12},
            "u and a are used twice. You have let the second part take the place of the first: add "
            "both.",
        ),
        Mistake(
            {"dv": 6, "du": 14, "da": 30, "db": 16},
            "u has passed on its gradient before all of it had come: 8 instead of 8 + 6. Deal with "
            "v first.",
        ),
        Mistake(
            {"dv": 8, "du": 14, "da": 36, "db": 42},
            "A product passes on times the other factor, not times the input's own number.",
        ),
        Mistake(
            {"dv": 6, "du": 48, "da": 864, "db": 96},
            "Along a way one multiplies. Where two ways meet, one adds.",
        ),
        Mistake(
            {"dv": 6, "du": 14, "da": 42, "db": 28},
            "a is used twice: in u, and in v itself.",
        ),
        Mistake(
            {"dv": 6, "du": 8, "da": 24, "db": 16},
            "u is used twice, in v and in L; a is used twice, in u and in v. You have followed one "
            "way for each.",
        ),
    ],
)


# -------------------------------------------------------------------------------------- accumulate
def added(dy: Array, index: Array, size: int) -> Array:
    """Every part is added where its number came from."""
    dx = np.zeros(size)
    np.add.at(dx, index, dy)
    return dx


def last_part(dy: Array, index: Array, size: int) -> Array:
    """The last part takes the place of the others."""
    dx = np.zeros(size)
    dx[index] += dy
    return dx


def first_part(dy: Array, index: Array, size: int) -> Array:
    """Only the first part counts."""
    return last_part(dy[::-1], index[::-1], size)


def mean_part(dy: Array, index: Array, size: int) -> Array:
    """The mean of the parts."""
    return added(dy, index, size) / np.maximum(np.bincount(index, minlength=size), 1)


def uses(dy: Array, index: Array, size: int) -> Array:
    """How often each number is used."""
    return np.bincount(index, minlength=size)


def every_use_in_full(dy: Array, index: Array, size: int) -> Array:
    """The sum of the parts, times their number."""
    return added(dy, index, size) * uses(dy, index, size)


def not_sent(dy: Array, index: Array, size: int) -> Array:
    """The parts as they have come."""
    return dy


accumulate = Function(
    "accumulate",
    added,
    [
        (np.array([1, 10, 100]), np.array([0, 2, 0]), 4),
        (np.array([1, 2, 3, 4, 5, 6]), np.array([1, 1, 0, 2, 1, 0]), 3),
        (np.array([5, -3]), np.array([2, 1]), 3),
    ],
    "Begin with zeros. For every k, add dy[k] to dx[index[k]].",
    [
        Mistake(
            last_part,
            "Where a number is used twice, only the last part is left. dx[index] = dy overwrites; "
            "and dx[index] += dy does the same in NumPy, since it reads dx once, before it adds. "
            "Loop over k, or use np.add.at(dx, index, dy).",
        ),
        Mistake(first_part, "Where a number is used twice, only the first part is left: add all."),
        Mistake(
            mean_part,
            "You take the mean of the parts. Each use changes the loss on its own: it is their "
            "sum.",
        ),
        Mistake(uses, "You count how often a number is used. Add up the dy that come from there."),
        Mistake(
            every_use_in_full,
            "The sum is right, but you multiply it by the number of uses as well.",
        ),
        Mistake(
            not_sent,
            "dx has an entry for every number of x, not for every use: `size` of them, 0 if a "
            "number is not used.",
        ),
    ],
)


# ---------------------------------------------------------------------------------- dense_relu_bce
@dataclass
class Pass:
    """The way back of Dense + ReLU + Dense + cross-entropy, one line of which may be wrong."""

    error: Callable[..., Array] = lambda p, t: (p - t) / len(t)
    before: Callable[..., Array] = lambda dz, w: dz @ w.T
    mask: Callable[..., Array] = lambda da, z: da * (z > 0)
    weights: Callable[..., Array] = lambda x, dz: x.T @ dz
    biases: Callable[..., Array] = lambda dz: dz.sum(axis=0)

    def __call__(
        self, x: Array, t: Array, w1: Array, b1: Array, w2: Array, b2: Array
    ) -> tuple[Array, Array, Array, Array, Array]:
        z1 = x @ w1 + b1
        a = np.maximum(z1, 0)
        dz2 = self.error(1 / (1 + np.exp(-(a @ w2 + b2))), t)
        dz1 = self.mask(dz2 @ w2.T, z1)
        dx = self.before(dz1, w1)
        return dx, self.weights(x, dz1), self.biases(dz1), self.weights(a, dz2), self.biases(dz2)


def network_back(
    x: Array, t: Array, w1: Array, b1: Array, w2: Array, b2: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """The gradients of the mean cross-entropy of a dense layer, ReLU and a dense layer."""
    return Pass()(x, t, w1, b1, w2, b2)


def _batch(seed: int, samples: int, inputs: int, units: int) -> tuple[Array, ...]:
    """Small numbers for a network of this size; no unit stands at the corner."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 3, (samples, inputs)).astype(float)
    t = (np.arange(samples)[:, None] % 2).astype(float)
    w1 = rng.integers(-2, 3, (inputs, units)).astype(float)
    b1 = rng.integers(-1, 2, units) + 0.5
    return x, t, w1, b1, rng.integers(1, 3, (units, 1)) / 2 * [[-1.0]], np.array([0.5])


dense_relu_bce = Function(
    "dense_relu_bce",
    network_back,
    [_batch(1, 2, 3, 4), _batch(2, 4, 3, 3), _batch(3, 3, 2, 3)],
    "Go back line by line: (p - t) / samples; times w2 transposed; 0 where z1 is not above 0; then "
    "x.T @ dz1 and the sum over samples.",
    [
        Mistake(
            Pass(before=lambda dz, w: dz @ w),
            "dx needs w1 transposed: dx[s, c] is the sum over the units of dz1[s, o] * w1[c, o].",
        ),
        Mistake(
            Pass(error=lambda p, t: (t - p) / len(t)),
            "All signs are turned: the way back begins with prediction minus target, p - t.",
        ),
        Mistake(
            Pass(error=lambda p, t: p - t),
            "The loss is the mean over the samples: every gradient is divided by their number, "
            "once, where the way back begins.",
        ),
        Mistake(
            Pass(
                weights=lambda x, dz: x.T @ dz / len(x), biases=lambda dz: dz.sum(axis=0) / len(dz)
            ),
            "You divide by the number of samples twice: at the beginning, and again for the "
            "weights and biases. The mean is in dz2 already.",
        ),
        Mistake(
            Pass(mask=lambda da, z: da * (da > 0)),
            "ReLU's mask asks for z1, the number that came in on the way forwards, not for the "
            "sign of the gradient.",
        ),
        Mistake(
            Pass(mask=lambda da, z: da),
            "The gradient must pass ReLU, too: it is 0 where z1 was not above 0.",
        ),
        Mistake(
            Pass(weights=lambda x, dz: np.outer(x[-1], dz[-1])),
            "Your weights have the gradient of the last sample only. Every sample uses the same "
            "weights: add with +=, or take x.T @ dz.",
        ),
        Mistake(
            Pass(biases=lambda dz: dz.sum(axis=1)),
            "A bias is used by every sample: sum over the samples, axis 0. You sum over the units.",
        ),
        Mistake(
            Pass(error=lambda p, t: (p - t) * p * (1 - p) / len(t)),
            "p - t is the gradient by the logit already, sigmoid and loss together. Do not "
            "multiply by p * (1 - p) once more.",
        ),
    ],
    results=("dx", "dw1", "db1", "dw2", "db2"),
)
