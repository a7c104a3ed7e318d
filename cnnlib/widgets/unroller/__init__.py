"""Every window of an image as a column of a matrix; and the same convolution, timed."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.shapes import Window, window
from cnnlib.widgets._figure import Array, Choice, Figure, Whole, finite
from cnnlib.widgets.unroller._race import SIZES, measure
from cnnlib.widgets.unroller._still import unroller_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SIDES = (3, 6)  # the smallest and the largest side of the image
KERNELS = ((1, 1), (2, 2), (2, 3), (3, 3))
BYTES = 4  # of a float32
# Layers for the memory meter: (h, w, c), (kh, kw), filters, padding.
LAYERS: dict[str, tuple[tuple[int, int, int], tuple[int, int], int, str]] = {
    "first": ((64, 64, 3), (3, 3), 32, "valid"),
    "second": ((31, 31, 32), (3, 3), 64, "valid"),
    "pointwise": ((31, 31, 32), (1, 1), 64, "valid"),
    "vgg": ((224, 224, 64), (3, 3), 64, "same"),
}


def check_image(value: Any) -> NDArray[np.float32]:
    """An image of 3 × 3 to 6 × 6 numbers, float32."""
    image = finite(value, "x")
    if image.ndim != 2 or not all(SIDES[0] <= side <= SIDES[1] for side in image.shape):
        raise ValueError(f"`x` must have shape (3, 3) to (6, 6); got {image.shape}.")
    return image.astype(np.float32)


def check_kernel(value: Any) -> NDArray[np.float32]:
    """A kernel of one of the sizes, float32."""
    kernel = finite(value, "w")
    if kernel.shape not in KERNELS:
        names = ", ".join(map(str, KERNELS))
        raise ValueError(f"`w` must have one of the shapes {names}; got {kernel.shape}.")
    return kernel.astype(np.float32)


class Unroller(Figure):
    """An image to edit, and the matrix that ``im2col`` makes of it: a column for every window.

    A number of the matrix, the pixel it is a copy of, the weight that it meets and the output that
    it goes into are marked together. A meter compares the memory of image, matrix and output.
    Below, the page times the same convolution as a JavaScript loop and by this library's kernels,
    on the reader's computer; :meth:`race` times it in Python.

    Args:
        x: The image, (3, 3) to (6, 6); the numbers 0 to 11 in 3 rows if left out.
        w: The kernel, (1, 1), (2, 2), (2, 3) or (3, 3).
        stride: Pixels from one window to the next, 1 to 3.
        padding: ``"valid"`` or ``"same"``.
        windows: Whether the windows are the ``"columns"`` of the matrix or its ``"rows"``.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> unroller = Unroller()
        >>> unroller.matrix
        array([[ 0.,  1.,  2.,  4.,  5.,  6.],
               [ 1.,  2.,  3.,  5.,  6.,  7.],
               [ 4.,  5.,  6.,  8.,  9., 10.],
               [ 5.,  6.,  7.,  9., 10., 11.]], dtype=float32)
        >>> unroller.copies
        array([[1, 2, 2, 1],
               [2, 4, 4, 2],
               [1, 2, 2, 1]])
        >>> unroller.memory
        {'image': 48, 'matrix': 96, 'output': 24}
    """

    _module = "unroller/unroller.js"
    x, w = Array(check_image), Array(check_kernel)
    stride = Whole(1, 1, 3)
    padding = Choice("valid", "same")
    windows = Choice("columns", "rows")
    window = Whole(4, 0, SIDES[1] ** 2 - 1)  # the marked window
    weight = Whole(2, 0, 8)  # and the marked weight
    back = Choice("add", "assign")  # what col2im does with a copy
    layer = Choice("own", *LAYERS)  # of the memory meter
    size = Choice(*SIZES)  # of the race
    scale = Choice("log", "linear")
    python_times = traitlets.Dict(help="What race() has measured.").tag(sync=True)

    def __init__(
        self,
        x: ArrayLike | None = None,
        w: ArrayLike | None = None,
        stride: int = 1,
        padding: str = "valid",
        windows: str = "columns",
        name: str = "unroller",
    ) -> None:
        image = np.arange(12.0).reshape(3, 4) if x is None else x
        kernel = [[1, 2], [3, 4]] if w is None else w
        slide = {"stride": stride, "padding": padding, "windows": windows}
        super().__init__(x=image, w=kernel, name=name, **slide)

    def _slide(self) -> tuple[tuple[int, int], int, str]:
        return self.w.shape, self.stride, self.padding

    def _places(self) -> Window:
        return window(self.x.shape, *self._slide())

    @property
    def matrix(self) -> NDArray[np.float32]:
        """What ``im2col`` makes of the image: windows as columns or as rows."""
        rows = ops.im2col(self.x[None, :, :, None], *self._slide())
        rows = rows.reshape(-1, self.w.size)
        return rows if self.windows == "rows" else np.ascontiguousarray(rows.T)

    @property
    def y(self) -> NDArray[np.float32]:
        """The output of the convolution: float32, (rows, columns)."""
        image, kernel = self.x[None, :, :, None], self.w[:, :, None, None]
        y = ops.conv2d(image, kernel, strides=self.stride, padding=self.padding)
        return y[0, :, :, 0]

    @property
    def copies(self) -> NDArray[np.int64]:
        """How many times each pixel stands in the matrix: ``col2im`` of ones."""
        shape = (1, *self.x.shape, 1)
        ones = np.ones((1, *self._places().output, self.w.size), np.float32)
        counts = ops.col2im(ones, shape, *self._slide())
        return counts[0, :, :, 0].round().astype(np.int64)

    @property
    def memory(self) -> dict[str, int]:
        """Bytes of image, matrix and output: of this image, or of the ``layer`` that is chosen."""
        if self.layer == "own":
            (height, width), channels, filters = self.x.shape, 1, 1
            size, output = self.w.shape, self._places().output
        else:
            (height, width, channels), size, filters, padding = LAYERS[self.layer]
            output = window((height, width), size, 1, padding).output
        places = math.prod(output)
        return {
            "image": BYTES * height * width * channels,
            "matrix": BYTES * places * math.prod(size) * channels,
            "output": BYTES * places * filters,
        }

    def race(self, limit: float = 0.5) -> None:
        """Time the convolutions of the race in Python; the page shows the times beside its own.

        Args:
            limit: Seconds for each of the sizes, at most; three rounds are made in any case.

        Raises:
            ValueError: If the limit is no number, or below 0.

        Example:
            >>> unroller = Unroller()
            >>> unroller.race(limit=0)
            >>> sorted(unroller.python_times["seconds"])
            ['first', 'second', 'tiny']
        """
        if not isinstance(limit, Real) or not limit >= 0:
            raise ValueError(f"`limit` must be a number of 0 or more; got {limit!r}.")
        self.python_times = measure(float(limit))

    def describe(self) -> str:
        """Say in words what there is to see."""
        win, memory = self._places(), self.memory
        count, each = math.prod(win.output), self.w.size
        counts = self.copies
        text = (
            f"{count} windows of {self.w.shape[0]} × {self.w.shape[1]}, stride {self.stride} and "
            f"{self.padding} padding, of an image of {self.x.shape[0]} × {self.x.shape[1]} are the "
            f"{self.windows} of a matrix of {count * each} numbers. A pixel stands in it "
            f"{counts.min()} to {counts.max()} times."
        )
        times = memory["matrix"] / memory["image"]
        what = "The matrix" if self.layer == "own" else f"The matrix of the layer {self.layer!r}"
        return f"{text} {what} takes {memory['matrix']:,} bytes, {times:.1f} times its image."

    def still(self) -> Still:
        """Draw the image with its copies, the matrix, and the memory."""
        return unroller_still(self.x, self.copies, self.matrix, self.memory)
