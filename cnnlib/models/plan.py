"""How a model's layers are run where only the result counts: in ``fit``, ``evaluate``, ``predict``.

Layers in a row become stages. A convolution with ReLU and a 2x2 max-pool after it is one stage;
every other layer is a stage of its own and computes as it always does. In training a large dense
layer hands its gradient to Adam while it is computed. ``forward`` and ``backward`` of a model do
not come here: they keep every number between the layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Any

import numpy as np

from cnnlib.kernels.warmup import Children, begin
from cnnlib.layers import Activation, Conv2D, Dense, Layer, MaxPooling2D, ReLU
from cnnlib.layers.base import Array
from cnnlib.ops._arrays import in_order
from cnnlib.ops.conv_block import ConvBlock
from cnnlib.optimizers import Adam, AdamW, Optimizer

FLOAT32 = np.dtype(np.float32)
FUSED = 1 << 16  # weights from which on it pays not to write their gradient


class Stage:
    """One layer, run as it is."""

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def forward(self, x: Array, training: bool) -> Array:
        """The output; in training, what :meth:`backward` needs is kept."""
        (layer,) = self.layers
        return layer.forward(x, training) if training else layer(x)

    def backward(self, dy: Array, input_gradient: bool) -> Array | None:
        """Leave the gradients by the weights in ``layer.grads``; return that by the input."""
        (layer,) = self.layers
        return layer.backward(dy, input_gradient)

    def forget(self) -> None:
        """Drop what the forward pass kept."""
        for layer in self.layers:
            layer.forget()


class BlockStage(Stage):
    """A convolution, ReLU and a 2x2 max-pool: see :class:`cnnlib.ops.conv_block.ConvBlock`."""

    def __init__(self, conv: Layer, *others: Layer) -> None:
        super().__init__(conv, *others)
        assert isinstance(conv, Conv2D)
        shape: Any = conv.input_shape[1:]
        self.conv, self._x = conv, np.empty(0, np.float32)
        self.block = ConvBlock(shape, conv.filters, conv.window(conv.input_shape))
        self.no_bias = np.zeros(conv.filters, np.float32)

    @staticmethod
    def length(layers: Sequence[Layer]) -> int:
        """How many of these layers, from the first on, make such a stage; 0 if none."""
        conv = layers[0]
        if type(conv) is not Conv2D or conv.dtype != "float32":
            return 0
        alone = len(layers) > 1 and conv.activation == "linear" and _is_relu(layers[1])
        pool = layers[1 + alone] if len(layers) > 1 + alone else None
        if type(pool) is not MaxPooling2D or not (alone or conv.activation == "relu"):
            return 0
        fits = ConvBlock.fits(conv.window(conv.input_shape), pool.window(pool.input_shape))
        return 2 + alone if fits else 0

    def forward(self, x: Array, training: bool) -> Array:
        x = in_order(x, FLOAT32)
        if training:
            self._x = x
        weights = self.conv.params
        return self.block.forward(x, weights["kernel"], weights.get("bias", self.no_bias))

    def backward(self, dy: Array, input_gradient: bool) -> Array | None:
        dy, kernel = in_order(dy, FLOAT32), self.conv.params["kernel"]
        dw, db = self.block.weight_gradient(dy, self._x)
        self.conv.grads = {"kernel": dw, "bias": db} if self.conv.use_bias else {"kernel": dw}
        return self.block.input_gradient(dy, kernel) if input_gradient else None

    def forget(self) -> None:
        self._x = self._x[:0]


def _is_relu(layer: Layer) -> bool:
    if type(layer) is Activation:
        return layer.activation == "relu"
    return type(layer) is ReLU and layer.negative_slope == 0


class Plan:
    """The stages of a model's layers, one after the other.

    Stages keep their arrays between batches, so only one thread at a time may use them: it holds
    ``lock`` until it is done with the result.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.key = self.key_of(layers)
        self.lock = RLock()
        self.stages: list[Stage] = []
        rest = list(layers)
        self._children: Children | None = None
        self._trained = False
        while rest:
            length = BlockStage.length(rest)
            self.stages.append(BlockStage(*rest[:length]) if length else Stage(rest[0]))
            del rest[: length or 1]

    @staticmethod
    def key_of(layers: Sequence[Layer]) -> list[Any]:
        """What may change in a built model so that it needs another plan."""
        return [(layer, getattr(layer, "activation", None)) for layer in layers]

    def _first(self) -> int:
        """The number of the first stage that learns: the backward pass ends there."""
        return next((k for k, s in enumerate(self.stages) if _learns(s)), len(self.stages))

    def _prepare(self) -> None:
        """Where the kernels of the backward pass are to be compiled, let another process begin."""
        self._trained, first, names = True, self._first(), []
        for number, stage in enumerate(self.stages):
            if isinstance(stage, BlockStage) and number >= first:
                by_weights, by_images = stage.block.gradient_kernels()
                names += [by_weights, by_images] if number > first else [by_weights]
        self._children = begin(list(dict.fromkeys(names)))

    def forward(self, x: Array, training: bool = False) -> Array:
        """The model's output. It may lie in memory that the next batch uses again."""
        if training and not self._trained:
            self._prepare()
        for stage in self.stages:
            x = stage.forward(x, training)
        return x

    def train(self, dy: Array, optimizer: Optimizer, keep_gradients: bool) -> None:
        """Send the gradient back and take a step.

        Args:
            dy: The gradient by the output of the last :meth:`forward`.
            optimizer: What takes the step.
            keep_gradients: Whether somebody will look at every ``layer.grads`` afterwards.
        """
        learning = [layer for stage in self.stages for layer in stage.layers]
        weights = [w for layer in learning for w in layer.trainable_weights]
        at_once = type(optimizer) in (Adam, AdamW) and not keep_gradients
        if at_once:
            optimizer.begin(weights)
        gradient: Any = dy
        first = self._first()
        done: set[int] = set()
        for k in reversed(range(first, len(self.stages))):
            (layer, *_), wanted = self.stages[k].layers, k > first
            kernel = layer.params.get("kernel")
            if at_once and type(layer) is Dense and layer.trainable and _is_large(kernel):
                number = next(i for i, w in enumerate(weights) if w is kernel)
                assert isinstance(optimizer, Adam)
                memory, rates = optimizer.state[number], optimizer.rates()
                gradient = layer.backward_with_adam(gradient, memory, rates, wanted)
                done.add(number)
            else:
                if self._children and isinstance(self.stages[k], BlockStage):
                    self._children.wait()
                    self._children = None
                gradient = self.stages[k].backward(gradient, wanted)
        names = [(layer, name) for layer in learning for name in layer.trainable_names]
        if at_once:
            for number, (layer, name) in enumerate(names):
                if number not in done:
                    optimizer.update(number, layer.grads[name], weights[number])
        else:
            optimizer.apply([layer.grads[name] for layer, name in names], weights)
        for stage in self.stages:
            stage.forget()


def _learns(stage: Stage) -> bool:
    return any(layer.trainable_names for layer in stage.layers)


def _is_large(kernel: Array | None) -> bool:
    return kernel is not None and kernel.dtype == np.float32 and kernel.size >= FUSED
