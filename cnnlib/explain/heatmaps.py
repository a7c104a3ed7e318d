"""Three answers to "where does the network look?", each with its own blind spots.

Saliency asks which pixels would change the score if they changed a little; occlusion covers a patch
and measures; Grad-CAM asks which feature maps speak for a class, and where.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cnnlib.explain.passes import (
    ClassIndex,
    activations,
    check_batch,
    chosen,
    gradients,
    scoring_layers,
)
from cnnlib.layers import Conv2D, Layer
from cnnlib.layers.base import Array
from cnnlib.models import Sequential
from cnnlib.shapes import window


def saliency(model: Sequential, x: ArrayLike, class_index: ClassIndex = None) -> Array:
    """How strongly the score of a class reacts to every pixel.

    It is the absolute value of the score's gradient by the pixel, the largest over its channels.

    Args:
        model: A built model that takes images.
        x: Images, shape (s, h, w, c).
        class_index: The class, or one per image; what the model predicts if left out.

    Returns:
        Shape (s, h, w), numbers of 0 or more.

    Raises:
        ValueError: If the model is not built, or an argument breaks a rule.

    Example:
        >>> from cnnlib.layers import Dense, Flatten
        >>> model = Sequential([Flatten(input_shape=(1, 2, 1)), Dense(1)])
        >>> model.set_weights([[[3.0], [-4.0]], [0.0]])
        >>> saliency(model, np.ones((1, 1, 2, 1)))
        array([[[3., 4.]]], dtype=float32)

    References:
        Simonyan, Vedaldi and Zisserman, Deep Inside Convolutional Networks (2014), section 3.1.
    """
    x = check_batch(model, x, images=True)
    return np.abs(gradients(model, x, class_index=class_index).input).max(axis=-1)


def occlusion(
    model: Sequential,
    x: ArrayLike,
    class_index: ClassIndex = None,
    patch_size: int | Sequence[int] = 8,
    strides: int | Sequence[int] = 4,
    fill: float | ArrayLike = 0.0,
) -> Array:
    """How much the score of a class drops when a patch of the image is covered.

    Args:
        model: A built model that takes images.
        x: Images, shape (s, h, w, c).
        class_index: The class, or one per image; what the model predicts (uncovered) if left out.
        patch_size: Rows and columns of the patch.
        strides: Pixels from one patch to the next.
        fill: What the patch is filled with: a number, or one per channel.

    Returns:
        Shape (s, rows, cols), a number per position of the patch:
        ``rows = (h - patch) // stride + 1``. Below 0 where covering helps the class.

    Raises:
        ValueError: If the model is not built, the patch does not fit, or an argument breaks a rule.

    Example:
        >>> from cnnlib.layers import Dense, Flatten
        >>> model = Sequential([Flatten(input_shape=(1, 3, 1)), Dense(1)])
        >>> model.set_weights([[[3.0], [-4.0], [0.0]], [0.0]])
        >>> occlusion(model, np.ones((1, 1, 3, 1)), class_index=1, patch_size=1, strides=1)
        array([[[ 3., -4.,  0.]]], dtype=float32)

    References:
        Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014), section 4.2.
    """
    x = check_batch(model, x, images=True)
    patch = window(x.shape[1:3], patch_size, strides, size_name="patch_size")
    color, shapes = np.asarray(fill), ((), (x.shape[-1],))
    if color.dtype.kind not in "fiub" or color.shape not in shapes or not np.isfinite(color).all():
        raise ValueError(
            f"`fill` must be a finite number, or one for each of {x.shape[-1]} channels; "
            f"got {fill!r}."
        )
    layers = scoring_layers(model)
    scores = _scores(layers, x)
    choice = chosen(scores, class_index)
    drop = np.empty((len(x), *patch.output), x.dtype)
    for i, j in np.ndindex(patch.output):
        top, left = i * patch.strides[0], j * patch.strides[1]
        covered = x.copy()
        covered[:, top : top + patch.size[0], left : left + patch.size[1]] = color
        drop[:, i, j] = ((scores - _scores(layers, covered)) * choice).sum(axis=1)
    return drop


def _scores(layers: list[Layer], x: Array) -> Array:
    for layer in layers:
        x = layer(x)
    return x


def grad_cam(
    model: Sequential,
    x: ArrayLike,
    class_index: ClassIndex = None,
    layer: str | Layer | None = None,
) -> Array:
    """Where the feature maps that speak for a class are active.

    Every feature map is weighted by the mean of the score's gradient over it; the maps are added,
    what is negative becomes 0, and the result is stretched to the image's size (bilinear).

    Args:
        model: A built model that takes images.
        x: Images, shape (s, h, w, c).
        class_index: The class, or one per image; what the model predicts if left out.
        layer: The layer whose output is used, or its name; the last Conv2D if left out.

    Returns:
        Shape (s, h, w), numbers of 0 or more, in units of the score: not scaled to 1.

    Raises:
        ValueError: If there is no such layer, its output is not feature maps, or an argument breaks
            a rule.

    Example:
        >>> from cnnlib.layers import Dense, GlobalAveragePooling2D
        >>> model = Sequential([Conv2D(2, 1, input_shape=(1, 2, 1)), GlobalAveragePooling2D()])
        >>> model.add(Dense(1))
        >>> model.set_weights([[[[[1.0, -1.0]]]], [0.0, 0.0], [[2.0], [0.0]], [0.0]])
        >>> grad_cam(model, [[[[3.0], [-5.0]]]], class_index=1)  # (2 / 2 pixels) * 3, and 0 for -5
        array([[[3., 0.]]], dtype=float32)

    References:
        Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks (2017), section 3.
    """
    x = check_batch(model, x, images=True)
    name = _map_layer(model, layer).label
    slopes = gradients(model, x, class_index=class_index).activations[name]
    maps = activations(model, x)[name]
    weights = slopes.mean(axis=(1, 2), keepdims=True)
    return resize(np.maximum((weights * maps).sum(axis=-1), 0), (x.shape[1], x.shape[2]))


def _map_layer(model: Sequential, layer: str | Layer | None) -> Layer:
    """The layer for Grad-CAM, or an error that says what it must be."""
    if layer is None:
        found = [other for other in model.layers if isinstance(other, Conv2D)]
        if not found:
            raise ValueError("grad_cam() needs a Conv2D in the model, or a `layer`; there is none.")
        return found[-1]
    wanted = model.get_layer(layer) if isinstance(layer, str) else layer
    if not any(wanted is other for other in model.layers):
        raise ValueError(f"`layer` must be a layer of the model, or its name; got {layer!r}.")
    if len(wanted.output_shape) != 4:
        raise ValueError(
            "`layer` must put out feature maps, shape (s, h, w, c); "
            f"{wanted.label!r} puts out {wanted.output_shape}."
        )
    return wanted


def resize(maps: Array, size: tuple[int, int]) -> Array:
    """Stretch maps (s, h, w) to another size (bilinear). A pixel's value sits in its middle.

    Example:
        >>> resize(np.array([[[0.0, 4.0]]]), (1, 4))
        array([[[0., 1., 3., 4.]]])
    """
    for axis, length in zip((1, 2), size, strict=True):
        old = maps.shape[axis]
        at = np.clip((np.arange(length) + 0.5) * old / length - 0.5, 0, old - 1)
        below = at.astype(int)
        above = np.minimum(below + 1, old - 1)
        share = (at - below).astype(maps.dtype)
        share = share[:, None] if axis == 1 else share
        maps = maps.take(below, axis) * (1 - share) + maps.take(above, axis) * share
    return maps
