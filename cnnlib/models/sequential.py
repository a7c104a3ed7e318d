"""Sequential: layers in a row, each the input of the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import layers as layer_classes
from cnnlib.layers import Input, Layer
from cnnlib.layers.base import Array, Shape, check_dtype, check_input_shape, real_array
from cnnlib.models.plan import Plan
from cnnlib.models.summary import summary_text
from cnnlib.models.training import Trainer


class Sequential(Trainer):
    """A model whose layers form a row.

    Args:
        layers: The layers; an :class:`cnnlib.layers.Input` may come first. More can follow by
            :meth:`add`.
        name: What the summary calls it.
        dtype: ``"float32"``, or ``"float64"`` for gradient checks. Whatever comes in is converted.

    Attributes:
        layers: The layers, without the Input.
        built: Whether the weights exist: as soon as the input's shape is known.
        history: The History of the last ``fit``.

    Example:
        >>> from cnnlib.layers import Conv2D, Dense, Flatten, MaxPooling2D
        >>> model = Sequential()
        >>> model.add(Conv2D(32, (3, 3), activation="relu", input_shape=(64, 64, 3)))
        >>> model.add(MaxPooling2D(pool_size=(2, 2)))
        >>> model.add(Flatten())
        >>> model.add(Dense(1, activation="sigmoid"))
        >>> model.output_shape, model.count_params()
        ((None, 1), 31649)

    References:
        https://keras.io/api/models/sequential/
    """

    def __init__(
        self,
        layers: Iterable[Layer | Input] | None = None,
        name: str | None = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        self.name = name or "sequential"
        self.dtype = check_dtype(dtype)
        self.layers: list[Layer] = []
        self._sample_shape: tuple[int, ...] | None = None
        self._stages: Plan | None = None
        for layer in layers or []:
            self.add(layer)

    # -------------------------------------------------------------------------------- structure
    def add(self, layer: Layer | Input) -> None:
        """Append a layer.

        Raises:
            TypeError: If it is not a layer.
            ValueError: If the layer is in the model already, its name is taken, or it cannot take
                the output of the layer before it; the model stays as it was.
        """
        if isinstance(layer, Input):
            if self.layers or self._sample_shape:
                raise ValueError("Input must come before all layers, and once.")
            self._sample_shape, self.dtype = layer.shape, layer.dtype or self.dtype
            return
        if not isinstance(layer, Layer):
            raise TypeError(f"A model is made of layers; got {layer!r}.")
        if any(layer is other for other in self.layers):
            raise ValueError(f"{layer!r} is in this model already; make a new layer.")
        if layer.name is not None and layer.name in {other.name for other in self.layers}:
            raise ValueError(f"Layers must have different names; got {layer.name!r} twice.")
        sample = self._sample_shape
        if not self.layers and layer.requested_shape:
            if sample not in (None, layer.requested_shape):
                raise ValueError(
                    f"`input_shape` must be that of Input, {sample}; got {layer.requested_shape}."
                )
            sample = layer.requested_shape
        if sample:
            self._build_layer(layer, self.output_shape if self.layers else (None, *sample))
            self._sample_shape = sample
        layer.name = layer.name or self._free_name(layer)
        self.layers.append(layer)

    def pop(self) -> Layer:
        """Remove the last layer and return it."""
        if not self.layers:
            raise ValueError("There is no layer to remove.")
        return self.layers.pop()

    def _free_name(self, layer: Layer) -> str:
        taken = {other.name for other in self.layers}
        names = (layer.default_name() + (f"_{k}" if k else "") for k in range(len(taken) + 1))
        return next(name for name in names if name not in taken)

    def _build_layer(self, layer: Layer, input_shape: Shape) -> None:
        layer.compute_output_shape(input_shape)  # an error changes nothing
        layer.dtype = layer.dtype or self.dtype
        layer.build(input_shape)
        if layer.input_shape[1:] != tuple(input_shape)[1:]:
            raise ValueError(
                f"Layer {layer.label!r} was built for samples of shape {layer.input_shape[1:]}; "
                f"got {tuple(input_shape)[1:]}."
            )

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Make all weights, for inputs of this shape (batch first, None will do).

        Raises:
            ValueError: If there is no layer, or one cannot take its input.
        """
        if not self.layers:
            raise ValueError("A model must have a layer before it can be built; got none.")
        sample = check_input_shape(tuple(input_shape)[1:])
        if self._sample_shape not in (None, sample):
            raise ValueError(f"The model was built for {self._sample_shape}; got {sample}.")
        shapes: list[Shape] = [(None, *sample)]
        for layer in self.layers:  # first ask all, so that a refusal leaves the model as it was
            shapes.append(layer.compute_output_shape(shapes[-1]))
        for layer, shape in zip(self.layers, shapes, strict=False):
            self._build_layer(layer, shape)
        self._sample_shape = sample

    @property
    def built(self) -> bool:
        """Do all weights exist?"""
        return bool(self.layers) and all(layer.built for layer in self.layers)

    def _require_built(self, what: str) -> None:
        if not self.built:
            raise ValueError(
                f"{what} needs a built model: give the first layer an `input_shape`, begin with "
                "Input, or call build() or fit()."
            )

    @property
    def input_shape(self) -> Shape:
        """The input's shape, batch (None) first."""
        self._require_built("input_shape")
        return self.layers[0].input_shape

    @property
    def output_shape(self) -> Shape:
        """The output's shape, batch (None) first."""
        self._require_built("output_shape")
        return self.layers[-1].output_shape

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Find a layer by its name or its number.

        Raises:
            ValueError: If there is no such layer, or not exactly one of both is given.
        """
        if (name is None) == (index is None):
            raise ValueError(f"Give `name` or `index`, one of them; got {name!r}, {index!r}.")
        names = [layer.name for layer in self.layers]
        if name is not None:
            if name not in names:
                raise ValueError(
                    f"`name` must be one of {', '.join(map(str, names))}; got {name!r}."
                )
            return self.layers[names.index(name)]
        assert index is not None
        if not -len(names) <= index < len(names):
            raise ValueError(f"`index` must be below {len(names)}; got {index}.")
        return self.layers[index]

    # -------------------------------------------------------------------------------- two passes
    def _samples(self, x: ArrayLike) -> Array:
        """A batch as an array of this model's dtype; builds the model if need be."""
        array = real_array(x, "x")
        if array.ndim < 2 or array.size == 0:
            raise ValueError(
                f"`x` must have a batch axis first and not be empty; got shape {array.shape}."
            )
        if not self.built:
            self.build(array.shape)
        if array.shape[1:] != self.input_shape[1:]:
            raise ValueError(
                f"`x` must hold samples of shape {self.input_shape[1:]}; got {array.shape[1:]}."
            )
        return np.ascontiguousarray(array, self.dtype)

    def __call__(self, x: ArrayLike, training: bool = False) -> Array:
        """Compute the output of a batch, and keep nothing. x (s, ...) -> (s, ...)."""
        y = x = self._samples(x)
        for layer in self.layers:
            y = layer(y, training)
        return _apart(y, x)

    def _plan(self) -> Plan:
        if self._stages is None or self._stages.key != Plan.key_of(self.layers):
            self._stages = Plan(self.layers)
        return self._stages

    def __getstate__(self) -> dict[str, Any]:
        """What a copy needs: all but memory for batches."""
        return self.__dict__ | {"_stages": None}

    def forward(self, x: ArrayLike, training: bool = False) -> Array:
        """Compute the output of a batch, layer by layer, and keep what :meth:`backward` needs."""
        y = x = self._samples(x)
        for layer in self.layers:
            y = layer.forward(y, training)
        return _apart(y, x)

    def backward(self, dy: ArrayLike, input_gradient: bool = True) -> Array | None:
        """Send a gradient back through all layers.

        Args:
            dy: The gradient of some number by the output of the last :meth:`forward`, in its shape.
            input_gradient: False spares the work where only the weights' gradients are wanted.

        Returns:
            The gradient by the input, in its shape (None without ``input_gradient``). The gradients
            by the weights are in ``layer.grads``.

        Raises:
            RuntimeError: If there was no forward pass.
            ValueError: If ``dy`` does not have the shape of the output.
        """
        self._require_built("backward()")
        gradient: Any = real_array(dy, "dy")
        first = 0 if input_gradient else self._first_with_weights()
        for number in reversed(range(len(self.layers))):
            if gradient is None:
                break
            gradient = self.layers[number].backward(gradient, input_gradient or number > first)
        return gradient

    def _first_with_weights(self) -> int:
        learns = [bool(layer.params) for layer in self.layers]
        return learns.index(True) if True in learns else len(learns)

    # ------------------------------------------------------------------------------- description
    def summary(self, print_fn: Callable[[str], Any] | None = None) -> None:
        """Print a table of the layers: name, output shape, number of weights, and the totals."""
        self._require_built("summary()")
        (print_fn or print)(summary_text(self.name, self.layers))

    def __repr__(self) -> str:
        return f"<Sequential name={self.name}, {len(self.layers)} layers, built={self.built}>"

    @property
    def weights(self) -> list[Array]:
        """All weights, layer by layer."""
        return [array for layer in self.layers for array in layer.weights]

    @property
    def trainable_weights(self) -> list[Array]:
        """The weights that training changes, layer by layer."""
        return [array for layer in self.layers for array in layer.trainable_weights]

    def count_params(self) -> int:
        """The number of weights."""
        self._require_built("count_params()")
        return sum(layer.count_params() for layer in self.layers)

    def get_weights(self) -> list[Array]:
        """Copies of all weights, layer by layer, in the order in which Keras has them."""
        return [array for layer in self.layers for array in layer.get_weights()]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Copy numbers into all weights.

        Raises:
            ValueError: If the number of arrays or a shape differs; nothing is changed then.
        """
        self._require_built("set_weights()")
        shapes = [array.shape for array in self.weights]
        arrays = [real_array(array, "weights") for array in weights]
        if [array.shape for array in arrays] != shapes:
            raise ValueError(
                f"The model takes weights of shapes {shapes}; got {[a.shape for a in arrays]}."
            )
        for target, source in zip(self.weights, arrays, strict=True):
            target[...] = source

    # ----------------------------------------------------------------------------- configuration
    def get_config(self) -> dict[str, Any]:
        """What makes the same model again (with new weights), as plain data."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            "input_shape": self._sample_shape,
            "layers": [
                {"class_name": type(layer).__name__, "config": layer.get_config()}
                for layer in self.layers
            ],
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, type[Layer]] | None = None
    ) -> Sequential:
        """Make a model from what :meth:`get_config` gave.

        Args:
            config: The configuration.
            custom_objects: Layer classes of one's own, by their names.

        Raises:
            ValueError: If a layer's class is not known.
        """
        model = cls(name=config["name"], dtype=config["dtype"])
        if config["input_shape"]:
            model.add(Input(config["input_shape"]))
        for item in config["layers"]:
            name = item["class_name"]
            kind = (custom_objects or {}).get(name) or getattr(layer_classes, name, None)
            if not (isinstance(kind, type) and issubclass(kind, Layer)):
                raise ValueError(f"There is no layer class {name!r}: name it in `custom_objects`.")
            model.add(kind.from_config(item["config"]))
        return model

    def save(self, filepath: Any, overwrite: bool = True) -> None:
        """Write the model to a file; :func:`cnnlib.models.load_model` reads it.

        The file has the layout of safetensors: the weights, the optimizer's memory, and the
        configuration as text. It holds no code.

        Args:
            filepath: Where to, such as ``"digits.safetensors"``.
            overwrite: Whether a file that is there may be replaced.

        Raises:
            ValueError: If the model is not built.
            FileExistsError: If there is a file and ``overwrite`` is False.
        """
        from cnnlib.models.saving import save_model

        save_model(self, filepath, overwrite)


def _apart(y: Array, x: Array) -> Array:
    """The output, copied if it is the input's own memory: whoever changes it changes it alone."""
    return y.copy() if np.may_share_memory(y, x) else y
