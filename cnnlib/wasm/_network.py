"""A network as plain data: what a page needs to run a Sequential model, forward and backward.

The page has the kernels; what it lacks is which of them to call in which order, on arrays of which
shapes, with which weights. All that has been worked out already when a model is built, so it is
written down here once instead of being worked out again in JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The layers that ``layers.js`` can run.
LAYERS = (
    *("Activation", "AveragePooling2D", "BatchNormalization", "Conv2D", "Dense", "Dropout"),
    *("Flatten", "GlobalAveragePooling2D", "LeakyReLU", "MaxPooling2D", "ReLU", "Softmax"),
    "ZeroPadding2D",
)


class Network(NamedTuple):
    """What :func:`export_network` gives, and what ``network.js`` takes.

    Attributes:
        spec: Plain data, fit for JSON. ``input_shape`` is the shape of one sample. Each entry of
            ``layers`` has a ``class_name``, the layer's ``config``, its ``output_shape`` (of one
            sample), its ``weights`` (``name``, ``shape``, whether ``trainable``, and the ``offset``
            in numbers from the first weight of all) and, where a window slides over the image, the
            ``window`` of :func:`cnnlib.shapes.window`. ``classes`` names the classes, if given.
        weights: All weights one after the other, shape (count,), float32.
    """

    spec: dict[str, Any]
    weights: NDArray[np.float32]


def export_network(model: Any, classes: Sequence[str] | None = None) -> Network:
    """Write a Sequential model down for the page.

    Args:
        model: A built :class:`cnnlib.models.Sequential` of cnnlib's own layers. Its weights become
            float32, in which the page computes.
        classes: What the outputs stand for, for the page to show.

    Returns:
        The network's description and its weights, a copy.

    Raises:
        TypeError: If it is not a Sequential, a layer is not one of cnnlib's, or ``classes`` is no
            list.
        ValueError: If the model is not built, or there are more or fewer ``classes`` than the
            network tells apart.

    Example:
        >>> from cnnlib.layers import Dense, Flatten
        >>> from cnnlib.models import Sequential
        >>> model = Sequential([Flatten(input_shape=(2, 2, 1)), Dense(3, activation="relu")])
        >>> spec, weights = export_network(model)
        >>> [(layer["class_name"], layer["output_shape"]) for layer in spec["layers"]]
        [('Flatten', [4]), ('Dense', [3])]
        >>> [(w["name"], w["shape"], w["offset"]) for w in spec["layers"][1]["weights"]]
        [('kernel', [4, 3], 0), ('bias', [3], 12)]
        >>> weights.shape, weights.dtype
        ((15,), dtype('float32'))
    """
    _check(model)
    arrays = [np.asarray(array, np.float32).ravel() for array in model.weights]
    spec: dict[str, Any] = {"input_shape": model.input_shape[1:], "layers": []}
    offset = 0
    for layer in model.layers:
        spec["layers"].append(_layer(layer, offset))
        offset += layer.count_params()
    if classes is not None:
        spec["classes"] = _classes(classes, model.output_shape[-1])
    plain = json.loads(json.dumps(spec, default=int))  # tuples are lists there
    return Network(plain, np.concatenate([np.empty(0, np.float32), *arrays]))


def _check(model: Any) -> None:
    """Refuse what the page cannot run."""
    if not hasattr(model, "layers") or not hasattr(model, "built"):
        raise TypeError(f"`model` must be a Sequential; got {type(model).__name__}.")
    if not model.built:
        raise ValueError(
            "The model must be built before it can be exported: give the first layer an "
            "`input_shape`, begin with Input, or call build() or fit()."
        )
    for layer in model.layers:
        kind = type(layer)
        if kind.__name__ not in LAYERS or not kind.__module__.startswith("cnnlib.layers."):
            raise TypeError(
                f"The page can run cnnlib's own layers ({', '.join(LAYERS)}); "
                f"got {layer.name!r}, a {kind.__name__}."
            )


def _layer(layer: Any, offset: int) -> dict[str, Any]:
    """One layer as plain data; its weights begin at ``offset``."""
    config = layer.get_config()
    described = {
        "class_name": type(layer).__name__,
        "config": {key: config[key] for key in config if not key.endswith("_initializer")},
        "output_shape": layer.output_shape[1:],
        "weights": [],
    }
    if hasattr(layer, "window"):
        described["window"] = layer.window(layer.input_shape)._asdict()
    for name, array in layer.params.items():
        trainable = name in layer.trainable_names
        described["weights"].append(
            {"name": name, "shape": array.shape, "trainable": trainable, "offset": offset}
        )
        offset += array.size
    return described


def _classes(classes: Sequence[str], outputs: int) -> list[str]:
    """The names of the classes; a network with one output tells two apart."""
    if not isinstance(classes, Iterable):
        raise TypeError(f"`classes` must be a list of names; got {classes!r}.")
    names = [str(name) for name in classes]
    if len(names) != max(outputs, 2):
        raise ValueError(
            f"`classes` must name {max(outputs, 2)} classes, for a network whose last axis is "
            f"{outputs}; got {len(names)}."
        )
    return names
