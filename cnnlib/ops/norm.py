"""Batch normalization, forwards and backwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.kernels import norm as kernels
from cnnlib.ops._arrays import Array, check_shape, column_sums, common_dtype
from cnnlib.ops._memory import empty


def _operands(x: ArrayLike, *channelwise: ArrayLike) -> tuple[Array, ...]:
    """An array (..., c), and arrays (c,), in one dtype."""
    dtype = common_dtype(x, *channelwise)
    arrays = [np.require(np.asarray(a), dtype, ["C", "A", "W"]) for a in (x, *channelwise)]
    if arrays[0].ndim < 2 or arrays[0].size == 0:
        raise ValueError(f"`x` must have 2 axes or more and not be empty; got {arrays[0].shape}.")
    for array, name in zip(arrays[1:], ("mean", "variance", "gamma", "beta"), strict=False):
        check_shape(array, name, arrays[0].shape[-1:], "one number per channel")
    return tuple(arrays)


def moments(x: ArrayLike) -> tuple[Array, Array]:
    """Mean and variance of every channel. x (..., c) -> two arrays (c,).

    The variance is the mean squared deviation (divided by the count, not by the count less one).

    Example:
        >>> moments([[1.0, 5.0], [3.0, 5.0]])
        (array([2., 5.]), array([1., 0.]))
    """
    (x,) = _operands(x)
    rows = x.reshape(-1, x.shape[-1])
    mean = column_sums(rows) / x.dtype.type(len(rows))
    partial = empty((min(len(rows), 64), x.shape[-1]), x.dtype)
    kernels.squared_deviations(rows, mean, partial)
    return mean, partial.sum(axis=0) / x.dtype.type(len(rows))


def batch_norm(
    x: ArrayLike,
    gamma: ArrayLike,
    beta: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    epsilon: float = 1e-3,
) -> Array:
    """``gamma * (x - mean) / sqrt(variance + epsilon) + beta``, channel by channel.

    Args:
        x: Any array with channels last, shape (..., c).
        gamma: Scale per channel, shape (c,).
        beta: Shift per channel, shape (c,).
        mean: What to subtract per channel, shape (c,).
        variance: What to divide by (its square root) per channel, shape (c,).
        epsilon: A small number that keeps the division finite.

    Returns:
        The shape of x.

    Raises:
        ValueError: If a shape does not fit.

    Example:
        >>> batch_norm([[1.0], [3.0]], [10.0], [0.5], [2.0], [1.0], epsilon=0.0)
        array([[-9.5],
               [10.5]])

    References:
        Ioffe and Szegedy, Batch Normalization (2015), algorithm 1.
    """
    x, mean, variance, gamma, beta = _operands(x, mean, variance, gamma, beta)
    y, rows = empty(x.shape, x.dtype), (-1, x.shape[-1])
    kernels.batch_norm(
        x.reshape(rows), gamma, beta, mean, variance, x.dtype.type(epsilon), y.reshape(rows)
    )
    return y


def batch_norm_backward(
    dy: ArrayLike,
    x: ArrayLike,
    gamma: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    epsilon: float = 1e-3,
) -> tuple[Array, Array, Array]:
    """Send a gradient back through :func:`batch_norm`; mean and variance are those of x itself.

    Args:
        dy: The gradient by the output, in the shape of x.
        x: The input of the forward pass, shape (..., c).
        gamma: Scale per channel, shape (c,).
        mean: Mean of x per channel, shape (c,).
        variance: Variance of x per channel, shape (c,).
        epsilon: As in the forward pass.

    Returns:
        The gradients ``dx``, ``dgamma`` and ``dbeta``.

    Example:
        >>> dx, dgamma, dbeta = batch_norm_backward(
        ...     [[1.0], [5.0]], [[1.0], [3.0]], [10.0], [2.0], [1.0], epsilon=0.0)
        >>> dx.ravel(), dgamma, dbeta  # two points are always put at -1 and 1: no gradient
        (array([0., 0.]), array([4.]), array([6.]))

    References:
        Ioffe and Szegedy, Batch Normalization (2015), section 3.
    """
    common_dtype(dy)  # real numbers?
    x, mean, variance, gamma = _operands(x, mean, variance, gamma)
    dy = np.require(np.asarray(dy), x.dtype, ["C", "A", "W"])
    check_shape(dy, "dy", x.shape, "that of the output")
    eps, rows = x.dtype.type(epsilon), (-1, x.shape[-1])
    partial = empty((min(x.size // x.shape[-1], 64), x.shape[-1]), x.dtype)
    kernels.batch_norm_gamma_gradient(
        dy.reshape(rows), x.reshape(rows), mean, variance, eps, partial
    )
    dgamma, dbeta, dx = partial.sum(axis=0), column_sums(dy), empty(x.shape, x.dtype)
    kernels.batch_norm_gradient(
        dy.reshape(rows), x.reshape(rows), gamma, mean, variance, eps, dgamma, dbeta,
        dx.reshape(rows),
    )  # fmt: skip
    return dx, dgamma, dbeta
