"""A step of training whose gradient several processes compute; Dask carries and watches them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnnlib import layers as layer_classes
from cnnlib import losses
from cnnlib._extras import require
from cnnlib._random import generator
from cnnlib.layers import BatchNormalization, Dropout
from cnnlib.layers.base import positive_integer
from cnnlib.models import Sequential
from cnnlib.parallel.shards import Array, mean_gradients, shards
from cnnlib.parallel.worker import shard_gradient

PATIENCE = 30  # seconds to wait for a worker where there is none
HERE = "127.0.0.1"  # nothing is sent to another machine, and none can connect


@dataclass(frozen=True)
class Shared:
    """What the workers made of one batch.

    Attributes:
        loss: The mean loss of the batch, before any step.
        gradients: Its gradients by ``model.trainable_weights``, in their order.
        sizes: How many samples each shard had.
        seconds: How long each shard was computed, without its way there and back.
        processes: The number of the process that computed each shard.
    """

    loss: float
    gradients: list[Array]
    sizes: list[int]
    seconds: list[float]
    processes: list[int]


@contextmanager
def local_workers(count: int = 2, threads: int = 1) -> Iterator[Any]:
    """Start worker processes on this machine, and end them afterwards.

    They listen on this machine's own address (127.0.0.1) only. A process that dies is replaced.
    They are started afresh, not forked: in a script, the program must stand below
    ``if __name__ == "__main__":``.

    Args:
        count: How many processes.
        threads: How many threads each may compute with.

    Yields:
        A ``distributed.Client``. One that is connected to workers on other machines does as well;
        they need the same version of cnnlib.

    Raises:
        ImportError: If Dask is not installed; the message names the extra that brings it.
        ValueError: If a number is below 1.

    Example:
        >>> with local_workers(2) as client:  # doctest: +SKIP
        ...     train_on_batch(client, model, x, y)
    """
    count, cores = positive_integer(count, "count"), str(positive_integer(threads, "threads"))
    distributed = require("distributed", extra="scale", what="parallel.local_workers")
    settings = {
        "distributed.worker.multiprocessing-method": "spawn",  # as everywhere, not on Linux alone
        "distributed.admin.large-graph-warning-threshold": "1GB",  # weights travel with each shard
    }
    with (
        require("dask", extra="scale", what="parallel.local_workers").config.set(settings),
        distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,  # one shard at a time
            processes=True,
            host=HERE,
            dashboard_address=f"{HERE}:0",  # any free port: 8787 may be taken
            worker_dashboard_address=f"{HERE}:0",
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            env={"NUMBA_NUM_THREADS": cores, "OMP_NUM_THREADS": cores},
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _recipe(model: Sequential) -> str:
    """What a worker makes the same model of: plain data, no code."""
    if not isinstance(model, Sequential):
        raise TypeError(f"`model` must be a Sequential; got {type(model).__name__}.")
    if model.loss is None:
        raise RuntimeError("A step needs a compiled model: call compile() with a loss first.")
    model._require_built("A shared step")
    for layer in model.layers:
        if getattr(layer_classes, type(layer).__name__, None) is not type(layer):
            raise ValueError(f"Workers know cnnlib's own layers only; got {layer!r}.")
        if isinstance(layer, BatchNormalization) and layer.trainable:
            raise ValueError(
                f"{layer!r} takes its mean and variance from the samples it sees; a worker sees "
                "its shard only, and the gradient would not be that of the batch. Leave the layer "
                "out, or freeze it: layer.trainable = False."
            )
    loss = losses.serialize(model.loss)
    if loss is None:
        raise ValueError(f"Workers know cnnlib's own losses only; got {model.loss!r}.")
    config = model.get_config()
    for layer in config["layers"]:
        if layer["class_name"] == "Dropout":  # its noise begins anew in every shard
            layer["config"]["seed"] = None
    return json.dumps({"model": config, "loss": loss})


def _workers(client: Any) -> list[str]:
    """The addresses of the workers; waits where all have died and their successors come."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise RuntimeError(
            f"The client must have a worker; none came within {PATIENCE} seconds."
        ) from None
    return sorted(client.ncores())


def _check_client(client: Any) -> None:
    kind = require("distributed", extra="scale", what="cnnlib.parallel").Client
    if not isinstance(client, kind) or client.asynchronous:
        raise TypeError(
            "`client` must be a distributed.Client such as local_workers() gives; "
            f"got {type(client).__name__}."
        )
    if client.status != "running":
        raise RuntimeError("The client is closed: work inside the `with local_workers(...)`.")


def _draws(model: Sequential) -> bool:
    return any(isinstance(layer, Dropout) and layer.rate > 0 for layer in model.layers)


def gradients(
    client: Any, model: Sequential, x: ArrayLike, y: ArrayLike, parts: int | None = None
) -> Shared:
    """The gradient of a batch, computed by worker processes, a shard each.

    It equals the gradient that one process computes, up to the rounding of float32. With the same
    ``parts`` it is the same to the last bit on every run, whichever workers compute it. The shard
    of a worker that dies is computed again by another one.

    Args:
        client: What :func:`local_workers` gives, or another ``distributed.Client``.
        model: A built and compiled model of cnnlib's own layers. Its weights travel as arrays, its
            layers as their configuration; its weights are not changed. ``Dropout`` draws its noise
            shard by shard, so with it the gradient is not the one of a single process;
            ``BatchNormalization`` must be frozen.
        x: Samples, shape (s, ...).
        y: Their targets.
        parts: How many shards to make; one per worker if left out (never more than samples).

    Raises:
        RuntimeError: If there is no worker or the model is not compiled.
        TypeError: If ``client`` is no client or ``model`` no model.
        ValueError: If a shard would be empty, or model or data break a rule.

    References:
        Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour (2017), section 3.
    """
    _check_client(client)
    recipe = _recipe(model)
    samples, targets = model._data(x, y, "parallel.gradients")
    return _gradients(client, recipe, model, samples, targets, parts)


def _gradients(
    client: Any, recipe: str, model: Sequential, x: Array, y: Array, parts: int | None
) -> Shared:
    addresses = _workers(client)
    cuts = shards(len(x), min(len(addresses), len(x)) if parts is None else parts)
    seed = int(generator().integers(2**31)) if _draws(model) else 0
    weights = model.get_weights()
    futures = [
        client.submit(
            shard_gradient,
            recipe,
            weights,
            np.ascontiguousarray(x[cut], model.dtype),
            y[cut],
            seed + number,
            workers=[addresses[number % len(addresses)]],
            allow_other_workers=True,  # where that one dies
            pure=False,  # nothing is remembered from step to step
        )
        for number, cut in enumerate(cuts)
    ]
    found = client.gather(futures)
    sizes = [cut.stop - cut.start for cut in cuts]
    loss = sum(size * one[0] for size, one in zip(sizes, found, strict=True)) / len(x)
    mean = mean_gradients([one[1] for one in found], sizes)
    return Shared(loss, mean, sizes, [one[2] for one in found], [one[3] for one in found])


def train_on_batch(
    client: Any, model: Sequential, x: ArrayLike, y: ArrayLike, parts: int | None = None
) -> Shared:
    """Take one step: the workers compute the gradient, the model's optimizer follows it, here.

    Args:
        client: As for :func:`gradients`.
        model: Likewise; its weights are changed, once.
        x: Samples, shape (s, ...).
        y: Their targets.
        parts: As for :func:`gradients`.

    Returns:
        What the workers found; its ``loss`` is that of the batch before the step.

    Raises:
        RuntimeError: As for :func:`gradients`; no step is taken then.
        TypeError: Likewise.
        ValueError: Likewise.
    """
    shared = gradients(client, model, x, y, parts)
    assert model.optimizer is not None
    model.optimizer.apply(shared.gradients, model.trainable_weights)
    return shared


def fit(
    client: Any,
    model: Sequential,
    x: ArrayLike,
    y: ArrayLike,
    batch_size: int = 32,
    epochs: int = 1,
    shuffle: bool = True,
    parts: int | None = None,
) -> dict[str, list[float]]:
    """Train as :meth:`cnnlib.models.Sequential.fit` does, with the gradients of worker processes.

    The batches are the same as there, in the same order for the same random seed.

    Args:
        client: As for :func:`gradients`.
        model: Likewise; its weights are changed.
        x: Samples, shape (s, ...).
        y: Their targets.
        batch_size: Samples per step, of all workers together. The last batch may be smaller.
        epochs: How often to go through all samples.
        shuffle: Whether every epoch takes the samples in a new random order.
        parts: How many shards a batch is cut into; one per worker that is there at the beginning if
            left out. It stays the same when workers die or come: so does the result.

    Returns:
        ``{"loss": [...]}``: the mean loss of every epoch.

    Raises:
        RuntimeError: As for :func:`gradients`.
        TypeError: Likewise.
        ValueError: Likewise.
    """
    _check_client(client)
    recipe = _recipe(model)
    samples, targets = model._data(x, y, "parallel.fit")
    positive_integer(batch_size, "batch_size")
    positive_integer(epochs, "epochs")
    parts = len(_workers(client)) if parts is None else positive_integer(parts, "parts")
    assert model.optimizer is not None
    history: dict[str, list[float]] = {"loss": []}
    for _ in range(epochs):
        order = generator().permutation(len(samples)) if shuffle else np.arange(len(samples))
        total = 0.0
        for start in range(0, len(samples), batch_size):
            chosen = order[start : start + batch_size]
            shared = _gradients(
                client, recipe, model, samples[chosen], targets[chosen], min(parts, len(chosen))
            )
            model.optimizer.apply(shared.gradients, model.trainable_weights)
            total += shared.loss * len(chosen)
        history["loss"].append(total / len(samples))
    return history
