"""How wrong a prediction is, as one number, and which way it would be less wrong.

A loss averages over everything it compares ("sum over batch size", as in Keras). Probabilities are
kept within [1e-7, 1 - 1e-7] before their logarithm is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib.kernels import losses as kernels

Array = NDArray[Any]
EPSILON = 1e-7


def _prediction(y_pred: ArrayLike) -> Array:
    y = np.asarray(y_pred)
    if y.dtype.kind not in "fiub":
        raise TypeError(f"`y_pred` must hold real numbers; got dtype {y.dtype}.")
    y = np.require(y, np.float64 if y.dtype == np.float64 else np.float32, ["C", "A", "W"])
    if y.ndim == 0 or y.size == 0:
        raise ValueError(f"`y_pred` must have an axis and not be empty; got shape {y.shape}.")
    return y


def _target(y_true: ArrayLike, y_pred: Array) -> Array:
    """The target in the shape of the prediction: (s,) and (s, 1) stand for each other."""
    target = np.asarray(y_true)
    if target.dtype.kind not in "fiub":
        raise TypeError(f"`y_true` must hold real numbers; got dtype {target.dtype}.")
    if target.shape != y_pred.shape and (
        target.shape == (*y_pred.shape, 1) or (*target.shape, 1) == y_pred.shape
    ):
        target = target.reshape(y_pred.shape)
    if target.shape != y_pred.shape:
        raise ValueError(
            f"`y_true` must have the shape of `y_pred`, {y_pred.shape}; got {target.shape}."
        )
    if not np.isfinite(target).all():
        raise ValueError("`y_true` must hold finite numbers; got NaN or infinity among them.")
    return np.require(target, y_pred.dtype, ["C", "A", "W"])


def _like(shape: tuple[int, ...]) -> Array:
    """Something in the shape of a prediction that takes no memory."""
    return np.broadcast_to(np.float32(0), shape)


def _class_numbers(y_true: ArrayLike, y_pred: Array) -> NDArray[np.int64]:
    """Class numbers in the shape of the prediction without its last axis."""
    labels = np.asarray(y_true)
    classes = y_pred.shape[-1]
    if labels.shape == (*y_pred.shape[:-1], 1):
        labels = labels[..., 0]
    if labels.shape != y_pred.shape[:-1]:
        raise ValueError(
            f"`y_true` must hold a class number per prediction, shape {y_pred.shape[:-1]}; "
            f"got {labels.shape}. For one-hot rows use categorical_crossentropy."
        )
    if labels.dtype.kind not in "fiub" or not np.isfinite(labels).all():
        raise ValueError(f"`y_true` must hold class numbers; got {labels.dtype}, or NaN.")
    if np.any(labels != np.floor(labels)) or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"Class numbers must be integers from 0 to {classes - 1}, the prediction's last axis "
            f"less one; got numbers from {labels.min()} to {labels.max()}."
        )
    return labels.astype(np.int64)


class Loss:
    """A loss to be minimized. Call it, ``loss(y_true, y_pred)``, for the mean.

    A loss of one's own overrides :meth:`call`, which gives both the losses and the gradient.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or "loss"

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        """The losses before any mean, and the gradient of their sum by ``y_pred``."""
        raise NotImplementedError

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise a ``ValueError`` if these targets do not fit predictions of this shape."""

    def value_and_gradient(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[float, Array]:
        """The mean loss, and its gradient by ``y_pred`` (in its shape)."""
        values, gradient = self.call(y_true, y_pred)
        mean = float(values.mean(dtype=np.float64))
        return mean, gradient / gradient.dtype.type(values.size)

    def gradient(self, y_true: ArrayLike, y_pred: ArrayLike) -> Array:
        """The gradient of the mean loss by ``y_pred``, in its shape."""
        return self.value_and_gradient(y_true, y_pred)[1]

    def __call__(self, y_true: ArrayLike, y_pred: ArrayLike) -> float:
        """The mean loss."""
        return self.value_and_gradient(y_true, y_pred)[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss again."""
        return dict(vars(self))


class _CrossEntropy(Loss):
    """What the cross-entropies share: logits or probabilities, and smoothed labels."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        name: str | None = None,
    ) -> None:
        super().__init__(name or self._default_name)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"`label_smoothing` must be from 0 to 1; got {label_smoothing!r}.")
        self.from_logits, self.label_smoothing = bool(from_logits), float(label_smoothing)

    _default_name = "crossentropy"


class BinaryCrossentropy(_CrossEntropy):
    """``-t*log(p) - (1-t)*log(1-p)``, averaged: for predictions that are yes or no.

    Args:
        from_logits: Whether predictions are logits (before the sigmoid) instead of probabilities.
        label_smoothing: Pulls the targets towards 1/2 by this much.
        name: What to call it.

    Raises:
        ValueError: If shapes differ or a target is not within 0 and 1.

    Example:
        >>> round(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]]), 6)  # log 2
        0.693147

    References:
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.2;
        https://keras.io/api/losses/probabilistic_losses/
    """

    _default_name = "binary_crossentropy"

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        p = _prediction(y_pred)
        t = self._targets(y_true, p)
        t = t * p.dtype.type(1 - self.label_smoothing) + p.dtype.type(self.label_smoothing / 2)
        loss, gradient = np.empty_like(p), np.empty_like(p)
        if self.from_logits:
            kernels.binary_crossentropy_logits(t.ravel(), p.ravel(), loss.ravel(), gradient.ravel())
        else:
            kernels.binary_crossentropy(
                t.ravel(), p.ravel(), p.dtype.type(EPSILON), loss.ravel(), gradient.ravel()
            )
        return loss.mean(axis=-1), gradient / p.dtype.type(p.shape[-1])

    @staticmethod
    def _targets(y_true: ArrayLike, p: Array) -> Array:
        t = _target(y_true, p)
        if t.min() < 0 or t.max() > 1:
            raise ValueError(
                "Targets of a binary cross-entropy must be from 0 to 1; "
                f"got {t.min()} to {t.max()}."
            )
        return t

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        self._targets(y_true, _like(shape))


class CategoricalCrossentropy(_CrossEntropy):
    """``-sum of t*log(p)`` per row, averaged: for targets that are one-hot rows.

    Args:
        from_logits: Whether predictions are logits (before the softmax) instead of probabilities.
        label_smoothing: Takes this share of every target and spreads it over all classes.
        name: What to call it.

    Raises:
        ValueError: If shapes differ.

    Example:
        >>> round(CategoricalCrossentropy()([[0, 1]], [[0.75, 0.25]]), 6)  # log 4
        1.386294

    References:
        https://keras.io/api/losses/probabilistic_losses/
    """

    _default_name = "categorical_crossentropy"

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        p = _prediction(y_pred)
        t = _target(y_true, p)
        classes = p.shape[-1]
        smooth = self.label_smoothing
        t = t * p.dtype.type(1 - smooth) + p.dtype.type(smooth / classes)
        return self._rows(t, p)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        _target(y_true, _like(shape))

    def _rows(self, t: Array, p: Array) -> tuple[Array, Array]:
        rows = (-1, p.shape[-1])
        loss, gradient = np.empty(p.shape[:-1], p.dtype), np.empty_like(p)
        if self.from_logits:
            kernels.categorical_crossentropy_logits(
                t.reshape(rows), p.reshape(rows), loss.reshape(-1), gradient.reshape(rows)
            )
        else:
            eps = p.dtype.type(EPSILON)
            kernels.categorical_crossentropy(
                t.reshape(rows), p.reshape(rows), eps, loss.reshape(-1), gradient.reshape(rows)
            )
        return loss, gradient


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """The same for targets that are class numbers.

    Args:
        from_logits: Whether predictions are logits instead of probabilities.
        name: What to call it.

    Raises:
        ValueError: If a class number is not an integer from 0 to the number of classes less one.

    Example:
        >>> round(SparseCategoricalCrossentropy()([1], [[0.75, 0.25]]), 6)
        1.386294

    References:
        https://keras.io/api/losses/probabilistic_losses/
    """

    _default_name = "sparse_categorical_crossentropy"

    def __init__(self, from_logits: bool = False, name: str | None = None) -> None:
        super().__init__(from_logits, name=name)

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        p = _prediction(y_pred)
        return self._rows(np.eye(p.shape[-1], dtype=p.dtype)[_class_numbers(y_true, p)], p)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        _class_numbers(y_true, _like(shape))

    def get_config(self) -> dict[str, Any]:
        return {"from_logits": self.from_logits, "name": self.name}


class MeanSquaredError(Loss):
    """``(p - t)^2``, averaged: for predictions that are quantities.

    Raises:
        ValueError: If shapes differ.

    Example:
        >>> MeanSquaredError()([[0.0, 0.0]], [[1.0, 3.0]])
        5.0

    References:
        https://keras.io/api/losses/regression_losses/
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name or "mean_squared_error")

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        p = _prediction(y_pred)
        t = _target(y_true, p)
        loss, gradient = np.empty_like(p), np.empty_like(p)
        kernels.squared_error(t.ravel(), p.ravel(), loss.ravel(), gradient.ravel())
        return loss.mean(axis=-1), gradient / p.dtype.type(p.shape[-1])

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        _target(y_true, _like(shape))


def binary_crossentropy(
    y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    """The loss of every sample. See :class:`BinaryCrossentropy`."""
    return BinaryCrossentropy(from_logits, label_smoothing).call(y_true, y_pred)[0]


def categorical_crossentropy(
    y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False, label_smoothing: float = 0.0
) -> Array:
    """The loss of every sample. See :class:`CategoricalCrossentropy`."""
    return CategoricalCrossentropy(from_logits, label_smoothing).call(y_true, y_pred)[0]


def sparse_categorical_crossentropy(
    y_true: ArrayLike, y_pred: ArrayLike, from_logits: bool = False
) -> Array:
    """The loss of every sample. See :class:`SparseCategoricalCrossentropy`."""
    return SparseCategoricalCrossentropy(from_logits).call(y_true, y_pred)[0]


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """The loss of every sample. See :class:`MeanSquaredError`."""
    return MeanSquaredError().call(y_true, y_pred)[0]


NAMES: dict[str, type[Loss]] = {
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
}
_FUNCTIONS = {
    binary_crossentropy: BinaryCrossentropy,
    categorical_crossentropy: CategoricalCrossentropy,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    mean_squared_error: MeanSquaredError,
}


def get(identifier: Any) -> Loss:
    """Find a loss by its name, its configuration, its function, or as it is.

    Raises:
        ValueError: If there is none of this name.

    Example:
        >>> get("mse").name
        'mean_squared_error'
    """
    if isinstance(identifier, Loss):
        return identifier
    if isinstance(identifier, str) and identifier in NAMES:
        return NAMES[identifier]()
    if isinstance(identifier, dict) and identifier.get("class_name") in NAMES:
        return NAMES[identifier["class_name"]](**identifier["config"])
    if callable(identifier) and identifier in _FUNCTIONS:
        return _FUNCTIONS[identifier]()
    raise ValueError(
        f"`loss` must be one of {', '.join(NAMES)} or a Loss; got {identifier!r}. "
        "(A function has no gradient here: subclass cnnlib.losses.Loss.)"
    )


def serialize(loss: Loss) -> dict[str, Any] | None:
    """The loss as plain data, which :func:`get` reads again; None for a loss of one's own."""
    for name, kind in NAMES.items():
        if type(loss) is kind:
            return {"class_name": name, "config": loss.get_config()}
    return None
