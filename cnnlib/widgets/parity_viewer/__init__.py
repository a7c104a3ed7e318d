"""The same weights in Keras and in cnnlib: every number of both, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib.models import Sequential
from cnnlib.widgets._figure import Array, Choice, Figure, Whole, finite
from cnnlib.widgets._network_figure import copied, exported, packed_images
from cnnlib.widgets.parity_viewer._compare import Difference, compare, first_beyond
from cnnlib.widgets.parity_viewer._faults import FAULTS, broken, possible
from cnnlib.widgets.parity_viewer._passes import Part, keras_passes, loss_of, parts_of, passes
from cnnlib.widgets.parity_viewer._still import draw_still, shown_as

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

MOST = 4_000_000  # bytes of Keras's numbers that every reader of the page loads
SAID = {
    "none": "Nothing is broken.",
    "flip": "All kernels are turned by 180°.",
    "padding": "'same' puts its zeros before the image, as PyTorch does.",
    "colors": "The image comes as blue, green, red.",
    "order": "The dense layer's weights are in the order of channels first.",
    "epsilon": "Batch normalization has PyTorch's epsilon, 0.00001.",
}


class ParityViewer(Figure):
    """One network in Keras and in cnnlib, number by number.

    Keras runs once, when the figure is made: it gets the model's weights, and what each of its
    layers puts out for the images is kept in the figure. The page computes the same with the
    library's kernels, shows both and their difference, and can break something on purpose.

    Args:
        model: A built model that takes images. The figure keeps a copy of its weights.
        images: Images to choose from, shape (s, h, w, c).
        labels: Their classes, shape (s,). With them the gradients of the loss are compared, too;
            Keras must then run on JAX, otherwise only outputs are.
        fault: What is broken: one of ``"none"``, ``"flip"`` (kernels), ``"padding"``, ``"colors"``,
            ``"order"`` (of the flattened numbers), ``"epsilon"``.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ImportError: If Keras is not installed.
        TypeError: If the model is not a Sequential of cnnlib's layers.
        ValueError: If the model is too large or not built, the images do not fit it, or the fault
            would change nothing in this network.

    Example:
        >>> from cnnlib.layers import Conv2D, Dense, Flatten, Input
        >>> model = Sequential([Input((4, 5, 1)), Conv2D(2, 3), Flatten(), Dense(1)])
        >>> viewer = ParityViewer(model, np.linspace(0, 1, 20).reshape(1, 4, 5, 1))
        >>> viewer.agrees, viewer.begins
        (True, None)
        >>> viewer.fault = "order"
        >>> viewer.agrees, viewer.begins
        (False, 'dense')
    """

    _module = "parity_viewer/parity_viewer.js"
    _once = ("images", "levels", "labels", "network", "outputs", "gradients")
    network = traitlets.Dict().tag(sync=True)  # spec, weights, the loss and the possible faults
    images, levels = Array(), Whole(0, 0, 255)  # levels 0: the numbers as they are
    labels = Array(optional=True)
    outputs, gradients = Array(), Array(optional=True)  # Keras's, a row for each image
    what = Choice("outputs", "gradients")
    fault = Choice(*FAULTS)
    sample, part = Whole(0, 0, 99), Whole(0, 0, 999)
    row, column, channel = (Whole(0, 0, 10**6) for _ in range(3))
    exponent = Whole(-7, -10, 1)  # the difference's scale ends at 10 to its power

    def __init__(
        self,
        model: Sequential,
        images: ArrayLike,
        labels: ArrayLike | None = None,
        fault: str = "none",
        name: str = "parity-viewer",
    ) -> None:
        network = exported(model, None)
        self._model = copied(model)
        given = packed_images(images, tuple(network["spec"]["input_shape"]))
        count = len(given["images"])
        classes = None if labels is None else self._checked(labels, count)
        x = given["images"].astype(np.float32) / np.float32(given.get("levels") or 1)
        outputs, gradients = keras_passes(self._model, x, classes)
        size = outputs.nbytes + (0 if gradients is None else gradients.nbytes)
        if size > MOST:
            raise ValueError(
                f"Keras's numbers must be at most {MOST / 1e6:g} MB, for every reader of the page "
                f"loads them; got {size / 1e6:.1f} MB. Take fewer or smaller images."
            )
        network |= {"faults": possible(model), "loss": "" if classes is None else loss_of(model)}
        self._faults = network["faults"]
        arrays = {"outputs": outputs, "gradients": gradients, "labels": classes}
        super().__init__(name=name, network=network, fault=fault, **given, **arrays)

    def _checked(self, labels: ArrayLike, count: int) -> NDArray[np.int32]:
        classes = finite(labels, "labels")
        loss_of(self._model)
        most = max(self._model.output_shape[-1] or 0, 2)
        whole = classes.dtype.kind in "iu" and classes.shape == (count,)
        if not whole or not ((classes >= 0) & (classes < most)).all():
            raise ValueError(
                f"`labels` must be {count} class numbers from 0 to {most - 1}, one for each "
                f"image; got {labels!r}."
            )
        return classes.astype(np.int32)

    @traitlets.validate("fault")
    def _check_fault(self, proposal: dict[str, Any]) -> str:
        fault = str(proposal["value"])
        if fault not in self._faults:
            raise ValueError(
                f"`fault` must be one of {', '.join(map(repr, self._faults))} for this network; "
                f"got {fault!r}."
            )
        return fault

    @traitlets.validate("sample")
    def _check_sample(self, proposal: dict[str, Any]) -> int:
        sample, count = int(proposal["value"]), len(self.images)
        if sample >= count:
            raise ValueError(f"`sample` must be 0 to {count - 1}, the last image; got {sample}.")
        return sample

    @traitlets.validate("what")
    def _check_what(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] == "gradients" and self.gradients is None:
            raise ValueError("`what` can be 'gradients' if the figure has `labels`, on JAX.")
        return str(proposal["value"])

    # ---------------------------------------------------------------------------------- what is so
    @property
    def image(self) -> NDArray[np.float32]:
        """The image that is shown, float32 (h, w, c)."""
        chosen = self.images[self.sample].astype(np.float32)
        return chosen / np.float32(self.levels or 1)

    @property
    def parts(self) -> list[tuple[str, tuple[int, ...]]]:
        """What is compared: name and shape of each."""
        return [(part.name, part.shape) for part in self._parts()]

    def _parts(self) -> list[Part]:
        return parts_of(self._model, self.what == "gradients")

    def numbers(self) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """What Keras and what cnnlib computed for the image: an array for each part."""
        row = (self.outputs if self.what == "outputs" else self.gradients)[self.sample]
        parts = self._parts()
        ends = np.cumsum([int(np.prod(part.shape)) for part in parts])
        theirs = [a.reshape(p.shape) for a, p in zip(np.split(row, ends), parts, strict=False)]
        model, x = broken(self._model, self.image[None], self.fault)
        labels = self.labels[self.sample, None] if self.what == "gradients" else None
        return theirs, passes(model, x, labels, like=self._model)

    @property
    def differences(self) -> dict[str, tuple[float, float, float]]:
        """The largest difference of each part: itself, relative, in spacings of float32."""
        return dict(self._differences())

    def _differences(self) -> dict[str, Difference]:
        theirs, ours = self.numbers()
        pairs = zip(self._parts(), theirs, ours, strict=True)
        return {part.name: compare(their, our) for part, their, our in pairs}

    @property
    def begins(self) -> str | None:
        """The first layer whose output differs by more than rounding; None if none does."""
        return first_beyond(self._differences(), len(self._model.layers), self.what == "gradients")

    @property
    def agrees(self) -> bool:
        """Whether all parts agree within 0.00001 of their largest number."""
        return all(found.agrees for found in self._differences().values())

    # ---------------------------------------------------------------------------- words and a still
    def describe(self) -> str:
        """Say how far Keras and cnnlib are apart, where that begins, and what is chosen."""
        return f"{SAID[self.fault]} {self._verdict()} {self._chosen()}"

    def _verdict(self) -> str:
        found, backwards = self._differences(), self.what == "gradients"
        begins = first_beyond(found, len(self._model.layers), backwards)
        if begins is None:
            largest = max(difference.relative for difference in found.values())
            return (
                f"Keras and cnnlib agree in all {len(found)} "
                f"{'gradients' if backwards else 'outputs'}: the largest difference is "
                f"{largest:.1e} of an array's largest number."
            )
        where = "From the end back, the" if backwards else "The"
        return (
            f"{where} difference begins at {begins}, with {found[begins].relative:.1e} of its "
            "largest number."
        )

    def _chosen(self) -> str:
        """The chosen number in both."""
        theirs, ours = self.numbers()
        part = min(self.part, len(theirs) - 1)
        maps = [shown_as(array) for array in (theirs[part], ours[part])]
        place = (self.row, self.column, self.channel)
        at = tuple(min(k, side - 1) for k, side in zip(place, maps[0].shape, strict=True))
        values = [f"{array[at]:.9g}" for array in maps]
        name = self._parts()[part].name
        return f"The chosen number of {name} is {values[0]} in Keras and {values[1]} in cnnlib."

    def still(self) -> Still:
        """Draw both outputs of the chosen part, and their difference, above all parts' differences.

        The map and the scale are those of the figure.
        """
        theirs, ours = self.numbers()
        part = min(self.part, len(theirs) - 1)
        name, top = self._parts()[part].name, 10.0**self.exponent
        pair = (theirs[part], ours[part])
        return draw_still(name, pair, self.channel, top, self._differences())
