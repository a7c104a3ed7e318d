"""Activation functions by name, and the layers that consist of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnlib import ops
from cnnlib.layers.base import Array, Layer, Saved, Shape, number_from

Function = Callable[..., Array]

#: name -> (the function, its gradient)
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "relu": (ops.relu, ops.relu_backward),
    "leaky_relu": (ops.leaky_relu, ops.leaky_relu_backward),
    "sigmoid": (ops.sigmoid, ops.sigmoid_backward),
    "tanh": (ops.tanh, ops.tanh_backward),
    "softmax": (ops.softmax, ops.softmax_backward),
}


def activation_name(identifier: str | Function | None) -> str:
    """The name of an activation given by its name or as a function of :mod:`cnnlib.ops`.

    Raises:
        ValueError: If there is no such activation: its gradient would not be known.

    Example:
        >>> activation_name(None), activation_name("relu"), activation_name(ops.tanh)
        ('linear', 'relu', 'tanh')
    """
    if identifier is None or identifier == "linear":
        return "linear"
    for name, (function, _) in ACTIVATIONS.items():
        if identifier == name or identifier is function:
            return name
    names = ", ".join(["linear", *ACTIVATIONS])
    raise ValueError(f"`activation` must be one of {names}; got {identifier!r}.")


def activate(name: str, z: Array) -> Array:
    """The activation of this name."""
    return z if name == "linear" else ACTIVATIONS[name][0](z)


def activate_backward(name: str, dy: Array, z: Array) -> Array:
    """The gradient by the activation's input ``z``."""
    return dy if name == "linear" else ACTIVATIONS[name][1](dy, z)


class _Elementwise(Layer):
    """A layer without weights whose output has the shape of its input."""

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)


class Activation(_Elementwise):
    """Applies an activation function.

    Args:
        activation: ``"relu"``, ``"leaky_relu"``, ``"sigmoid"``, ``"tanh"``, ``"softmax"`` or
            ``"linear"``, or a function of :mod:`cnnlib.ops`.

    Input shape:
        Any.

    Output shape:
        The same.

    Example:
        >>> Activation("relu")([[-1.0, 2.0]])
        array([[0., 2.]], dtype=float32)

    References:
        https://keras.io/api/layers/core_layers/activation/
    """

    def __init__(self, activation: str | Function, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activation_name(activation)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        return activate(self.activation, x), x

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return activate_backward(self.activation, dy, saved)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": self.activation}


class ReLU(_Elementwise):
    """max(0, x), or with a slope for negative numbers.

    Args:
        negative_slope: What to multiply negative numbers by.

    Example:
        >>> ReLU()([[-1.0, 2.0]])
        array([[0., 2.]], dtype=float32)

    References:
        https://keras.io/api/layers/activation_layers/relu/
    """

    _left_out = {"max_value": (None,), "threshold": (0, 0.0)}

    def __init__(self, negative_slope: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative_slope = number_from(negative_slope, "negative_slope", 0)

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        if self.negative_slope == 0:
            return ops.relu(x), x
        return ops.leaky_relu(x, self.negative_slope), x

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        if self.negative_slope == 0:
            return ops.relu_backward(dy, saved)
        return ops.leaky_relu_backward(dy, saved, self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "negative_slope": self.negative_slope}


class LeakyReLU(ReLU):
    """x where it is positive, ``negative_slope * x`` elsewhere: no unit can die.

    Args:
        negative_slope: What to multiply negative numbers by.

    Example:
        >>> LeakyReLU()([[-1.0, 2.0]])
        array([[-0.3,  2. ]], dtype=float32)

    References:
        https://keras.io/api/layers/activation_layers/leaky_relu/
    """

    _left_out = {}

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(negative_slope, **kwargs)


class Softmax(_Elementwise):
    """Turns the last axis into probabilities.

    Example:
        >>> Softmax()([[0.0, 0.0]])
        array([[0.5, 0.5]], dtype=float32)

    References:
        https://keras.io/api/layers/activation_layers/softmax/
    """

    _left_out = {"axis": (-1,)}

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        return ops.softmax(x), x

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array:
        return ops.softmax_backward(dy, saved)
