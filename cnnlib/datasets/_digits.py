"""Real handwritten digits, so small that one can read their pixels as numbers."""

from __future__ import annotations

import numpy as np

from cnnlib._extras import require
from cnnlib.datasets._check import Split, fraction, integer


def digits(test_size: float = 0.2, seed: int = 0) -> Split:
    """Load 1,797 handwritten digits of 8 × 8 pixels (they come with scikit-learn).

    Thirteen people wrote them. Each pixel counts the ink dots in a 4 × 4 block of a scan of
    32 × 32 dots; the counts 0…16 are divided by 16. The split is stratified: every digit has
    the same share of both parts. The same ``seed`` gives the same split.

    Args:
        test_size: The share of the images that goes into the test part.
        seed: Chooses which ones.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: images (s, 8, 8, 1), float32 in [0, 1], and the
        digits 0…9, int64 (s,).

    Raises:
        ValueError: If ``test_size`` leaves one part with fewer images than there are digits.
        ImportError: If scikit-learn is missing.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = digits()
        >>> x_train.shape, x_test.shape
        ((1438, 8, 8, 1), (359, 8, 8, 1))
        >>> float(x_train.max()), y_train.dtype
        (1.0, dtype('int64'))

    References:
        E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
        Repository, 1998, https://doi.org/10.24432/C50P49 (CC BY 4.0); scikit-learn carries the
        test part of it.
    """
    share = fraction("test_size", test_size)
    integer("seed", seed, least=0)
    data = require("sklearn.datasets", extra="datasets", what="datasets.digits").load_digits()
    y = data.target.astype(np.int64)  # (1797,)
    x = (data.images / 16).astype(np.float32)[..., np.newaxis]  # (1797, 8, 8, 1)
    n_test = round(len(y) * share)
    if not 10 <= n_test <= len(y) - 10:
        raise ValueError(
            f"`test_size` must leave 10 images or more in each part; {test_size!r} puts {n_test} "
            f"of {len(y)} into the test part."
        )
    split = require("sklearn.model_selection", extra="datasets", what="datasets.digits")
    train, test = split.train_test_split(
        np.arange(len(y)), test_size=n_test, stratify=y, random_state=seed
    )
    return (x[train], y[train]), (x[test], y[test])
