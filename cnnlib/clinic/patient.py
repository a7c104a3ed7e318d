"""A patient: a recipe that is followed. The same steps as in the page (``clinic_patient.js``)."""

from __future__ import annotations

from functools import lru_cache
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random, datasets, losses
from cnnlib.clinic.recipe import Recipe
from cnnlib.wasm._random import draws, shuffled

Array = NDArray[Any]

BATCH = 32
STEPS = 200  # of a course
EVERY = 10  # steps from one look at the held-out digits to the next
APART = 7919  # between the seeds of two epochs, as in the page
OTHERS = 99  # the seed of the order in which labels were left behind

#: digit -> its place among the names sorted as text: eight, five, four, nine, one, …
AS_TEXT = np.array([9, 4, 8, 7, 2, 1, 6, 5, 0, 3])

#: start -> the largest weight of an even distribution, from the fans of a kernel
LIMITS = {
    "glorot": lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out)),
    "he": lambda fan_in, fan_out: sqrt(6 / fan_in),
    "small": lambda fan_in, fan_out: 0.01 * sqrt(3),
    "large": lambda fan_in, fan_out: sqrt(3),
    "zeros": lambda fan_in, fan_out: 0.0,
}


@lru_cache(maxsize=256)
def order(seed: int, epoch: int, count: int) -> Array:
    """The order of the samples in an epoch."""
    return shuffled(count, seed * APART + epoch)


@lru_cache(maxsize=1)
def _digits() -> Any:
    return datasets.digits()


class Patient:
    """A network that is made and trained as a recipe says.

    Attributes:
        model: The network.
        images, targets: What it learns from; ``held_images, held_targets`` what it is measured on.
        step: The training steps so far.
        curve: A dictionary for every ten steps: step, loss and accuracy of the batches since the
            last one, and the accuracy on the held-out digits.
    """

    def __init__(self, recipe: Recipe) -> None:
        if not isinstance(recipe, Recipe):
            raise TypeError(f"`recipe` must be a Recipe; got {type(recipe).__name__}.")
        self.recipe, self.step, self.curve = recipe, 0, list[dict[str, float]]()
        self._data()
        self.model = recipe.build()
        self.loss = (
            losses.BinaryCrossentropy()
            if recipe.outputs == 1
            else losses.SparseCategoricalCrossentropy()
        )
        self._start()

    def _data(self) -> None:
        recipe = self.recipe
        (x, y), (held_x, held_y) = _digits()
        x, y = x[: recipe.samples], y[: recipe.samples]
        if recipe.held_out == "copies":
            held_x, held_y = x[: len(held_x)], y[: len(held_y)]
        if recipe.names == "as text":
            held_y = AS_TEXT[held_y]
        if recipe.outputs == 1:
            y, held_y = (y >= 5).astype(np.int64), (held_y >= 5).astype(np.int64)
        if recipe.labels == "others":
            y = y[order(OTHERS, 0, len(y))]
        if recipe.order == "by class":
            sorted = np.argsort(y, kind="stable")
            x, y = x[sorted], y[sorted]
        scale = np.float32(recipe.scale)
        self.images, self.targets = x * scale, y
        self.held_images, self.held_targets = held_x * scale, held_y

    def _start(self) -> None:
        """Set the weights to begin with."""
        start, made = self.model.get_weights(), list[Array]()
        numbers = iter(np.split(self._numbers(start), np.cumsum([w.size for w in start])[:-1]))
        for k, weight in enumerate(start):
            part = next(numbers).reshape(weight.shape)
            if weight.ndim == 1:
                made.append(np.full(weight.shape, self.recipe.bias if k < len(start) - 1 else 0))
                continue
            window = prod(weight.shape[:-2])
            fans = window * weight.shape[-2], window * weight.shape[-1]
            made.append((2 * part - 1) * LIMITS[self.recipe.start](*fans))
        self.model.set_weights(made)

    def _numbers(self, weights: list[Array]) -> Array:
        """A random number for each weight of the kernels; those of biases are not drawn."""
        drawn = iter(draws(self.recipe.seed, sum(w.size for w in weights if w.ndim > 1)))
        return np.array(
            [next(drawn) if w.ndim > 1 else 0.5 for w in weights for _ in range(w.size)]
        )

    # -------------------------------------------------------------------------------- training
    def samples(self, step: int) -> Array:
        """The numbers of the images in a step's batch."""
        count = len(self.images)
        places = BATCH * step + np.arange(BATCH)
        if self.recipe.order == "by class":
            return places % count
        return np.array([order(self.recipe.seed, at // count, count)[at % count] for at in places])

    def teach(self, samples: Array | None = None) -> tuple[float, Array]:
        """One step of SGD; the loss of the batch before it, and what the network answered."""
        samples = self.samples(self.step) if samples is None else samples
        with _random.seeded(self.recipe.seed + self.step):  # of dropout
            p = self.model.forward(self.images[samples], training=True)
        loss, dp = self.loss.value_and_gradient(self.targets[samples], p)
        self.model.backward(self.reduced(dp), input_gradient=False)
        for layer in self.model.layers:
            for name in layer.trainable_names:
                layer.params[name] -= np.float32(self.recipe.rate) * layer.grads[name]
        self.step += 1
        return loss, self.decide(p)

    def reduced(self, dp: Array) -> Array:
        """The gradient of the mean loss, or that of the sum."""
        return dp * np.float32(len(dp)) if self.recipe.reduction == "sum" else dp

    def train(self, steps: int = STEPS) -> Patient:
        """Train, and look at the held-out digits every ten steps."""
        rest = list[tuple[float, float]]()
        if not self.curve:
            self._note([(self.measure(), self.right(self.samples(0)) / BATCH)])
        for _ in range(steps):
            samples = self.samples(self.step)
            loss, said = self.teach(samples)
            rest.append((loss, float((said == self.targets[samples]).mean())))
            if self.step % EVERY == 0:
                self._note(rest)
                rest = []
        return self

    def _note(self, rest: list[tuple[float, float]]) -> None:
        loss, accuracy = np.mean(rest, axis=0)
        entry = {"step": self.step, "loss": float(loss), "accuracy": float(accuracy)}
        self.curve.append(entry | {"held_accuracy": self.accuracy})

    # ---------------------------------------------------------------------------------- looking
    def measure(self, samples: Array | None = None) -> float:
        """The loss of a batch, the first one unless another is given, without a step."""
        samples = self.samples(0) if samples is None else samples
        return self.loss(self.targets[samples], self.model(self.images[samples]))

    def right(self, samples: Array) -> int:
        """How many of some samples get the right answer."""
        said = self.decide(self.model(self.images[samples]))
        return int((said == self.targets[samples]).sum())

    def decide(self, p: Array) -> Array:
        """The classes that some outputs (s, outputs) are taken for."""
        return (p[:, 0] > 0.5) * 1 if self.recipe.answer == "threshold" else p.argmax(axis=1)

    def outputs(self, time: int = 0) -> Array:
        """The outputs for the held-out digits. In another ``time`` dropout draws other numbers."""
        with _random.seeded(self.recipe.seed + time):
            return self.model(self.held_images, training=self.recipe.mode == "training").copy()

    @property
    def accuracy(self) -> float:
        """The share of the held-out digits that is right."""
        return float((self.decide(self.outputs()) == self.held_targets).mean())


@lru_cache(maxsize=128)
def trained(recipe: Recipe) -> Patient:
    """The patient after a course; the same one every time, so leave it as it is."""
    return Patient(recipe).train()
