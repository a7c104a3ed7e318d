"""What the figures share that run a trained network on an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import _random
from cnnlib.models import Sequential
from cnnlib.wasm import export_network
from cnnlib.widgets._figure import Array, Figure, Text, Whole, finite, to_page

LARGEST = 2_000_000  # bytes of weights that a page loads unasked
MOST_IMAGES = 100
LEVELS = (1, 16, 255)  # an image of so many steps from 0 to 1 is sent as whole numbers


def exported(
    model: Sequential, classes: Sequence[str] | None, allow_large: bool = False
) -> dict[str, Any]:
    """A network for images as the page gets it, {"spec", "weights"}; an error if it cannot."""
    spec, weights = export_network(model, classes)
    if len(spec["input_shape"]) != 3:
        raise ValueError(
            f"`model` must take images (h, w, c); its samples have shape "
            f"{tuple(spec['input_shape'])}."
        )
    if weights.nbytes > LARGEST and not allow_large:
        raise ValueError(
            f"`model` must have at most {LARGEST / 1e6:g} MB of weights, for every reader of "
            f"the page loads them; got {weights.nbytes / 1e6:.1f} MB. GlobalAveragePooling2D "
            "instead of Flatten makes most networks small enough; or say allow_large=True."
        )
    return {"spec": spec, "weights": to_page(weights)}


def copied(model: Sequential) -> Sequential:
    """A model with weights of its own: it stays as it is while the other trains on."""
    with _random.seeded(0):  # its weights are replaced
        copy = Sequential.from_config(model.get_config())
        copy.build(model.input_shape)
    copy.set_weights(model.get_weights())
    return copy


def packed_images(images: ArrayLike, shape: tuple[int, ...]) -> dict[str, Any]:
    """Images of a shape as they are sent: whole numbers if that loses nothing."""
    array = finite(images, "images").astype(np.float32)
    if array.shape[1:] != shape or not 1 <= len(array) <= MOST_IMAGES:
        raise ValueError(
            f"`images` must be 1 to {MOST_IMAGES} images of the model's shape {shape}; "
            f"got {array.shape}."
        )
    for levels in LEVELS:
        whole = (array * levels).round().clip(0, 255).astype(np.uint8)
        if (whole.astype(np.float32) / np.float32(levels) == array).all():
            return {"images": whole, "levels": levels, "sample": 0}
    return {"images": array, "sample": 0}


class NetworkFigure(Figure):
    """A figure with a network, and a choice of images for it.

    A subclass sets ``_shape``, the shape of an image, before anything else.
    """

    _once: tuple[str, ...] = ("images", "levels")
    _shape: tuple[int, ...]
    images, levels = Array(optional=True), Whole(0, 0, 255)  # levels 0: the numbers as they are
    sample = Whole(-1, -1, MOST_IMAGES - 1)  # which of the images; -1: the reader's own
    strokes = Text()  # a drawing
    own = Array(lambda value: finite(value, "image").astype(np.float32), optional=True)

    @property
    def image(self) -> NDArray[np.float32]:
        """The image that is shown, float32 (h, w, c); zeros if there is none yet.

        Setting it shows an image of one's own, (h, w, c), (1, h, w, c), or (h, w) if it is gray.
        """
        if self.sample >= 0 and self.images is not None:
            chosen = self.images[self.sample].astype(np.float32)
            return chosen / np.float32(self.levels) if self.levels else chosen
        own: NDArray[np.float32] | None = self.own
        return np.zeros(self._shape, np.float32) if own is None else own

    @image.setter
    def image(self, image: ArrayLike) -> None:
        own = self._checked(image)
        with self.hold_sync():
            self.own, self.strokes, self.sample = own, "", -1

    def _given(self, image: ArrayLike | None, images: ArrayLike | None) -> dict[str, Any]:
        """The state with these images, and one to begin with."""
        state = {} if images is None else packed_images(images, self._shape)
        if image is not None or images is None:
            state |= {"own": None if image is None else self._checked(image), "sample": -1}
        return state

    def _checked(self, image: ArrayLike) -> NDArray[np.float32]:
        """One image in the shape of the model's."""
        wanted, array = self._shape, finite(image, "image")
        shapes = {wanted, (1, *wanted)} | ({wanted[:2]} if wanted[2] == 1 else set())
        if array.shape not in shapes:
            raise ValueError(f"`image` must have the model's shape {wanted}; got {array.shape}.")
        return array.reshape(wanted).astype(np.float32, copy=False)

    @traitlets.validate("own")
    def _check_own(self, proposal: dict[str, Any]) -> NDArray[np.float32] | None:
        return None if proposal["value"] is None else self._checked(proposal["value"])

    @traitlets.validate("sample")
    def _check_sample(self, proposal: dict[str, Any]) -> int:
        sample, count = proposal["value"], 0 if self.images is None else len(self.images)
        if sample >= count:
            raise ValueError(f"`sample` must be -1 to {count - 1}, the last image; got {sample}.")
        return int(sample)
