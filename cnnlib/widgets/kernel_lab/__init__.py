"""One kernel slides over one image: the convolution sum, live."""

from __future__ import annotations

from contextlib import suppress
from numbers import Real as RealNumber
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.plots import images
from cnnlib.shapes import Window, window
from cnnlib.widgets._figure import Array, Choice, Flag, Real, Whole, finite
from cnnlib.widgets._images import ImageFigure
from cnnlib.widgets.kernel_lab._still import kernel_lab_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SLOPES = {3: ([1, 2, 1], [-1, 0, 1]), 5: ([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1])}  # Sobel's


def check_kernel(value: Any) -> NDArray[np.float32]:
    """A kernel (3, 3) or (5, 5), float32."""
    kernel = finite(value, "kernel")
    if kernel.shape not in ((3, 3), (5, 5)):
        raise ValueError(f"`kernel` must have shape (3, 3) or (5, 5); got {kernel.shape}.")
    return kernel.astype(np.float32)


class Products(NamedTuple):
    """One number of a feature map in full: ``products.sum() + bias`` is ``result``."""

    patch: NDArray[Any]  #: what the window reads; zeros where it reads padding
    kernel: NDArray[Any]  #: the weights as applied: turned by 180° if the lab flips
    products: NDArray[Any]  #: patch times kernel, number by number
    bias: float
    result: float


class KernelLab(ImageFigure):
    """A kernel to edit, an image to choose, and the feature map that comes of them.

    The page computes with the kernel of :func:`cnnlib.ops.conv2d`. What the reader changes there
    can be read here; what is set here is drawn there.

    Args:
        image: A gray image (h, w) of at most 512 × 512 numbers; a photo if left out. The reader
            can change to a digit, a drawing, or a file.
        kernel: 3 × 3 or 5 × 5 weights; Sobel's for vertical edges if left out.
        bias: The number that is added to every number of the map.
        size: 3 or 5, if there is no ``kernel``.
        stride: Pixels from one window to the next, 1 to 8.
        padding: ``"valid"`` or ``"same"``.
        dilation: Pixels from one of the window's pixels to the next, 1 to 6.
        flip: Whether to turn the kernel by 180° first: a convolution in the mathematical sense.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> lab = KernelLab(np.arange(9).reshape(3, 3), kernel=np.ones((3, 3)), bias=1)
        >>> lab.feature_map  # 0 + 1 + ... + 8, and 1
        array([[37.]], dtype=float32)
        >>> lab.padding = "same"
        >>> lab.products(0, 0).patch
        array([[0., 0., 0.],
               [0., 0., 1.],
               [0., 3., 4.]], dtype=float32)
        >>> lab.stride = 0
        Traceback (most recent call last):
            ...
        ValueError: `stride` must be a whole number from 1 to 8; got 0.
    """

    _module = "kernel_lab/kernel_lab.js"
    kernel = Array(check_kernel)
    bias = Real(0.0)
    stride = Whole(1, 1, 8)
    dilation = Whole(1, 1, 6)
    padding = Choice("valid", "same")
    flip = Flag()
    colors = Choice("sign", "gray")  # how the page draws the map
    i, j = Whole(0, 0, 4095), Whole(0, 0, 4095)  # the marked number of the map

    def __init__(
        self,
        image: ArrayLike | None = None,
        kernel: ArrayLike | None = None,
        bias: float = 0.0,
        size: int = 3,
        stride: int = 1,
        padding: str = "valid",
        dilation: int = 1,
        flip: bool = False,
        name: str = "kernel-lab",
    ) -> None:
        if not isinstance(size, RealNumber) or size not in SLOPES:
            raise ValueError(f"`size` must be 3 or 5; got {size!r}.")
        kernel = np.outer(*SLOPES[size]) if kernel is None else kernel
        slide = {"stride": stride, "padding": padding, "dilation": dilation, "flip": flip}
        super().__init__(image, kernel=kernel, bias=bias, name=name, **slide)
        self._center()

    def _center(self) -> None:
        with suppress(ValueError):  # the kernel fits nowhere: the figure says so
            self.i, self.j = (count // 2 for count in self._window().output)

    def _marked(self) -> tuple[int, int]:
        """Row and column of the marked number; a map that has become smaller marks its last."""
        rows, columns = self._window().output
        return min(self.i, rows - 1), min(self.j, columns - 1)

    def _window(self) -> Window:
        if self.image is None:
            raise ValueError("There is no image yet: set `image`.")
        height, width = self.image.shape
        size = self.kernel.shape
        return window((height, width), size, self.stride, self.padding, self.dilation)

    def _applied(self) -> NDArray[np.float32]:
        return self.kernel[::-1, ::-1] if self.flip else self.kernel

    @property
    def feature_map(self) -> NDArray[np.float32]:
        """What the kernel makes of the image: float32, (rows, columns).

        Raises:
            ValueError: If the kernel does not fit into the image.
        """
        self._window()
        x = np.asarray(self.image, np.float32)[None, :, :, None]
        w, b = self._applied()[:, :, None, None], np.array([self.bias], np.float32)
        return ops.conv2d(x, w, b, self.stride, self.padding, self.dilation)[0, :, :, 0]

    def products(self, i: int | None = None, j: int | None = None) -> Products:
        """Take one number of the feature map apart; the marked one if left out.

        Raises:
            IndexError: If the map has no such number.
        """
        marked, y = self._marked(), self.feature_map
        i, j = marked[0] if i is None else i, marked[1] if j is None else j
        if i not in range(len(y)) or j not in range(len(y[0])):
            raise IndexError(f"`i` and `j` must lie in the map, {y.shape}; got {i!r} and {j!r}.")
        i, j = int(i), int(j)
        framed = np.pad(np.asarray(self.image, np.float32), self._window().padding)
        steps = np.arange(len(self.kernel)) * self.dilation
        patch = framed[np.ix_(i * self.stride + steps, j * self.stride + steps)]
        kernel = self._applied()
        return Products(patch, kernel, patch * kernel, float(self.bias), float(y[i, j]))

    def describe(self) -> str:
        """Say in words what there is to see."""
        slide = f"stride {self.stride}, dilation {self.dilation}, {self.padding} padding"
        weights = "; ".join(" ".join(f"{w:g}" for w in row) for row in self._applied())
        try:
            rows, columns = self._window().output
        except ValueError as error:
            return f"A kernel of weights {weights} with {slide}: {error}"
        height, width = self.image.shape  # type: ignore[union-attr]
        return (
            f"A kernel of weights {weights} slides over an image of {height} × {width} pixels with "
            f"{slide} and bias {self.bias:g}. The feature map has {rows} × {columns} numbers."
        )

    def still(self) -> Still:
        """Draw the image and the feature map, and below them the marked number in full."""
        image = np.zeros((1, 1)) if self.image is None else self.image
        try:
            y = self.feature_map
        except ValueError:  # the kernel fits nowhere: the description says so
            return images(image)
        return kernel_lab_still(image, self._gray(), y, self.products(), self._marked())
