"""BatchNormalization: keeps the numbers between layers at a size that is easy to learn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnlib import initializers, ops
from cnnlib.layers.activations import _Elementwise
from cnnlib.layers.base import Array, Saved, Shape, number_from

FIRST = {"gamma": "ones", "beta": "zeros", "moving_mean": "zeros", "moving_variance": "ones"}


class BatchNormalization(_Elementwise):
    """Gives every channel mean 0 and variance 1, then a scale and a shift that it learns.

    While training the mean and the variance are those of the batch, and moving averages of them
    are kept; otherwise these are used. A layer with ``trainable = False`` always uses them, as in
    Keras.

    Args:
        momentum: How much of the moving averages stays at every step.
        epsilon: Keeps the division finite.
        center: Whether to learn a shift (``beta``).
        scale: Whether to learn a scale (``gamma``).

    Input shape:
        (..., c).

    Output shape:
        The same.

    Example:
        >>> layer = BatchNormalization(epsilon=0.0)
        >>> layer(np.array([[1.0], [3.0]]), training=True).ravel()
        array([-1.,  1.], dtype=float32)

    References:
        Ioffe and Szegedy, Batch Normalization (2015);
        https://keras.io/api/layers/normalization_layers/batch_normalization/
    """

    _left_out = {
        "axis": (-1,),
        "beta_initializer": ("zeros",),
        "gamma_initializer": ("ones",),
        "moving_mean_initializer": ("zeros",),
        "moving_variance_initializer": ("ones",),
        "beta_regularizer": (None,),
        "gamma_regularizer": (None,),
        "beta_constraint": (None,),
        "gamma_constraint": (None,),
        "renorm": (False,),
        "synchronized": (False,),
    }
    _statistics = ("moving_mean", "moving_variance")

    def __init__(
        self,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = number_from(momentum, "momentum", 0, 1)
        self.epsilon = number_from(epsilon, "epsilon", 0)
        self.center, self.scale = bool(center), bool(scale)

    def _build(self, input_shape: Shape) -> None:
        channels = input_shape[-1]
        assert channels is not None
        wanted = {"gamma": self.scale, "beta": self.center}
        for name, first in FIRST.items():
            if wanted.get(name, True):
                self.add_weight(name, (channels,), initializers.get(first))

    def _scale_and_shift(self) -> tuple[Array, Array]:
        mean = self.params["moving_mean"]
        ones, zeros = np.ones_like(mean), np.zeros_like(mean)
        return self.params.get("gamma", ones), self.params.get("beta", zeros)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        of_batch = training and self.trainable
        if of_batch:
            mean, variance = ops.moments(x)
            for name, value in (("moving_mean", mean), ("moving_variance", variance)):
                moving = self.params[name]
                moving += (value - moving) * moving.dtype.type(1 - self.momentum)
        else:
            mean = self.params["moving_mean"].copy()
            variance = self.params["moving_variance"].copy()
        gamma, beta = self._scale_and_shift()
        y = ops.batch_norm(x, gamma, beta, mean, variance, self.epsilon)
        return y, (x, mean, variance, of_batch)

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        x, mean, variance, of_batch = saved
        gamma, _ = self._scale_and_shift()
        dx, dgamma, dbeta = ops.batch_norm_backward(dy, x, gamma, mean, variance, self.epsilon)
        if not of_batch:  # mean and variance are constants then
            dx = dy * (gamma / np.sqrt(variance + x.dtype.type(self.epsilon)))
        self.grads = {
            name: value
            for name, value in (("gamma", dgamma), ("beta", dbeta))
            if name in self.params
        }
        return dx

    def get_config(self) -> dict[str, Any]:
        names = ("momentum", "epsilon", "center", "scale")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
