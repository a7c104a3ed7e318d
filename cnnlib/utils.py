"""Small helpers with the names they have in Keras."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import _random


def set_random_seed(seed: int) -> None:
    """Make all that follows reproducible: initial weights, the order of samples, dropout.

    Args:
        seed: Any integer that is 0 or more.

    Raises:
        ValueError: If it is not.

    References:
        https://keras.io/api/utils/python_utils/
    """
    if not isinstance(seed, Integral) or seed < 0:
        raise ValueError(f"`seed` must be an integer of 0 or more; got {seed!r}.")
    _random.set_seed(int(seed))


def to_categorical(x: ArrayLike, num_classes: int | None = None) -> NDArray[np.float32]:
    """Turn class numbers into rows with a single 1 (one-hot rows).

    Args:
        x: Class numbers, shape (s,) or (s, 1).
        num_classes: The length of a row; the largest class number plus 1 if left out.

    Returns:
        Shape (s, num_classes).

    Raises:
        ValueError: If a class number is not an integer from 0 to ``num_classes - 1``.

    Example:
        >>> to_categorical([1, 0, 2])
        array([[0., 1., 0.],
               [1., 0., 0.],
               [0., 0., 1.]], dtype=float32)
    """
    labels = np.asarray(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if labels.dtype == bool:
        labels = labels.astype(np.int64)
    numbers = labels.dtype.kind in "fiu" and labels.size > 0 and np.isfinite(labels).all()
    if not numbers or np.any(labels != np.floor(labels)) or labels.min() < 0:
        raise ValueError(f"`x` must hold class numbers, integers of 0 or more; got {x!r}.")
    labels = labels.astype(np.int64)
    classes = int(labels.max()) + 1 if num_classes is None else num_classes
    if not isinstance(classes, Integral):
        raise ValueError(f"`num_classes` must be an integer; got {classes!r}.")
    if labels.max() >= classes:
        raise ValueError(
            f"Class numbers must be below `num_classes`, {classes}; got {labels.max()}."
        )
    return np.eye(classes, dtype=np.float32)[labels]
