"""The studio's course of training in Python: the same start, variants, batches and dropout."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random
from cnnlib.datasets._augment import DRAWS, Limits, varied
from cnnlib.layers import Dropout
from cnnlib.losses import SparseCategoricalCrossentropy
from cnnlib.models import Sequential
from cnnlib.optimizers import Adam
from cnnlib.wasm._random import draws, shuffled
from cnnlib.widgets._layer_list import build
from cnnlib.widgets.augmentation_studio._runs import Run

LAYERS = "Conv2D 16 3, ReLU, MaxPooling2D 2, Conv2D 32 3, ReLU, Flatten, Dropout"
RATE, BATCH = 0.003, 25
ROUND = 400  # variants; every digit has its share, and the next round has new ones
STEPS = ROUND // BATCH  # of a round
VARIANTS, GLANCES = 1_000_003, 77  # added to seeds, so that no two have numbers in common
MOVED = {"shifted": Limits(shift=1.5), "turned": Limits(rotation=25.0)}  # what it is tested on
APART = 7919  # between seeds, as in course.js
CLIP = 1e-7

Split = tuple[tuple[Any, Any], tuple[Any, Any]]


class Exam(NamedTuple):
    """How good a network is after some steps: shares that are right, and losses."""

    step: int
    training: float
    held_out: float
    shifted: float
    turned: float
    loss: float
    held_loss: float


def variants(x: NDArray[Any], limits: Limits, seed: int) -> NDArray[np.float32]:
    """Variants of images (s, h, w, c) as the page draws them."""
    pixels = math.prod(x.shape[1:])
    count = DRAWS + (2 * pixels if limits.noise else 0)
    even = draws(seed, len(x) * count).reshape(len(x), count)
    grain = np.zeros(x.shape)
    if limits.noise:  # two even numbers make a normal one (Box and Muller)
        one, two = even[:, DRAWS::2], even[:, DRAWS + 1 :: 2]
        normal = np.sqrt(-2 * np.log(1 - one)) * np.cos(2 * np.pi * two)
        grain = normal.reshape(x.shape)
    return varied(x.astype(np.float64), limits, even[:, :DRAWS], grain)


class _Dice:
    """The page's random numbers for a dropout layer."""

    seed = 0

    def random(self, shape: tuple[int, ...], dtype: Any = None) -> NDArray[np.float64]:
        return draws(self.seed, math.prod(shape)).reshape(shape)


def begin(dropout: float, seed: int) -> Sequential:
    """The network with the weights that the page begins with."""
    with _random.seeded(seed):  # its weights are replaced
        model = build(f"{LAYERS} {dropout:g}", (8, 8, 1), 10)
    kernels = [layer.params["kernel"] for layer in model.layers if "kernel" in layer.params]
    even = draws(seed, sum(kernel.size for kernel in kernels))
    for kernel in kernels:
        part, even = even[: kernel.size], even[kernel.size :]
        places = math.prod(kernel.shape[:-2])
        limit = math.sqrt(6 / (places * sum(kernel.shape[-2:])))
        kernel[...] = ((2 * part - 1) * limit).reshape(kernel.shape)
    return model


class Course:
    """A course of training that can be followed step by step."""

    def __init__(self, data: Split, run: Run) -> None:
        (x, y), (self.held, self.answers) = data
        self.x, self.y, self.run, self.step = x[: run.samples], y[: run.samples], run, 0
        self.model, self.optimizer = begin(run.dropout, run.seed), Adam(RATE)
        self.loss, self.dice = SparseCategoricalCrossentropy(), _Dice()
        self.dropout, layer = next(
            (k, layer) for k, layer in enumerate(self.model.layers) if isinstance(layer, Dropout)
        )
        layer._generator = cast(Any, self.dice)
        self.moved = {
            name: variants(self.held, limits, k)
            for k, (name, limits) in enumerate(MOVED.items(), start=1)
        }

    def go(self, step: int) -> None:
        """Train until a step."""
        places = np.arange(ROUND) % self.run.samples
        while self.step < step:
            number, at = divmod(self.step, STEPS)
            if at == 0:
                seed = self.run.seed * APART + VARIANTS + number
                self.images = variants(self.x[places], self.run.limits, seed)
                self.order = shuffled(ROUND, self.run.seed * APART + number)
            batch = self.order[at * BATCH : (at + 1) * BATCH]
            self._teach(self.images[batch], self.y[places[batch]])
            self.step += 1

    def _teach(self, x: Any, y: Any) -> None:
        self.dice.seed = (self.run.seed + self.step) * APART + self.dropout
        p = self.model.forward(x, training=True)
        _, dp = self.loss.value_and_gradient(y, p)
        self.model.backward(dp, input_gradient=False)
        pairs = [(layer, name) for layer in self.model.layers for name in layer.trainable_names]
        gradients = [
            layer.grads[name]
            + np.float32(2 * self.run.l2 if name == "kernel" else 0) * layer.params[name]
            for layer, name in pairs
        ]
        self.optimizer.apply(gradients, self.model.trainable_weights)

    def exam(self) -> Exam:
        """How good the network is on the plain digits, on held-out ones, and on moved ones."""
        (right, loss), (held, held_loss) = (
            self._tried(*pair) for pair in ((self.x, self.y), (self.held, self.answers))
        )
        shifted, turned = (self._tried(x, self.answers)[0] for x in self.moved.values())
        return Exam(self.step, right, held, shifted, turned, loss, held_loss)

    def _tried(self, x: Any, y: Any) -> tuple[float, float]:
        p = self.model.predict(x, verbose=0)
        own = p[np.arange(len(y)), y].clip(CLIP, 1 - CLIP)
        return float((p.argmax(axis=1) == y).mean()), float(-np.log(own).mean())


@lru_cache(maxsize=32)
def exams(run: Run) -> tuple[Exam, ...]:
    """The exams of a run: at the beginning, after each round, and at its end."""
    from cnnlib.datasets import digits

    course = Course(digits(), run)
    found = [course.exam()]
    for step in [*range(STEPS, run.step, STEPS), run.step]:
        course.go(step)
        if course.step > found[-1].step:
            found.append(course.exam())
    return tuple(found)
