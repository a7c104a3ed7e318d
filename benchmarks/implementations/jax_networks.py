"""Networks of JAX by hand: one compiled function per step, which may reuse its arguments."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.implementations.data import batches, weights
from benchmarks.models import Model
from benchmarks.worker import Call

PACKAGES = ("jax", "jaxlib")
BETA1, BETA2, RATE, EPSILON = 0.9, 0.999, 1e-3, 1e-7
LAYOUT = ("NHWC", "HWIO", "NHWC")


def scores(model: Model, params: list[Any], x: Any) -> Any:
    """The network's output before its last activation."""
    pairs = list(zip(params[::2], params[1::2], strict=True))
    for w, b in pairs[: len(model.filters)]:
        y = lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=LAYOUT) + b
        pool = (1, 2, 2, 1)
        x = lax.reduce_window(jax.nn.relu(y), -jnp.inf, lax.max, pool, pool, "VALID")
    x = x.reshape(len(x), -1)
    *hidden, (w, b) = pairs[len(model.filters) :]
    for matrix, bias in hidden:
        x = jax.nn.relu(x @ matrix + bias)
    return x @ w + b


def loss(model: Model, params: list[Any], x: Any, y: Any) -> Any:
    """The mean cross-entropy of a batch."""
    z = scores(model, params, x)
    if model.binary:
        return jnp.mean(jnp.logaddexp(0, z) - z * y)
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))


def adam(params: list[Any], gradients: list[Any], state: tuple[Any, ...]) -> tuple[Any, ...]:
    """One step of Adam: the new weights, and what it remembers."""
    first, second, t = state
    t = t + 1
    first = [BETA1 * m + (1 - BETA1) * g for m, g in zip(first, gradients, strict=True)]
    second = [BETA2 * v + (1 - BETA2) * g * g for v, g in zip(second, gradients, strict=True)]
    rate = RATE * jnp.sqrt(1 - BETA2**t) / (1 - BETA1**t)
    moved = zip(params, first, second, strict=True)
    return [w - rate * m / (jnp.sqrt(v) + EPSILON) for w, m, v in moved], (first, second, t)


def make(subject: dict[str, Any], threads: int) -> dict[str, Call]:
    """Forward pass and training step; JAX has no setting for threads, so its process is pinned."""
    model = Model.read(subject)
    x, y = map(jnp.asarray, batches(model))

    def train(params: list[Any], state: tuple[Any, ...], x: Any, y: Any) -> tuple[Any, ...]:
        value, gradients = jax.value_and_grad(lambda p: loss(model, p, x, y))(params)
        return *adam(params, gradients, state), value

    def predict(params: list[Any], x: Any) -> Any:
        z = scores(model, params, x)
        return jax.nn.sigmoid(z) if model.binary else jax.nn.softmax(z)

    compiled_train, compiled_predict = jax.jit(train, donate_argnums=(0, 1)), jax.jit(predict)
    params = [jnp.asarray(array) for array in weights(model)]
    held = [params, ([jnp.zeros_like(w) for w in params], [jnp.zeros_like(w) for w in params],
                     jnp.float32(0))]  # fmt: skip

    def step() -> float:
        held[0], held[1], value = compiled_train(*held, x, y)
        return float(value)

    return {
        "forward": Call(lambda: np.asarray(compiled_predict(held[0], x))),
        "step": Call(step),
    }
