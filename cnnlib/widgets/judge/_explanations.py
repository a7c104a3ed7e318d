"""Three explanations of one answer, pixel by pixel, and what can be measured about them."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import explain
from cnnlib.models import Sequential
from cnnlib.wasm._random import draws, shuffled
from cnnlib.widgets._network_figure import copied

Array = NDArray[Any]
NAMES = ("saliency", "occlusion", "grad_cam")
SMALL = 16  # pixels of a side up to which every place of a patch is tried
STEPS = 16  # of the deletion test
ORDERS = 8  # random orders that it is compared with


def patch_sizes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes of a patch that fit an image (h, w, c).

    Example:
        >>> patch_sizes((8, 8, 1)), patch_sizes((32, 32, 3))
        ((1, 2, 3, 4), (2, 4, 8, 16))
    """
    side = min(shape[:2])
    return tuple(k for k in ((1, 2, 3, 4) if side <= SMALL else (2, 4, 8, 16)) if k <= side)


def patch_stride(shape: tuple[int, ...], patch: int) -> int:
    """How far the patch moves: a pixel, or in a large image half of its side."""
    return 1 if min(shape[:2]) <= SMALL else max(1, patch // 2)


def saliency(model: Sequential, image: Array, label: int, times_pixel: bool) -> Array:
    """The size of the score's gradient by each pixel, or of its product with the pixel."""
    if not times_pixel:
        return explain.saliency(model, image[None], label)[0]
    return np.abs(explain.gradients(model, image[None], class_index=label).input[0] * image).max(-1)


def spread(drops: Array, shape: tuple[int, ...], patch: int, stride: int) -> Array:
    """For each pixel the mean drop of the patches that cover it; 0 where none does.

    Example:
        >>> spread(np.array([[1.0, 3.0]]), (1, 3), (1, 2), 1)
        array([[1., 2., 3.]])
    """
    size = np.broadcast_to(patch, 2)
    total, count = np.zeros(shape[:2]), np.zeros(shape[:2])
    for i, j in np.ndindex(drops.shape):
        top, left = i * stride, j * stride
        part = np.s_[top : top + size[0], left : left + size[1]]
        total[part] += drops[i, j]
        count[part] += 1
    return total / np.maximum(count, 1)


def edges(image: Array) -> Array:
    """How far a pixel differs from the one above and the one before it: needs no network.

    Example:
        >>> edges(np.array([[[1.0], [1.0]], [[1.0], [3.0]]]))
        array([[0., 0.],
               [0., 4.]])
    """
    gray = image.mean(axis=-1)
    down = np.abs(np.diff(gray, axis=0, prepend=gray[:1]))
    return down + np.abs(np.diff(gray, axis=1, prepend=gray[:, :1]))


def ranks(values: Array) -> Array:
    """The places of numbers in their order, from 0; equal numbers share the mean of theirs.

    Example:
        >>> ranks(np.array([5, 1, 5, 7]))
        array([1.5, 0. , 1.5, 3. ])
    """
    _, group, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[group]


def rank_correlation(a: Array, b: Array) -> float:
    """How alike two maps order the pixels: 1 the same, 0 unrelated (Spearman); NaN for a flat map.

    Example:
        >>> rank_correlation(np.array([1, 2, 30]), np.array([5, 6, 7]))
        1.0
    """
    one, other = ranks(a), ranks(b)
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size else float("nan")


def layers_with_weights(model: Sequential) -> list[int]:
    """Their places in the model, from the first."""
    return [k for k, layer in enumerate(model.layers) if layer.params]


def randomized(model: Sequential, count: int, seed: int) -> Sequential:
    """A copy whose last ``count`` layers with weights have random ones, as at the beginning.

    Kernels are drawn by the rule of Glorot and Bengio, the page's numbers; scales are 1, the rest
    is 0. A layer's numbers do not depend on how many layers are random.
    """
    other = copied(model)
    kernels = [layer.params["kernel"] for layer in other.layers if "kernel" in layer.params]
    numbers = draws(seed, sum(kernel.size for kernel in kernels))
    with_weights = layers_with_weights(other)
    random = set(with_weights[len(with_weights) - count :])
    for k, layer in enumerate(other.layers):
        for name, array in layer.params.items():
            start = float(name in ("gamma", "moving_variance"))
            fresh = np.full(array.shape, start)
            if name == "kernel":
                part, numbers = numbers[: array.size], numbers[array.size :]
                places = prod(array.shape[:-2])
                limit = np.sqrt(6 / (places * (array.shape[-2] + array.shape[-1])))
                fresh = ((2 * part - 1) * limit).reshape(array.shape)
            if k in random:
                array[...] = fresh
    return other


def probability(model: Sequential, images: Array, label: int) -> Array:
    """What the model says for a class, image by image."""
    y = model.predict(images, verbose=0)
    if y.shape[1] > 1:
        return y[:, label]
    return y[:, 0] if label else 1 - y[:, 0]


def steps(pixels: int) -> Array:
    """How many pixels are gone at each step of the deletion test."""
    return np.floor(np.arange(STEPS + 1) * pixels / STEPS + 0.5).astype(int)


def deletion(model: Sequential, image: Array, label: int, order: Array, fill: float) -> Array:
    """What the model says for a class while pixels are covered in an order, (steps + 1,)."""
    pixels = image.reshape(-1, image.shape[-1])
    images = np.repeat(pixels[None], STEPS + 1, axis=0)
    for k, count in enumerate(steps(len(pixels))):
        images[k, order[:count]] = fill
    return probability(model, images.reshape(-1, *image.shape), label)


def by_importance(values: Array) -> Array:
    """The pixels from the largest number down; equal ones in a random order."""
    base = shuffled(values.size, 0)
    return base[np.argsort(-values.ravel()[base], kind="stable")]
