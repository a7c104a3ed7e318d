"""A gradient falls on an output of a pool: who gets it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.shapes import Window, window
from cnnlib.widgets._figure import Array, Choice, Figure, Whole, finite
from cnnlib.widgets.pooling_coin._still import pooling_coin_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SIDES = (4, 8)  # the smallest and the largest image
SHIFTS = {"left": (-1, 1), "right": (1, 1), "up": (-1, 0), "down": (1, 0)}  # by, axis
# Its upper left corner is worked out by hand in the chapter. It has ties, and a 9 that wins often.
EXAMPLE = [
    [1, 3, 2, 0, 5, 5, 1],
    [4, 6, 1, 1, 5, 2, 0],
    [0, 2, 9, 5, 0, 0, 4],
    [3, 1, 7, 8, 0, 0, 2],
    [2, 2, 6, 4, 3, 1, 7],
    [2, 2, 0, 6, 1, 8, 3],
    [5, 0, 3, 2, 4, 2, 6],
]


def check_image(value: Any) -> NDArray[np.float32]:
    """A square image of 4 × 4 to 8 × 8 numbers, float32."""
    image = finite(value, "x")
    if image.ndim != 2 or image.shape[0] != image.shape[1] or not 4 <= len(image) <= SIDES[1]:
        raise ValueError(f"`x` must have shape (4, 4) to (8, 8), a square; got {image.shape}.")
    return image.astype(np.float32)


def check_coins(value: Any) -> NDArray[np.float32]:
    """A gradient for each of the 8 × 8 outputs that there are at most."""
    coins = finite(value, "coins")
    if coins.shape != (SIDES[1], SIDES[1]):
        raise ValueError(
            f"`coins` must have shape (8, 8), as the largest output; got {coins.shape}."
        )
    return coins.astype(np.float32)


class PoolingCoin(Figure):
    """A small image to edit, its pool, and coins: gradients that fall on the outputs.

    Each coin goes to the pixels that made its output. Max pooling gives all of it to the winner,
    the first one in a tie; average pooling shares it. The image can be moved by a pixel, to see how
    many outputs change.

    Args:
        x: The image, (4, 4) to (8, 8); an example if left out.
        pool_size: Rows and columns of a window, 2 or 3.
        stride: Pixels from one window to the next, 1 to 3; ``pool_size`` if left out.
        padding: ``"valid"`` or ``"same"``.
        kind: ``"max"`` or ``"average"``.
        dy: The gradient by the output; a single 1 if left out.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> coin = PoolingCoin([[1, 3, 2, 0], [4, 6, 1, 1], [0, 2, 9, 5], [3, 1, 7, 8]])
        >>> coin.dy = [[10, 20], [30, 40]]
        >>> coin.dx
        array([[ 0.,  0., 20.,  0.],
               [ 0., 10.,  0.,  0.],
               [ 0.,  0., 40.,  0.],
               [30.,  0.,  0.,  0.]], dtype=float32)
        >>> coin.kind = "average"
        >>> coin.dx[0]
        array([2.5, 2.5, 5. , 5. ], dtype=float32)
    """

    _module = "pooling_coin/pooling_coin.js"
    x = Array(check_image)
    kind = Choice("max", "average")
    pool_size, stride = Whole(2, 2, 3), Whole(2, 1, 3)
    padding = Choice("valid", "same")
    coins = Array(check_coins)  # those beyond the output wait, until it is large enough
    i, j = Whole(1, 0, 7), Whole(1, 0, 7)  # the marked output
    shift = Choice("none", *SHIFTS)

    def __init__(
        self,
        x: ArrayLike | None = None,
        pool_size: int = 2,
        stride: int | None = None,
        padding: str = "valid",
        kind: str = "max",
        dy: ArrayLike | None = None,
        name: str = "pooling-coin",
    ) -> None:
        coins = np.zeros((8, 8), np.float32)
        coins[1, 1] = dy is None
        slide = {"stride": pool_size if stride is None else stride, "padding": padding}
        image = EXAMPLE if x is None else x
        super().__init__(x=image, pool_size=pool_size, kind=kind, coins=coins, name=name, **slide)
        if dy is not None:
            self.dy = dy

    def _window(self) -> Window:
        shape = self.x.shape
        return window(shape, self.pool_size, self.stride, self.padding, size_name="pool_size")

    def _slide(self) -> tuple[int, int, str]:
        return self.pool_size, self.stride, self.padding

    def _pool(self, x: NDArray[Any]) -> NDArray[np.float32]:
        pool = ops.max_pool2d if self.kind == "max" else ops.avg_pool2d
        return pool(x[None, :, :, None], *self._slide())[0, :, :, 0]

    @property
    def y(self) -> NDArray[np.float32]:
        """The output of the pool: float32, (rows, columns)."""
        return self._pool(self.x)

    @property
    def dy(self) -> NDArray[np.float32]:
        """The coins on the output: float32, (rows, columns). Setting it takes all others away."""
        rows, columns = self._window().output
        return self.coins[:rows, :columns].copy()

    @dy.setter
    def dy(self, value: ArrayLike) -> None:
        gradient = finite(value, "dy")
        rows, columns = self._window().output
        if gradient.shape != (rows, columns):
            raise ValueError(
                f"`dy` must have the output's shape {(rows, columns)}; got {gradient.shape}."
            )
        coins = np.zeros((8, 8), np.float32)
        coins[:rows, :columns] = gradient
        self.coins = coins

    @property
    def dx(self) -> NDArray[np.float32]:
        """What the pixels get: float32, as large as the image."""
        pool = ops.max_pool2d_backward if self.kind == "max" else ops.avg_pool2d_backward
        x = self.x[None, :, :, None]
        return pool(self.dy[None, :, :, None], x, *self._slide())[0, :, :, 0]

    @property
    def moved(self) -> NDArray[np.float32]:
        """The image after its shift by one pixel; zeros come in at the edge."""
        if self.shift == "none":
            return self.x.copy()
        by, axis = SHIFTS[self.shift]
        moved = np.roll(self.x, by, axis)
        np.moveaxis(moved, axis, 0)[0 if by > 0 else -1] = 0
        return moved

    def describe(self) -> str:
        """Say in words what there is to see."""
        rows, columns = self._window().output
        size, side = self.pool_size, len(self.x)
        text = (
            f"{'A max' if self.kind == 'max' else 'An average'} pool with windows of "
            f"{size} × {size}, stride {self.stride} and {self.padding} padding makes "
            f"{rows} × {columns} outputs of {side} × {side} pixels. "
            f"The coins on the outputs are worth {self.dy.sum():g}; {(self.dx != 0).sum()} of the "
            f"pixels share {self.dx.sum():g}."
        )
        if self.shift == "none":
            return text
        pixels = (self.moved != self.x).sum()
        outputs = (self._pool(self.moved) != self.y).sum()
        return (
            f"{text} When the image moves {self.shift} by a pixel, {pixels} of {side**2} pixels "
            f"and {outputs} of {rows * columns} outputs change."
        )

    def still(self) -> Still:
        """Draw the image, the output with its coins, and the gradient by the image."""
        return pooling_coin_still(self.x, self.y, self.dy, self.dx)
