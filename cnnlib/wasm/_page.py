"""What stands in the page's module: which kernels, of which sizes, and what each is built for.

A page travels, so every kernel of a plain loop is built for few bytes. The work of a network is
done by the kernels on register tiles (:mod:`cnnlib.kernels.vector`). These cannot grow with the
processor as at home, for a page has vectors of four numbers everywhere; but V8, the engine of
Chromium, loses up to a half of the speed beyond 8 sums at a time, and is fastest with few rows of
many lanes. A kernel needs as many channels as its lanes, so there are narrower ones for few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnlib.kernels import KERNELS, conv2d_tiles, conv_block
from cnnlib.kernels._compile import TILED
from cnnlib.wasm._lower import Source, python

#: Plain loops built for speed: a step of training goes through all weights, or through large maps.
FAST = {"adam", "max_pool2d_gradient", "relu", "relu_gradient"}
#: Not in the page: its networks have no use for windows as rows of a matrix.
LEFT_OUT = {"im2col", "col2im"}

#: Kernels on tiles: how they are made, what they are built for, and (rows, lanes) of every size.
#: Measured in V8; the two gradients of a block lose 5 % when built for few bytes.
TILES: dict[str, tuple[Callable[[int, int], Any], str, list[tuple[int, int]]]] = {
    make.__name__: (make, goal, sizes)
    for make, goal, sizes in (
        (conv2d_tiles.conv2d_tiles, "tiles", [(2, 16), (4, 8), (4, 4)]),
        (conv2d_tiles.conv2d_weight_gradient_tiles, "tiles", [(2, 16), (5, 4)]),
        (conv_block.conv_block, "tiles", [(1, 8), (1, 4)]),
        (conv_block.conv_block_weight_gradient, "small tiles", [(3, 8)]),
        (conv_block.conv_block_input_gradient, "small tiles", [(3, 8)]),
    )
}


def tiled() -> dict[str, tuple[Any, str, str]]:
    """Every kernel on tiles: name with its lanes -> compiled function, signature, goal.

    ``conv2d_tiles_16`` works on 16 output channels at a time.
    """
    found = {}
    for name, (make, goal, sizes) in TILES.items():
        for rows, lanes in sizes:
            compiled = make(rows, lanes)
            found[f"{name}_{lanes}"] = (compiled, TILED[f"{name}_{rows}x{lanes}"][1], goal)
    return found


def sources() -> Mapping[str, Source]:
    """All that is compiled for the page, by name."""
    plain = {
        name: Source(python(kernel), signature, "speed" if name in FAST else "size")
        for name, (kernel, signature) in KERNELS.items()
        if name not in LEFT_OUT
    }
    on_tiles = {
        name: Source(python(kernel), signature, goal)
        for name, (kernel, signature, goal) in tiled().items()
    }
    return plain | on_tiles
