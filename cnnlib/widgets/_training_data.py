"""What the trainer learns from: images and class numbers, checked and made small for the page."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np

from cnnlib.widgets._figure import finite

LEVELS = (1, 16, 255)  # images of so many steps from 0 to 1 are sent as whole numbers
MOST_BYTES = 4_000_000  # of images, which every reader of the page loads

Split = tuple[tuple[Any, Any], tuple[Any, Any]]


def packed(data: Split) -> dict[str, Any]:
    """The data as they are sent: whole numbers if that loses nothing."""
    try:
        (x, y), (x_test, y_test) = data
        answers = [np.ravel(y), np.ravel(y_test)]
    except (TypeError, ValueError):
        raise ValueError(
            "`data` must be (x_train, y_train), (x_test, y_test), as datasets.digits() gives it; "
            f"got {reprlib.repr(data)}."
        ) from None
    parts = [finite(x, "data"), finite(x_test, "data")]
    fit = all(
        len(part.shape) == 4 and 0 < len(part) == a.size
        for part, a in zip(parts, answers, strict=True)
    )
    if not fit or parts[0].shape[1:] != parts[1].shape[1:]:
        raise ValueError(
            f"`data` must be images (s, h, w, c) and a class number for each, in two parts; got "
            f"{parts[0].shape}, {np.shape(y)}, {parts[1].shape}, {np.shape(y_test)}."
        )
    images, labels = np.concatenate(parts).astype(np.float32), np.concatenate(answers)
    if labels.dtype.kind not in "fiub" or (labels != np.floor(labels)).any():
        raise ValueError(f"Labels must be whole numbers from 0 to 99; got {labels.dtype}.")
    if labels.min() < 0 or labels.max() > 99:
        raise ValueError(
            f"Labels must be whole numbers from 0 to 99; got {labels.min():g} to {labels.max():g}."
        )
    sent: dict[str, Any] = {"images": images, "levels": 0}
    for levels in LEVELS:
        whole = (images * levels).round().clip(0, 255).astype(np.uint8)
        if (whole.astype(np.float32) / np.float32(levels) == images).all():
            sent = {"images": whole, "levels": levels}
            break
    if sent["images"].nbytes > MOST_BYTES:
        raise ValueError(
            f"`data` must have at most {MOST_BYTES / 1e6:g} MB of images, for every reader of the "
            f"page loads them; got {sent['images'].nbytes / 1e6:.1f} MB."
        )
    count = max(2, int(labels.max()) + 1)
    return sent | {"labels": labels.astype(np.uint8), "held_out": len(x_test), "classes": count}
