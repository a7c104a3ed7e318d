"""The weights a layer starts from: random, and just large enough that signals keep their size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._random import generator

Array = NDArray[Any]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs an output adds up, and how many outputs an input feeds.

    Example:
        >>> fans((12544, 128)), fans((3, 3, 32, 64))
        ((12544, 128), (288, 576))
    """
    if len(shape) < 2:
        return int(np.prod(shape)), int(np.prod(shape))
    field = int(np.prod(shape[:-2]))
    return field * shape[-2], field * shape[-1]


class Initializer:
    """Makes an array of a shape. Call it: ``initializer(shape, dtype)``."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        """Return a new array of this shape."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same initializer again."""
        return dict(vars(self))


class Constant(Initializer):
    """The same number everywhere."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        return np.full(shape, self.value, dtype)


class Zeros(Initializer):
    """0 everywhere: what a bias starts from."""

    def __init__(self) -> None:
        pass

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        return np.zeros(shape, dtype)


class Ones(Initializer):
    """1 everywhere."""

    def __init__(self) -> None:
        pass

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        return np.ones(shape, dtype)


class RandomUniform(Initializer):
    """Uniform between two numbers."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None):
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        return generator(self.seed).uniform(self.minval, self.maxval, shape).astype(dtype)


class RandomNormal(Initializer):
    """Normal with a mean and a standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        return generator(self.seed).normal(self.mean, self.stddev, shape).astype(dtype)


class GlorotUniform(Initializer):
    """Uniform within ``sqrt(6 / (fan_in + fan_out))``: Keras's default for kernels.

    Example:
        >>> float(abs(GlorotUniform(seed=0)((3, 3, 3, 32))).max()) < (6 / (27 + 288)) ** 0.5
        True

    References:
        Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
        (2010), equation 16.
    """

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        limit = np.sqrt(6 / sum(fans(shape)))
        return generator(self.seed).uniform(-limit, limit, shape).astype(dtype)


class HeUniform(Initializer):
    """Uniform within ``sqrt(6 / fan_in)``: keeps the variance through ReLU."""

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        limit = np.sqrt(6 / fans(shape)[0])
        return generator(self.seed).uniform(-limit, limit, shape).astype(dtype)


class HeNormal(Initializer):
    """Normal of variance ``2 / fan_in``, cut off at two standard deviations.

    References:
        He, Zhang, Ren and Sun, Delving Deep into Rectifiers (2015), section 2.2.
    """

    def __call__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Array:
        rng = generator(self.seed)
        values = rng.standard_normal(shape)
        while (far := np.abs(values) > 2).any():
            values[far] = rng.standard_normal(int(far.sum()))
        # 0.8796 is the standard deviation of what is left of the normal distribution
        return (values * np.sqrt(2 / fans(shape)[0]) / 0.87962566103423978).astype(dtype)


NAMES: dict[str, type[Initializer]] = {
    "constant": Constant,
    "zeros": Zeros,
    "ones": Ones,
    "random_uniform": RandomUniform,
    "random_normal": RandomNormal,
    "glorot_uniform": GlorotUniform,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
}


def get(identifier: str | Initializer | dict[str, Any]) -> Initializer:
    """Find an initializer by its name, its configuration, or as it is.

    Raises:
        ValueError: If there is none of this name.

    Example:
        >>> get("zeros")((2,))
        array([0., 0.], dtype=float32)
    """
    if isinstance(identifier, Initializer):
        return identifier
    if isinstance(identifier, dict) and identifier.get("class_name") in NAMES:
        return NAMES[identifier["class_name"]](**identifier["config"])
    if isinstance(identifier, str) and identifier in NAMES:
        return NAMES[identifier]()
    raise ValueError(f"An initializer must be one of {', '.join(NAMES)}; got {identifier!r}.")


def serialize(initializer: Initializer) -> dict[str, Any]:
    """The initializer as plain data, which :func:`get` reads again."""
    for name, kind in NAMES.items():
        if type(initializer) is kind:
            return {"class_name": name, "config": initializer.get_config()}
    raise ValueError(f"Only cnnlib's own initializers can be saved; got {initializer!r}.")
