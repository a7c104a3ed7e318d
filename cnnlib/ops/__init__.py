"""Arrays in, arrays out: every step of a network as a pure function, its gradient beside it.

An op checks what it is given, makes room for the result and calls a kernel (:mod:`cnnlib.kernels`).
It follows its input: float64 gives float64, everything else gives float32.
"""

from cnnlib.ops.activations import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)
from cnnlib.ops.conv2d import (
    col2im,
    conv2d,
    conv2d_backward,
    conv2d_input_gradient,
    conv2d_weight_gradient,
    crop2d,
    im2col,
    pad2d,
)
from cnnlib.ops.dense import (
    dense,
    dense_backward,
    dense_input_gradient,
    dense_weight_gradient,
)
from cnnlib.ops.norm import batch_norm, batch_norm_backward, moments
from cnnlib.ops.pool2d import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "conv2d_input_gradient",
    "conv2d_weight_gradient",
    "crop2d",
    "dense",
    "dense_backward",
    "dense_input_gradient",
    "dense_weight_gradient",
    "im2col",
    "leaky_relu",
    "leaky_relu_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "moments",
    "pad2d",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "tanh",
    "tanh_backward",
]
