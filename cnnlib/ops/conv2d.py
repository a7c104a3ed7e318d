"""The convolution of a batch of images with a set of kernels, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.kernels import conv2d as kernels
from cnnlib.ops import _tiled, activations
from cnnlib.ops._arrays import Array, as_array, check_shape, column_sums, common_dtype
from cnnlib.ops._memory import empty
from cnnlib.shapes import Window, window


def pad2d(x: Array, padding: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Add rows and columns of zeros. x (s, h, w, c), padding ((top, bottom), (left, right))."""
    if not any(map(any, padding)):
        return x
    return np.pad(x, ((0, 0), *padding, (0, 0)))


def crop2d(x: Array, padding: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Take rows and columns off again: the backward pass of :func:`pad2d`."""
    (top, bottom), (left, right) = padding
    return np.ascontiguousarray(x[:, top : x.shape[1] - bottom, left : x.shape[2] - right])


def _operands(x: ArrayLike, w: ArrayLike, *others: ArrayLike | None) -> tuple[Array, Array]:
    """Check an image batch and its kernels against each other."""
    dtype = common_dtype(x, w, *others)
    x, w = as_array(x, "x", "s h w c", dtype), as_array(w, "w", "kh kw c o", dtype)
    if x.shape[3] != w.shape[2]:
        raise ValueError(
            f"`w` must have as many input channels (axis 2) as `x` has channels (axis 3); "
            f"got w {w.shape} and x {x.shape}."
        )
    return x, w


def _window(
    shape: tuple[int, ...],
    size: int | Sequence[int],
    strides: int | Sequence[int],
    padding: str,
    dilation_rate: int | Sequence[int],
) -> Window:
    return window((shape[1], shape[2]), size, strides, padding, dilation_rate)


def conv2d(
    x: ArrayLike,
    w: ArrayLike,
    b: ArrayLike | None = None,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
    *,
    relu: bool = False,
) -> Array:
    """Slide kernels over images: ``y[s,i,j,o] = b[o] + sum w[m,n,c,o] * x[s,i+m,j+n,c]``.

    Args:
        x: Images, shape (s, h, w, c).
        w: Kernels, shape (kh, kw, c, o).
        b: A number to add per output channel, shape (o,); none if left out.
        strides: Pixels from one window to the next.
        padding: ``"valid"`` or ``"same"``; see :func:`cnnlib.shapes.window`.
        dilation_rate: Pixels from one of the window's pixels to the next.
        relu: Whether to take :func:`cnnlib.ops.relu` of the sums, before they are written.

    Returns:
        Feature maps, shape (s, oh, ow, o), in the dtype of the input.

    Raises:
        ValueError: If a shape, a stride, the padding or the dilation does not fit.
        TypeError: If an array holds anything but real numbers.

    Example:
        >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
        >>> w = np.array([[1.0, 2.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
        >>> conv2d(x, w)[0, :, :, 0]  # top left: 1*0 + 2*1 + 0*3 - 1*4 = -2
        array([[-2.,  0.],
               [ 4.,  6.]])

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.1;
        https://keras.io/api/layers/convolution_layers/convolution2d/
    """
    x, w = _operands(x, w, b)
    bias = np.zeros(w.shape[3], w.dtype) if b is None else as_array(b, "b", "o", w.dtype)
    check_shape(bias, "b", (w.shape[3],), "one number per output channel")
    win = _window(x.shape, w.shape[:2], strides, padding, dilation_rate)
    if _tiled.usable(x.dtype):
        return _tiled.conv2d(x, w, bias, win, relu)
    y = empty((len(x), *win.output, w.shape[3]), x.dtype)
    kernels.conv2d(pad2d(x, win.padding), w, bias, *win.strides, *win.dilation, y)
    return activations.relu(y) if relu else y


def conv2d_input_gradient(
    dy: ArrayLike,
    w: ArrayLike,
    input_shape: tuple[int, ...],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
) -> Array:
    """The gradient by the images. dy (s, oh, ow, o), w (kh, kw, c, o) -> dx of ``input_shape``.

    Pixels that no window has read get 0. See :func:`conv2d_backward`.
    """
    dtype = common_dtype(dy, w)
    dy, w = as_array(dy, "dy", "s oh ow o", dtype), as_array(w, "w", "kh kw c o", dtype)
    if len(input_shape) != 4 or input_shape[3] != w.shape[2]:
        raise ValueError(
            f"`input_shape` must be (s, h, w, c) with the {w.shape[2]} input channels of `w`; "
            f"got {input_shape}."
        )
    win = _window(input_shape, w.shape[:2], strides, padding, dilation_rate)
    check_shape(dy, "dy", (input_shape[0], *win.output, w.shape[3]), "that of the output")
    if _tiled.usable(dtype):
        return _tiled.conv2d_input_gradient(dy, w, tuple(input_shape), win)
    (top, bottom), (left, right) = win.padding
    height, width = input_shape[1] + top + bottom, input_shape[2] + left + right
    dx = empty((input_shape[0], height, width, w.shape[2]), dtype)
    wt = np.ascontiguousarray(w.swapaxes(2, 3))
    kernels.conv2d_input_gradient(dy, wt, *win.strides, *win.dilation, dx)
    return crop2d(dx, win.padding)


def conv2d_weight_gradient(
    dy: ArrayLike,
    x: ArrayLike,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
) -> Array:
    """The gradient by the kernels. dy (s, oh, ow, o), x (s, h, w, c) -> dw (kh, kw, c, o).

    See :func:`conv2d_backward`.
    """
    dtype = common_dtype(dy, x)
    dy, x = as_array(dy, "dy", "s oh ow o", dtype), as_array(x, "x", "s h w c", dtype)
    win = _window(x.shape, kernel_size, strides, padding, dilation_rate)
    check_shape(dy, "dy", (len(x), *win.output, dy.shape[3]), "that of the output")
    if _tiled.usable(dtype):
        return _tiled.conv2d_weight_gradient(dy, x, win)
    dw = empty((*win.size, x.shape[3], dy.shape[3]), dtype)
    kernels.conv2d_weight_gradient(dy, pad2d(x, win.padding), *win.strides, *win.dilation, dw)
    return dw


def conv2d_backward(
    dy: ArrayLike,
    x: ArrayLike,
    w: ArrayLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
) -> tuple[Array, Array, Array]:
    """Send a gradient back through :func:`conv2d`.

    Args:
        dy: The gradient of a number (the loss) by the output, shape (s, oh, ow, o).
        x: The images of the forward pass, shape (s, h, w, c).
        w: The kernels of the forward pass, shape (kh, kw, c, o).
        strides: As in the forward pass.
        padding: As in the forward pass.
        dilation_rate: As in the forward pass.

    Returns:
        The gradients ``dx`` by the images, ``dw`` by the kernels and ``db`` by the bias, each in
        the shape of what it is the gradient of.

    Raises:
        ValueError: If ``dy`` does not have the shape of the forward pass's output, or as there.

    Example:
        >>> x, w = np.ones((1, 2, 3, 1)), np.array([[1.0, 2.0]]).reshape(1, 2, 1, 1)
        >>> dy = np.array([[1.0, 0.0], [0.0, 3.0]]).reshape(1, 2, 2, 1)
        >>> dx, dw, db = conv2d_backward(dy, x, w)
        >>> dx[0, :, :, 0]  # each output pays its window: dy times the kernel
        array([[1., 2., 0.],
               [0., 3., 6.]])
        >>> dw[0, :, 0, 0], db
        (array([4., 4.]), array([4.]))

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.5.
    """
    x, w = _operands(x, w, dy)
    dtype = common_dtype(dy, x, w)
    dy = as_array(dy, "dy", "s oh ow o", dtype)
    options = (strides, padding, dilation_rate)
    dx = conv2d_input_gradient(dy, w, x.shape, *options)
    dw = conv2d_weight_gradient(dy, x, w.shape[:2], *options)
    return dx, dw, column_sums(dy)


def im2col(
    x: ArrayLike,
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
) -> Array:
    """Write every window of the images out as a row. x (s, h, w, c) -> (s, oh, ow, kh*kw*c).

    A convolution is then a matrix product with ``w.reshape(-1, o)``. Arguments and errors are those
    of :func:`conv2d`.

    Example:
        >>> im2col(np.arange(6.0).reshape(1, 2, 3, 1), 2)[0, 0]
        array([[0., 1., 3., 4.],
               [1., 2., 4., 5.]])

    References:
        Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document
        Processing (2006).
    """
    x = as_array(x, "x", "s h w c", common_dtype(x))
    win = _window(x.shape, kernel_size, strides, padding, dilation_rate)
    cols = empty((len(x), *win.output, win.size[0] * win.size[1] * x.shape[3]), x.dtype)
    kernels.im2col(pad2d(x, win.padding), *win.size, *win.strides, *win.dilation, cols)
    return cols


def col2im(
    cols: ArrayLike,
    input_shape: tuple[int, ...],
    kernel_size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation_rate: int | Sequence[int] = 1,
) -> Array:
    """Add every row back to the window it came from: the backward pass of :func:`im2col`.

    Args:
        cols: Shape (s, oh, ow, kh*kw*c).
        input_shape: The shape (s, h, w, c) of the images.
        kernel_size: As in :func:`im2col`, like the rest.
        strides: Pixels from one window to the next.
        padding: ``"valid"`` or ``"same"``.
        dilation_rate: Pixels from one of the window's pixels to the next.

    Returns:
        Shape ``input_shape``. A pixel that lies in four windows is the sum of four numbers.

    Example:
        >>> col2im(np.ones((1, 1, 2, 4)), (1, 2, 3, 1), 2)[0, :, :, 0]
        array([[1., 2., 1.],
               [1., 2., 1.]])
    """
    cols = as_array(cols, "cols", "s oh ow kh*kw*c", common_dtype(cols))
    if len(input_shape) != 4:
        raise ValueError(f"`input_shape` must have 4 axes (s, h, w, c); got {input_shape}.")
    samples, height, width, channels = input_shape
    win = _window(input_shape, kernel_size, strides, padding, dilation_rate)
    expected = (samples, *win.output, win.size[0] * win.size[1] * channels)
    check_shape(cols, "cols", expected, "one row per window")
    (top, bottom), (left, right) = win.padding
    x = empty((samples, height + top + bottom, width + left + right, channels), cols.dtype)
    kernels.col2im(cols, *win.size, *win.strides, *win.dilation, x)
    return crop2d(x, win.padding)
