"""Dense, Flatten and Dropout: the end of a classic network."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from cnnlib import initializers, ops
from cnnlib._random import generator
from cnnlib.layers.activations import (
    Function,
    _Elementwise,
    activate,
    activate_backward,
    activation_name,
)
from cnnlib.layers.base import Array, Layer, Saved, Shape, Spent, number_from, positive_integer
from cnnlib.layers.convolution import WITHOUT_REGULARIZERS
from cnnlib.ops import _tiled
from cnnlib.ops._arrays import column_sums


class Dense(Layer):
    """Connects every input to every output, adds a bias, applies an activation.

    Args:
        units: How many outputs.
        activation: A name such as ``"sigmoid"``; none if left out.
        use_bias: Whether to add a number per output.
        kernel_initializer: What the weights start from.
        bias_initializer: What the bias starts from.

    Input shape:
        (..., c); with more than two axes, each vector along the last one is treated alike.

    Output shape:
        (..., units).

    Example:
        >>> layer = Dense(128)
        >>> layer.build((None, 12544))
        >>> layer.count_params()  # 12544*128 weights and 128 biases
        1605760

    References:
        https://keras.io/api/layers/core_layers/dense/
    """

    _left_out = {"lora_rank": (None,), "lora_alpha": (None,), **WITHOUT_REGULARIZERS}

    def __init__(
        self,
        units: int,
        activation: str | Function | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer | dict[str, Any] = "glorot_uniform",
        bias_initializer: str | initializers.Initializer | dict[str, Any] = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = positive_integer(units, "units")
        self.activation = activation_name(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape[:-1], self.units)

    def _build(self, input_shape: Shape) -> None:
        channels = input_shape[-1]
        assert channels is not None
        self.add_weight("kernel", (channels, self.units), self.kernel_initializer)
        if self.use_bias:
            self.add_weight("bias", (self.units,), self.bias_initializer)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        rows = x.reshape(-1, x.shape[-1])
        z = ops.dense(rows, self.params["kernel"], self.bias)
        z = z.reshape(*x.shape[:-1], self.units)
        return activate(self.activation, z), (x, z)

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array | None:
        x, z = saved
        dz = activate_backward(self.activation, dy, z).reshape(-1, self.units)
        self.grads = {"kernel": ops.dense_weight_gradient(dz, x.reshape(-1, x.shape[-1]))}
        if self.use_bias:
            self.grads["bias"] = column_sums(dz)
        if not input_gradient:
            return None
        return ops.dense_input_gradient(dz, self.params["kernel"]).reshape(x.shape)

    def backward_with_adam(
        self, dy: Array, memory: dict[str, Array], rates: Array, input_gradient: bool
    ) -> Array | None:
        """Go back while Adam changes the kernel, whose gradient is never written.

        Args:
            dy: The gradient by the output.
            memory: What Adam remembers of the kernel.
            rates: The numbers of this step (:meth:`cnnlib.optimizers.Adam.rates`).
            input_gradient: As in ``backward``.

        Returns:
            The gradient by the input, in its shape (None without ``input_gradient``).
        """
        x, z = self._saved[1]
        dz = activate_backward(self.activation, dy, z).reshape(-1, self.units)
        self.grads = Spent({"bias": column_sums(dz)} if self.use_bias else {})
        rows = x.reshape(-1, x.shape[-1])
        kernel, slots = self.params["kernel"], (memory["momentum"], memory["velocity"])
        dx = _tiled.dense_adam(dz, rows, rates, *slots, kernel, input_gradient)
        return None if dx is None else dx.reshape(x.shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": self.activation,
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
        }


class Flatten(Layer):
    """Writes every sample out as one long vector.

    Input shape:
        (s, ...).

    Output shape:
        (s, all of it).

    Example:
        >>> Flatten()(np.zeros((2, 14, 14, 64))).shape
        (2, 12544)

    References:
        https://keras.io/api/layers/reshaping_layers/flatten/
    """

    _left_out = {"data_format": (None, "channels_last")}

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (input_shape[0], prod(input_shape[1:]))  # type: ignore[arg-type]

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        return x.reshape(len(x), -1), x.shape

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return dy.reshape(saved)


class Dropout(_Elementwise):
    """Sets random numbers to 0 while training, so that no unit can rely on another.

    Args:
        rate: The probability of being dropped. What is left is divided by ``1 - rate``, so that the
            expected sum stays the same.
        seed: Makes this layer's choices reproducible.

    Example:
        >>> Dropout(0.5)([[1.0, 2.0]])  # not training: nothing happens
        array([[1., 2.]], dtype=float32)

    References:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014);
        https://keras.io/api/layers/regularization_layers/dropout/
    """

    _left_out = {"noise_shape": (None,)}

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = number_from(rate, "rate", 0, 1), seed
        self._generator = None if seed is None else generator(seed)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        if not training or self.rate == 0:
            return x, 1
        kept = (self._generator or generator()).random(x.shape, np.float32) >= self.rate
        scale = kept.astype(x.dtype) / x.dtype.type(1 - self.rate)
        return x * scale, scale

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return dy * saved

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
