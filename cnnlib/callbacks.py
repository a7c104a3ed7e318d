"""What happens between the steps of training: report, remember, stop early, save the best.

A callback is told when training, an epoch or a batch begins and ends. ``logs`` are the numbers so
far, such as ``{"loss": 0.3, "val_loss": 0.4}``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

Logs = dict[str, float]


class Callback:
    """Override what you need; every method does nothing by itself.

    Attributes:
        model: The model that is trained.
        params: ``{"epochs": ..., "steps": ..., "verbose": ...}``.
        reads_gradients: Whether it looks at the layers' ``grads`` after a step. Where no callback
            does, ``fit`` lets Adam take a large layer's gradient before it is written.
    """

    reads_gradients = True
    model: Any = None
    params: dict[str, Any] = {}

    def set_model(self, model: Any) -> None:
        """Learn which model is trained."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Learn how many epochs and batches there will be."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a step, counted from 0 in each epoch."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a step; ``logs`` are the means over the epoch so far."""


class LambdaCallback(Callback):
    """A callback made of functions: ``LambdaCallback(on_epoch_end=lambda epoch, logs: ...)``.

    References:
        https://keras.io/api/callbacks/lambda_callback/
    """

    def __init__(self, **functions: Callable[..., None]) -> None:
        for name, function in functions.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                names = [name for name in vars(Callback) if name.startswith("on_")]
                raise ValueError(f"A function must be one of {', '.join(names)}; got {name!r}.")
            setattr(self, name, function)


class _Onlooker(Callback):
    """A callback that looks at no gradient."""

    reads_gradients = False


class History(_Onlooker):
    """Keeps the numbers of every epoch. ``fit`` makes one and returns it.

    Attributes:
        history: ``{"loss": [one number per epoch], "val_loss": [...], ...}``.
        epoch: The numbers of the epochs, counted from 0.
    """

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


def in_notebook() -> bool:
    """Is this the kernel of a notebook?"""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and "IPKernelApp" in shell.config


def resolve_verbose(verbose: str | int) -> int:
    """0: silent. 1: a bar, for people who watch. 2: a line per epoch, for a file.

    Raises:
        ValueError: If it is none of 0, 1, 2 and ``"auto"``.
    """
    if verbose == "auto":
        return 1 if in_notebook() or sys.stdout.isatty() else 2
    if verbose not in (0, 1, 2):
        raise ValueError(f"`verbose` must be 'auto', 0, 1 or 2; got {verbose!r}.")
    return int(verbose)


def _text(value: float) -> str:
    return f"{value:.4f}" if abs(value) >= 1e-3 or value == 0 else f"{value:.2e}"


class ProgressBar(_Onlooker):
    """Shows how far training is: a bar per epoch (1), or a line per epoch (2)."""

    def __init__(self, verbose: int) -> None:
        self.verbose = verbose
        self._bar: Any = None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._start = time.perf_counter()
        if self.verbose == 1:
            title = f"Epoch {epoch + 1}/{self.params['epochs']}"
            self._bar = tqdm(
                total=self.params["steps"], desc=title, unit="batch", file=sys.stdout, leave=True
            )

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._bar is not None:
            self._bar.update()
            self._bar.set_postfix(self._numbers(logs), refresh=False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        numbers = self._numbers(logs)
        if self._bar is not None:
            self._bar.set_postfix(numbers)
            self._bar.close()
            self._bar = None
        elif self.verbose == 2:
            seconds = time.perf_counter() - self._start
            parts = [f"Epoch {epoch + 1}/{self.params['epochs']}", f"{seconds:.1f}s"]
            print(" - ".join(parts + [f"{k}: {v}" for k, v in numbers.items()]), flush=True)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self._bar is not None:
            self._bar.close()

    @staticmethod
    def _numbers(logs: Logs | None) -> dict[str, str]:
        return {name: _text(value) for name, value in (logs or {}).items()}


class _Monitor(_Onlooker):
    """Watches one number and knows when it is better than before."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"`mode` must be 'auto', 'min' or 'max'; got {mode!r}.")
        rising = mode == "max" or (mode == "auto" and monitor.split("val_")[-1].startswith("acc"))
        rising = rising or (mode == "auto" and monitor.endswith("accuracy"))
        self.monitor = monitor
        self.sign = 1.0 if rising else -1.0
        self.min_delta = abs(min_delta)

    def current(self, logs: Logs | None) -> float:
        """The number it watches."""
        if not logs or self.monitor not in logs:
            raise ValueError(
                f"`monitor` must be one of {', '.join(logs or {})}; got {self.monitor!r}."
            )
        return logs[self.monitor]

    def better(self, value: float, than: float) -> bool:
        """Is the value better, by more than ``min_delta``? NaN never is."""
        return bool(self.sign * (value - than) > self.min_delta)


class EarlyStopping(_Monitor):
    """Stops when a number no longer gets better.

    Args:
        monitor: The number to watch.
        min_delta: What counts as better: a change of more than this.
        patience: How many epochs without one to wait.
        verbose: 1 to say when it stops.
        mode: ``"min"``, ``"max"``, or ``"auto"``: accuracies are to rise, all else to fall.
        baseline: A value to reach: until then, getting better does not end the waiting.
        restore_best_weights: Whether to put back the weights of the best epoch.
        start_from_epoch: Epochs to let pass before watching.

    Raises:
        ValueError: At the end of the first epoch, if there is no number of this name.

    References:
        https://keras.io/api/callbacks/early_stopping/
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.wait, self.stopped_epoch, self.best_epoch = 0, 0, 0
        self.best = -self.sign * np.inf
        self.best_weights: list[NDArray[Any]] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        current = self.current(logs)
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.better(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.better(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: {self.monitor} no longer improves, stop.")
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)


class ModelCheckpoint(_Monitor):
    """Saves the model after every epoch, or after every epoch that is the best so far.

    Args:
        filepath: Where to; may hold numbers (epochs counted from 1), as in
            ``"best-{epoch:02d}-{val_loss:.2f}.safetensors"``.
        monitor: The number that says which is best.
        verbose: 1 to say what was saved.
        save_best_only: Whether to save only when the number got better.
        mode: As in :class:`EarlyStopping`.
        initial_value_threshold: Save only what is better than this.

    References:
        https://keras.io/api/callbacks/model_checkpoint/
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        self.filepath, self.verbose = os.fspath(filepath), verbose
        self.save_best_only = save_best_only
        no_value = initial_value_threshold is None
        self.best = -self.sign * np.inf if no_value else initial_value_threshold

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_best_only:
            current = self.current(logs)
            if not self.better(current, self.best):  # type: ignore[arg-type]
                return
            self.best = current
        numbers = {"epoch": epoch + 1, **(logs or {})}
        try:
            path = self.filepath.format(**numbers)
        except (KeyError, IndexError) as error:
            raise ValueError(
                f"`filepath` may hold the numbers {', '.join(numbers)}; got {self.filepath!r}."
            ) from error
        self.model.save(path)
        if self.verbose:
            print(f"Epoch {epoch + 1}: saved the model to {path}")


class Recorder(Callback):
    """Records what a picture of training needs: losses, and how large gradients and weights are.

    Args:
        every: Record each step whose number is a multiple of this.
        capacity: How many steps to keep; when full, every second one is dropped and ``every``
            doubles, so that the whole of the training stays in view.
        weights: Whether to keep copies of all weights too.

    Attributes:
        steps: The numbers of the recorded steps, counted from 0 over all epochs.
        records: For each of them ``{"logs": ..., "gradients": {layer: {weight: root mean square}},
            "sizes": {layer: {weight: root mean square}}, "weights": {layer: {weight: array}}}``.

    Example:
        >>> Recorder(every=10).capacity
        1000
    """

    def __init__(self, every: int = 1, capacity: int = 1000, weights: bool = False) -> None:
        if every < 1 or capacity < 2:
            raise ValueError(
                f"`every` must be 1 or more and `capacity` 2 or more; got {every}, {capacity}."
            )
        self.every, self.capacity, self.keep_weights = every, capacity, weights
        self.steps: list[int] = []
        self.records: list[dict[str, Any]] = []
        self._step = 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._step % self.every == 0:
            self.steps.append(self._step)
            self.records.append(self._record(logs))
            if len(self.steps) > self.capacity:
                self.every *= 2
                self.steps, self.records = self.steps[::2], self.records[::2]
        self._step += 1

    def _record(self, logs: Logs | None) -> dict[str, Any]:
        layers = [layer for layer in self.model.layers if layer.params]
        record: dict[str, Any] = {
            "logs": dict(logs or {}),
            "gradients": {layer.name: _sizes(layer.grads) for layer in layers},
            "sizes": {layer.name: _sizes(layer.params) for layer in layers},
        }
        if self.keep_weights:
            record["weights"] = {
                layer.name: {name: array.copy() for name, array in layer.params.items()}
                for layer in layers
            }
        return record


def _sizes(arrays: dict[str, NDArray[Any]]) -> dict[str, float]:
    """The root mean square of every array."""
    return {
        name: float(np.sqrt(np.mean(np.square(array, dtype=np.float64))))
        for name, array in arrays.items()
    }
