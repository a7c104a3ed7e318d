"""The X-ray: a trained network on an image, with every number it computes on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import explain
from cnnlib.models import Sequential
from cnnlib.widgets._figure import Flag, Whole
from cnnlib.widgets._network_figure import NetworkFigure, copied, exported
from cnnlib.widgets.feature_maps._still import draw_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still


class FeatureMaps(NetworkFigure):
    """The X-ray of a network: its input, all feature maps, its prediction, and any number in full.

    The figure is drawn from the model's list of layers, so it takes any Sequential of cnnlib's own
    layers. The page runs it with the library's kernels. Choosing a number shows the pixels it can
    depend on, and the products it is the sum of. A network for images of 8 × 8 × 1 pixels, as in
    :func:`cnnlib.datasets.digits`, gets a pad to draw digits on.

    Args:
        model: A built model that takes images. The figure keeps a copy of its weights: assign
            ``xray.model`` again after further training.
        image: The image to begin with, shape (h, w, c); if left out, the first of ``images``.
        images: Images to choose from, shape (s, h, w, c), at most 100.
        classes: The names of the classes.
        allow_large: Whether a page may load more than 2 MB of weights.
        name: What links to the figure call it: small letters, digits and hyphens.
        title: What stands above it.

    Raises:
        TypeError: If the model is not a Sequential of cnnlib's layers.
        ValueError: If the model is too large or not built, or an image does not fit it. A figure
            that is there stays as it is.

    Example:
        >>> from cnnlib.layers import Conv2D, Flatten
        >>> model = Sequential([Conv2D(1, (1, 2), input_shape=(1, 3, 1)), Flatten()])
        >>> model.set_weights([[[[[-1.0]], [[1.0]]]], [0.0]])
        >>> xray = FeatureMaps(model, image=[[[2.0], [2.0], [9.0]]])
        >>> xray.activations["conv2d"].ravel(), xray.prediction
        (array([0., 7.], dtype=float32), array([0., 7.], dtype=float32))
        >>> print(xray.describe())
        The largest score is 7, of output 1. The unit (0, 1) of map 0 of conv2d is 7; it sees rows \
0 to 0 and columns 1 to 2 of the image.
    """

    _module = "feature_maps/feature_maps.js"
    network = traitlets.Dict().tag(sync=True)
    layer, row, column, channel = (Whole(0, -1, 10**7) for _ in range(4))  # the chosen unit
    alone = Flag()  # each map on its own scale

    def __init__(
        self,
        model: Sequential,
        image: ArrayLike | None = None,
        images: ArrayLike | None = None,
        classes: Sequence[str] | None = None,
        allow_large: bool = False,
        name: str = "feature-maps",
        title: str = "X-ray",
    ) -> None:
        self._allow_large, self._classes = allow_large, classes
        state = self._taken(model) | self._given(image, images)
        super().__init__(name=name, title=title, **state)
        self._choose_brightest()

    @property
    def model(self) -> Sequential:
        """The model as it was given. A new one must take images of the same shape."""
        return self._model

    @model.setter
    def model(self, model: Sequential) -> None:
        if isinstance(model, Sequential) and model.built and model.input_shape[1:] != self._shape:
            raise ValueError(
                f"A new model must take images of the figure's shape {self._shape}; got "
                f"{model.input_shape[1:]}. For other images make another FeatureMaps."
            )
        self.network = self._taken(model)["network"]

    @property
    def activations(self) -> dict[str, NDArray[Any]]:
        """What every layer puts out for the image that is shown, as :func:`explain.activations`."""
        return explain.activations(self._copy, self.image[None])

    @property
    def prediction(self) -> NDArray[Any]:
        """What the last layer puts out, without the axis of samples."""
        last: NDArray[Any] = list(self.activations.values())[-1][0]
        return last

    def describe(self) -> str:
        """Say what the network predicts, and what the chosen unit is and sees."""
        return " ".join(filter(None, (self._predicts(), self._unit_in_words())))

    def still(self) -> Still:
        """Draw the image, all feature maps and the prediction."""
        unit = self._unit()
        field = explain.receptive_field(self._copy)[unit[0]] if unit else None
        seen = field.pixels(*unit[1:3]) if unit and field and field.size else None
        return draw_still(self.image, self.activations, self._names(), seen)

    # ------------------------------------------------------------------------------ what came in
    def _taken(self, model: Sequential) -> dict[str, Any]:
        """Check a model and keep it; the state that shows it."""
        network = exported(model, self._classes, self._allow_large)
        self._copy, spec = copied(model), network["spec"]
        self._model, self._shape = model, tuple(spec["input_shape"])
        self._classes = spec.get("classes")
        return {"network": network}

    def _choose_brightest(self) -> None:
        """Begin with the largest number of the first layer."""
        first = next(iter(self.activations.values()))[0]
        place = np.unravel_index(first.argmax(), first.shape)
        self.row, self.column, self.channel = map(int, (0, 0, *place)[-3:])

    # ---------------------------------------------------------------------------------- in words
    def _predicts(self) -> str:
        values = self.prediction
        if values.ndim != 1:
            return ""
        names = self._names()
        last = getattr(self._copy.layers[-1], "activation", type(self._copy.layers[-1]).__name__)
        if values.size == 1 and last == "sigmoid":
            values = np.array([1 - values[0], values[0]])
        elif values.size == 1 or str(last).lower() not in ("sigmoid", "softmax"):
            return f"The largest score is {values.max():.4g}, of output {values.argmax()}."
        first, second = values.argsort()[::-1][:2]
        return (
            f"The network says {names[first]} ({values[first]:.1%}), then {names[second]} "
            f"({values[second]:.1%})."
        )

    def _names(self) -> Sequence[str]:
        """What the outputs stand for: their numbers, if nobody has said."""
        return self._classes or [str(k) for k in range(max(self.prediction.shape[-1], 2))]

    def _unit(self) -> tuple[int, int, int, int] | None:
        """The chosen unit, if this model has it."""
        place = (self.row, self.column, self.channel)
        if not 0 <= self.layer < len(self._copy.layers):
            return None
        shape = (1, 1, *list(self.activations.values())[self.layer].shape[1:])[-3:]
        inside = all(0 <= at < side for at, side in zip(place, shape, strict=True))
        return (self.layer, *place) if inside else None

    def _unit_in_words(self) -> str:
        unit = self._unit()
        if unit is None:
            return ""
        number, row, column, channel = unit
        field = explain.receptive_field(self._copy)[number]
        maps = self.activations[field.name][0]
        if maps.ndim == 1:
            return f"The unit {channel} of {field.name} is {maps[channel]:.4g}."
        rows, columns = (
            range(side)[part]
            for side, part in zip(self._shape[:2], field.pixels(row, column), strict=True)
        )
        sees = (
            f"rows {rows[0]} to {rows[-1]} and columns {columns[0]} to {columns[-1]} of the image"
            if rows and columns
            else "nothing but padding"
        )
        value = maps[row, column, channel]
        return (
            f"The unit ({row}, {column}) of map {channel} of {field.name} is {value:.4g}; it sees "
            f"{sees}."
        )
