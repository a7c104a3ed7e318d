"""Pooling a batch of images, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from cnnlib.kernels import pool2d as kernels
from cnnlib.ops._arrays import Array, as_array, check_shape, common_dtype
from cnnlib.ops._memory import empty
from cnnlib.shapes import Window, window

Size = int | Sequence[int]


def _window(x: Array, pool_size: Size, strides: Size | None, padding: str) -> Window:
    if strides is None:
        strides = pool_size
    return window((x.shape[1], x.shape[2]), pool_size, strides, padding, size_name="pool_size")


def _numbers(win: Window) -> tuple[int, ...]:
    """What the kernels want to know of a window."""
    return (*win.size, *win.strides, win.padding[0][0], win.padding[1][0])


def _gradient_operands(
    dy: ArrayLike, x: ArrayLike, pool_size: Size, strides: Size | None, padding: str
) -> tuple[Array, Array, Window]:
    dtype = common_dtype(dy, x)
    dy, x = as_array(dy, "dy", "s oh ow c", dtype), as_array(x, "x", "s h w c", dtype)
    win = _window(x, pool_size, strides, padding)
    check_shape(dy, "dy", (len(x), *win.output, x.shape[3]), "that of the output")
    return dy, x, win


def max_pool2d(
    x: ArrayLike, pool_size: Size = 2, strides: Size | None = None, padding: str = "valid"
) -> Array:
    """Keep the largest number of every window.

    Args:
        x: Images, shape (s, h, w, c).
        pool_size: Rows and columns of the window.
        strides: Pixels from one window to the next; ``pool_size`` if left out.
        padding: ``"valid"`` or ``"same"``; padding never wins.

    Returns:
        Shape (s, oh, ow, c). A NaN in a window makes its output NaN.

    Raises:
        ValueError: If a shape, size, stride or the padding does not fit.

    Example:
        >>> import numpy as np
        >>> max_pool2d(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
        array([[ 5.,  7.],
               [13., 15.]])

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.3;
        https://keras.io/api/layers/pooling_layers/max_pooling2d/
    """
    x = as_array(x, "x", "s h w c", common_dtype(x))
    win = _window(x, pool_size, strides, padding)
    y = empty((len(x), *win.output, x.shape[3]), x.dtype)
    kernels.max_pool2d(x, *_numbers(win), y)
    return y


def max_pool2d_backward(
    dy: ArrayLike,
    x: ArrayLike,
    pool_size: Size = 2,
    strides: Size | None = None,
    padding: str = "valid",
) -> Array:
    """Give every gradient to the pixel that won its window; the first one wins a tie.

    Args:
        dy: The gradient by the output, shape (s, oh, ow, c).
        x: The images of the forward pass, shape (s, h, w, c).
        pool_size: As in the forward pass, like the rest.
        strides: Pixels from one window to the next.
        padding: ``"valid"`` or ``"same"``.

    Returns:
        The gradient by the images, shape (s, h, w, c). A pixel that wins two windows gets both.

    Example:
        >>> import numpy as np
        >>> x = np.array([[1.0, 5.0], [5.0, 2.0]]).reshape(1, 2, 2, 1)
        >>> max_pool2d_backward(np.full((1, 1, 1, 1), 7.0), x)[0, :, :, 0]
        array([[0., 7.],
               [0., 0.]])
    """
    dy, x, win = _gradient_operands(dy, x, pool_size, strides, padding)
    dx = empty(x.shape, x.dtype)
    y = max_pool2d(x, pool_size, strides, padding)
    rest = empty(dy.shape, dy.dtype)
    rest[...] = dy
    kernels.max_pool2d_gradient(rest, x, y, *_numbers(win), dx)
    return dx


def avg_pool2d(
    x: ArrayLike, pool_size: Size = 2, strides: Size | None = None, padding: str = "valid"
) -> Array:
    """Take the mean of every window. Padding is left out of the mean.

    Arguments, shapes and errors are those of :func:`max_pool2d`.

    Example:
        >>> import numpy as np
        >>> avg_pool2d(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
        array([[ 2.5,  4.5],
               [10.5, 12.5]])

    References:
        https://keras.io/api/layers/pooling_layers/average_pooling2d/
    """
    x = as_array(x, "x", "s h w c", common_dtype(x))
    win = _window(x, pool_size, strides, padding)
    y = empty((len(x), *win.output, x.shape[3]), x.dtype)
    kernels.avg_pool2d(x, *_numbers(win), y)
    return y


def avg_pool2d_backward(
    dy: ArrayLike,
    x: ArrayLike,
    pool_size: Size = 2,
    strides: Size | None = None,
    padding: str = "valid",
) -> Array:
    """Share every gradient equally among the pixels of its window.

    Arguments, shapes and errors are those of :func:`max_pool2d_backward`.

    Example:
        >>> import numpy as np
        >>> avg_pool2d_backward(np.full((1, 1, 1, 1), 8.0), np.ones((1, 2, 2, 1)))[0, :, :, 0]
        array([[2., 2.],
               [2., 2.]])
    """
    dy, x, win = _gradient_operands(dy, x, pool_size, strides, padding)
    dx = empty(x.shape, x.dtype)
    kernels.avg_pool2d_gradient(dy, *_numbers(win), dx)
    return dx
