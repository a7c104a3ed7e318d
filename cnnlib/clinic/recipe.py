"""A recipe: how a network is made and trained, in settings. A broken one differs in one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

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

#: setting -> what it can be; a number may be anything
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
        samples: How many digits to learn from.
        labels: "own", or "others": the images were shuffled, and their labels were not.
        order: "shuffled", or "by class": first all 0, then all 1, and so on.
        held_out: "new" digits, or "copies" of those that are learned from.
        names: Whether the held-out digits are numbered in the "same" way, or by their names sorted
            "as text": eight, five, four, …
        answer: What is done with the outputs: "argmax", or "threshold" (more than one half).
        mode: Of the layers when the network is asked: "prediction" or "training".
        seed: Decides weights and order.

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
        for name, options in CHOICES.items():
            if getattr(self, name) not in options:
                raise ValueError(
                    f"`{name}` must be one of {', '.join(map(repr, options))}; "
                    f"got {getattr(self, name)!r}."
                )

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
        return Sequential([Input(SHAPE), *NETWORKS[self.network](), last])
