"""What readers hand in, read generously: a batch, one image, a layer. The rest is a clear error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
CHANNELS = (1, 3, 4)  # gray, red-green-blue, and the same with opacity


def numbers(value: Any, name: str) -> Array:
    """Any array of real numbers that is not empty."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"`{name}` must be an array; got {error}.") from None
    if array.dtype.kind not in "fiub":
        what = array.dtype if array.dtype.kind != "O" else type(value).__name__
        raise TypeError(f"`{name}` must hold real numbers; got {what}.")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}.")
    return array.astype(np.uint8) if array.dtype.kind == "b" else array


def image_list(value: Any, name: str = "x") -> list[Array]:
    """Images as arrays (h, w) if gray, (h, w, 3 or 4) if colored.

    Example:
        >>> [image.shape for image in image_list(np.zeros((2, 8, 8, 1)))]
        [(8, 8), (8, 8)]
    """
    if isinstance(value, (list, tuple)) and len({np.shape(item) for item in value}) > 1:
        return [image for item in value for image in image_list(item, name)]
    array = numbers(value, name)
    if array.ndim == 2 or (array.ndim == 3 and array.shape[-1] in CHANNELS):
        array = array[None]
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or array.shape[-1] not in CHANNELS:
        raise ValueError(
            f"`{name}` must be images, shape (s, h, w, c) with 1, 3 or 4 channels, (s, h, w), "
            f"(h, w, c) or (h, w); got {np.shape(value)}. (Feature maps: plots.feature_maps.)"
        )
    return [image[..., 0] if image.shape[-1] == 1 else image for image in array]


def gray_limits(pictures: Sequence[Array]) -> dict[str, Any]:
    """What is black and what is white: 0 and 1, or 0 and 255; else the least and the greatest."""
    gray = [picture[np.isfinite(picture)] for picture in pictures if picture.ndim == 2]
    if not gray:
        return {}
    low = min(float(picture.min(initial=0)) for picture in gray)
    high = max(float(picture.max(initial=0)) for picture in gray)
    if all(picture.dtype == np.uint8 for picture in pictures) and high > 1:
        return {"vmin": 0, "vmax": 255}
    return {"vmin": 0, "vmax": 1} if low >= 0 and high <= 1 else {"vmin": low, "vmax": high}


def rgb(picture: Array) -> Array:
    """A colored image as matplotlib wants it: whole numbers to 255, or numbers from 0 to 1."""
    low, high = float(np.nanmin(picture)), float(np.nanmax(picture))
    if low < -1e-3 or high > 255 or np.isnan(low):
        raise ValueError(
            "A colored image must have numbers from 0 to 1, or from 0 to 255; "
            f"got {low:g} to {high:g}."
        )
    if picture.dtype.kind == "f":
        return np.clip(picture / 255 if high > 1 + 1e-3 else picture, 0, 1)
    return picture.astype(np.uint8)


def filters(value: Any) -> Array:
    """Kernels (kh, kw, c_in, c_out), from an array or a layer."""
    name = "w"
    if hasattr(value, "params"):
        name = f"The kernel of {value.label!r}"
        if not value.built:
            raise ValueError(f"{name} is not there yet: build the model or call it first.")
        if np.ndim(value.kernel) != 4:
            raise ValueError(f"`w` must be a Conv2D layer or an array; got {value!r}.")
        value = value.kernel
    array = numbers(value, name)
    if not 2 <= array.ndim <= 4:
        raise ValueError(
            "`w` must be kernels, shape (kh, kw, c_in, c_out), (kh, kw, c_in) or (kh, kw); "
            f"got {array.shape}."
        )
    return array.reshape(*array.shape, *(1,) * (4 - array.ndim))


def one_sample(value: Any, name: str) -> Array:
    """Maps of one sample, shape (h, w, c)."""
    array = numbers(value, name)
    array = array[..., None] if array.ndim == 2 else array
    array = array[0] if array.ndim == 4 and len(array) == 1 else array
    if array.ndim != 3:
        raise ValueError(
            f"`{name}` must be those of one sample, shape (h, w, c), (1, h, w, c) or (h, w); "
            f"got {np.shape(value)}. Of a batch, take one: {name}[0]."
        )
    return array


def texts(value: Sequence[Any] | None, count: int, name: str) -> list[str] | None:
    """A text for each of ``count`` things."""
    if value is None:
        return None
    found = [value] if isinstance(value, str) else [str(item) for item in value]
    if len(found) != count:
        raise ValueError(f"`{name}` must be {count}, one for each; got {len(found)}.")
    return found


def positive(value: Any, name: str) -> int:
    """An integer of 1 or more."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"`{name}` must be an integer of 1 or more; got {value!r}.")
    return int(value)


def classes(y: ArrayLike, name: str) -> NDArray[np.int64]:
    """Class numbers (s,), from numbers, one-hot rows, or probabilities.

    Example:
        >>> classes([[0.2, 0.8], [0.9, 0.1]], "y_pred"), classes([[0.3], [0.7]], "y_pred")
        (array([1, 0]), array([0, 1]))
    """
    array = numbers(y, name)
    if array.ndim == 2 and array.shape[1] > 1:
        return array.argmax(axis=1)
    array = array[:, 0] if array.ndim == 2 else array
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError(
            f"`{name}` must be class numbers (s,) or a row per sample (s, classes); "
            f"got shape {array.shape}{'' if array.ndim != 1 else ' with NaN'}."
        )
    if (array != np.floor(array)).any() and array.min() >= 0 and array.max() <= 1:
        return (array > 0.5).astype(np.int64)  # the probabilities of class 1
    if (array != np.floor(array)).any() or array.min() < 0:
        raise ValueError(
            f"`{name}` must be class numbers of 0 or more; got {array.min()} to {array.max()}."
        )
    return array.astype(np.int64)
