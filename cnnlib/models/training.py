"""Training: predict, measure the loss, send its gradient back, take a step; again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import losses, metrics, optimizers
from cnnlib._random import generator
from cnnlib.callbacks import Callback, History, ProgressBar, resolve_verbose
from cnnlib.layers import Layer
from cnnlib.layers.base import Array, Shape, real_array
from cnnlib.metrics import Mean, Metric
from cnnlib.models.plan import Plan
from cnnlib.ops._memory import POOL

#: Arguments that Keras has and cnnlib has not, with the values that ask for nothing.
LEFT_OUT: dict[str, tuple[Any, ...]] = {
    "class_weight": (None,),
    "sample_weight": (None,),
    "steps_per_epoch": (None,),
    "steps": (None,),
    "validation_steps": (None,),
    "loss_weights": (None,),
    "weighted_metrics": (None, []),
    "run_eagerly": (False,),
    "steps_per_execution": (1,),
    "jit_compile": ("auto", None, False, True),
    "auto_scale_loss": (True, False),
}


def _reject(method: str, arguments: dict[str, Any]) -> None:
    """Say of an argument that it is left out, unless its value asks for nothing."""
    for name, value in arguments.items():
        if name not in LEFT_OUT:
            raise TypeError(f"{method}() has no argument `{name}`.")
        array = isinstance(value, np.ndarray)
        if array or not any(value is asked or value == asked for asked in LEFT_OUT[name]):
            raise ValueError(f"{method}(): `{name}` is left out of cnnlib; got {value!r}.")


def _batches(count: int, batch_size: int) -> Iterator[slice]:
    for start in range(0, count, batch_size):
        yield slice(start, min(start + batch_size, count))


def _check_integer(value: Any, name: str, least: int = 1) -> int:
    if not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"`{name}` must be an integer of {least} or more; got {value!r}.")
    return int(value)


def _check_batch_size(batch_size: int | None) -> int:
    return 32 if batch_size is None else _check_integer(batch_size, "batch_size")


def _check_callbacks(callbacks: Any) -> list[Callback]:
    listeners = [callbacks] if isinstance(callbacks, Callback) else list(callbacks or [])
    for listener in listeners:
        if not isinstance(listener, Callback):
            raise TypeError(f"`callbacks` must be a list of Callback objects; got {listener!r}.")
    return listeners


class Trainer:
    """What a model needs to be trained; :class:`cnnlib.models.Sequential` has the layers.

    Attributes:
        optimizer: What changes the weights, once compiled.
        loss: What is made smaller, once compiled.
        stop_training: A callback sets this to end training after the epoch.
    """

    layers: list[Layer]
    dtype: str

    def __init__(self) -> None:
        self.optimizer: optimizers.Optimizer | None = None
        self.loss: losses.Loss | None = None
        self.metric_names: list[Any] = []
        self.history: History | None = None
        self.stop_training = False

    # ------------------------------------------------- what the model itself brings (sequential.py)
    @property
    def output_shape(self) -> Shape:
        raise NotImplementedError

    @property
    def trainable_weights(self) -> list[Array]:
        raise NotImplementedError

    def _samples(self, x: ArrayLike) -> Array:
        raise NotImplementedError

    def _plan(self) -> Plan:
        raise NotImplementedError

    def __call__(self, x: ArrayLike, training: bool = False) -> Array:
        raise NotImplementedError

    def forward(self, x: ArrayLike, training: bool = False) -> Array:
        raise NotImplementedError

    def backward(self, dy: ArrayLike, input_gradient: bool = True) -> Array | None:
        raise NotImplementedError

    # -------------------------------------------------------------------------------------- compile
    def compile(
        self,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: str | losses.Loss | None = None,
        metrics: Sequence[Any] | None = None,
        **left_out: Any,
    ) -> None:
        """Say how the model is to be trained.

        Args:
            optimizer: ``"adam"``, ``"sgd"``, ``"rmsprop"``, ``"adamw"``, or an Optimizer.
            loss: ``"binary_crossentropy"``, ``"categorical_crossentropy"``,
                ``"sparse_categorical_crossentropy"``, ``"mse"``, or a Loss.
            metrics: Numbers to report, such as ``["accuracy"]``.
            **left_out: Keras's other arguments; they must have values that ask for nothing.

        Raises:
            ValueError: If a name is not known or an argument is left out of cnnlib.

        References:
            https://keras.io/api/models/model_training_apis/
        """
        _reject("compile", left_out)
        if isinstance(metrics, str) or (metrics is not None and not isinstance(metrics, Sequence)):
            raise ValueError(f"`metrics` must be a list such as ['accuracy']; got {metrics!r}.")
        names = list(metrics or [])
        new_optimizer = optimizers.get(optimizer)
        new_loss = None if loss is None else losses.get(loss)
        _metrics(names)
        self.optimizer, self.loss, self.metric_names = new_optimizer, new_loss, names

    def _compiled(self, method: str) -> tuple[optimizers.Optimizer, losses.Loss]:
        if self.optimizer is None or self.loss is None:
            raise RuntimeError(
                f"{method}() needs a compiled model: call compile() with a loss first."
            )
        return self.optimizer, self.loss

    # ------------------------------------------------------------------------------------- one step
    def _step(self, x: Array, y: Array, keep_gradients: bool = False) -> tuple[float, Array]:
        """One step of training: the loss of the batch before it, and the predictions."""
        optimizer, loss = self._compiled("train_on_batch")
        plan = self._plan()
        with plan.lock:
            y_pred = plan.forward(x, training=True)
            value, dy = loss.value_and_gradient(y, y_pred)
            plan.train(dy, optimizer, keep_gradients)
        return value, y_pred

    def _result(self, x: Array) -> Array:
        """The output of a batch, in memory of its own."""
        plan = self._plan()
        with plan.lock:
            return plan.forward(x).copy()

    def train_on_batch(
        self, x: ArrayLike, y: ArrayLike, return_dict: bool = False, **left_out: Any
    ) -> Any:
        """Take one step on one batch.

        Args:
            x: Samples, shape (s, ...).
            y: Their targets.
            return_dict: Whether to return ``{"loss": ..., "accuracy": ...}``.
            **left_out: Keras's other arguments.

        Returns:
            The loss of this batch before the step, and its metrics: a number if there are none, a
            list otherwise.
        """
        _reject("train_on_batch", left_out)
        x, y = self._data(x, y, "train_on_batch")
        running = _Running(self.metric_names)
        value, y_pred = self._step(self._samples(x), y)
        running.add(value, y, y_pred)
        return running.answer(return_dict)

    def test_on_batch(
        self, x: ArrayLike, y: ArrayLike, return_dict: bool = False, **left_out: Any
    ) -> Any:
        """Measure loss and metrics of one batch: :meth:`train_on_batch` without the step."""
        _reject("test_on_batch", left_out)
        size = len(_array(x, "x"))
        return self.evaluate(x, y, batch_size=size, return_dict=return_dict)

    def predict_on_batch(self, x: ArrayLike) -> Array:
        """The predictions for one batch. x (s, ...) -> (s, ...)."""
        return self._result(self._samples(x))

    # ----------------------------------------------------------------------------------- many steps
    def _data(self, x: ArrayLike, y: ArrayLike, method: str) -> tuple[Array, Array]:
        """Check samples against their targets before anything is changed."""
        _, loss = self._compiled(method)
        samples, targets = _array(x, "x"), _array(y, "y")
        self._samples(samples[:1])  # right shape? Builds the model if need be.
        if len(samples) != len(targets):
            raise ValueError(
                f"`x` and `y` must have as many samples; got {len(samples)} and {len(targets)}."
            )
        shape: Any = (len(targets), *self.output_shape[1:])
        loss.check_targets(targets, shape)
        return samples, targets

    def fit(
        self,
        x: ArrayLike,
        y: ArrayLike,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: str | int = "auto",
        callbacks: Iterable[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: tuple[ArrayLike, ArrayLike] | None = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        **left_out: Any,
    ) -> History:
        """Train on samples and their targets.

        Args:
            x: Samples, shape (s, ...). Whatever the dtype, batches are converted to the model's.
            y: Targets: numbers (s,) or (s, 1), or one-hot rows (s, classes).
            batch_size: Samples per step; 32 if left out. The last batch may be smaller.
            epochs: How often to go through all samples (the number of the last epoch, if
                ``initial_epoch`` is given).
            verbose: 0 silent, 1 a progress bar, 2 a line per epoch; ``"auto"`` is 1 where somebody
                watches (a terminal, a notebook), 2 otherwise.
            callbacks: See :mod:`cnnlib.callbacks`.
            validation_split: The share of samples, taken from the end, that is not trained on but
                measured after every epoch.
            validation_data: Samples and targets to measure after every epoch.
            shuffle: Whether every epoch goes through the samples in a new random order.
            initial_epoch: The number of the first epoch, to continue an earlier training.
            validation_batch_size: ``batch_size`` of the validation.
            validation_freq: Measure after every epoch whose number is a multiple of this.
            **left_out: Keras's other arguments, such as ``class_weight``; they must have values
                that ask for nothing.

        Returns:
            The History: ``history.history["loss"]`` has a number per epoch.

        Raises:
            RuntimeError: If the model is not compiled.
            ValueError: If samples, targets or arguments break a rule; no step is taken then.

        References:
            https://keras.io/api/models/model_training_apis/
        """
        _reject("fit", left_out)
        size, level = _check_batch_size(batch_size), resolve_verbose(verbose)
        _check_integer(epochs, "epochs")
        _check_integer(initial_epoch, "initial_epoch", 0)
        _check_integer(validation_freq, "validation_freq")
        validation_size = size
        if validation_batch_size is not None:
            validation_size = _check_integer(validation_batch_size, "validation_batch_size")
        listeners = _check_callbacks(callbacks)
        x, y = self._data(x, y, "fit")
        if validation_data is not None:
            if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
                raise ValueError("`validation_data` must be a pair (x, y).")
            validation_data = self._data(*validation_data, "fit")
        elif validation_split:
            (x, y), validation_data = _split(x, y, validation_split)
        history = History()
        listeners[:0] = [history, ProgressBar(level)] if level else [history]
        for listener in listeners:
            listener.set_model(self)
            listener.set_params({"epochs": epochs, "steps": ceil(len(x) / size), "verbose": level})
        self.history, self.stop_training = history, False
        _tell(listeners, "on_train_begin")
        try:
            for epoch in range(initial_epoch, epochs):
                _tell(listeners, "on_epoch_begin", epoch)
                logs = self._epoch(x, y, size, shuffle, listeners)
                if validation_data is not None and (epoch + 1) % validation_freq == 0:
                    measured = self.evaluate(*validation_data, validation_size, return_dict=True)
                    logs.update({f"val_{name}": value for name, value in measured.items()})
                _tell(listeners, "on_epoch_end", epoch, logs)
                if self.stop_training:
                    break
        finally:
            POOL.clear()
            _tell(listeners, "on_train_end")
        return history

    def _epoch(
        self, x: Array, y: Array, size: int, shuffle: bool, listeners: list[Callback]
    ) -> dict[str, float]:
        """Go through all samples once."""
        order = generator().permutation(len(x)) if shuffle else np.arange(len(x))
        keep = any(listener.reads_gradients for listener in listeners)
        running = _Running(self.metric_names)
        for number, batch in enumerate(_batches(len(x), size)):
            _tell(listeners, "on_train_batch_begin", number)
            targets = y[order[batch]]
            value, y_pred = self._step(self._samples(x[order[batch]]), targets, keep)
            running.add(value, targets, y_pred)
            _tell(listeners, "on_train_batch_end", number, running.logs())
        return running.logs()

    def evaluate(
        self,
        x: ArrayLike,
        y: ArrayLike,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        return_dict: bool = False,
        **left_out: Any,
    ) -> Any:
        """Measure the loss and the metrics.

        Args:
            x: Samples, shape (s, ...).
            y: Their targets.
            batch_size: Samples at a time; 32 if left out.
            verbose: There for programs that give it; nothing is shown.
            return_dict: Whether to return ``{"loss": ..., "accuracy": ...}``.
            **left_out: Keras's other arguments.

        Returns:
            The loss if there are no metrics, else a list: the loss, then the metrics.
        """
        _reject("evaluate", left_out)
        resolve_verbose(verbose)
        size = _check_batch_size(batch_size)
        x, y = self._data(x, y, "evaluate")
        _, loss = self._compiled("evaluate")
        running = _Running(self.metric_names)
        for batch in _batches(len(x), size):
            y_pred = self._result(self._samples(x[batch]))
            running.add(loss(y[batch], y_pred), y[batch], y_pred)
        return running.answer(return_dict)

    def predict(
        self,
        x: ArrayLike,
        batch_size: int | None = None,
        verbose: str | int = "auto",
        **left_out: Any,
    ) -> Array:
        """The predictions for any number of samples, a batch at a time. x (s, ...) -> (s, ...)."""
        _reject("predict", left_out)
        resolve_verbose(verbose)
        size, samples = _check_batch_size(batch_size), _array(x, "x")
        self._samples(samples[:1])
        shape: Any = (len(samples), *self.output_shape[1:])
        y = np.empty(shape, self.dtype)
        for batch in _batches(len(samples), size):
            y[batch] = self._result(self._samples(samples[batch]))
        return y


class _Running:
    """The loss and the metrics so far."""

    def __init__(self, names: list[Any]) -> None:
        self.loss, self.metrics = Mean("loss"), _metrics(names)

    def add(self, loss: float, y: Array, y_pred: Array) -> None:
        self.loss.add(loss, len(y_pred))
        for metric in self.metrics:
            metric.update_state(y, y_pred)

    def logs(self) -> dict[str, float]:
        return {mean.name: mean.result() for mean in (self.loss, *self.metrics)}

    def answer(self, return_dict: bool) -> Any:
        logs = self.logs()
        if return_dict:
            return logs
        return list(logs.values()) if self.metrics else logs["loss"]


def _metrics(names: list[Any]) -> list[Metric]:
    """Metrics that have seen nothing yet."""
    made = [metrics.get(name) for name in names]
    for metric in made:
        metric.reset_state()
    return made


def _array(value: Any, name: str) -> Array:
    array = real_array(value, name)
    if array.ndim == 0:
        raise ValueError(f"`{name}` must have a batch axis first; got the single number {array}.")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}.")
    return array


def _split(x: Array, y: Array, share: float) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The first samples for training, the last ones for validation."""
    number = isinstance(share, (int, float, np.floating))
    at = int(np.floor(len(x) * (1 - share))) if number and 0 < share < 1 else 0
    if not 0 < at < len(x):
        raise ValueError(
            "`validation_split` must be between 0 and 1 and leave samples on both sides; "
            f"got {share!r} of {len(x)} samples."
        )
    return (x[:at], y[:at]), (x[at:], y[at:])


def _tell(listeners: list[Callback], event: str, *arguments: Any) -> None:
    for listener in listeners:
        getattr(listener, event)(*arguments)
