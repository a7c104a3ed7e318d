"""The page's course of training once more, in Python: the same start, batches and settings."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random
from cnnlib.layers import ReLU
from cnnlib.losses import SparseCategoricalCrossentropy
from cnnlib.models import Sequential
from cnnlib.optimizers import Adam
from cnnlib.wasm._random import draws, shuffled
from cnnlib.widgets._layer_list import build

LAYERS = "Conv2D 16 3, ReLU, MaxPooling2D 2, Flatten, Dense 32, ReLU"
BATCH = 32
SMALL = 0.01  # standard deviation of weights that are too small
APART = 7919  # between seeds, as in course.js
MOST_PARTS = 50  # of a schedule

Split = tuple[tuple[Any, Any], tuple[Any, Any]]


class Part(NamedTuple):
    """A stretch of a course: its learning rate, ReLU's slope below 0, and the step it ends at."""

    rate: float
    slope: float
    until: float


class Census(NamedTuple):
    """Who is active on the held-out images: share of places per filter, of images per unit."""

    step: int
    filters: NDArray[Any]
    units: NDArray[Any]
    accuracy: float


def parse(text: str) -> list[Part]:
    """The parts of a course that are over, from words such as ``"0.05 0 60, 0.01 0 120"``.

    Raises:
        ValueError: If they are not "rate slope step", with steps that grow.

    Example:
        >>> parse("0.05 0 60")
        [Part(rate=0.05, slope=0.0, until=60.0)]
    """
    items = [item.split() for item in text.split(",")] if text.strip() else []
    parts = [Part(*map(_number, item)) for item in items if len(item) == 3]
    ends = [0.0, *(part.until for part in parts)]
    good = len(parts) == len(items) <= MOST_PARTS and all(
        0 < p.rate <= 1 and 0 <= p.slope <= 1 and p.until.is_integer() for p in parts
    )
    if not good or any(a >= b for a, b in pairwise(ends)):
        raise ValueError(
            "`past` must be like '0.05 0 60, 0.01 0 120': learning rate, slope, and the step until "
            f"which they held; got {text!r}."
        )
    return parts


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", text, re.ASCII) else -1.0


@lru_cache(maxsize=64)
def order(seed: int, epoch: int, count: int) -> tuple[int, ...]:
    """The order of the samples in an epoch, as in course.js."""
    return tuple(shuffled(count, seed * APART + epoch).tolist())


def begin(start: str, bias: float, seed: int) -> Sequential:
    """The network with the weights that the page begins with."""
    with _random.seeded(seed):  # its weights are replaced
        model = build(LAYERS, (8, 8, 1), 10)
    kernels = [layer.params["kernel"] for layer in model.layers if "kernel" in layer.params]
    numbers = draws(seed, sum(kernel.size for kernel in kernels))
    for kernel in kernels:
        part, numbers = numbers[: kernel.size], numbers[kernel.size :]
        fan_in, outputs = math.prod(kernel.shape[:-1]), kernel.shape[-1]
        fan_out = outputs * math.prod(kernel.shape[:-2])
        limit = {
            "he": math.sqrt(6 / fan_in),
            "glorot": math.sqrt(6 / (fan_in + fan_out)),
            "small": SMALL * math.sqrt(3),
        }[start]
        kernel[...] = ((2 * part - 1) * limit).reshape(kernel.shape)
    model.layers[0].params["bias"][...] = bias
    return model


class Course:
    """A course of training that can be followed step by step."""

    def __init__(self, data: Split, start: str, bias: float, seed: int) -> None:
        (self.x, self.y), (self.held, self.answers) = data
        self.model, self.seed, self.step = begin(start, bias, seed), seed, 0
        self.optimizer, self.loss = Adam(0.001), SparseCategoricalCrossentropy()
        self.relus = [layer for layer in self.model.layers if isinstance(layer, ReLU)]

    def go(self, parts: list[Part], step: int) -> None:
        """Train until a step. What holds from there on is not yet in force."""
        if self.step == 0:
            self.bend(parts[0].slope)
        with np.errstate(all="ignore"):  # a rate may be far too large
            while self.step < step:
                part = next(p for p in parts if self.step < p.until)
                self.optimizer.learning_rate = part.rate
                self.bend(part.slope)
                self._teach(self._batch())
                self.step += 1

    def bend(self, slope: float) -> None:
        """Give all ReLUs a slope below 0."""
        for layer in self.relus:
            layer.negative_slope = slope

    def _batch(self) -> NDArray[np.int64]:
        count, first = len(self.x), self.step * BATCH
        places = (divmod(at, count) for at in range(first, first + BATCH))
        return np.array([order(self.seed, epoch, count)[at] for epoch, at in places])

    def _teach(self, batch: NDArray[np.int64]) -> None:
        p = self.model.forward(self.x[batch], training=True)
        _, dp = self.loss.value_and_gradient(self.y[batch], p)
        self.model.backward(dp, input_gradient=False)
        pairs = [(layer, name) for layer in self.model.layers for name in layer.trainable_names]
        self.optimizer.apply([a.grads[n] for a, n in pairs], self.model.trainable_weights)

    def census(self) -> Census:
        """Who is active on the held-out images, and how many of these are read right."""
        y, seen = self.held, []
        with np.errstate(all="ignore"):
            for layer in self.model.layers:
                y = layer.forward(y)
                if layer in self.relus:
                    seen.append((y > 0).reshape(-1, y.shape[-1]).mean(axis=0))
        right = float((y.argmax(axis=1) == self.answers).mean())
        filters, units = seen
        return Census(self.step, filters, units, right)
