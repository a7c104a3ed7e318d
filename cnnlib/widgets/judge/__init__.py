"""Three explanations of one answer before the judge: which depends on the network at all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import explain
from cnnlib.models import Sequential
from cnnlib.wasm._random import shuffled
from cnnlib.widgets._figure import Choice, Text, Whole
from cnnlib.widgets._network_figure import NetworkFigure, copied, exported
from cnnlib.widgets.judge import _explanations as ex
from cnnlib.widgets.judge._edits import check_edits, edited
from cnnlib.widgets.judge._still import draw_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

TITLES = dict(zip(ex.NAMES, ("saliency", "occlusion", "Grad-CAM"), strict=True))
FILLS = {"black": 0.0, "gray": 0.5, "white": 1.0}


class Judge(NetworkFigure):
    """Saliency, occlusion and Grad-CAM of one answer, side by side, with three tests of them.

    The page computes all three live. Its tests: layers get random weights, from the top, and a rank
    correlation says how much of an explanation is left; the same correlation with the edges of the
    image, which need no network; and pixels are covered from the most important on, to see how fast
    the class's probability falls. Pixels of the image can be painted white or black.

    Args:
        models: A built model that takes images and ends with softmax or sigmoid; or several by
            name, with the same layers, to choose from. The figure keeps copies.
        image: The image to begin with, shape (h, w, c); if left out, the first of ``images``.
        images: Images to choose from, shape (s, h, w, c), at most 100.
        classes: The names of the classes.
        target: The class to explain; -1 for what the network says.
        patch: Rows and columns of the patch of occlusion.
        fill: What covers pixels: ``"black"``, ``"gray"``, ``"white"``, or ``"mean"`` of the image.
        random: How many layers, from the top, have random weights.
        name: What links to the figure call it: small letters, digits and hyphens.
        title: What stands above it.

    Raises:
        TypeError: If a model is not a Sequential of cnnlib's layers.
        ValueError: If a model has no class probabilities or no Conv2D, is too large, or a value
            does not fit it. A figure that is there stays as it is.

    Example:
        >>> from cnnlib.layers import Conv2D, Dense, GlobalAveragePooling2D
        >>> model = Sequential([Conv2D(2, 1, input_shape=(1, 2, 1)), GlobalAveragePooling2D()])
        >>> model.add(Dense(1, activation="sigmoid"))
        >>> model.set_weights([[[[[1.0, -1.0]]]], [0.0, 0.0], [[2.0], [0.0]], [0.0]])
        >>> judge = Judge(model, image=[[[3.0], [-1.0]]], patch=1)
        >>> for name, values in judge.maps.items():
        ...     print(name, values.ravel())
        saliency [1. 1.]
        occlusion [ 3. -1.]
        grad_cam [3. 0.]
    """

    _module = "judge/judge.js"
    _once = (*NetworkFigure._once, "network")
    network = traitlets.Dict().tag(sync=True)
    which = Whole(0, 0, 9)  # of the networks
    target = Whole(-1, -1, 9999)
    layer = Whole(-1, -1, 999)  # of the maps for Grad-CAM; -1: the last Conv2D
    gradient = Choice("plain", "times pixel")
    patch = Whole(2, 1, 64)
    fill = Choice("black", "gray", "white", "mean")
    random = Whole(0, 0, 99)
    seed = Whole(1, 0, 999_999)
    edits = Text()
    brush = Choice("look", "white", "black")  # what the pointer does on the image
    covered = Whole(ex.STEPS // 4, 0, ex.STEPS)  # the step of the deletion test that is shown
    row, column = Whole(0, 0, 10**5), Whole(0, 0, 10**5)  # the pixel that is looked at

    def __init__(
        self,
        models: Sequential | Mapping[str, Sequential],
        image: ArrayLike | None = None,
        images: ArrayLike | None = None,
        classes: Sequence[str] | None = None,
        target: int = -1,
        patch: int = 2,
        fill: str = "black",
        random: int = 0,
        name: str = "judge",
        title: str = "The judge",
    ) -> None:
        named = dict(models) if isinstance(models, Mapping) else {"": models}
        state = self._taken(named, classes) | self._given(image, images)
        state |= {"target": target, "patch": patch, "fill": fill, "random": random}
        middle = {"row": self._shape[0] // 2, "column": self._shape[1] // 2}
        super().__init__(name=name, title=title, **middle, **state)

    # ------------------------------------------------------------------------------ what came in
    def _taken(
        self, named: Mapping[str, Sequential], classes: Sequence[str] | None
    ) -> dict[str, Any]:
        """Check the models and keep copies of them; the state that shows them."""
        if not 1 <= len(named) <= 10:
            raise ValueError(f"`models` must be one to ten models; got {len(named)}.")
        classes = list(classes) if isinstance(classes, Iterable) else classes
        found = [exported(model, classes) for model in named.values()]
        spec = found[0]["spec"]
        kinds = [[(k["class_name"], k["output_shape"]) for k in f["spec"]["layers"]] for f in found]
        if any(kind != kinds[0] or f["spec"]["input_shape"] != spec["input_shape"]
               for kind, f in zip(kinds, found, strict=True)):  # fmt: skip
            raise ValueError("`models` must have the same layers; got models that differ.")
        last = spec["layers"][-1]
        says = last["config"].get("activation", last["class_name"].lower())
        if says not in ("softmax", "sigmoid") or len(last["output_shape"]) != 1:
            raise ValueError(
                "`models` must end with class probabilities, a softmax or a sigmoid; got "
                f"{says}, shape {tuple(last['output_shape'])}."
            )
        if "Conv2D" not in (name for name, _ in kinds[0]):
            raise ValueError("`models` must have a Conv2D, for Grad-CAM; there is none.")
        self._copies = [copied(model) for model in named.values()]
        self._names, self._shape = [str(name) for name in named], tuple(spec["input_shape"])
        outputs = last["output_shape"][0]
        self._classes = spec.get("classes") or [str(k) for k in range(max(outputs, 2))]
        weights = [f["weights"] for f in found]
        return {"network": {"spec": spec, "names": self._names, "weights": weights}}

    @traitlets.validate("which", "target", "layer", "patch", "random", "row", "column")
    def _check_choice(self, proposal: dict[str, Any]) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        models = self._copies
        maps = [k for k, layer in enumerate(models[0].layers) if len(layer.output_shape) == 4]
        options = {
            "which": range(len(models)),
            "target": range(-1, len(self._classes)),
            "layer": [-1, *maps],
            "patch": ex.patch_sizes(self._shape),
            "random": range(len(ex.layers_with_weights(models[0])) + 1),
            "row": range(self._shape[0]),
            "column": range(self._shape[1]),
        }[name]
        if value not in options:
            text = ", ".join(map(str, options))
            if isinstance(options, range):
                text = f"a whole number from {options[0]} to {options[-1]}"
            raise ValueError(f"`{name}` must be {text} for this network; got {value}.")
        return int(value)

    @traitlets.validate("edits")
    def _check_edits(self, proposal: dict[str, Any]) -> str:
        return check_edits(proposal["value"], self._shape[0] * self._shape[1])

    # ------------------------------------------------------------------------------- what is there
    @property
    def shown(self) -> NDArray[np.float32]:
        """The image with the pixels that have been painted."""
        return edited(self.image, self.edits)

    @property
    def model(self) -> Sequential:
        """The trained network that is chosen."""
        return self._copies[self.which]

    @property
    def random_model(self) -> Sequential:
        """The same network, with random weights in its last ``random`` layers."""
        return ex.randomized(self.model, self.random, self.seed)

    @property
    def explained(self) -> int:
        """The class that is explained."""
        if self.target >= 0:
            return self.target
        y = self.model.predict(self.shown[None], verbose=0)[0]
        return int(y.argmax()) if y.size > 1 else int(y[0] > 0.5)

    @property
    def cover(self) -> float:
        """The number that covers a pixel."""
        return float(FILLS.get(self.fill, self.shown.mean(dtype=np.float64)))

    def _maps_of(self, model: Sequential) -> dict[str, NDArray[Any]]:
        image, label, shape = self.shown, self.explained, self._shape
        stride = ex.patch_stride(shape, self.patch)
        drops = explain.occlusion(model, image[None], label, self.patch, stride, self.cover)[0]
        layer = model.layers[self.layer] if self.layer >= 0 else None
        return {
            "saliency": ex.saliency(model, image, label, self.gradient == "times pixel"),
            "occlusion": ex.spread(drops, shape, self.patch, stride),
            "grad_cam": explain.grad_cam(model, image[None], label, layer)[0],
        }

    @property
    def maps(self) -> dict[str, NDArray[Any]]:
        """The three explanations, each (h, w): what :mod:`cnnlib.explain` gives.

        Occlusion is the mean drop of the patches that cover a pixel.
        """
        return self._maps_of(self.model)

    @property
    def random_maps(self) -> dict[str, NDArray[Any]]:
        """The same explanations of the network with random weights."""
        return self._maps_of(self.random_model)

    @property
    def similarity(self) -> dict[str, float]:
        """How alike explanations order the pixels, before and after the weights became random."""
        after = self.random_maps
        return {name: ex.rank_correlation(a, after[name]) for name, a in self.maps.items()}

    @property
    def edge_similarity(self) -> dict[str, float]:
        """How alike explanations (of the network as it is now) and edges order the pixels."""
        edges = ex.edges(self.shown)
        return {name: ex.rank_correlation(a, edges) for name, a in self.random_maps.items()}

    @property
    def deletion(self) -> dict[str, NDArray[Any]]:
        """The class's probability while pixels are covered, (17,): by three orders and by chance.

        It is about the trained network and its explanations.
        """
        label, pixels = self.explained, self._shape[0] * self._shape[1]
        orders = {name: [ex.by_importance(values)] for name, values in self.maps.items()}
        orders["chance"] = [shuffled(pixels, seed) for seed in range(1, ex.ORDERS + 1)]
        run = self.model, self.shown, label
        return {
            name: np.mean([ex.deletion(*run, order, self.cover) for order in several], axis=0)
            for name, several in orders.items()
        }

    # -------------------------------------------------------------------------------- for paper
    def describe(self) -> str:
        """Say what the network says, and what the tests say of the explanations."""
        label = self.explained
        p = float(ex.probability(self.model, self.shown[None], label)[0])
        areas = {name: float(curve.mean()) for name, curve in self.deletion.items()}
        deleted = ", ".join(f"{areas[name]:.2f} by {title}" for name, title in TITLES.items())
        said = (
            f"The network gives {self._classes[label]} a probability of {p:.1%}. Covered from the "
            f"most important pixel on, its mean is {deleted}, and {areas['chance']:.2f} by chance."
        )
        if not self.random:
            return said
        left = ", ".join(f"{value:.2f} for {TITLES[n]}" for n, value in self.similarity.items())
        return f"{said} With {self.random} random layers the rank correlation is {left}."

    def still(self) -> Still:
        """Draw the image and the explanations, and how the probability falls."""
        after = self.random_maps if self.random else None
        return draw_still(self.shown, self.maps, after, self.deletion, TITLES)
