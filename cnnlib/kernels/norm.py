"""Batch normalization: every channel gets mean 0 and variance 1, then learns a scale and a shift.

Arrays have shape (r, c): all pixels of all samples are rows, channels are columns.
"""

import numpy as np

from cnnlib.kernels._compile import kernel, prange


@kernel("f4[2], f4[1], f4[1], f4[1], f4[1], f4, f4[2]", parallel=True)
def batch_norm(x, gamma, beta, mean, variance, epsilon, y):
    """y[r,c] = gamma[c] * (x[r,c] - mean[c]) / sqrt(variance[c] + epsilon) + beta[c]."""
    for r in prange(x.shape[0]):
        for c in range(x.shape[1]):
            scale = gamma[c] / np.sqrt(variance[c] + epsilon)
            y[r, c] = (x[r, c] - mean[c]) * scale + beta[c]


@kernel("f4[2], f4[1], f4[2]", parallel=True)
def squared_deviations(x, mean, partial):
    """partial[g,c] = sum of (x[r,c] - mean[c])^2 over the rows of group g."""
    rows, groups = x.shape[0], partial.shape[0]
    for g in prange(groups):
        for c in range(x.shape[1]):
            partial[g, c] = 0
        for r in range(g * rows // groups, (g + 1) * rows // groups):
            for c in range(x.shape[1]):
                deviation = x[r, c] - mean[c]
                partial[g, c] += deviation * deviation


@kernel("f4[2], f4[2], f4[1], f4[1], f4, f4[2]", parallel=True)
def batch_norm_gamma_gradient(dy, x, mean, variance, epsilon, partial):
    """partial[g,c] = sum of dy[r,c] * (x[r,c] - mean[c]) / sqrt(variance[c] + epsilon)."""
    rows, groups = x.shape[0], partial.shape[0]
    for g in prange(groups):
        for c in range(x.shape[1]):
            partial[g, c] = 0
        for r in range(g * rows // groups, (g + 1) * rows // groups):
            for c in range(x.shape[1]):
                partial[g, c] += dy[r, c] * (x[r, c] - mean[c]) / np.sqrt(variance[c] + epsilon)


@kernel("f4[2], f4[2], f4[1], f4[1], f4[1], f4, f4[1], f4[1], f4[2]", parallel=True)
def batch_norm_gradient(dy, x, gamma, mean, variance, epsilon, dgamma, dbeta, dx):
    """dx = gamma / deviation * (dy - dbeta / r - normalized x * dgamma / r).

    The mean and the variance are those of the batch, so they too depend on every x: the two terms
    that are subtracted.
    """
    rows = dx.dtype.type(x.shape[0])
    for r in prange(x.shape[0]):
        for c in range(x.shape[1]):
            deviation = np.sqrt(variance[c] + epsilon)
            normalized = (x[r, c] - mean[c]) / deviation
            gradient = dy[r, c] - (dbeta[c] + normalized * dgamma[c]) / rows
            dx[r, c] = gamma[c] / deviation * gradient
