"""Exercises on one step shared by several machines: shards, their mean, and what it can gain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]


# -------------------------------------------------------------------------------- mean_of_shards
def mean(gradients: Array, sizes: Array) -> Array:
    """Every gradient, weighted with its shard's share of the samples."""
    return np.tensordot(sizes / sizes.sum(), gradients, axes=1)


def _numbers(*shape: int) -> Array:
    """Small whole numbers without symmetry, in multiples of 12."""
    return 12.0 * np.random.default_rng(sum(shape)).integers(-5, 6, shape)


mean_of_shards = Function(
    "mean_of_shards",
    mean,
    [
        (np.array([[6.0], [2.0]]), np.array([3, 1])),
        (_numbers(3, 4), np.array([2, 3, 1])),
        (_numbers(4, 2, 3), np.array([1, 5, 2, 4])),
    ],
    "The gradient of shard k counts sizes[k] / sum(sizes). Add the weighted gradients up.",
    [
        Mistake(
            lambda gradients, sizes: gradients.mean(axis=0),
            "That is the unweighted mean: it is right only where all shards are equally large. "
            "A shard with three samples speaks for three.",
        ),
        Mistake(
            lambda gradients, sizes: gradients.sum(axis=0),
            "That is the plain sum: the step would be as many times too long as there are shards.",
        ),
        Mistake(
            lambda gradients, sizes: np.tensordot(sizes, gradients, axes=1),
            "The weights must add up to 1: divide by the number of all samples.",
        ),
        Mistake(
            lambda gradients, sizes: np.tensordot(sizes / len(sizes), gradients, axes=1),
            "You divided by the number of shards. Divide by the number of samples.",
        ),
        Mistake(
            lambda gradients, sizes: mean(gradients[:-1], sizes[:-1]),
            "The last shard is left out: its samples were computed in vain.",
        ),
        Mistake(
            lambda gradients, sizes: np.tensordot(
                (1 / sizes) / (1 / sizes).sum(), gradients, axes=1
            ),
            "The weights are the wrong way round: the larger the shard, the more it counts.",
        ),
    ],
)


# ------------------------------------------------------------------------------------ cut_shards
def cuts(samples: int, parts: int) -> list[tuple[int, int]]:
    """Start and stop of shards that differ by one sample at most, the longer ones first."""
    size, longer = divmod(samples, parts)
    starts = [k * size + min(k, longer) for k in range(parts + 1)]
    return [(starts[k], starts[k + 1]) for k in range(parts)]


def rest_lost(samples: int, parts: int) -> list[tuple[int, int]]:
    """All shards equal, and what remains belongs to none."""
    size = samples // parts
    return [(k * size, (k + 1) * size) for k in range(parts)]


def rest_last(samples: int, parts: int) -> list[tuple[int, int]]:
    """The last shard takes all that remains."""
    return [*rest_lost(samples, parts)[:-1], (samples // parts * (parts - 1), samples)]


def rounded_up(samples: int, parts: int) -> list[tuple[int, int]]:
    """Every shard as long as the longest, until there are no samples left."""
    size = -(-samples // parts)
    return [(min(k * size, samples), min((k + 1) * size, samples)) for k in range(parts)]


def longer_last(samples: int, parts: int) -> list[tuple[int, int]]:
    """Right sizes, the longer shards last."""
    return [(samples - stop, samples - start) for start, stop in reversed(cuts(samples, parts))]


cut_shards = Function(
    "cut_shards",
    cuts,
    [(12, 3), (10, 3), (7, 4), (9, 8), (5, 1)],
    "With q, r = divmod(samples, parts), the first r shards have q + 1 samples and the others q. "
    "Each begins where the one before it stops.",
    [
        Mistake(
            rest_lost,
            "The last samples are in no shard: what the division leaves over must go somewhere.",
        ),
        Mistake(
            rest_last,
            "All samples are there, but the last shard has all that is left over, and the others "
            "wait for it. Give one sample each to the first shards.",
        ),
        Mistake(
            rounded_up,
            "You rounded the size up for all, so the last shards are too small, or empty. Only the "
            "first `samples % parts` of them are longer.",
        ),
        Mistake(
            longer_last,
            "The sizes are right, but the longer shards must come first.",
        ),
        Mistake(
            lambda samples, parts: [(start, stop - 1) for start, stop in cuts(samples, parts)],
            "`stop` is the first sample after the shard, as in a slice: x[start:stop].",
        ),
        Mistake(
            lambda samples, parts: [(start, stop - start) for start, stop in cuts(samples, parts)],
            "You gave start and size; start and stop were asked for.",
        ),
    ],
)


# -------------------------------------------------------------------------------------- speed_up
speed_up = Function(
    "speed_up",
    lambda f, K: 1 / (f + (1 - f) / K),
    [(0.0, 4), (0.25, 3), (0.1, 2), (0.5, 1), (0.05, 1000)],
    "Take the time of one machine as 1. The part f stays as it is, the rest, 1 - f, is divided by "
    "K. How many times does the new time fit into 1?",
    [
        Mistake(lambda f, K: f + (1 - f) / K, "That is the time. The speed-up is 1 divided by it."),
        Mistake(
            lambda f, K: 1 / (1 - f + f / K),
            "You divided the wrong part: f is the part that is *not* shared.",
        ),
        Mistake(
            lambda f, K: (1 - f) * K,
            "Add up times, not speeds: the part that is not shared still takes its time f.",
        ),
        Mistake(
            lambda f, K: f + (1 - f) * K,
            "That grows with the work (Gustafson's law). Here the batch stays the same: divide the "
            "time of the shared part by K.",
        ),
        Mistake(
            lambda f, K: float(K),
            "That would be so if all were shared; the part f is not.",
        ),
    ],
)


# ---------------------------------------------------------------------------------- ring_traffic
ring_traffic = Value(
    "ring_traffic",
    11_376_967,
    "The gradient has 1,625,281 numbers of 4 bytes. Each machine sends pieces of 1/8 of it, 7 "
    "times on the first way round and 7 times on the second.",
    [
        Mistake(
            5_688_483.5,
            "That is the first way round, after which each machine has the sum of one piece. On a "
            "second one the sums go to all.",
        ),
        Mistake(
            2_844_241.75,
            "You counted numbers. Each takes 4 bytes in float32.",
        ),
        Mistake(
            13_002_248,
            "A machine does not send its own piece to itself: 7 of 8 pieces, twice.",
        ),
        Mistake(
            91_015_736,
            "That is what all eight send together (or what one sends, in bits). The bytes of one "
            "machine were asked for.",
        ),
        Mistake(
            22_753_934,
            "Twice too many: a float32 has 4 bytes, and what a machine receives it does not send.",
        ),
        Mistake(
            45_507_868,
            "That is the whole gradient, sent to each of the 7 others. In the ring a machine sends "
            "one piece at a time, 1/8 of it, to its neighbor.",
        ),
        Mistake(
            1_625_281,
            "That is the number of weights, and by chance the bytes of two pieces. A machine sends "
            "a piece 7 times on each way round.",
        ),
        *(
            Mistake(round(11_376_967, -digits), "Rounded it is right. Give all bytes, exactly.")
            for digits in (5, 4, 3)
        ),
        Mistake(11.376967, "Those are megabytes. Give bytes, exactly."),
        Mistake(
            6_501_124,
            "That is the gradient itself, sent once. Count the pieces of the two ways round.",
        ),
    ],
)
