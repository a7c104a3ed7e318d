"""The networks that are measured, as plain data: every implementation builds them from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import prod
from typing import Any


@dataclass(frozen=True)
class Model:
    """Blocks of convolution, relu and 2×2 max-pooling, then dense layers: a small classic CNN.

    Attributes:
        name: What tables call it.
        batch: Samples per step.
        image: Height, width and channels of a sample.
        filters: Output channels of each convolution (valid, stride 1).
        hidden: Units of each dense layer with a relu.
        outputs: 1 for a sigmoid with binary cross-entropy, else classes for a softmax with sparse
            categorical cross-entropy.
        kernel: Side of every convolution's window.
    """

    name: str
    batch: int
    image: tuple[int, int, int]
    filters: tuple[int, ...]
    hidden: tuple[int, ...]
    outputs: int
    kernel: int = 3

    @classmethod
    def read(cls, data: dict[str, Any]) -> Model:
        """The model that :meth:`as_dict` has written, perhaps through JSON."""
        lists = {k: tuple(data[k]) for k in ("image", "filters", "hidden")}
        return cls(**{**data, **lists})

    def as_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON."""
        return asdict(self)

    @property
    def binary(self) -> bool:
        """Is there one output, for two classes?"""
        return self.outputs == 1

    def convolutions(self) -> Iterator[tuple[int, int, int, int]]:
        """Of each convolution: rows and columns of its output, channels in and out."""
        height, width, channels = self.image
        for filters in self.filters:
            height, width = height - self.kernel + 1, width - self.kernel + 1
            if min(height, width) < 2:
                raise ValueError(f"`image` must be large enough for its layers; got {self.image}.")
            yield height, width, channels, filters
            height, width, channels = height // 2, width // 2, filters

    def dense_layers(self) -> Iterator[tuple[int, int]]:
        """Of each dense layer: its inputs and its units."""
        *_, (height, width, _, filters) = self.convolutions()
        inputs = (height // 2) * (width // 2) * filters
        for units in (*self.hidden, self.outputs):
            yield inputs, units
            inputs = units

    def layer_macs(self) -> list[int]:
        """Multiply-adds of each layer with weights, for one batch forward."""
        window = self.kernel**2
        found = [h * w * c * o * window for h, w, c, o in self.convolutions()]
        found += [prod(pair) for pair in self.dense_layers()]
        return [self.batch * macs for macs in found]

    @property
    def forward_macs(self) -> int:
        """Multiply-adds of a forward pass over a batch."""
        return sum(self.layer_macs())

    @property
    def step_macs(self) -> int:
        """Multiply-adds of a training step: the first layer needs no gradient by its input."""
        first, *rest = self.layer_macs()
        return 2 * first + 3 * sum(rest)


SEED = Model("seed", 32, (64, 64, 3), (32, 64), (128,), 1)
LENET = Model("LeNet", 64, (28, 28, 1), (8, 16), (), 10)
LENET5 = Model("LeNet-5", 32, (28, 28, 1), (6, 16), (120, 84), 10, kernel=5)
