"""Backward passes and a loss, each written wrong and right. No network is needed to see it."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops

Array = NDArray[Any]


# --------------------------------------------------------------- dx of a convolution, by gathering
def gather_upright(dy: Array, w: Array, x: Array) -> Array:
    """Each pixel collects from the windows that contain it, with the kernel as it stands."""
    kh, kw = w.shape[:2]
    field = np.pad(dy, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
    return ops.conv2d(field, w.swapaxes(2, 3))


def gather_turned(dy: Array, w: Array, x: Array) -> Array:
    """Each pixel collects from the windows that contain it, with the kernel turned by 180°."""
    kh, kw = w.shape[:2]
    field = np.pad(dy, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
    return ops.conv2d(field, w[::-1, ::-1].swapaxes(2, 3))


# ----------------------------------------------------------------- dx of a convolution, by windows
def windows_set(dy: Array, w: Array, x: Array) -> Array:
    """Each output sets what its window owes."""
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dy.shape[1:3]):
        dx[:, i : i + w.shape[0], j : j + w.shape[1]] = np.einsum("so,mnco->smnc", dy[:, i, j], w)
    return dx


def windows_added(dy: Array, w: Array, x: Array) -> Array:
    """Each output adds what its window owes."""
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dy.shape[1:3]):
        dx[:, i : i + w.shape[0], j : j + w.shape[1]] += np.einsum("so,mnco->smnc", dy[:, i, j], w)
    return dx


# -------------------------------------------------------------------------------------- dx of ReLU
def relu_by_gradient(dy: Array, w: Array, x: Array) -> Array:
    """The gradient passes where the gradient is above 0."""
    return dy * (dy > 0)


def relu_by_input(dy: Array, w: Array, x: Array) -> Array:
    """The gradient passes where the input was above 0."""
    return dy * (x > 0)


# ------------------------------------------------------------------- the loss of a sigmoid's logit
def loss_of_probability(z: Array, t: Array) -> Array:
    """The formula, number by number: first p, then its logarithm."""
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        return -(t * np.log(p) + (1 - t) * np.log(1 - p))


def loss_of_logit(z: Array, t: Array) -> Array:
    """The same in one formula, with no exponential of a positive number."""
    return np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))


#: operation -> version -> function; the first version is broken
VERSIONS: dict[str, dict[str, Any]] = {
    "gather": {"upright": gather_upright, "turned": gather_turned},
    "windows": {"set": windows_set, "added": windows_added},
    "relu": {"by gradient": relu_by_gradient, "by input": relu_by_input},
    "loss": {"of probability": loss_of_probability, "of logit": loss_of_logit},
}


@dataclass(frozen=True)
class Backward:
    """One of these functions.

    Attributes:
        operation: "gather", "windows", "relu" or "loss".
        version: Which way of writing it; see ``VERSIONS``.
        seed: Decides the numbers it is tried on.

    Raises:
        ValueError: If there is no such function.
    """

    operation: str
    version: str
    seed: int = 0

    def __post_init__(self) -> None:
        pairs = [(operation, v) for operation, versions in VERSIONS.items() for v in versions]
        if (self.operation, self.version) not in pairs:
            known = ", ".join(f"{operation!r} {version!r}" for operation, version in pairs)
            raise ValueError(
                f"`operation` and `version` must be one of {known}; "
                f"got {self.operation!r} {self.version!r}."
            )
        if not isinstance(self.seed, Integral) or isinstance(self.seed, bool):
            raise ValueError(f"`seed` must be a whole number; got {self.seed!r}.")

    def changed(self, **settings: Any) -> Backward:
        """The same operation in another version."""
        return Backward(**{**vars(self), **settings})

    @property
    def function(self) -> Any:
        """The function itself."""
        return VERSIONS[self.operation][self.version]
