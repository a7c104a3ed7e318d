"""What Keras and cnnlib have in common: the same program, with one name for another."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any

from benchmarks.implementations.data import batches
from benchmarks.models import Model
from benchmarks.worker import Call


def build(library: Any, model: Model, metrics: list[str]) -> Any:
    """A compiled Sequential of a library that has Keras's names."""
    layers = library.layers
    parts = [library.Input(model.image)]
    for filters in model.filters:
        parts += [layers.Conv2D(filters, model.kernel, activation="relu"), layers.MaxPooling2D(2)]
    parts += [layers.Flatten(), *(layers.Dense(n, activation="relu") for n in model.hidden)]
    parts += [layers.Dense(model.outputs, activation="sigmoid" if model.binary else "softmax")]
    network = library.Sequential(parts)
    loss = "binary_crossentropy" if model.binary else "sparse_categorical_crossentropy"
    network.compile("adam", loss, metrics=metrics)
    return network


class Fit:
    """An epoch of so many batches, with the accuracy; made when it is first called."""

    def __init__(self, library: Any, model: Model, count: int, verbose: int = 0) -> None:
        self.library, self.model, self.count, self.verbose = library, model, count, verbose
        self.made: tuple[Any, Any, Any] | None = None

    def __call__(self) -> None:
        """Train for one epoch; a progress bar is drawn for nobody."""
        if self.made is None:
            network = build(self.library, self.model, ["accuracy"])
            self.made = (network, *batches(self.model, self.count))
        network, x, y = self.made
        with redirect_stdout(io.StringIO()):
            network.fit(x, y, batch_size=self.model.batch, epochs=1, verbose=self.verbose)


def calls(library: Any, network: Any, model: Model, count: int) -> dict[str, Call]:
    """The calls that both have."""
    x, y = batches(model)
    return {
        "forward": Call(lambda: network.predict_on_batch(x)),
        "step": Call(lambda: network.train_on_batch(x, y)),
        "fit": Call(Fit(library, model, count), count),
    }
