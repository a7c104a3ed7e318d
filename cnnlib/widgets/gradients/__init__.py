"""The backward pass of a convolution through three lenses: where is the flip?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.shapes import Window, window
from cnnlib.widgets._figure import Array, Choice, Figure, Flag, Whole, finite
from cnnlib.widgets.gradients._still import gradients_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

KERNELS = ((1, 2), (1, 3), (2, 2), (2, 3), (3, 3))
MOST = (5, 6)  # rows and columns of the image
Table = NDArray[np.float32]


def counting(shape: tuple[int, ...], start: int = 1) -> Table:
    """Numbers that rise by 1, row by row."""
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


def places(shape: tuple[int, ...]) -> Table:
    """1, 10, 100, 1000: their digits stay apart in a sum; 1, 2, 3, ... if there are more."""
    numbers = counting(shape)
    return numbers if numbers.size > 4 else (10.0 ** (numbers - 1)).astype(np.float32)


def check_table(value: Any, name: str) -> Table:
    """A table of finite numbers, float32."""
    table = finite(value, name)
    if table.ndim != 2:
        raise ValueError(f"`{name}` must have 2 axes (rows, columns); got shape {table.shape}.")
    return table.astype(np.float32)


def check_image(value: Any) -> Table:
    """An image of 1 × 2 to 5 × 6 numbers."""
    image = check_table(value, "image")
    rows, columns = image.shape
    if not (1 <= rows <= MOST[0] and 2 <= columns <= MOST[1]):
        raise ValueError(f"`image` must have 1 × 2 to 5 × 6 numbers; got shape {image.shape}.")
    return image


def check_kernel(value: Any) -> Table:
    """A kernel of one of the shapes that the figure has room for."""
    kernel = check_table(value, "kernel")
    if kernel.shape not in KERNELS:
        raise ValueError(f"`kernel` must have a shape of {KERNELS}; got {kernel.shape}.")
    return kernel


class Gradients(Figure):
    """The gradients of a small convolution, output by output, in three ways that agree.

    Scatter: each output pays its window. Gather: each pixel collects from the outputs that have
    read it, which turns the kernel by 180°. Matrix: the rows of a matrix product are added back,
    as :func:`cnnlib.ops.col2im` does. The page computes the final gradients with the kernels of
    :func:`cnnlib.ops.conv2d_backward`, and checks the lenses against them.

    Args:
        kernel: Weights (1, 2), (1, 3), (2, 2), (2, 3) or (3, 3); 1 to 6 if left out.
        image: Pixels, up to (5, 6) and no smaller than the kernel; 0, 1, 2, ... if left out.
        dy: The gradient that arrives, in the shape of the output; 1, 10, 100, 1000 if left out.
        stride: Pixels from one window to the next, 1 to 3.
        padding: ``"valid"`` or ``"same"``.
        gradient: The gradient that is shown first: ``"dx"``, ``"dw"`` or ``"db"``.
        flip: Whether the gather lens turns the kernel. It is wrong if it does not.
        name: What links to the figure call it: small letters, digits and hyphens.

    When another image, kernel, stride or padding changes the shape of the output, ``dy`` starts
    anew; assign it last.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> lenses = Gradients(kernel=[[2, 3]], image=[[1, 2, 3, 4]], dy=[[1, 10, 100]])
        >>> lenses.dx, lenses.dw, lenses.db
        (array([[  2.,  23., 230., 300.]], dtype=float32), array([[321., 432.]], \
dtype=float32), 111.0)
        >>> lenses.flip = False
        >>> lenses.gathered  # wrong, and its sum is right
        array([[  3.,  32., 320., 200.]], dtype=float32)
    """

    _module = "gradients/gradients.js"
    kernel, image = Array(check_kernel), Array(check_image)
    dy = Array(partial(check_table, name="dy"))
    stride = Whole(1, 1, 3)
    padding = Choice("valid", "same")
    gradient = Choice("dx", "dw", "db")
    flip = Flag(True)
    order = Choice(
        "outputs", "cells"
    )  # how the clock goes: by outputs, or by numbers of a gradient
    step = Whole(0, 0, 30)  # outputs that have been dealt with
    h, k = Whole(0, 0, 4), Whole(0, 0, 5)  # the pixel that is followed
    m, n = Whole(0, 0, 2), Whole(0, 0, 2)  # likewise the weight

    def __init__(
        self,
        kernel: ArrayLike | None = None,
        image: ArrayLike | None = None,
        dy: ArrayLike | None = None,
        stride: int = 1,
        padding: str = "valid",
        gradient: str = "dx",
        flip: bool = True,
        name: str = "gradients",
    ) -> None:
        kernel = counting((2, 3)) if kernel is None else kernel
        image = counting((3, 4), start=0) if image is None else image
        slide = {"stride": stride, "padding": padding, "gradient": gradient, "flip": flip}
        title = "Three lenses on one gradient"
        super().__init__(image=image, kernel=kernel, name=name, title=title, **slide)
        if dy is not None:
            self.dy = dy
        rows, columns = self.image.shape
        self.h, self.k = (rows - 1) // 2, columns // 2
        self.step = self.dy.size

    def _window(self, image: Table | None = None, kernel: Table | None = None) -> Window:
        image, kernel = (
            self.image if image is None else image,
            self.kernel if kernel is None else kernel,
        )
        return window(image.shape, kernel.shape, self.stride, self.padding)

    @traitlets.validate("image", "kernel")
    def _check_fit(self, proposal: dict[str, Any]) -> Table:
        """The image holds the kernel."""
        tables = {
            "image": self.image,
            "kernel": self.kernel,
            proposal["trait"].name: proposal["value"],
        }
        image, kernel = tables["image"], tables["kernel"]
        if (
            image is not None
            and kernel is not None
            and (np.array(image.shape) < kernel.shape).any()
        ):
            raise ValueError(
                "`image` must be as large as `kernel` at least; "
                f"got image {image.shape} and kernel {kernel.shape}."
            )
        return proposal["value"]

    @traitlets.validate("dy")
    def _check_dy(self, proposal: dict[str, Any]) -> Table:
        dy, expected = proposal["value"], self._window().output
        if dy.shape != expected:
            raise ValueError(f"`dy` must have the shape of the output, {expected}; got {dy.shape}.")
        return dy

    @traitlets.observe("image", "kernel", "stride", "padding")
    def _follow(self, change: Any) -> None:
        """Give dy the shape of the output."""
        if self.image is None or self.kernel is None:
            return
        shape = self._window().output
        if self.dy is None or self.dy.shape != shape:
            self.dy = places(shape)
            self.step = self.dy.size

    def _gradients(self) -> tuple[Any, Any, Any]:
        x, dy = self.image[None, :, :, None], self.dy[None, :, :, None]
        return ops.conv2d_backward(dy, x, self.kernel[:, :, None, None], self.stride, self.padding)

    @property
    def dx(self) -> Table:
        """The gradient by the image."""
        return np.asarray(self._gradients()[0][0, :, :, 0])

    @property
    def dw(self) -> Table:
        """The gradient by the kernel."""
        return np.asarray(self._gradients()[1][:, :, 0, 0])

    @property
    def db(self) -> float:
        """The gradient by the bias."""
        return float(self._gradients()[2][0])

    @property
    def gathered(self) -> Table:
        """What the gather lens finds for dx: wrong without ``flip``, if that matters."""
        turned = self.kernel if self.flip else self.kernel[::-1, ::-1]
        w = np.ascontiguousarray(turned)[:, :, None, None]
        shape = (1, *self.image.shape, 1)
        dy = self.dy[None, :, :, None]
        return np.asarray(
            ops.conv2d_input_gradient(dy, w, shape, self.stride, self.padding)[0, :, :, 0]
        )

    def describe(self) -> str:
        """Say in words what there is to see."""
        image, kernel, dy = (
            f"{len(table)} × {table.shape[1]}" for table in (self.image, self.kernel, self.dy)
        )
        sizes = (
            f"A kernel of {kernel} weights, an image of {image} pixels, stride {self.stride}, "
            f"{self.padding} padding, {dy} outputs."
        )
        if self.gradient != "dx":
            table = self.dw if self.gradient == "dw" else self.db
            return f"{sizes} {self.gradient} is {_written(table)}."
        lens = "Scatter, gather and matrix agree on dx:"
        if not np.allclose(self.gathered, self.dx):
            lens = f"Without the flip, gather gets {_written(self.gathered)}. The right dx is"
        return f"{sizes} {lens} {_written(self.dx)}."

    def terms(self) -> list[tuple[float, float]]:
        """The pairs (weight, dy) whose products add up to dx at the pixel that is followed.

        Example:
            >>> lenses = Gradients(kernel=[[2, 3]], image=[[1, 2, 3, 4]], dy=[[1, 10, 100]])
            >>> lenses.h, lenses.k = 0, 1
            >>> lenses.terms()  # dy comes forwards, the weights come backwards
            [(3.0, 1.0), (2.0, 10.0)]
        """
        place = self._window()
        pairs = []
        for i, j in np.ndindex(self.dy.shape):
            m = self.h + place.padding[0][0] - i * self.stride
            n = self.k + place.padding[1][0] - j * self.stride
            if 0 <= m < self.kernel.shape[0] and 0 <= n < self.kernel.shape[1]:
                pairs.append((float(self.kernel[m, n]), float(self.dy[i, j])))
        return pairs

    def still(self) -> Still:
        """Draw what is given, the three lenses, and the gradients."""
        return gradients_still(self)


def _written(table: ArrayLike) -> str:
    return "; ".join(", ".join(f"{number:g}" for number in row) for row in np.atleast_2d(table))
