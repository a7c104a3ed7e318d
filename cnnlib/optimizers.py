"""How weights follow their gradients downhill.

Backpropagation computes gradients; an optimizer decides what to do with them. All four are those of
Keras, numbers and all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.ops._arrays import on_cores

Array = NDArray[Any]


def _check(name: str, value: float, low: float, high: float = np.inf) -> float:
    if not isinstance(value, (int, float, np.floating, np.integer)) or not low <= value < high:
        rule = f"at least {low}" if high == np.inf else f"at least {low} and below {high}"
        raise ValueError(f"`{name}` must be {rule}; got {value!r}.")
    return float(value)


def _check_weights(weights: Sequence[Array]) -> None:
    """Only such arrays can be changed in place by a loop over their numbers."""
    for w in weights:
        good = isinstance(w, np.ndarray) and w.dtype in (np.float32, np.float64)
        if not good or not (w.flags.c_contiguous and w.flags.writeable):
            raise ValueError(
                "Weights must be writable arrays of float32 or float64 in C order; "
                f"got {w.dtype if isinstance(w, np.ndarray) else type(w).__name__}."
            )


class Optimizer:
    """Changes weights in place, step by step.

    Args:
        learning_rate: How far to go; may be changed at any time.
        weight_decay: If given, weights shrink before each step by this much times the learning
            rate.
        name: What to call it.

    Attributes:
        iterations: Steps taken so far.
    """

    #: Names of the arrays an optimizer remembers per weight.
    _slots: tuple[str, ...] = ()

    def __init__(
        self, learning_rate: float, weight_decay: float | None = None, name: str | None = None
    ) -> None:
        self.learning_rate = learning_rate
        self.weight_decay = (
            None if weight_decay is None else _check("weight_decay", weight_decay, 0)
        )
        self.name = name or type(self).__name__.lower()
        self.iterations = 0
        self.state: list[dict[str, Array]] = []

    @property
    def learning_rate(self) -> float:
        """How far a step goes."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = _check("learning_rate", value, 0)

    def build(self, weights: Sequence[Array]) -> None:
        """Make room to remember something for each of these weights."""
        self.state = [{slot: np.zeros_like(w) for slot in self._slots} for w in weights]

    def apply(self, gradients: Sequence[Array], weights: Sequence[Array]) -> None:
        """Take one step.

        Args:
            gradients: The gradient of the loss by each weight.
            weights: The weights, always the same ones; changed in place.

        Raises:
            ValueError: If the numbers or shapes of the arrays differ.
        """
        if [np.shape(g) for g in gradients] != [np.shape(w) for w in weights]:
            raise ValueError("Every weight must have a gradient of its own shape.")
        self.begin(weights)
        for number, (g, w) in enumerate(zip(gradients, weights, strict=True)):
            self.update(number, g, w)

    def begin(self, weights: Sequence[Array]) -> None:
        """Begin a step that changes these weights; :meth:`update` then changes one at a time.

        Raises:
            ValueError: If they are not the weights of the steps before; nothing is changed then.
        """
        _check_weights(weights)
        if not self.state:
            self.build(weights)
        if len(weights) != len(self.state) or any(
            slot.shape != w.shape
            for w, slots in zip(weights, self.state, strict=True)
            for slot in slots.values()
        ):
            remembered = [next(iter(s.values())).shape for s in self.state if s] or len(self.state)
            raise ValueError(
                f"This optimizer remembers weights of shapes {remembered}; "
                f"got {[w.shape for w in weights]}. Compile the model anew with a new optimizer."
            )
        self.iterations += 1

    def update(self, number: int, g: Array, w: Array) -> None:
        """Change the weights of this number by their gradient, in place."""
        if self.weight_decay:
            w *= w.dtype.type(1 - self.learning_rate * self.weight_decay)
        flat = {name: array.reshape(-1) for name, array in self.state[number].items()}
        if g.dtype != w.dtype or not g.flags.carray:
            g = np.require(g, w.dtype, ["C", "A", "W"])
        self._update(g.reshape(-1), w.reshape(-1), flat, w.dtype.type)

    def _update(self, g: Array, w: Array, slots: dict[str, Array], number: Any) -> None:
        """Change one weight array in place; ``number`` makes numbers of its dtype."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same optimizer again."""
        return {"learning_rate": self.learning_rate, "weight_decay": self.weight_decay}


class SGD(Optimizer):
    """Stochastic gradient descent: a step against the gradient, with or without momentum.

    Args:
        learning_rate: How far to go.
        momentum: How much of the last step is added to this one, from 0 to below 1.
        nesterov: Whether to look one step ahead.
        weight_decay: See :class:`Optimizer`.
        name: What to call it.

    Example:
        >>> w = np.array([1.0])
        >>> SGD(0.1).apply([np.array([2.0])], [w])
        >>> w
        array([0.8])

    References:
        Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in
        deep learning (2013); https://keras.io/api/optimizers/sgd/
    """

    _slots: tuple[str, ...] = ("velocity",)

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, name)
        self.momentum = _check("momentum", momentum, 0, 1)
        self.nesterov = bool(nesterov)
        if self.momentum == 0:
            self._slots = ()

    def _update(self, g: Array, w: Array, slots: dict[str, Array], number: Any) -> None:
        rate = number(self.learning_rate)
        if self.momentum == 0:
            on_cores("sgd", w.size)(g, rate, w)
        else:
            on_cores("momentum", w.size)(
                g, slots["velocity"], rate, number(self.momentum), self.nesterov, w
            )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}


class RMSprop(Optimizer):
    """Divides the gradient by a moving average of its size.

    Args:
        learning_rate: How far to go.
        rho: How much of the average stays at every step.
        epsilon: Keeps the division finite.
        weight_decay: See :class:`Optimizer`.
        name: What to call it.

    Example:
        >>> w = np.array([1.0])
        >>> RMSprop(0.1, rho=0.0, epsilon=0.0).apply([np.array([2.0])], [w])
        >>> w  # the size of the gradient is divided away
        array([0.9])

    References:
        Hinton, Neural Networks for Machine Learning, lecture 6e (2012);
        https://keras.io/api/optimizers/rmsprop/
    """

    _slots = ("velocity",)

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        *,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, name)
        self.rho, self.epsilon = _check("rho", rho, 0, 1), _check("epsilon", epsilon, 0)

    def _update(self, g: Array, w: Array, slots: dict[str, Array], number: Any) -> None:
        on_cores("rmsprop", w.size)(
            g,
            slots["velocity"],
            number(self.learning_rate),
            number(self.rho),
            number(self.epsilon),
            w,
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


class Adam(Optimizer):
    """Momentum and a step size per weight, both corrected for their start at zero.

    Args:
        learning_rate: How far to go.
        beta_1: How much of the average gradient stays at every step.
        beta_2: How much of the average squared gradient stays at every step.
        epsilon: Added to the square root, outside the bias correction, as Keras does.
        weight_decay: See :class:`Optimizer`.
        name: What to call it.

    Example:
        >>> w = np.array([1.0])
        >>> Adam(0.1, epsilon=0.0).apply([np.array([2.0])], [w])
        >>> w.round(6)  # the first step is as long as the learning rate
        array([0.9])

    References:
        Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), end of section 2;
        https://keras.io/api/optimizers/adam/
    """

    _slots = ("momentum", "velocity")

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay, name)
        self.beta_1, self.beta_2 = _check("beta_1", beta_1, 0, 1), _check("beta_2", beta_2, 0, 1)
        self.epsilon = _check("epsilon", epsilon, 0)

    def step_size(self) -> float:
        """How far this step goes: the learning rate, corrected for averages that began at 0."""
        t = self.iterations
        return self.learning_rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)

    def rates(self) -> Array:
        """The numbers of this step for a kernel that computes the gradient and takes the step.

        The step's size, the shares that the two averages take of the new gradient, epsilon, and
        the share of itself that a weight keeps (1 without weight decay); float32.
        """
        one, decay = np.float32(1), self.learning_rate * (self.weight_decay or 0)
        shares = one - np.float32(self.beta_1), one - np.float32(self.beta_2)
        return np.array([self.step_size(), *shares, self.epsilon, 1 - decay], np.float32)

    def _update(self, g: Array, w: Array, slots: dict[str, Array], number: Any) -> None:
        on_cores("adam", w.size)(
            g,
            slots["momentum"],
            slots["velocity"],
            number(self.step_size()),
            number(self.beta_1),
            number(self.beta_2),
            number(self.epsilon),
            w,
        )

    def get_config(self) -> dict[str, Any]:
        names = ("beta_1", "beta_2", "epsilon")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class AdamW(Adam):
    """Adam whose weights shrink a little at every step.

    Args:
        learning_rate: How far to go.
        weight_decay: Weights shrink by this much times the learning rate.
        beta_1: As in :class:`Adam`.
        beta_2: As in :class:`Adam`.
        epsilon: As in :class:`Adam`.
        name: What to call it.

    References:
        Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019);
        https://keras.io/api/optimizers/adamw/
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay, name)


NAMES: dict[str, type[Optimizer]] = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def get(identifier: Any) -> Optimizer:
    """Find an optimizer by its name, its configuration, or as it is.

    Raises:
        ValueError: If there is none of this name.

    Example:
        >>> get("adam").learning_rate
        0.001
    """
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str) and identifier.lower() in NAMES:
        return NAMES[identifier.lower()]()  # type: ignore[call-arg]
    if isinstance(identifier, dict) and identifier.get("class_name") in NAMES:
        return NAMES[identifier["class_name"]](**identifier["config"])
    raise ValueError(
        f"`optimizer` must be one of {', '.join(NAMES)} or an Optimizer; got {identifier!r}."
    )


def serialize(optimizer: Optimizer) -> dict[str, Any] | None:
    """The optimizer as plain data, which :func:`get` reads again; None for one of one's own."""
    for name, kind in NAMES.items():
        if type(optimizer) is kind:
            return {"class_name": name, "config": optimizer.get_config()}
    return None
