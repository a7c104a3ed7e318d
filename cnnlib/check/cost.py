"""Two exercises on cost: where 18,496 comes from, and the costs of a convolution."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from cnnlib.check._exercise import Failed, Function, Judged, Mistake

# ---------------------------------------------------------------------------------- derive_18496
FIVE = "Five whole numbers: kernel rows, kernel columns, input channels, kernels, biases."
READS = "The second convolution does not read the image. How many maps does the layer before make?"
MIXED = "The layer reads 32 channels and writes 64. The third number is what it reads."
BIASES = "A kernel adds up all its products and then adds one bias. How many kernels are there?"
WINDOW = "`Conv2D(64, (3, 3))`: the first number is how many kernels, the pair is their size."


def judge_derivation(answer: Any) -> Failed | None:
    """Five numbers that multiply and add up to 18,496, each for the right reason."""
    numbers = tuple(answer) if isinstance(answer, (tuple, list)) else ()
    if len(numbers) != 5 or not all(isinstance(n, (int, np.integer)) for n in numbers):
        return Failed("five whole numbers were expected", FIVE)
    *factors, biases = (int(number) for number in numbers)
    rows, columns, channels, kernels = factors
    sides = " · ".join(map(str, factors))
    total = f"{sides} + {biases} = {prod(factors) + biases:,}"
    if (rows, columns) != (3, 3):
        return Failed(f"{total}; the kernel has another size", WINDOW)
    if (channels, kernels) == (64, 32):
        return Failed(f"{total}; input and output are mixed up", MIXED)
    if (channels, kernels) != (32, 64):
        return Failed(f"{total}; the channels are wrong", READS if kernels == 64 else WINDOW)
    if biases != 64:
        return Failed(f"{total}; the biases are wrong", BIASES)
    return None


derive_18496 = Judged(
    "derive_18496",
    judge_derivation,
    lambda: (3, 3, 32, 64, 64),
    [
        Mistake(lambda: (3, 3, 3, 64, 64), READS),
        Mistake(lambda: (3, 3, 1, 64, 64), READS),
        Mistake(lambda: (3, 3, 64, 32, 32), MIXED),
        Mistake(lambda: (3, 3, 32, 64, 0), BIASES),
        Mistake(lambda: (3, 3, 32, 64, 32 * 64), BIASES),
        Mistake(lambda: (29, 29, 32, 64, 64), WINDOW),
        Mistake(lambda: (3, 3, 32, 32, 32), WINDOW),
        Mistake(lambda: 18496, FIVE),
    ],
)


# ------------------------------------------------------------------------------------ conv_costs
COST_CASES = [
    (31, 31, 32, 64, 3, 1),
    (64, 48, 3, 32, 3, 1),
    (20, 13, 3, 8, 5, 2),
    (9, 30, 4, 6, 1, 3),
    (7, 16, 2, 5, 4, 3),
]


def costs(
    rows: int, columns: int, channels: int, filters: int, kernel: int, stride: int
) -> tuple[int, int, int]:
    """Parameters, multiply-adds and bytes of a convolution without padding."""
    products = kernel * kernel * channels
    outputs = filters
    for side in (rows, columns):
        outputs *= (side - kernel) // stride + 1
    return (products + 1) * filters, outputs * products, 4 * outputs


def changed(change: Callable[..., tuple[int, int, int]]) -> Callable[..., tuple[int, int, int]]:
    """The right costs with something done to them: ``change(params, macs, memory, *arguments)``."""

    def wrong(
        rows: int, columns: int, channels: int, filters: int, kernel: int, stride: int
    ) -> tuple[int, int, int]:
        given = (rows, columns, channels, filters, kernel, stride)
        return change(*costs(*given), *given)

    return wrong


def rounded_up(
    rows: int, columns: int, channels: int, filters: int, kernel: int, stride: int
) -> tuple[int, int, int]:
    """With one window too many where the stride leaves a remainder."""
    params, outputs = costs(rows, columns, channels, filters, kernel, stride)[0], filters
    for side in (rows, columns):
        outputs *= -(-(side - kernel) // stride) + 1
    return params, outputs * kernel * kernel * channels, 4 * outputs


def at_every_pixel(
    rows: int, columns: int, channels: int, filters: int, kernel: int, stride: int
) -> tuple[int, int, int]:
    """With as many outputs as the input has pixels."""
    params, outputs = (
        costs(rows, columns, channels, filters, kernel, stride)[0],
        rows * columns * filters,
    )
    return params, outputs * kernel * kernel * channels, 4 * outputs


conv_costs = Function(
    "conv_costs",
    costs,
    COST_CASES,
    "First the output: rows, columns and filters. Each of its numbers takes kernel · kernel · "
    "channels multiply-adds and 4 bytes. The parameters know nothing of rows and columns.",
    [
        Mistake(
            changed(lambda p, m, b, r, w, c, o, k, t: (p - o, m, b)),
            "The parameters lack the biases: one for each filter.",
        ),
        Mistake(
            changed(lambda p, m, b, r, w, c, o, k, t: (p - o + c * o, m, b)),
            "That is a bias for each table of weights. There is one for each filter: it is added "
            "to the sum over all channels.",
        ),
        Mistake(
            changed(lambda p, m, b, r, w, c, o, k, t: (p, m // c, b)),
            "Each output number reads a window in all channels: kernel · kernel · channels "
            "products.",
        ),
        Mistake(
            changed(lambda p, m, b, r, w, c, o, k, t: (p, m, b // 4)),
            "The memory is counted in numbers; a float32 takes 4 bytes.",
        ),
        Mistake(
            changed(lambda p, m, b, r, w, c, o, k, t: (p, p, b)),
            "Every weight is used at every place of the output, not once.",
        ),
        Mistake(
            at_every_pixel,
            "The output is smaller than the input: (side - kernel) // stride + 1 places along a "
            "side.",
        ),
        Mistake(
            rounded_up,
            "A window that does not fit in whole is left out: round down, (side - kernel) // "
            "stride + 1.",
        ),
        Mistake(
            lambda rows, columns, channels, filters, kernel, stride: costs(
                rows, columns, channels, filters, kernel, 1
            ),
            "The stride is missing: with a stride of 2 there are about half as many places along "
            "a side.",
        ),
    ],
    ("parameters", "multiply-adds", "bytes"),
)
