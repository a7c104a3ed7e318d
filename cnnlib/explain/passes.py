"""Forward and backward with every step kept: the numbers a network computes on its way.

The layers that run here are copies that share the model's weights and have a memory of their own:
the model's gradients and what its layers keep for the backward pass stay as they are.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.layers import Activation, Layer, Softmax
from cnnlib.layers.base import Array, real_array
from cnnlib.models import Sequential

ClassIndex = int | ArrayLike | None


@dataclass(frozen=True)
class Gradients:
    """How fast one number (a loss or a score) grows with everything it was computed from.

    Attributes:
        activations: The gradient by every layer's output, under the layer's name, in its shape.
        weights: The gradients by every layer's weights: ``weights["conv2d"]["kernel"]``.
        input: The gradient by the network's input, in its shape.
    """

    activations: dict[str, Array]
    weights: dict[str, dict[str, Array]]
    input: Array


def activations(model: Sequential, x: ArrayLike) -> dict[str, Array]:
    """What every layer puts out.

    Args:
        model: A built model.
        x: A batch, shape (s, h, w, c).

    Returns:
        The layers' outputs by their names, in their order; each (s, ...).

    Raises:
        ValueError: If the model is not built or ``x`` is not a batch of its samples.

    Example:
        >>> from cnnlib.layers import Conv2D, Flatten
        >>> model = Sequential([Conv2D(1, (1, 2), input_shape=(1, 3, 1)), Flatten()])
        >>> model.set_weights([[[[[1.0]], [[1.0]]]], [0.0]])
        >>> maps = activations(model, [[[[1.0], [2.0], [3.0]]]])
        >>> maps["flatten"]
        array([[3., 5.]], dtype=float32)
    """
    y, outputs = check_batch(model, x), {}
    for layer in model.layers:
        y = layer(y)
        outputs[layer.label] = y.copy()
    return outputs


def gradients(
    model: Sequential, x: ArrayLike, y: ArrayLike | None = None, class_index: ClassIndex = None
) -> Gradients:
    """The gradients of one number by every layer's output, every weight and the input.

    They come from the layers' own backward passes, one layer after the other. The number is the
    loss the model was compiled with if ``y`` is given; otherwise it is the score of a class. The
    last layer's output is taken before its sigmoid or softmax then: its gradient is 1 for the class
    and 0 elsewhere.

    Args:
        model: A built model.
        x: A batch, shape (s, h, w, c).
        y: Targets, as for ``fit``.
        class_index: The class, or one per sample; what the model predicts if left out.

    Returns:
        The gradients. Those by the weights are of the mean loss of the batch, or of the sum of its
        scores.

    Raises:
        RuntimeError: If ``y`` is given and the model is not compiled.
        ValueError: If both ``y`` and ``class_index`` are given or an argument breaks a rule.

    Example:
        >>> from cnnlib.layers import Dense
        >>> model = Sequential([Dense(1, kernel_initializer="ones", input_shape=(2,))])
        >>> found = gradients(model, [[3.0, 4.0]], class_index=1)
        >>> found.weights["dense"]["kernel"].ravel(), found.input  # dw = x, dx = w
        (array([3., 4.], dtype=float32), array([[1., 1.]], dtype=float32))

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.5.
    """
    if y is not None and class_index is not None:
        raise ValueError(
            "Give `y` (gradients of the loss) or `class_index` (of a score), not both."
        )
    if y is not None and model.loss is None:
        raise RuntimeError(
            "gradients() of the loss needs a compiled model: call compile() with a loss first."
        )
    batch = check_batch(model, x)
    layers = copies(model) if y is not None else scoring_layers(model)
    output = batch
    for layer in layers:
        output = layer.forward(output)
    if y is not None:
        assert model.loss is not None
        dy = model.loss.gradient(y, output)
    else:
        dy = chosen(output, class_index)
    by_output: dict[str, Array] = {}
    for layer in reversed(layers):
        by_output[layer.label] = dy.copy()
        dy = _backward(layer, dy)
    by_weights = {layer.label: dict(layer.grads) for layer in layers if layer.grads}
    return Gradients(dict(reversed(by_output.items())), by_weights, dy)


def _backward(layer: Layer, dy: Array) -> Array:
    dx = layer.backward(dy)
    assert dx is not None
    return dx


def check_batch(model: Sequential, x: ArrayLike, images: bool = False) -> Array:
    """A batch in the model's dtype, or an error that says what a batch for this model is."""
    check_built(model)
    wanted = model.input_shape[1:]
    if images and len(wanted) != 3:
        raise ValueError(
            f"The model must take images (s, h, w, c); its samples have shape {wanted}."
        )
    array = real_array(x, "x")
    if array.shape[1:] != wanted or array.size == 0:
        hint = (
            " A single sample becomes a batch of one by x[None]." if array.shape == wanted else ""
        )
        sides = ", ".join(map(str, wanted))
        raise ValueError(f"`x` must be a batch of shape (s, {sides}); got {array.shape}.{hint}")
    with np.errstate(over="ignore"):
        batch = np.ascontiguousarray(array, model.dtype)
    if not np.isfinite(batch).all():
        raise ValueError(f"`x` must be finite as {model.dtype}; got NaN or infinity among them.")
    return batch


def check_built(model: Sequential) -> None:
    """Raise an error if it is no model, or has no weights yet."""
    if not isinstance(model, Sequential):
        raise TypeError(f"`model` must be a Sequential; got {type(model).__name__}.")
    if not model.built:
        raise ValueError(
            "The model must be built before it can be explained: give the first layer an "
            "`input_shape`, begin with Input, or call build() or fit()."
        )


def copies(model: Sequential) -> list[Layer]:
    """The model's layers: the same weights, another memory."""
    layers = [copy(layer) for layer in model.layers]
    for layer in layers:
        layer.grads = {}
        layer.forget()
    return layers


def scoring_layers(model: Sequential) -> list[Layer]:
    """Copies of the layers that end with the scores: without a last sigmoid or softmax."""
    layers = copies(model)
    last: Any = layers[-1]
    if isinstance(last, Softmax):
        layers[-1] = Activation("linear", name=last.name, dtype=last.dtype)
    elif getattr(last, "activation", None) in ("sigmoid", "softmax"):
        last.activation = "linear"
    return layers


def chosen(scores: Array, class_index: ClassIndex) -> Array:
    """The gradient of the chosen scores by all scores (s, classes): 1 for the class, 0 elsewhere.

    Example:
        >>> chosen(np.array([[2.0, 5.0, 1.0]]), None)  # the largest is predicted
        array([[0., 1., 0.]])
        >>> chosen(np.array([[-3.0], [4.0]]), None)  # one output: class 0 below 0, class 1 above
        array([[-1.],
               [ 1.]])
    """
    if scores.ndim != 2:
        raise ValueError(
            "A score needs a network with one output per class, shape (s, classes); "
            f"got {scores.shape}."
        )
    samples, outputs = scores.shape
    classes = max(outputs, 2)
    if class_index is None:
        index = scores.argmax(axis=1) if outputs > 1 else (scores[:, 0] > 0).astype(int)
    else:
        index = np.asarray(class_index)
        if index.dtype.kind not in "iu" or index.shape not in ((), (samples,)):
            raise ValueError(
                f"`class_index` must be an integer, or one per sample; got {class_index!r}."
            )
        if index.min() < 0 or index.max() >= classes:
            raise ValueError(f"`class_index` must be from 0 to {classes - 1}; got {class_index!r}.")
    one_hot = np.eye(classes, dtype=scores.dtype)[np.broadcast_to(index, samples)]
    return one_hot if outputs > 1 else one_hot[:, 1:] - one_hot[:, :1]
