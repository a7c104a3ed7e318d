"""The arithmetic of shards: cut a batch into parts, and put their gradients together again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib.layers.base import positive_integer

Array = NDArray[Any]


def shards(samples: int, parts: int) -> list[slice]:
    """Cut a batch into neighboring shards that hold every sample once.

    Their sizes differ by one at most; the longer ones come first.

    Args:
        samples: How many samples the batch has.
        parts: How many shards to make.

    Raises:
        ValueError: If a number is below 1, or a shard would be empty.

    Example:
        >>> shards(10, 3)
        [slice(0, 4, None), slice(4, 7, None), slice(7, 10, None)]
    """
    samples, parts = positive_integer(samples, "samples"), positive_integer(parts, "parts")
    if parts > samples:
        raise ValueError(f"No shard may be empty; got {parts} shards for {samples} samples.")
    size, longer = divmod(samples, parts)
    cuts = [k * size + min(k, longer) for k in range(parts + 1)]
    return [slice(start, stop) for start, stop in pairwise(cuts)]


def mean_gradients(gradients: Sequence[Sequence[ArrayLike]], sizes: Sequence[int]) -> list[Array]:
    """The gradient of a batch from the gradients of its shards.

    ``sum over k of (sizes[k] / sum(sizes)) * gradients[k]``, added up in float64 in the order of
    the shards: the result is the same to the last bit, whoever computed a shard and when.

    Args:
        gradients: For each shard, the gradients of its mean loss: an array per weight.
        sizes: How many samples each shard has.

    Returns:
        An array per weight, in the dtype of the shards' gradients.

    Raises:
        TypeError: If a gradient holds anything but real numbers.
        ValueError: If a size is not 1 or more, or if numbers of arrays or shapes differ.

    Example:
        >>> mean_gradients([[[1.0, 4.0]], [[5.0, 0.0]]], [3, 1])  # 3/4 and 1/4
        [array([2., 3.])]
    """
    parts = [[np.asarray(array) for array in one] for one in gradients]
    shapes = [[array.shape for array in one] for one in parts]
    sizes = np.ravel(sizes).tolist()
    whole = all(isinstance(size, int) and size >= 1 for size in sizes)
    if not parts or len(parts) != len(sizes) or not whole:
        raise ValueError(
            "Every shard must have gradients and a size of 1 or more, a whole number; "
            f"got {len(parts)} shards and the sizes {sizes}."
        )
    kinds = {array.dtype for one in parts for array in one if array.dtype.kind not in "fiub"}
    if kinds:
        raise TypeError(f"`gradients` must hold real numbers; got dtype {kinds.pop()}.")
    if any(other != shapes[0] for other in shapes):
        raise ValueError(f"All shards must have gradients of the same shapes; got {shapes}.")
    total, mean = sum(sizes), []
    for of_one_weight in zip(*parts, strict=True):
        added = np.zeros(of_one_weight[0].shape)
        for size, gradient in zip(sizes, of_one_weight, strict=True):
            added += size / total * gradient.astype(np.float64)
        mean.append(added.astype(np.result_type(of_one_weight[0], np.float32)))
    return mean
