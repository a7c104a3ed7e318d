"""Optimizers' steps: the gradient says which way is up, these say how far to go down.

Every kernel changes the weights ``w`` (its last argument) and its own memory in place. Weights are
shared out in blocks of a fixed size: where a block ends can change how its last numbers are
rounded, and that must not depend on the number of cores.
"""

import numpy as np

from cnnlib.kernels._compile import kernel, prange

BLOCK = 4096


@kernel("f4[1], f4, f4[1]", parallel=True)
def sgd(g, learning_rate, w):
    """w -= learning_rate * g."""
    for block in prange((w.size + BLOCK - 1) // BLOCK):
        for k in range(block * BLOCK, min(block * BLOCK + BLOCK, w.size)):
            w[k] -= learning_rate * g[k]


@kernel("f4[1], f4[1], f4, f4, b1, f4[1]", parallel=True)
def momentum(g, velocity, learning_rate, rate, nesterov, w):
    """velocity = rate * velocity - learning_rate * g; w += velocity (Nesterov: one step ahead)."""
    for block in prange((w.size + BLOCK - 1) // BLOCK):
        for k in range(block * BLOCK, min(block * BLOCK + BLOCK, w.size)):
            velocity[k] = rate * velocity[k] - learning_rate * g[k]
            if nesterov:
                w[k] += rate * velocity[k] - learning_rate * g[k]
            else:
                w[k] += velocity[k]


@kernel("f4[1], f4[1], f4, f4, f4, f4[1]", parallel=True)
def rmsprop(g, v, learning_rate, rho, epsilon, w):
    """v = rho * v + (1 - rho) * g^2; w -= learning_rate * g / sqrt(v + epsilon)."""
    one = w.dtype.type(1)
    for block in prange((w.size + BLOCK - 1) // BLOCK):
        for k in range(block * BLOCK, min(block * BLOCK + BLOCK, w.size)):
            v[k] = rho * v[k] + (one - rho) * g[k] * g[k]
            w[k] -= learning_rate * g[k] / np.sqrt(v[k] + epsilon)


@kernel("f4[1], f4[1], f4[1], f4, f4, f4, f4, f4[1]", parallel=True)
def adam(g, m, v, step_size, beta_1, beta_2, epsilon, w):
    """w -= step_size * m / (sqrt(v) + epsilon), m and v moving averages of g and g^2.

    m += (1 - beta_1) * (g - m); v += (1 - beta_2) * (g^2 - v).

    step_size = learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) in step t; the caller knows t.
    """
    one = w.dtype.type(1)
    for block in prange((w.size + BLOCK - 1) // BLOCK):
        for k in range(block * BLOCK, min(block * BLOCK + BLOCK, w.size)):
            m[k] += (g[k] - m[k]) * (one - beta_1)
            v[k] += (g[k] * g[k] - v[k]) * (one - beta_2)
            w[k] -= step_size * m[k] / (np.sqrt(v[k]) + epsilon)
