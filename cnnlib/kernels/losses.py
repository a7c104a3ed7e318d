"""Losses: how wrong is the prediction, and in which direction would it be less so.

Each kernel fills the loss of every element or row and the gradient by the prediction, before any
mean is taken. ``t`` is the target, ``p`` a probability, ``z`` a logit (what a sigmoid or softmax
would turn into probabilities). Probabilities are kept within ``[eps, 1 - eps]``; beyond, the
gradient is 0.
"""

import numpy as np

from cnnlib.kernels._compile import kernel


@kernel("f4[1], f4[1], f4, f4[1], f4[1]")
def binary_crossentropy(t, p, eps, loss, dp):
    """loss = -t*log(p) - (1-t)*log(1-p), dp = (p - t) / (p * (1-p))."""
    one = loss.dtype.type(1)
    zero = loss.dtype.type(0)
    for k in range(t.size):
        q = min(max(p[k], eps), one - eps)
        other = max(one - t[k], zero)  # taken apart, log - t*log, it would be inf - inf
        loss[k] = -(t[k] * np.log(q) + other * np.log(one - q))
        dp[k] = (q - t[k]) / (q * (one - q))
        if p[k] < eps or p[k] > one - eps:
            dp[k] = 0
        if p[k] != p[k]:  # min and max would swallow a NaN
            loss[k] = p[k]
            dp[k] = p[k]


@kernel("f4[1], f4[1], f4[1], f4[1]")
def binary_crossentropy_logits(t, z, loss, dz):
    """loss = max(z, 0) - z*t + log(1 + exp(-|z|)), dz = sigmoid(z) - t."""
    one = loss.dtype.type(1)
    zero = loss.dtype.type(0)
    for k in range(t.size):
        e = np.exp(-abs(z[k]))
        loss[k] = (z[k] if z[k] > 0 else zero) - z[k] * t[k] + np.log1p(e)
        dz[k] = (one if z[k] >= 0 else e) / (one + e) - t[k]


@kernel("f4[2], f4[2], f4, f4[1], f4[2]")
def categorical_crossentropy(t, p, eps, loss, dp):
    """loss[s] = -sum over o of t*log(q), q = p / sum of row s.

    dp = (sum over k of t[k]*inside[k] - t*inside/q) / sum of row s; inside is 1 where q was not
    clipped, else 0.
    """
    one = loss.dtype.type(1)
    for s in range(t.shape[0]):
        total = loss.dtype.type(0)
        for o in range(t.shape[1]):
            total += p[s, o]
        pull = loss.dtype.type(0)
        loss[s] = total - total  # 0, or NaN where the row has one
        for o in range(t.shape[1]):
            q = p[s, o] / total
            inside = q >= eps and q <= one - eps
            q = min(max(q, eps), one - eps)
            loss[s] -= t[s, o] * np.log(q)
            dp[s, o] = 0
            if inside:
                pull += t[s, o]
                dp[s, o] = t[s, o] / q
        for o in range(t.shape[1]):
            dp[s, o] = (pull - dp[s, o]) / total


@kernel("f4[2], f4[2], f4[1], f4[2]")
def categorical_crossentropy_logits(t, z, loss, dz):
    """loss[s] = sum over o of t * (log(sum of exp z) - z), dz = softmax(z) * sum of t - t."""
    for s in range(t.shape[0]):
        largest = z[s, 0]
        weight = loss.dtype.type(0)
        total = loss.dtype.type(0)
        for o in range(t.shape[1]):
            largest = max(largest, z[s, o])
            weight += t[s, o]
        for o in range(t.shape[1]):
            dz[s, o] = np.exp(z[s, o] - largest)
            total += dz[s, o]
        log_total = np.log(total) + largest
        loss[s] = 0
        for o in range(t.shape[1]):
            loss[s] += t[s, o] * (log_total - z[s, o])
            dz[s, o] = dz[s, o] / total * weight - t[s, o]


@kernel("f4[1], f4[1], f4[1], f4[1]")
def squared_error(t, p, loss, dp):
    """loss = (p - t)^2, dp = 2 * (p - t)."""
    for k in range(t.size):
        error = p[k] - t[k]
        loss[k] = error * error
        dp[k] = error + error
