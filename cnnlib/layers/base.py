"""What all layers share: a name, weights that appear once the input's shape is known, two passes.

A layer turns an input into an output (forward) and the gradient by its output into the gradient by
its input (backward). On the way back it leaves the gradients by its own weights in ``grads``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import initializers

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int | None, ...]
#: What the forward pass keeps for the backward pass.
Saved: TypeAlias = Any

DTYPES = ("float32", "float64")


def check_dtype(dtype: Any) -> str:
    """Return ``"float32"`` or ``"float64"``, or raise a ``ValueError`` that names the two."""
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = None
    if name not in DTYPES:
        raise ValueError(f"`dtype` must be 'float32' or 'float64'; got {dtype!r}.")
    return str(name)


def check_input_shape(shape: Sequence[int | None]) -> tuple[int, ...]:
    """Check a shape without the batch axis: positive integers."""
    try:
        sides = tuple(shape)
    except TypeError:
        sides = ()
    good = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in sides)
    if not sides or not good or min(sides) < 1:  # type: ignore[type-var, operator]
        raise ValueError(f"`input_shape` must be positive integers, batch left out; got {shape!r}.")
    return tuple(int(n) for n in sides)  # type: ignore[arg-type]


def real_array(value: ArrayLike, name: str) -> Array:
    """The value as an array, or an error if it is none or holds anything but real numbers."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # parts of different shapes
        raise ValueError(f"`{name}` must be an array; NumPy says: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"`{name}` must hold real numbers; got dtype {array.dtype}.")
    return array


class Spent(dict[str, Array]):
    """The gradients of a layer of which an optimizer took one before it was written."""

    def __missing__(self, name: str) -> Array:
        raise KeyError(
            f"the gradient by {name!r} went straight into the optimizer and was not kept; "
            "forward() and backward() keep every gradient"
        )


class Layer:
    """A step of a network.

    Args:
        name: The name in a summary; the model chooses one if left out.
        trainable: Whether an optimizer changes the weights.
        dtype: ``"float32"`` or ``"float64"``; the model's if left out.
        input_shape: Shape of one sample (no batch axis), for the first layer of a model.

    Attributes:
        params: The weights by name, such as ``{"kernel": ..., "bias": ...}``.
        grads: The gradients by the weights after a backward pass, under the same names.
        input_shape: The input's shape with None for the batch, once built.
        output_shape: The output's shape, likewise.
    """

    #: Arguments Keras has and cnnlib has not, with the values that ask for nothing.
    _left_out: dict[str, tuple[Any, ...]] = {}
    #: Names of weights that are not learned by gradient, such as a moving mean.
    _statistics: tuple[str, ...] = ()

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        input_shape: Sequence[int | None] | None = None,
        **left_out: Any,
    ) -> None:
        for argument, value in left_out.items():
            if argument not in self._left_out:
                raise TypeError(f"{type(self).__name__} has no argument `{argument}`.")
            if value not in self._left_out[argument]:
                raise ValueError(
                    f"{type(self).__name__}: `{argument}` is left out of cnnlib and must be "
                    f"{' or '.join(map(repr, self._left_out[argument]))}; got {value!r}."
                )
        self.name = name
        self.trainable = trainable
        self.dtype = None if dtype is None else check_dtype(dtype)
        self.built = False
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self.requested_shape = None if input_shape is None else check_input_shape(input_shape)
        self._input_shape: Shape | None = None
        self._saved: Saved = None

    # ------------------------------------------------------------------ what a layer must say
    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The output's shape for this input shape; both start with the batch (None)."""
        raise NotImplementedError

    def _forward(self, x: Array, training: bool) -> tuple[Array, Saved]:
        """The output, and what the backward pass will need. Must not change x."""
        raise NotImplementedError

    def _backward(self, dy: Array, saved: Saved, input_gradient: bool) -> Array | None:
        """Set ``grads`` and return the gradient by the input (None if it is not wanted)."""
        raise NotImplementedError

    def _build(self, input_shape: Shape) -> None:
        """Make the weights."""

    # ------------------------------------------------------------------------------- build, run
    def build(self, input_shape: Sequence[int | None]) -> None:
        """Check the input's shape (batch first) and make the weights; once."""
        if self.built:
            return
        shape = (None, *check_input_shape(tuple(input_shape)[1:]))
        self.compute_output_shape(shape)
        self.dtype = self.dtype or "float32"
        self._build(shape)
        self._input_shape, self.built = shape, True

    def add_weight(
        self, name: str, shape: tuple[int, ...], initializer: initializers.Initializer
    ) -> None:
        """Make a weight."""
        self.params[name] = initializer(shape, self.dtype)

    def _input(self, x: ArrayLike) -> Array:
        """The input as an array of this layer's dtype; builds the layer if need be."""
        array = real_array(x, "x")
        if array.ndim < 2 or array.size == 0:
            raise ValueError(
                f"The input must have a batch axis first and not be empty; got shape {array.shape}."
            )
        self.build(array.shape)
        if array.shape[1:] != self.input_shape[1:]:
            raise ValueError(
                f"Layer {self.label!r} was built for samples of shape {self.input_shape[1:]}; "
                f"got {array.shape[1:]}."
            )
        return np.ascontiguousarray(array, self.dtype)

    def __call__(self, x: ArrayLike, training: bool = False) -> Array:
        """Compute the output, and keep nothing. x (s, ...) -> (s, ...)."""
        return self._forward(self._input(x), training)[0]

    def forward(self, x: ArrayLike, training: bool = False) -> Array:
        """Compute the output, and keep what :meth:`backward` needs. x (s, ...) -> (s, ...)."""
        y, saved = self._forward(self._input(x), training)
        self._saved = (y.shape, saved)
        return y

    def backward(self, dy: ArrayLike, input_gradient: bool = True) -> Array | None:
        """Turn the gradient by the output of the last :meth:`forward` into that by its input.

        Args:
            dy: Gradient by the output, in its shape.
            input_gradient: False spares the work where nobody asks for the result.

        Returns:
            The gradient by the input, in its shape (None without ``input_gradient``). The gradients
            by the weights are in ``grads``.

        Raises:
            RuntimeError: If there was no forward pass.
            ValueError: If ``dy`` does not have the shape of the output.
        """
        if self._saved is None:
            raise RuntimeError(f"backward() needs a forward() before it; {self.label!r} had none.")
        (shape, saved), gradient = self._saved, real_array(dy, "dy")
        if gradient.shape != shape:
            raise ValueError(f"`dy` must have the output's shape {shape}; got {gradient.shape}.")
        return self._backward(np.ascontiguousarray(gradient, self.dtype), saved, input_gradient)

    def forget(self) -> None:
        """Drop what the forward pass kept."""
        self._saved = None

    # ------------------------------------------------------------------------------ description
    @classmethod
    def default_name(cls) -> str:
        """Keras's name for a layer of this class, such as ``conv2d``."""
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", cls.__name__)
        return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()

    @property
    def label(self) -> str:
        """The name, or the class's while there is none."""
        return self.name or self.default_name()

    @property
    def input_shape(self) -> Shape:
        """The input's shape, batch (None) first."""
        if self._input_shape is None:
            raise ValueError(f"Layer {self.label!r} has no shapes yet: build it or call it first.")
        return self._input_shape

    @property
    def output_shape(self) -> Shape:
        """The output's shape, batch (None) first."""
        return self.compute_output_shape(self.input_shape)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.label}, built={self.built}>"

    # ---------------------------------------------------------------------------------- weights
    @property
    def kernel(self) -> Array | None:
        """The array of weights called kernel, if the layer has one."""
        return self.params.get("kernel")

    @property
    def bias(self) -> Array | None:
        """The array of weights called bias, if the layer has one."""
        return self.params.get("bias")

    @property
    def weights(self) -> list[Array]:
        """All weights, in the order in which Keras has them."""
        return list(self.params.values())

    @property
    def trainable_names(self) -> list[str]:
        """The names of the weights that an optimizer changes."""
        return [name for name in self.params if self.trainable and name not in self._statistics]

    @property
    def trainable_weights(self) -> list[Array]:
        """The weights that an optimizer changes."""
        return [self.params[name] for name in self.trainable_names]

    @property
    def non_trainable_weights(self) -> list[Array]:
        """The weights that it does not."""
        return [array for name, array in self.params.items() if name not in self.trainable_names]

    def count_params(self) -> int:
        """The number of weights."""
        if not self.built:
            raise ValueError(f"Layer {self.label!r} has no weights yet: build it or call it first.")
        return sum(array.size for array in self.params.values())

    def get_weights(self) -> list[Array]:
        """Copies of all weights."""
        return [array.copy() for array in self.params.values()]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Copy numbers into the weights, in the order of :meth:`get_weights`.

        Raises:
            ValueError: If the number of arrays or a shape differs; nothing is changed then.
        """
        arrays = [real_array(array, "weights") for array in weights]
        shapes = [array.shape for array in self.params.values()]
        if [array.shape for array in arrays] != shapes:
            raise ValueError(
                f"Layer {self.label!r} takes weights of shapes {shapes}; "
                f"got {[array.shape for array in arrays]}."
            )
        for target, source in zip(self.params.values(), arrays, strict=True):
            target[...] = source

    # ---------------------------------------------------------------------------- configuration
    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same layer again, as plain data."""
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        """Make a layer from what :meth:`get_config` gave."""
        return cls(**config)


def positive_integer(value: Any, name: str) -> int:
    """Check a number of filters or units."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"`{name}` must be an integer of 1 or more; got {value!r}.")
    return int(value)


def number_from(value: Any, name: str, low: float, below: float = np.inf) -> float:
    """Check a number such as a rate or a slope."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or not low <= value < below:
        limit = "" if below == np.inf else f" and below {below}"
        raise ValueError(f"`{name}` must be a number of at least {low}{limit}; got {value!r}.")
    return float(value)


def image_shape(input_shape: Shape, layer: Layer) -> tuple[int, int, int]:
    """Height, width and channels of an input shape (None, h, w, c)."""
    if len(input_shape) != 4:
        raise ValueError(
            f"{type(layer).__name__} takes images, shape (s, h, w, c); got {tuple(input_shape)}. "
            "An image of gray values has one channel: x[..., None]."
        )
    return input_shape[1:]  # type: ignore[return-value]
