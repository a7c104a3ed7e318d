"""How large is the output, which pixels does each window read, and which does none?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.shapes import Window, window
from cnnlib.widgets._figure import Choice, Figure, Whole
from cnnlib.widgets.shape_bench._still import shape_bench_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SIDES = (1, 32)  # the smallest and the largest side
LAST = 43  # the last output there can be: 32 pixels, and 6 zeros on each side
Side = TypeVar("Side")
ALONE = window((1, 1), 1)  # the side that a row of pixels does not have


class ShapeBench(Figure):
    """An input, a window that slides over it, and the formula of the output's size, filled in.

    A row of pixels first, an image if wanted. The figure shows where every window lies, how many
    of them read each pixel, the pixels that none reads, and what other settings and PyTorch make of
    the same input. The window has no weights: a convolution and a pool slide alike.

    Args:
        width: Pixels of a row, 1 to 32.
        height: Rows of the image, 1 to 32; a row of pixels if left out.
        kernel_size: Pixels that a window reads along a side, 1 to 7.
        stride: Pixels from one window to the next, 1 to 6.
        padding: ``"valid"``, ``"same"``, or a number of zeros on each side, 0 to 6.
        dilation: Pixels from one of the window's pixels to the next, 1 to 4.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> bench = ShapeBench(width=10, kernel_size=3, stride=2)
        >>> bench.output, bench.remainder, bench.unread
        ((4,), (1,), 1)
        >>> bench.readers  # the last pixel is in no window
        array([1, 1, 2, 1, 2, 1, 2, 1, 1, 0], dtype=int32)
        >>> bench.padding = "same"
        >>> bench.zeros, bench.output
        (((0, 1),), (5,))
    """

    _module = "shape_bench/shape_bench.js"
    dimensions = Whole(1, 1, 2)
    height, width = Whole(8, *SIDES), Whole(10, *SIDES)
    kernel_size, stride, dilation = Whole(3, 1, 7), Whole(2, 1, 6), Whole(1, 1, 4)
    padding = Choice("valid", "same", "pixels")
    pixels = Whole(1, 0, 6)  # on each side, if the padding is "pixels"
    convention = Choice("rate", "holes")  # how the page counts a dilation
    i, j = Whole(0, 0, LAST), Whole(0, 0, LAST)  # the marked output

    def __init__(
        self,
        width: int = 10,
        height: int | None = None,
        kernel_size: int = 3,
        stride: int = 2,
        padding: str | int = "valid",
        dilation: int = 1,
        name: str = "shape-bench",
    ) -> None:
        slide = {"kernel_size": kernel_size, "stride": stride, "dilation": dilation}
        image = {} if height is None else {"height": height}
        pad = {"padding": padding}
        if not isinstance(padding, str):
            pad = {"padding": "pixels", "pixels": padding}
        dimensions = 1 if height is None else 2
        super().__init__(width=width, dimensions=dimensions, name=name, **image, **slide, **pad)

    @property
    def window(self) -> Window:
        """Where the windows lie, as :func:`cnnlib.shapes.window` says it; a row has height 1.

        Raises:
            ValueError: If the window does not fit once.
        """
        by_hand = self.padding == "pixels"
        p = self.pixels if by_hand else 0
        row = self.dimensions == 1
        height = 1 if row else self.height + 2 * p
        one = (lambda number: (1, number)) if row else (lambda number: (number, number))
        found = window(
            (height, self.width + 2 * p),
            one(self.kernel_size),
            one(self.stride),
            "valid" if by_hand else self.padding,
            one(self.dilation),
        )
        return found._replace(padding=((0, 0) if row else (p, p), (p, p))) if by_hand else found

    def _sides(self, both: tuple[Side, Side]) -> tuple[Side, ...]:
        """Of two sides those that there are: of a row only the last."""
        return both[2 - self.dimensions :]

    @property
    def shape(self) -> tuple[int, ...]:
        """Height and width of the input; of a row only its width."""
        return self._sides((self.height, self.width))

    @property
    def span(self) -> int:
        """Pixels from the first to the last that a window reads: ``d (k - 1) + 1``."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def output(self) -> tuple[int, ...]:
        """Rows and columns of the output; of a row only the columns."""
        return self._sides(self.window.output)

    @property
    def zeros(self) -> tuple[tuple[int, int], ...]:
        """Zeros before and after each side."""
        return self._sides(self.window.padding)

    @property
    def remainder(self) -> tuple[int, ...]:
        """What the division of the formula leaves over, side by side."""
        sides = zip(self.shape, self.zeros, strict=True)
        return tuple((length + sum(zeros) - self.span) % self.stride for length, zeros in sides)

    @property
    def readers(self) -> NDArray[np.int32]:
        """How many windows read each pixel: the gradient by the input, if all else is 1."""
        win = self.window
        (top, bottom), (left, right) = win.padding
        height, width = (1, self.width) if self.dimensions == 1 else (self.height, self.width)
        dy = np.ones((1, *win.output, 1), np.float32)
        w = np.ones((*win.size, 1, 1), np.float32)
        shape = (1, height + top + bottom, width + left + right, 1)
        dx = ops.conv2d_input_gradient(dy, w, shape, win.strides, "valid", win.dilation)
        counts = dx[0, top : top + height, left : left + width, 0]
        return counts.reshape(self.shape).round().astype(np.int32)

    @property
    def unread(self) -> int:
        """How many pixels no window reads."""
        return int((self.readers == 0).sum())

    def describe(self) -> str:
        """Say in words what there is to see."""
        size, k = " × ".join(map(str, self.shape)), self.kernel_size
        pad = f"{self.padding} padding"
        if self.padding == "pixels":
            pad = f"{self.pixels} zeros on each side"
        text = (
            f"A window of {' × '.join([str(k)] * self.dimensions)} over {size} pixels with stride "
            f"{self.stride}, dilation rate {self.dilation} and {pad}"
        )
        try:
            output = " × ".join(map(str, self.output))
        except ValueError:
            return f"{text} does not fit: it spans {self.span} pixels."
        are = "is" if self.unread == 1 else "are"
        return (
            f"{text} makes {output} outputs. {self.unread} of {self.readers.size} pixels {are} "
            "read by no window."
        )

    def still(self) -> Still:
        """Draw the input with its padding and its counts; of a row, all windows below it."""
        try:
            win = self.window
        except ValueError:  # the window fits nowhere: the description says so
            return shape_bench_still(np.ones((1, 1), np.int32), ALONE)
        return shape_bench_still(np.atleast_2d(self.readers), win)
