"""Four exercises of the clinic: functions to repair."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]


def _numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).integers(-3, 4, shape).astype(float)


# -------------------------------------------------------------------------------- repaired_gather
GATHER_CASES = [
    (_numbers(1, 2, 3, 1), _numbers(2, 3, 1, 1, seed=1)),
    (_numbers(2, 3, 2, 3, seed=2), _numbers(3, 2, 2, 3, seed=3)),
]


def _framed(dy: Array, w: Array) -> Array:
    kh, kw = w.shape[:2]
    return np.pad(dy, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))


def right_gather(dy: Array, w: Array) -> Array:
    """The kernel turned by 180°, its channels exchanged."""
    return ops.conv2d(_framed(dy, w), w[::-1, ::-1].swapaxes(2, 3))


def upright(dy: Array, w: Array) -> Array:
    """The patient: no flip."""
    return ops.conv2d(_framed(dy, w), w.swapaxes(2, 3))


def rows_only(dy: Array, w: Array) -> Array:
    """The rows alone are turned."""
    return ops.conv2d(_framed(dy, w), w[::-1].swapaxes(2, 3))


def columns_only(dy: Array, w: Array) -> Array:
    """The columns alone are turned."""
    return ops.conv2d(_framed(dy, w), w[:, ::-1].swapaxes(2, 3))


def mixed_channels(dy: Array, w: Array) -> Array:
    """The channels are counted anew in the place of exchanged."""
    kh, kw, c, o = w.shape
    return ops.conv2d(_framed(dy, w), w[::-1, ::-1].reshape(kh, kw, o, c))


def without_exchange(dy: Array, w: Array) -> Array:
    """The channels stay as they are, which ends in an error where c is not o."""
    return ops.conv2d(_framed(dy, w), w[::-1, ::-1])


def also_dy(dy: Array, w: Array) -> Array:
    """Kernel and gradient are both turned."""
    return right_gather(dy[:, ::-1, ::-1], w)


repaired_gather = Function(
    "repaired_gather",
    right_gather,
    GATHER_CASES,
    "Give dy a single 1 among zeros: dx must be the kernel, upright, where the window lies.",
    [
        Mistake(upright, "The kernel stands upright. Which weight has read the pixel at [0, 0]?"),
        Mistake(rows_only, "By 180° means both axes: the columns must be turned, too."),
        Mistake(columns_only, "By 180° means both axes: the rows must be turned, too."),
        Mistake(
            mixed_channels,
            "reshape counts the numbers anew and mixes the channels; swapaxes exchanges them.",
        ),
        Mistake(
            without_exchange,
            "dy has o channels, and dx shall have c: exchange the last two axes of the kernel, "
            "swapaxes(2, 3).",
        ),
        Mistake(also_dy, "The kernel is turned, dy is not."),
    ],
)

# ---------------------------------------------------------------------------------- repaired_mean
MEAN_CASES = [
    (np.array([[0.5, 0.25, 0.25]]), np.array([0])),
    (np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]]), np.array([2, 1])),
    (np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25], [0.125, 0.875]]), np.array([1, 0, 0, 1])),
]


def _losses(p: Array, t: Array) -> tuple[Array, Array]:
    """The loss of each sample, and p − t with t as rows of 0 and 1."""
    rows = np.arange(len(t))
    gradient = p.copy()
    gradient[rows, t] -= 1
    return -np.log(p[rows, t]), gradient


def right_mean(p: Array, t: Array) -> tuple[Any, Array]:
    """Mean loss, and its gradient."""
    loss, gradient = _losses(p, t)
    return loss.mean(), gradient / len(t)


def summed_gradient(p: Array, t: Array) -> tuple[Any, Array]:
    """The patient: the mean of the losses, the gradient of their sum."""
    loss, gradient = _losses(p, t)
    return loss.mean(), gradient


def both_summed(p: Array, t: Array) -> tuple[Any, Array]:
    """Sum and its gradient."""
    loss, gradient = _losses(p, t)
    return loss.sum(), gradient


def per_number(p: Array, t: Array) -> tuple[Any, Array]:
    """Divided by samples times classes."""
    loss, gradient = _losses(p, t)
    return loss.mean(), gradient / gradient.size


def wrong_way(p: Array, t: Array) -> tuple[Any, Array]:
    """The gradient has the wrong sign."""
    loss, gradient = _losses(p, t)
    return loss.mean(), -gradient / len(t)


repaired_mean = Function(
    "repaired_mean",
    right_mean,
    MEAN_CASES,
    "The loss is the mean over the samples; its gradient by the scores is (p - t) / samples.",
    [
        Mistake(
            summed_gradient,
            "The loss is a mean, the gradient that of the sum: divide by the samples.",
        ),
        Mistake(both_summed, "Now both are sums, and the rate depends on the batch: take means."),
        Mistake(per_number, "Divide by the number of samples, not by all numbers of p."),
        Mistake(wrong_way, "p - t, not t - p: a step goes against the gradient."),
    ],
    results=("loss", "gradient"),
)

# -------------------------------------------------------------------------------- repaired_labels
LABEL_CASES = [
    (["two", "zero", "one", "two"], ["zero", "one", "two"]),
    (["10", "9", "2", "1"], ["1", "2", "9", "10"]),
    (["cat", "cat"], ["owl", "dog", "cat"]),
    (["owl", "owl"], ["owl", "dog", "cat"]),
]


def right_labels(names: list[str], classes: list[str]) -> Array:
    """Places in the list of classes."""
    return np.array([classes.index(name) for name in names])


def sorted_labels(names: list[str], classes: list[str]) -> Array:
    """The patient: places among the names that occur, sorted as text."""
    found = sorted(set(names))
    return np.array([found.index(name) for name in names])


def sorted_classes(names: list[str], classes: list[str]) -> Array:
    """Places among the classes sorted as text."""
    return np.array([sorted(classes).index(name) for name in names])


def first_seen(names: list[str], classes: list[str]) -> Array:
    """Numbers in the order in which names occur."""
    found = list(dict.fromkeys(names))
    return np.array([found.index(name) for name in names])


def from_one(names: list[str], classes: list[str]) -> Array:
    """Numbers from 1."""
    return right_labels(names, classes) + 1


repaired_labels = Function(
    "repaired_labels",
    right_labels,
    LABEL_CASES,
    "A name's number is its place in `classes`, whatever names occur.",
    [
        Mistake(
            sorted_labels,
            "These are places among the names of this part: another part has others. "
            "Use `classes`.",
        ),
        Mistake(sorted_classes, "`classes` is the one list for all parts: leave its order alone."),
        Mistake(first_seen, "The first name need not be class 0: use `classes`."),
        Mistake(from_one, "Class numbers begin at 0."),
    ],
)

# --------------------------------------------------------------------------------- repaired_split
_IMAGES = np.arange(24.0).reshape(6, 2, 2)
SPLIT_CASES = [
    (_IMAGES, _IMAGES[[1, 4]]),
    (_IMAGES[[0, 0, 1, 2]], np.stack([_IMAGES[0], _IMAGES[5]])),
    (np.array([[[1.0, 2, 3]], [[3, 2, 1]], [[3, 5, 0]]]), np.array([[[3.0, 2, 1]]])),
]


def right_split(images: Array, held: Array) -> Array:
    """The places of images that are not among the held-out ones."""
    known = {image.tobytes() for image in held}
    return np.flatnonzero([image.tobytes() not in known for image in images])


def keeps_all(images: Array, held: Array) -> Array:
    """The patient: no look at all."""
    return np.arange(len(images))


def the_copies(images: Array, held: Array) -> Array:
    """The places of the copies."""
    return np.setdiff1d(np.arange(len(images)), right_split(images, held))


def by_sum(images: Array, held: Array) -> Array:
    """Images with the sum of a held-out one are taken for copies."""
    return np.flatnonzero(~np.isin(images.sum(axis=(1, 2)), held.sum(axis=(1, 2))))


def by_first_pixel(images: Array, held: Array) -> Array:
    """Images with the first pixel of a held-out one are taken for copies."""
    return np.flatnonzero(~np.isin(images[:, 0, 0], held[:, 0, 0]))


def of_held(images: Array, held: Array) -> Array:
    """The held-out images that are not learned from."""
    return right_split(held, images)


def the_mask(images: Array, held: Array) -> Array:
    """For each image, whether it may stay."""
    return np.isin(np.arange(len(images)), right_split(images, held))


def the_images(images: Array, held: Array) -> Array:
    """The images that may stay."""
    return images[right_split(images, held)]


repaired_split = Function(
    "repaired_split",
    right_split,
    SPLIT_CASES,
    "The places of the training images that equal no held-out image, pixel by pixel.",
    [
        Mistake(keeps_all, "Nothing is left out: some of these images are held out, too."),
        Mistake(
            the_copies, "These are the copies; the places of the images to keep are asked for."
        ),
        Mistake(by_sum, "Different images may have the same sum: compare all pixels."),
        Mistake(by_first_pixel, "Different images may share a pixel: compare all of them."),
        Mistake(
            the_mask,
            "That is a mask, True for each image to keep. np.flatnonzero makes places of it.",
        ),
        Mistake(
            lambda images, held: np.where(the_mask(images, held)),
            "np.where gives a tuple, with an array for each axis: take [0], or np.flatnonzero.",
        ),
        Mistake(the_images, "Those are the images that may stay; their places are asked for."),
        Mistake(of_held, "Places in `images` are asked for, not in `held`."),
    ],
)
