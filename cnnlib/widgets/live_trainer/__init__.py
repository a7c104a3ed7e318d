"""A network that learns in the page, with everything that changes in it in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib import _random, datasets, losses, optimizers
from cnnlib.models import Sequential
from cnnlib.widgets import _layer_list
from cnnlib.widgets._figure import (
    Array,
    Choice,
    Figure,
    Flag,
    Real,
    Text,
    Whole,
    from_page,
    to_page,
)
from cnnlib.widgets._training_data import Split, packed
from cnnlib.widgets.live_trainer._still import draw_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

LAYERS = "Conv2D 16 3, ReLU, Conv2D 32 3, ReLU, MaxPooling2D 2, Dropout 0.4, Flatten"
ON_PAPER = 200  # steps
COLUMNS = ("step", "loss", "accuracy", "val_loss", "val_accuracy")


class Positive(Real):
    """A synced trait: a number above 0, or from 0 on."""

    def __init__(self, default: float, zero: bool = False) -> None:
        super().__init__(default)
        self.zero = zero

    def validate(self, obj: Any, value: Any) -> float:
        number = super().validate(obj, value)
        if number < 0 or (number == 0 and not self.zero):
            rule = "0 or more" if self.zero else "more than 0"
            raise ValueError(f"`{self.name}` must be {rule}; got {value!r}.")
        return number


class LiveTrainer(Figure):
    """A network learns in the page, with the kernels of this library, in a worker beside it.

    The page shows loss, accuracy, kernels, feature maps, the gradients of both, and what is taken
    for what; it can go back in time, and on from there. The layers can be edited there. They
    stand in ``layers`` as words; the last one, ``Dense`` with a softmax, is always there.

    The same start and the same settings lead to the same course. Changing a setting changes what
    comes; changing the layers begins anew, unless the weights fit. ``l2`` adds λ·Σw² over all
    kernels to the loss (2·λ·w to the gradient); the loss that is shown leaves it out.

    Args:
        model: The network to train: square convolutions with ``same`` padding, pools side by side,
            dense layers, ReLU, dropout, batch normalization; at the end ``Dense`` with a softmax.
            A small network for digits if left out. The figure keeps a copy.
        data: ``(x_train, y_train), (x_test, y_test)``: images (s, h, w, c) and class numbers. The
            handwritten digits if left out.
        optimizer: ``"adam"``, ``"rmsprop"``, ``"momentum"`` (SGD with momentum 0.9) or ``"sgd"``.
        learning_rate: Above 0.
        batch_size: 1 to 256.
        l2: λ, 0 or more.
        seed: Decides the order of the samples and the dropout, and the weights of layers that are
            made in the page.
        name: What links to the figure call it: small letters, digits and hyphens.
        title: What stands above it.

    Raises:
        ValueError: If the model has layers that the list cannot say, does not fit the data, or is
            too large; or if a setting is out of range.

    Example:
        >>> trainer = LiveTrainer(learning_rate=0.01)
        >>> trainer.model().count_params()
        9930
        >>> trainer.layers = "Conv2D 8 3, ReLU, GlobalAveragePooling2D"
        >>> trainer.model().count_params()
        170
    """

    _module = "live_trainer/live_trainer.js"
    _once = ("images", "labels", "levels", "held_out", "classes")
    layers = Text(LAYERS)
    optimizer = Choice("adam", "rmsprop", "momentum", "sgd")
    learning_rate, l2 = Positive(0.003), Positive(0.0, zero=True)
    batch_size, seed = Whole(32, 1, 256), Whole(0, 0, 999_999)
    step = Whole(0, 0, 1_000_000)  # the one that is shown
    playing = Flag()
    sample = Whole(0, -1, 99_999)  # which of the held-out images; -1: a drawing
    label = Whole(-1, -1, 99)  # the answer that gradients are taken for; -1: the right one
    strokes = Text()  # a drawing
    view = Choice("digits", "layers")
    images, labels, levels = Array(), Array(), Whole(0, 0, 255)
    held_out, classes = Whole(0, 0, 10**6), Whole(10, 2, 100)
    start = traitlets.Dict().tag(sync=True)  # weights to begin with, and what they are for
    present = traitlets.Dict().tag(sync=True)  # what the page has come to

    def __init__(
        self,
        model: Sequential | None = None,
        data: Split | None = None,
        optimizer: str = "adam",
        learning_rate: float = 0.003,
        batch_size: int = 32,
        l2: float = 0.0,
        seed: int = 0,
        name: str = "live-trainer",
        title: str = "Live trainer",
    ) -> None:
        state = packed(datasets.digits() if data is None else data)
        numbers = {"learning_rate": learning_rate, "batch_size": batch_size, "l2": l2, "seed": seed}
        super().__init__(name=name, title=title, optimizer=optimizer, **numbers, **state)
        self.load(self._built(LAYERS) if model is None else model)

    # ------------------------------------------------------------------------------------ networks
    def model(self) -> Sequential:
        """The network as it is now: the layers of the figure, the weights of the step it shows.

        In a notebook the page sends its weights when training rests, and every few seconds while
        it runs. The model is compiled with the figure's optimizer, so it can be trained on.
        """
        for known in (self.present, self.start):
            if known.get("layers") == self.layers and known.get("seed", self.seed) == self.seed:
                model = self._built(self.layers)
                _set_weights(model, from_page(known["weights"]))
                break
        else:  # layers edited here, without a page
            model = self._built(self.layers)
        model.compile(self._optimizer(), losses.SparseCategoricalCrossentropy(), ["accuracy"])
        return model

    def load(self, model: Sequential) -> None:
        """Begin a new course with a copy of a model and its weights.

        Raises:
            TypeError: If it is no Sequential.
            ValueError: If its layers cannot be said, or it does not fit the data.
        """
        if not isinstance(model, Sequential):
            raise TypeError(f"`model` must be a Sequential; got {type(model).__name__}.")
        if not model.built or model.input_shape[1:] != self._shape:
            got = model.input_shape[1:] if model.built else "one that is not built"
            raise ValueError(
                f"`model` must take images of the data's shape {self._shape}; got {got}."
            )
        layers = _layer_list.written(model)
        if model.output_shape[-1] != self.classes:
            raise ValueError(
                f"`model` must tell the data's {self.classes} classes apart; its last layer has "
                f"{model.output_shape[-1]} outputs."
            )
        self._built(layers)
        weights = np.concatenate([w.ravel() for w in model.get_weights()]).astype(np.float32)
        start = {"layers": layers, "seed": self.seed, "weights": to_page(weights)}
        with self.hold_sync():
            self.present, self.start, self.layers = {}, start, layers
            self.step, self.playing = 0, False

    @property
    def history(self) -> dict[str, list[float]]:
        """The curves of the page up to now, with the names of ``fit``; empty before any step."""
        if "curve" not in self.present:
            return {name: [] for name in COLUMNS}
        table = from_page(self.present["curve"])
        return {name: table[:, k].tolist() for k, name in enumerate(COLUMNS)}  # type: ignore[index]

    # ------------------------------------------------------------------------------ words and paper
    def describe(self) -> str:
        """Say what is trained, and how well it does."""
        model = self.model()
        images, labels = self._data()[1]
        right = float((model.predict(images, verbose=0).argmax(axis=1) == labels).mean())
        return (
            f"A network learns in the page: {self.layers}, Dense {self.classes}, "
            f"{model.count_params():,} parameters; {self.optimizer} with learning rate "
            f"{self.learning_rate:g}, batches of {self.batch_size}. At step {self.step} it is "
            f"right about {right:.1%} of {len(labels)} held-out images."
        )

    def still(self) -> Still:
        """Draw curves, kernels and the confusion matrix.

        They are those of the page's course; before there is one, those of a short course that is
        run for the picture, with the same settings.
        """
        model, history = self.model(), self.history
        (x, y), (images, labels) = self._data()
        if not history["step"]:
            with _random.seeded(self.seed), np.errstate(all="ignore"):  # it may diverge
                history = self._trained(model, x, y, images, labels)
        answers = model.predict(images, verbose=0)
        return draw_still(model, history, labels, answers)

    def _trained(self, model: Sequential, x: Any, y: Any, images: Any, labels: Any) -> Any:
        """Train a model for a few steps; the curves."""
        rng, found = np.random.default_rng(self.seed), []
        for step in range(ON_PAPER):
            part = rng.choice(len(x), min(self.batch_size, len(x)), replace=False)
            loss, accuracy = model.train_on_batch(x[part], y[part])
            if step % 10 == 9:
                held = model.evaluate(images, labels, verbose=0)
                found.append((step + 1, loss, accuracy, *held))
        return dict(zip(COLUMNS, map(list, zip(*found, strict=True)), strict=True))

    # ---------------------------------------------------------------------------------------- parts
    @traitlets.validate("layers")
    def _check_layers(self, proposal: dict[str, Any]) -> str:
        if self.images is not None:
            self._built(proposal["value"])
        return str(proposal["value"])

    @property
    def _shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.images.shape[1:]
        return shape

    def _built(self, layers: str) -> Sequential:
        """A network with new weights: the same ones for the same seed."""
        with _random.seeded(self.seed):
            return _layer_list.build(layers, self._shape, self.classes)

    def _optimizer(self) -> Any:
        rate = self.learning_rate
        if self.optimizer in ("sgd", "momentum"):
            return optimizers.SGD(rate, momentum=0.9 if self.optimizer == "momentum" else 0.0)
        return (optimizers.Adam if self.optimizer == "adam" else optimizers.RMSprop)(rate)

    def _data(self) -> Split:
        """The images as numbers from 0 to 1, and the labels, in two parts."""
        x = self.images.astype(np.float32) / np.float32(self.levels or 1)
        y, cut = self.labels.astype(np.int64), len(x) - self.held_out
        return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def _set_weights(model: Sequential, weights: NDArray[Any] | None) -> None:
    """Give a model its weights from one long array."""
    assert weights is not None
    parts, start = [], 0
    for array in model.get_weights():
        parts.append(weights[start : start + array.size].reshape(array.shape))
        start += array.size
    model.set_weights(parts)
