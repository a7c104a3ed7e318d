"""Activation functions of arrays of any shape, and their gradients.

Every gradient takes ``x``, the input of the function, as its second argument.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.kernels import activations as kernels
from cnnlib.ops._arrays import Array, check_shape, common_dtype, in_order, on_cores
from cnnlib.ops._memory import empty


def _array(x: ArrayLike, dtype: np.dtype[Any], name: str = "x") -> Array:
    array = in_order(x, dtype)
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}.")
    return array


def _gradient_operands(dy: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
    dtype = common_dtype(dy, x)
    dy, x = _array(dy, dtype, "dy"), _array(x, dtype)
    check_shape(dy, "dy", x.shape, "that of the input")
    return dy, x


def relu(x: ArrayLike) -> Array:
    """max(0, x).

    Example:
        >>> relu([-2.0, 0.0, 3.0])
        array([0., 0., 3.])

    References:
        Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines (2010).
    """
    x = _array(x, common_dtype(x))
    y = empty(x.shape, x.dtype)
    on_cores("relu", x.size)(x.ravel(), y.ravel())
    return y


def relu_backward(dy: ArrayLike, x: ArrayLike) -> Array:
    """Let the gradient through where x > 0. At x = 0 the slope is taken as 0.

    Example:
        >>> relu_backward([5.0, 5.0, 5.0], [-2.0, 0.0, 3.0])
        array([0., 0., 5.])
    """
    dy, x = _gradient_operands(dy, x)
    dx = empty(x.shape, x.dtype)
    on_cores("relu_gradient", x.size)(dy.ravel(), x.ravel(), dx.ravel())
    return dx


def leaky_relu(x: ArrayLike, negative_slope: float = 0.2) -> Array:
    """x where it is positive, ``negative_slope * x`` elsewhere.

    Example:
        >>> leaky_relu([-2.0, 3.0])
        array([-0.4,  3. ])

    References:
        Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013).
    """
    x = _array(x, common_dtype(x))
    y = empty(x.shape, x.dtype)
    on_cores("leaky_relu", x.size)(x.ravel(), x.dtype.type(negative_slope), y.ravel())
    return y


def leaky_relu_backward(dy: ArrayLike, x: ArrayLike, negative_slope: float = 0.2) -> Array:
    """dy where x > 0, ``negative_slope * dy`` elsewhere.

    Example:
        >>> leaky_relu_backward([1.0, 1.0], [-2.0, 3.0])
        array([0.2, 1. ])
    """
    dy, x = _gradient_operands(dy, x)
    dx = empty(x.shape, x.dtype)
    on_cores("leaky_relu_gradient", x.size)(
        dy.ravel(), x.ravel(), x.dtype.type(negative_slope), dx.ravel()
    )
    return dx


def sigmoid(x: ArrayLike) -> Array:
    """1 / (1 + exp(-x)): any number becomes one between 0 and 1.

    Example:
        >>> sigmoid([0.0, 1000.0, -1000.0])
        array([0.5, 1. , 0. ])
    """
    x = _array(x, common_dtype(x))
    y = empty(x.shape, x.dtype)
    on_cores("sigmoid", 16 * x.size)(x.ravel(), y.ravel())
    return y


def sigmoid_backward(dy: ArrayLike, x: ArrayLike) -> Array:
    """dy times the slope, which is at most 1/4 (at x = 0).

    Example:
        >>> sigmoid_backward([8.0], [0.0])
        array([2.])
    """
    dy, x = _gradient_operands(dy, x)
    dx = empty(x.shape, x.dtype)
    on_cores("sigmoid_gradient", 16 * x.size)(dy.ravel(), sigmoid(x).ravel(), dx.ravel())
    return dx


def tanh(x: ArrayLike) -> Array:
    """The hyperbolic tangent: any number becomes one between -1 and 1.

    Example:
        >>> tanh([0.0, 1000.0])
        array([0., 1.])
    """
    x = _array(x, common_dtype(x))
    y = empty(x.shape, x.dtype)
    on_cores("tanh", 16 * x.size)(x.ravel(), y.ravel())
    return y


def tanh_backward(dy: ArrayLike, x: ArrayLike) -> Array:
    """dy times the slope, which is at most 1 (at x = 0).

    Example:
        >>> tanh_backward([8.0], [0.0])
        array([8.])
    """
    dy, x = _gradient_operands(dy, x)
    dx = empty(x.shape, x.dtype)
    on_cores("tanh_gradient", 16 * x.size)(dy.ravel(), tanh(x).ravel(), dx.ravel())
    return dx


def softmax(x: ArrayLike) -> Array:
    """Turn the last axis into probabilities: positive numbers that add up to 1.

    Raises:
        ValueError: If x has no axis.

    Example:
        >>> softmax([[0.0, 0.0], [1000.0, 0.0]])
        array([[0.5, 0.5],
               [1. , 0. ]])
    """
    x = _array(x, common_dtype(x))
    if x.ndim == 0:
        raise ValueError("`x` must have at least one axis for softmax; got a single number.")
    y = empty(x.shape, x.dtype)
    kernels.softmax(x.reshape(-1, x.shape[-1]), y.reshape(-1, x.shape[-1]))
    return y


def softmax_backward(dy: ArrayLike, x: ArrayLike) -> Array:
    """The gradient of :func:`softmax`. Adding the same number to all of dy changes nothing.

    Example:
        >>> softmax_backward([[1.0, 0.0]], [[0.0, 0.0]])
        array([[ 0.25, -0.25]])
    """
    dy, x = _gradient_operands(dy, x)
    y, dx = softmax(x), empty(x.shape, x.dtype)
    rows = (-1, x.shape[-1])
    kernels.softmax_gradient(dy.reshape(rows), y.reshape(rows), dx.reshape(rows))
    return dx
