"""The images that a figure offers: a photo, a digit, a drawing, the reader's own."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._extras import require
from cnnlib.datasets import photo_image
from cnnlib.plots._inputs import gray_limits
from cnnlib.widgets._figure import Array, Choice, Figure, Whole, finite

PHOTO = (160, 240)  # rows and columns: enough to see something, few enough for a light page
GRID = 16  # rows and columns of the drawing
LARGEST = 512  # rows and columns of a reader's array: more would not be live


def check_image(value: Any) -> NDArray[Any]:
    """A gray image (h, w): uint8 as it is, other numbers as float32."""
    image = finite(value, "image")
    image = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    if image.ndim != 2 or not image.size:
        raise ValueError(
            f"`image` must be one gray image, shape (h, w) or (h, w, 1); got {np.shape(value)}."
        )
    if max(image.shape) > LARGEST:
        raise ValueError(
            f"`image` must have at most {LARGEST} rows and columns; got {image.shape}."
        )
    return image if image.dtype == np.uint8 else image.astype(np.float32)


def check_drawing(value: Any) -> NDArray[np.uint8]:
    """A drawing: zeros and ones, uint8."""
    drawing = finite(value, "drawing")
    rule = f"`drawing` must be zeros and ones of shape ({GRID}, {GRID}); got"
    if drawing.shape != (GRID, GRID):
        raise ValueError(f"{rule} shape {drawing.shape}.")
    if not np.isin(drawing, (0, 1)).all():
        raise ValueError(f"{rule} numbers from {drawing.min():g} to {drawing.max():g}.")
    return drawing.astype(np.uint8)


@cache
def load_photo() -> NDArray[np.uint8]:
    """A pavilion in gray: scikit-learn's china.jpg, smaller (by danielbuechele, CC BY 2.0)."""
    pil = require("PIL.Image", extra="widgets", what="widgets.KernelLab")
    colors = (photo_image("trees") * 255).round().astype(np.uint8)
    gray = pil.fromarray(colors).convert("L")
    return np.asarray(gray.resize(PHOTO[::-1], pil.Resampling.LANCZOS))


@cache
def load_digits() -> NDArray[np.uint8]:
    """One handwritten digit of each kind, (10, 8, 8), numbers from 0 to 16."""
    data = require("sklearn.datasets", extra="widgets", what="widgets.KernelLab").load_digits()
    first = [int(np.flatnonzero(data.target == digit)[0]) for digit in range(10)]
    return data.images[first].astype(np.uint8)


def house() -> NDArray[np.uint8]:
    """A drawing to begin with: level, upright and slanting lines."""
    drawing = np.zeros((GRID, GRID), np.uint8)
    drawing[7:14, [3, 12]] = 1
    drawing[[7, 13], 3:13] = 1
    drawing[range(2, 7), range(7, 2, -1)] = 1
    drawing[range(2, 7), range(8, 13)] = 1
    return drawing


class ImageFigure(Figure):
    """A figure with a choice of images."""

    source = Choice("photo", "digit", "drawing", "own")
    digit = Whole(3, 0, 9)
    drawing = Array(check_drawing)
    own = Array(check_image, optional=True)  # set as `image`, or a file of the reader
    photo, digits = Array(), Array()
    _once = ("photo", "digits")

    def __init__(self, image: Any = None, **state: Any) -> None:
        if image is not None:
            state |= {"own": image, "source": "own"}
        files = {"photo": load_photo(), "digits": load_digits(), "drawing": house()}
        super().__init__(**files | state)

    @property
    def image(self) -> NDArray[Any] | None:
        """The image that is shown, (h, w); None if the reader is still to choose a file."""
        digit = self.digits[self.digit]
        images = {"photo": self.photo, "digit": digit, "drawing": self.drawing, "own": self.own}
        return images[self.source]

    @image.setter
    def image(self, value: Any) -> None:
        self.own = value
        self.source = "own"
        self._center()

    def _center(self) -> None:
        """Mark a place in the middle of a new image, if the figure marks places."""

    def _gray(self) -> dict[str, Any]:
        """The scale of the image, as keyword arguments of ``imshow``."""
        tops = {"digit": 16, "drawing": 1}
        ends = {"vmin": 0, "vmax": tops[self.source]} if self.source in tops else {}
        return {"cmap": "gray", **(ends or gray_limits([] if self.image is None else [self.image]))}
