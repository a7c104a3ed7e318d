"""One training step, shared: each process takes a shard of the batch, and one step is taken.

Each process has the model's weights and computes the gradient of the mean loss of its shard. The
mean of these gradients, each weighted with its shard's share of the samples, is the gradient of the
whole batch. The processes are started and watched by Dask, on this machine or on others.

>>> with local_workers(2) as client:  # doctest: +SKIP
...     losses = fit(client, model, x, y, batch_size=256, epochs=3)
"""

from cnnlib.parallel.devices import OnDevices, keras_gradients
from cnnlib.parallel.shards import mean_gradients, shards
from cnnlib.parallel.training import Shared, fit, gradients, local_workers, train_on_batch

__all__ = [
    "local_workers",
    "train_on_batch",
    "fit",
    "gradients",
    "Shared",
    "shards",
    "mean_gradients",
    "keras_gradients",
    "OnDevices",
]
