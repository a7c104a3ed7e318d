"""The mathematics of a convolutional network, as plain loops over arrays.

A kernel takes arrays and numbers, fills its last argument (or arguments) and returns nothing. It
allocates nothing and raises nothing: whoever calls it has checked the shapes
(see :mod:`cnnlib.ops`).

The letters are the same everywhere: ``s`` sample, ``i, j`` output row and column, ``m, n`` kernel
row and column, ``c`` input channel, ``o`` output channel.
"""

from cnnlib.kernels import activations, conv2d, dense, losses, norm, pool2d, sums, updates
from cnnlib.kernels._compile import KERNELS, sequential

__all__ = [
    "KERNELS",
    "activations",
    "conv2d",
    "dense",
    "losses",
    "norm",
    "pool2d",
    "sequential",
    "sums",
    "updates",
]
