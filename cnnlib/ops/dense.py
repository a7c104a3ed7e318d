"""The product of a batch of vectors with a matrix of weights, forwards and backwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.ops import _tiled
from cnnlib.ops._arrays import Array, as_array, check_shape, column_sums, common_dtype, on_cores
from cnnlib.ops._memory import empty


def _operands(x: ArrayLike, w: ArrayLike, *others: ArrayLike | None) -> tuple[Array, Array]:
    dtype = common_dtype(x, w, *others)
    x, w = as_array(x, "x", "s c", dtype), as_array(w, "w", "c o", dtype)
    if x.shape[1] != w.shape[0]:
        raise ValueError(
            f"`w` must have as many rows as `x` has columns; got w {w.shape} and x {x.shape}."
        )
    return x, w


def dense(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None) -> Array:
    """Weigh every input for every output: ``y[s,o] = b[o] + sum x[s,c] * w[c,o]``.

    Args:
        x: Inputs, shape (s, c).
        w: Weights, shape (c, o).
        b: A number to add per output, shape (o,); none if left out.

    Returns:
        Shape (s, o), in the dtype of the input.

    Raises:
        ValueError: If a shape does not fit.
        TypeError: If an array holds anything but real numbers.

    Example:
        >>> dense([[1.0, 2.0]], [[3.0, 0.0, 1.0], [4.0, 5.0, 0.0]], [0.5, 0.0, 0.0])
        array([[11.5, 10. ,  1. ]])

    References:
        https://keras.io/api/layers/core_layers/dense/
    """
    x, w = _operands(x, w, b)
    bias = np.zeros(w.shape[1], w.dtype) if b is None else as_array(b, "b", "o", w.dtype)
    check_shape(bias, "b", (w.shape[1],), "one number per output")
    if _tiled.usable(x.dtype, len(x) * w.size):
        return _tiled.dense(x, w, bias)
    y = empty((len(x), w.shape[1]), x.dtype)
    on_cores("dense", len(x) * w.size)(x, w, bias, y)
    return y


def dense_input_gradient(dy: ArrayLike, w: ArrayLike) -> Array:
    """The gradient by the inputs. dy (s, o), w (c, o) -> dx (s, c)."""
    dtype = common_dtype(dy, w)
    dy, w = as_array(dy, "dy", "s o", dtype), as_array(w, "w", "c o", dtype)
    check_shape(dy, "dy", (len(dy), w.shape[1]), "that of the output")
    if _tiled.usable(dtype, len(dy) * w.size):
        return _tiled.dense_input_gradient(dy, w)
    dx = empty((len(dy), len(w)), dtype)
    on_cores("dense_input_gradient", len(dy) * w.size)(dy, w, dx)
    return dx


def dense_weight_gradient(dy: ArrayLike, x: ArrayLike) -> Array:
    """The gradient by the weights. dy (s, o), x (s, c) -> dw (c, o)."""
    dtype = common_dtype(dy, x)
    dy, x = as_array(dy, "dy", "s o", dtype), as_array(x, "x", "s c", dtype)
    check_shape(dy, "dy", (len(x), dy.shape[1]), "that of the output")
    if _tiled.usable(dtype, x.size * dy.shape[1]):
        return _tiled.dense_weight_gradient(dy, x)
    dw = empty((x.shape[1], dy.shape[1]), dtype)
    on_cores("dense_weight_gradient", x.size * dy.shape[1])(dy, x, dw)
    return dw


def dense_backward(dy: ArrayLike, x: ArrayLike, w: ArrayLike) -> tuple[Array, Array, Array]:
    """Send a gradient back through :func:`dense`.

    Args:
        dy: The gradient by the output, shape (s, o).
        x: The inputs of the forward pass, shape (s, c).
        w: The weights of the forward pass, shape (c, o).

    Returns:
        The gradients ``dx``, ``dw`` and ``db``.

    Example:
        >>> dx, dw, db = dense_backward([[2.0]], [[1.0, 3.0]], [[4.0], [5.0]])
        >>> dx, dw.T, db
        (array([[ 8., 10.]]), array([[2., 6.]]), array([2.]))
    """
    x, w = _operands(x, w, dy)
    dy = as_array(dy, "dy", "s o", common_dtype(dy, x, w))
    return dense_input_gradient(dy, w), dense_weight_gradient(dy, x), column_sums(dy)
