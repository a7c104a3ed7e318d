"""What people want to know of a model, as running means over batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import losses

Array = NDArray[Any]


class Mean:
    """A mean that is told one batch after the other.

    Example:
        >>> mean = Mean("loss")
        >>> mean.add(1.0, count=3)
        >>> mean.add(5.0, count=1)
        >>> mean.result()
        2.0
    """

    def __init__(self, name: str = "mean") -> None:
        self.name = name
        self.reset_state()

    def reset_state(self) -> None:
        """Forget all batches."""
        self.total, self.count = 0.0, 0

    def add(self, value: float, count: int = 1) -> None:
        """Add the mean of ``count`` samples."""
        self.total += float(value) * count
        self.count += count

    def result(self) -> float:
        """The mean so far; NaN if there was none."""
        return self.total / self.count if self.count else float("nan")


class Metric(Mean):
    """The mean of a number per sample.

    Args:
        function: Takes ``y_true`` and ``y_pred``, gives a number per sample.
        name: What to call it in the history.
    """

    def __init__(self, function: Callable[[Array, Array], ArrayLike], name: str) -> None:
        self.function = function
        super().__init__(name)

    def update_state(self, y_true: ArrayLike, y_pred: ArrayLike) -> None:
        """Add a batch."""
        values = np.asarray(self.function(np.asarray(y_true), np.asarray(y_pred)))
        self.add(float(values.mean(dtype=np.float64)), values.size)


def _same_shape(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
    """Both as arrays; (s,) and (s, 1) stand for each other."""
    true, pred = np.asarray(y_true), np.asarray(y_pred)
    if (*true.shape, 1) == pred.shape or true.shape == (*pred.shape, 1):
        true = true.reshape(pred.shape)
    if true.shape != pred.shape or true.ndim == 0:
        raise ValueError(
            f"`y_true` must have the shape of `y_pred`, {pred.shape}; got {true.shape}."
        )
    return true, pred


def binary_accuracy(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> Array:
    """Is the prediction on the target's side of the threshold? 1.0 or 0.0 per element.

    Example:
        >>> binary_accuracy([[1], [0], [1]], [[0.9], [0.2], [0.5]]).ravel()
        array([1., 1., 0.])
    """
    true, pred = _same_shape(y_true, y_pred)
    return np.asarray((pred > threshold) == (true != 0), np.float64)


def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Is the largest prediction where the target's largest number is? 1.0 or 0.0 per row."""
    true, pred = _same_shape(y_true, y_pred)
    return np.asarray(np.argmax(true, -1) == np.argmax(pred, -1), np.float64)


def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Is the largest prediction at the target's class number? 1.0 or 0.0 per row."""
    labels, best = np.asarray(y_true), np.asarray(np.argmax(y_pred, -1))
    if labels.shape not in (best.shape, (*best.shape, 1)):
        raise ValueError(
            f"`y_true` must hold a class number per prediction, shape {best.shape}; "
            f"got {labels.shape}."
        )
    return np.asarray(labels.reshape(best.shape) == best, np.float64)


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """The accuracy that fits the shapes: what Keras takes ``"accuracy"`` to mean.

    Binary if there is one prediction per sample, by class numbers if the target has one number per
    sample, by one-hot rows otherwise.
    """
    true, pred = np.asarray(y_true), np.asarray(y_pred)
    if pred.ndim == 0 or pred.shape[-1] == 1:
        return binary_accuracy(true, pred)
    if true.ndim < pred.ndim or true.shape[-1] == 1:
        return sparse_categorical_accuracy(true, pred)
    return categorical_accuracy(true, pred)


class BinaryAccuracy(Metric):
    """The mean of :func:`binary_accuracy`."""

    def __init__(self, name: str = "binary_accuracy", threshold: float = 0.5) -> None:
        super().__init__(lambda true, pred: binary_accuracy(true, pred, threshold), name)


class CategoricalAccuracy(Metric):
    """The mean of :func:`categorical_accuracy`."""

    def __init__(self, name: str = "categorical_accuracy") -> None:
        super().__init__(categorical_accuracy, name)


class SparseCategoricalAccuracy(Metric):
    """The mean of :func:`sparse_categorical_accuracy`."""

    def __init__(self, name: str = "sparse_categorical_accuracy") -> None:
        super().__init__(sparse_categorical_accuracy, name)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "accuracy": accuracy,
    "acc": accuracy,
    "binary_accuracy": binary_accuracy,
    "categorical_accuracy": categorical_accuracy,
    "sparse_categorical_accuracy": sparse_categorical_accuracy,
    "mse": losses.mean_squared_error,
    "mean_squared_error": losses.mean_squared_error,
    "binary_crossentropy": losses.binary_crossentropy,
    "categorical_crossentropy": losses.categorical_crossentropy,
    "sparse_categorical_crossentropy": losses.sparse_categorical_crossentropy,
}


def get(identifier: Any) -> Metric:
    """Find a metric by its name, as a function of ``(y_true, y_pred)``, or as it is.

    Raises:
        ValueError: If there is none of this name.
    """
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, str) and identifier in FUNCTIONS:
        return Metric(FUNCTIONS[identifier], identifier)
    if callable(identifier) and not isinstance(identifier, type):
        return Metric(identifier, getattr(identifier, "__name__", "metric"))
    names = ", ".join(FUNCTIONS)
    raise ValueError(
        f"A metric must be one of {names}, a function of (y_true, y_pred), or a Metric; "
        f"got {identifier!r}."
    )
