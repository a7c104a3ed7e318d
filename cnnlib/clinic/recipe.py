"""A recipe: how a network is made and trained, in settings. A broken one differs in one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from typing import Any

from cnnlib import _random
from cnnlib.layers import Conv2D, Dense, Dropout, Flatten, Input, Layer, MaxPooling2D, ReLU
from cnnlib.models import Sequential

SHAPE = (8, 8, 1)

#: name -> the layers before the last one
NETWORKS: dict[str, Callable[[], list[Layer]]] = {
    "plain": lambda: [
        *(Conv2D(8, 3, padding="same"), ReLU(), MaxPooling2D(2)),
        *(Flatten(), Dense(32), ReLU()),
    ],
    "dropout": lambda: [
        *(Conv2D(8, 3, padding="same"), ReLU(), MaxPooling2D(2)),
        *(Flatten(), Dense(32), ReLU(), Dropout(0.5)),
    ],
    "deep": lambda: [Flatten(), *(layer for _ in range(5) for layer in (Dense(24), ReLU()))],
}

LARGEST = 1e9  # number of a setting
#: setting -> the smallest and the largest whole number
WHOLE = {"samples": (20, 1438), "seed": (0, 999_999)}
#: setting -> what it can be
CHOICES: dict[str, tuple[Any, ...]] = {
    "network": tuple(NETWORKS),
    "outputs": (10, 1),
    "last": ("softmax", "sigmoid"),
    "start": ("glorot", "he", "small", "large", "zeros"),
    "reduction": ("mean", "sum"),
    "labels": ("own", "others"),
    "order": ("shuffled", "by class"),
    "held_out": ("new", "copies"),
    "names": ("same", "as text"),
    "answer": ("argmax", "threshold"),
    "mode": ("prediction", "training"),
}


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained on scikit-learn's digits; as it stands here, it is healthy.

    Attributes:
        network: The layers before the last one: "plain", "dropout" or "deep".
        outputs: 10, one for each digit, or 1, for the question "is it 5 or more?".
        last: The activation of the last layer.
        start: The weights to begin with: "glorot", "he", "small" (standard deviation 0.01),
            "large" (1) or "zeros".
        bias: The biases to begin with, of all layers but the last.
        rate: The learning rate of SGD.
        reduction: Whether the gradient is that of the mean loss or of the sum over the batch.
        scale: What the pixels, from 0 to 1, are multiplied by.
        samples: How many digits to learn from, 20 to 1438.
        labels: "own", or "others": the images were shuffled, and their labels were not.
        order: "shuffled", or "by class": first all 0, then all 1, and so on.
        held_out: "new" digits, or "copies" of those that are learned from.
        names: Whether the held-out digits are numbered in the "same" way, or by their names sorted
            "as text": eight, five, four, …
        answer: What is done with the outputs: "argmax", or "threshold" (more than one half).
        mode: Of the layers when the network is asked: "prediction" or "training".
        seed: Decides weights and order; 0 to 999,999.

    Raises:
        ValueError: If a setting is none of these.
    """

    network: str = "plain"
    outputs: int = 10
    last: str = "softmax"
    start: str = "glorot"
    bias: float = 0.0
    rate: float = 0.2
    reduction: str = "mean"
    scale: float = 1.0
    samples: int = 1438
    labels: str = "own"
    order: str = "shuffled"
    held_out: str = "new"
    names: str = "same"
    answer: str = "argmax"
    mode: str = "prediction"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in self.settings.items():
            least, most = WHOLE.get(name, (-LARGEST, LARGEST))
            kind: Any = Integral if name in WHOLE else Real
            fits = isinstance(value, kind) and least <= value <= most
            rule = f"a {'whole ' * (name in WHOLE)}number from {least:g} to {most:g}"
            if name in CHOICES:
                fits = isinstance(value, (str, Integral)) and value in CHOICES[name]
                rule = f"one of {', '.join(map(repr, CHOICES[name]))}"
            if not fits or isinstance(value, bool):
                raise ValueError(f"`{name}` must be {rule}; got {value!r}.")

    def changed(self, **settings: Any) -> Recipe:
        """The same recipe but for some settings."""
        return replace(self, **settings)

    @property
    def settings(self) -> dict[str, Any]:
        """All settings by their names."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def build(self) -> Sequential:
        """The network, with weights of the library's own."""
        last = Dense(self.outputs, activation=self.last)
        with _random.seeded(self.seed):
            return Sequential([Input(SHAPE), *NETWORKS[self.network](), last])
