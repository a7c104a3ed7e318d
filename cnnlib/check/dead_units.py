"""The exercises on dead units: half of a layer is killed, and revived."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import _random, datasets, explain, ops
from cnnlib.check._exercise import Failed, Judged, Mistake
from cnnlib.layers import Conv2D, Dense, Flatten, LeakyReLU, MaxPooling2D, ReLU
from cnnlib.models import Sequential
from cnnlib.optimizers import Adam

Array = NDArray[Any]

FILTERS = 16
KIND = "Hand over the network of the chapter: 8 × 8 digits, Conv2D with 16 filters, then ReLU."
NONE = "A map is silent if even its largest z is at most 0: lower the bias by more than that."
SOME = "It must be eight: those with a large z need a lower bias than the others."
ALL = "Leave the biases of the other eight filters at 0."
KERNELS = "Change the biases alone: a kernel of zeros is another illness."
BENDS = "With a slope below 0 no filter is dead. First kill them with plain ReLU."
PLAIN = "With plain ReLU no gradient reaches them: no training can help. Give ReLU a slope first."
MORE = "They get a gradient now, but need more steps, or a larger learning rate."
UNTRAINED = "They are alive, but the network reads badly: train it, too."
GOOD = 0.9  # of the held-out digits


@cache
def digits() -> Any:
    """The digits, loaded once."""
    return datasets.digits()


def silent_maps(model: Sequential) -> tuple[int, float, Array]:
    """How many maps are silent, ReLU's slope, and the kernels; else an error."""
    convolution = next(k for k, layer in enumerate(model.layers) if isinstance(layer, Conv2D))
    bend = model.layers[convolution + 1]
    if not isinstance(bend, (ReLU, LeakyReLU)):
        raise TypeError("no ReLU behind the convolution")
    kernel = model.layers[convolution].params["kernel"]
    maps = explain.activations(model, digits()[0][0])[str(bend.name)]
    if maps.shape[-1] != FILTERS:
        raise ValueError("not 16 filters")
    return int((maps.max(axis=(0, 1, 2)) <= 0).sum()), float(bend.negative_slope), kernel


def judge_killed(model: Any) -> Failed | None:
    """Eight of sixteen maps are silent on all training digits, because of their biases."""
    try:
        count, slope, kernel = silent_maps(model)
    except Exception:
        return Failed("that is not the network of the exercise", KIND)
    if slope > 0:
        return Failed(f"its ReLU has a slope of {slope:g} below 0", BENDS)
    if (np.abs(kernel).max(axis=(0, 1, 2)) == 0).any():
        return Failed("a kernel is 0 everywhere", KERNELS)
    if count == FILTERS // 2:
        return None
    hint = {0: NONE, FILTERS: ALL}.get(count, SOME)
    return Failed(f"{count} of the {FILTERS} maps are silent on all training digits", hint)


def judge_revived(model: Any) -> Failed | None:
    """No map is silent, and the held-out digits are read."""
    try:
        count, slope, _ = silent_maps(model)
        x, y = digits()[1]
        right = float((model.predict(x, verbose=0).argmax(axis=1) == y).mean())
    except Exception:
        return Failed("that is not the network of the exercise", KIND)
    if count:
        what = f"{count} of the {FILTERS} maps are still silent"
        return Failed(what, MORE if slope > 0 else PLAIN)
    if right < GOOD:
        return Failed(f"only {right:.0%} of the held-out digits are read right", UNTRAINED)
    return None


def killed(bias: float = -4.0, count: int = 8, slope: float = 0.0, seed: int = 0) -> Sequential:
    """The exercise's network, with the biases of some filters set."""
    with _random.seeded(seed):
        model = Sequential(
            [
                Conv2D(FILTERS, 3, kernel_initializer="he_uniform", input_shape=(8, 8, 1)),
                *(ReLU(slope), MaxPooling2D(2), Flatten()),
                *(Dense(32, kernel_initializer="he_uniform"), ReLU(slope)),
                Dense(10, activation="softmax"),
            ]
        )
    model.layers[0].params["bias"][:count] = bias
    return model


def without_kernels() -> Sequential:
    """Eight kernels are set to 0 in the place of the biases."""
    model = killed(0.0)
    model.layers[0].params["kernel"][..., :8] = 0
    return model


def trained(model: Sequential, rate: float, epochs: int, slope: float | None = None) -> Sequential:
    """A network after some passes, with another slope if one is given."""
    for layer in model.layers:
        if isinstance(layer, ReLU) and slope is not None:
            layer.negative_slope = slope
    (x, y), _ = digits()
    with _random.seeded(0):
        model.compile(Adam(rate), "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=epochs, verbose=0)
    return model


half_dead = Judged(
    "half_dead",
    judge_killed,
    killed,
    [
        Mistake(lambda: killed(0.0), NONE),
        Mistake(lambda: killed(-1.0), SOME),
        Mistake(lambda: killed(-4.0, count=4), SOME),
        Mistake(lambda: killed(-4.0, count=16), ALL),
        Mistake(without_kernels, KERNELS),
        Mistake(lambda: killed(slope=0.3), BENDS),
        Mistake(lambda: 8, KIND),
        Mistake(
            lambda: Sequential([Flatten(input_shape=(8, 8, 1)), Dense(10, activation="softmax")]),
            KIND,
        ),
    ],
)

revived = Judged(
    "revived",
    judge_revived,
    lambda: trained(killed(), 0.03, 5, slope=0.3),
    [
        Mistake(killed, PLAIN),
        Mistake(lambda: trained(killed(), 0.01, 2), PLAIN),
        Mistake(lambda: killed(slope=0.3), MORE),
        Mistake(lambda: trained(killed(-10.0), 0.001, 1, slope=0.3), MORE),
        Mistake(lambda: killed(0.0), UNTRAINED),
        Mistake(lambda: ops.relu, KIND),
    ],
)
