"""One convolution of PyTorch, in either memory layout."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.implementations.data import operands
from benchmarks.shapes import Shape
from benchmarks.worker import Call

PACKAGES = ("torch",)


def make(subject: dict[str, Any], threads: int, channels_last: bool = False) -> dict[str, Call]:
    """Forward pass, and both gradients in one call.

    For padding "same" it pads alike on both sides, as PyTorch's users do. With a stride, Keras puts
    the odd pixel of padding at the end: the same amount of work, one pixel further.
    """
    torch.set_num_threads(threads or torch.get_num_threads())
    shape = Shape.read(subject)
    x, w, b, dy = (torch.from_numpy(array) for array in operands(shape))
    layout = torch.channels_last if channels_last else torch.contiguous_format
    x, dy = (a.permute(0, 3, 1, 2).contiguous(memory_format=layout) for a in (x, dy))
    w = w.permute(3, 2, 0, 1).contiguous(memory_format=layout)
    strides = [shape.stride] * 2
    padding = [shape.kernel // 2 if shape.padding == "same" else 0] * 2

    def forward() -> Any:
        with torch.inference_mode():
            return torch.nn.functional.conv2d(x, w, b, strides, padding)

    def backward() -> Any:
        no_bias, one = [True, True, False], [1, 1]
        return torch.ops.aten.convolution_backward(
            dy, x, w, None, strides, padding, one, False, [0, 0], 1, no_bias
        )

    return {"forward": Call(forward), "backward": Call(backward)}
