"""Images as arrays, counted weights, and the shuffle test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]
Counts = tuple[int, int, int]


def _counted(size: int) -> Array:
    """Whole numbers from 0 on: each says where it was."""
    return np.arange(float(size))


# -------------------------------------------------------------------------------------- counting
dense_weights = Value(
    "dense_weights",
    1_572_992,
    "Each of the 128 outputs has one weight for each of the 64 · 64 · 3 numbers, and one bias.",
    [
        Mistake(1_572_864, "These are the weights; each of the 128 outputs has a bias, too."),
        Mistake(524_416, "Flatten lays out all three channels: an image has 64 · 64 · 3 numbers."),
        Mistake(1_585_152, "There is one bias for each output, not for each input."),
        Mistake(12_416, "Each output has weights of its own: multiply inputs and outputs."),
        Mistake(
            896, "That is the convolution: 27 weights for each of 32 maps, and 32 biases. A dense "
            "layer shares nothing.",
        ),
    ],
)  # fmt: skip


def three_counts_solution(h: int, w: int, c: int, k: int, o: int) -> Counts:
    """Weights of a dense layer, of one that is local, and of one that shares its weights, too."""
    outputs = (h - k + 1) * (w - k + 1) * o
    patch = k * k * c
    return h * w * c * outputs, patch * outputs, patch * o


def _counts_same(h: int, w: int, c: int, k: int, o: int) -> Counts:
    outputs = h * w * o
    return h * w * c * outputs, k * k * c * outputs, k * k * c * o


def _counts_gray(h: int, w: int, c: int, k: int, o: int) -> Counts:
    outputs = (h - k + 1) * (w - k + 1) * o
    return h * w * outputs, k * k * outputs, k * k * o


def _counts_one_map(h: int, w: int, c: int, k: int, o: int) -> Counts:
    outputs = (h - k + 1) * (w - k + 1)
    return h * w * c * outputs, k * k * c * outputs, k * k * c


def _counts_square(h: int, w: int, c: int, k: int, o: int) -> Counts:
    outputs = (h - k + 1) ** 2 * o
    return h * h * c * outputs, k * k * c * outputs, k * k * c * o


def _counts_biases(h: int, w: int, c: int, k: int, o: int) -> Counts:
    dense, local, shared = three_counts_solution(h, w, c, k, o)
    outputs = (h - k + 1) * (w - k + 1) * o
    return dense + outputs, local + outputs, shared + o


def _counts_no_one(h: int, w: int, c: int, k: int, o: int) -> Counts:
    outputs = (h - k) * (w - k) * o
    return h * w * c * outputs, k * k * c * outputs, k * k * c * o


three_counts = Function(
    "three_counts",
    three_counts_solution,
    [(64, 64, 3, 3, 32), (5, 7, 2, 3, 4), (20, 10, 1, 5, 6)],
    "Count the outputs first, then the inputs that one output has a weight for.",
    [
        Mistake(
            _counts_same, "Without padding the kernel has h − k + 1 places from top to bottom."
        ),
        Mistake(_counts_gray, "A patch is k rows, k columns and c channels deep."),
        Mistake(_counts_one_map, "There are o feature maps, each with weights of its own."),
        Mistake(_counts_square, "The image need not be a square: use h for rows, w for columns."),
        Mistake(_counts_biases, "Count weights only, without the biases."),
        Mistake(_counts_no_one, "A kernel of 3 fits into 5 rows at 3 places: 5 − 3 + 1."),
    ],
    results=("dense", "local", "shared"),
)

weights_share = Value(
    "weights_share",
    {"weights": 1_605_760, "share": 1_605_760 / 1_625_281, "growth": 7_372_928 / 1_605_760},
    "Weights: 12,544 · 128, and 128 biases. Share: of 1,625,281. Growth: the new count by the old. "
    "Leave both as quotients, not rounded.",
    [
        Mistake(
            {"weights": 1_605_632, "share": 1_605_632 / 1_625_281, "growth": 57_600 / 12_544},
            "Each of the 128 outputs has a bias, too.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 1_605_760 / 1_625_281, "growth": 4.0},
            "Not 4: the convolutions cut off their edges, which costs a small photo more. Follow "
            "128 rows through the layers: 126, 63, 61, 30.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 1_605_760 / 1_625_281, "growth": 57_600 / 12_544},
            "That is how the inputs grow. The 128 biases do not: count both layers with them.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 1_605_760 / 1_625_281, "growth": 4.6},
            "Rounded. Leave it as a quotient: the new count by the old.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 0.988, "growth": 4.6},
            "Rounded. Leave both as quotients, such as 1_605_760 / 1_625_281.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 98.8, "growth": 7_372_928 / 1_605_760},
            "Give the share as a number from 0 to 1, unrounded: a quotient.",
        ),
        Mistake(
            {"weights": 1_605_760, "share": 1_605_760 / 1_625_281, "growth": 2.0},
            "Twice the rows and twice the columns: more than twice the numbers.",
        ),
    ],
    exact=True,
)


# -------------------------------------------------------------------------------------- the axes
def channels_first_solution(x: Array) -> Array:
    """A batch (N, H, W, C) as (N, C, H, W)."""
    return x.transpose(0, 3, 1, 2)


def _one_image(x: Array) -> Array:
    return np.stack([x[..., c] for c in range(x.shape[3])])


channels_first = Function(
    "channels_first",
    channels_first_solution,
    [(_counted(12).reshape(1, 2, 3, 2),), (_counted(120).reshape(2, 4, 5, 3),)],
    "The new array has the shape (N, C, H, W), and y[s, c, i, j] is x[s, i, j, c].",
    [
        Mistake(
            lambda x: x.reshape(x.shape[0], x.shape[3], x.shape[1], x.shape[2]),
            "`reshape` keeps the long line of numbers as it is and only cuts it elsewhere: colors "
            "and pixels are mixed up. `transpose` moves axes.",
        ),
        Mistake(
            lambda x: x.swapaxes(1, 3),
            "Now rows and columns have changed places, too: (N, C, W, H). Every image is mirrored "
            "at its diagonal.",
        ),
        Mistake(lambda x: x.T, "`x.T` turns the order of all axes around, the samples' too."),
        Mistake(_one_image, "The samples stay in front: (N, C, H, W), not (C, N, H, W)."),
        Mistake(
            lambda x: x.transpose(0, 2, 3, 1),
            "That is the way back, from channels first to channels last.",
        ),
    ],
)


# ------------------------------------------------------------------------------- the shuffle test
def shuffle_pixels_solution(x: Array, order: Array) -> Array:
    """All images with the pixels of each in one order."""
    n, h, w, c = x.shape
    return x.reshape(n, h * w, c)[:, order].reshape(x.shape)


def unshuffle_pixels_solution(y: Array, order: Array) -> Array:
    """Undo it: the images as they were."""
    x = np.empty_like(y).reshape(len(y), -1, y.shape[3])
    x[:, order] = y.reshape(x.shape)
    return x.reshape(y.shape)


def _order(size: int, seed: int) -> Array:
    return np.random.default_rng(seed).permutation(size)


def _images(n: int, h: int, w: int, c: int) -> Array:
    """Different whole numbers, not in order."""
    size = n * h * w * c
    return (7 * _counted(size) % (size + 1)).reshape(n, h, w, c)


CASES = [
    (_images(2, 2, 3, 1), np.array([1, 2, 0, 4, 5, 3])),
    (_images(3, 3, 4, 2), _order(12, 0)),
]


def _columns(x: Array, order: Array) -> Array:
    """Whole columns change places (as many as there are)."""
    return x[:, :, np.argsort(order[: x.shape[2]])]


def _all_alike(x: Array, order: Array) -> Array:
    """The first image's pixels for all."""
    return np.broadcast_to(shuffle_pixels_solution(x[:1], order), x.shape).copy()


def _numbers(x: Array, order: Array) -> Array:
    """Not pixels but single numbers change places, as far as the order reaches."""
    flat = x.reshape(len(x), -1).copy()
    flat[:, : len(order)] = flat[:, order]
    return flat.reshape(x.shape)


def _mixed(x: Array, order: Array) -> Array:
    """Each image gets an order of its own."""
    moved = [shuffle_pixels_solution(x[s : s + 1], np.roll(order, s))[0] for s in range(len(x))]
    return np.stack(moved)


def _flat(x: Array, order: Array) -> Array:
    return x.reshape(len(x), -1, x.shape[3])[:, order]


shuffle_pixels = Function(
    "shuffle_pixels",
    shuffle_pixels_solution,
    CASES,
    "Lay each image out as h · w pixels of c numbers, take them in the order, and fold them back.",
    [
        Mistake(
            unshuffle_pixels_solution,
            "That puts pixel k to place order[k]. Place k must *get* pixel order[k]: y = x[order].",
        ),
        Mistake(_mixed, "All images get the same order; the second one has another one here."),
        Mistake(_numbers, "A pixel's channels stay together: shuffle pixels, not single numbers."),
        Mistake(_flat, "Fold the pixels back: the result has the shape of `x`."),
        Mistake(_columns, "Single pixels change places, not whole columns."),
        Mistake(_all_alike, "Every image keeps its own pixels."),
    ],
)

unshuffle_pixels = Function(
    "unshuffle_pixels",
    unshuffle_pixels_solution,
    CASES,
    "Place k holds pixel order[k]: put it back there. `np.argsort(order)` is the way back.",
    [
        Mistake(
            shuffle_pixels_solution,
            "That applies the same order once more. Only a few orders undo themselves.",
        ),
        Mistake(
            lambda y, order: shuffle_pixels_solution(y, order[::-1]),
            "An order read backwards is another order, not the way back.",
        ),
        Mistake(
            lambda y, order: shuffle_pixels_solution(y, np.sort(order)),
            "Sorted, the order leaves every pixel where it is. You need what sorts it: `argsort`.",
        ),
        Mistake(
            lambda y, order: np.sort(y.reshape(len(y), -1), axis=1).reshape(y.shape),
            "Pixels are put back by the places they came from, not by how bright they are.",
        ),
    ],
)


def weights_that_follow_solution(w: Array, order: Array) -> Array:
    """The weights (inputs, units) of a dense layer, for inputs in a new order."""
    return w[order]


weights_that_follow = Function(
    "weights_that_follow",
    weights_that_follow_solution,
    [
        (_counted(18).reshape(6, 3), np.array([1, 2, 0, 4, 5, 3])),
        (_counted(24).reshape(12, 2), _order(12, 0)),
    ],
    "Input k of the new layer is pixel order[k], so it needs the weights of pixel order[k].",
    [
        Mistake(
            lambda w, order: w[np.argsort(order)],
            "That is the way back: right for images that are put in order again.",
        ),
        Mistake(lambda w, order: w, "With the old weights each pixel meets another one's weight."),
        Mistake(
            lambda w, order: w[:, np.argsort(order[: w.shape[1]])],
            "The first axis of `w` belongs to the inputs; the second one is the units.",
        ),
        Mistake(
            lambda w, order: w[order].T,
            "Right, but lying on its side: the shape stays (inputs, units).",
        ),
        Mistake(
            lambda w, order: w[order[::-1]],
            "An order read backwards is another one. The weights take the pixels' own order.",
        ),
    ],
)
