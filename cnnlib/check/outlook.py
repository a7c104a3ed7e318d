"""The exercises of the outlook: what variants of a convolution cost, and the way around a block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]
Counts = tuple[int, int]


# -------------------------------------------------------------------------------- separable_cost
def right_cost(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """Parameters with biases, and multiply-adds, of both steps."""
    params = (kernel**2 + 1) * channels + (channels + 1) * filters
    return params, rows * columns * channels * (kernel**2 + filters)


def ordinary_cost(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """The ordinary convolution."""
    products = kernel**2 * channels
    return (products + 1) * filters, rows * columns * products * filters


def without_mixing(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """The depthwise step alone."""
    return (kernel**2 + 1) * channels, rows * columns * channels * kernel**2


def without_biases(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """Weights only."""
    params, macs = right_cost(rows, columns, channels, filters, kernel)
    return params - channels - filters, macs


def one_bias(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """Biases of the pointwise step only."""
    params, macs = right_cost(rows, columns, channels, filters, kernel)
    return params - channels, macs


def mixed_first(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """The 1 × 1 convolution first, then a kernel for each output channel."""
    params = (channels + 1) * filters + (kernel**2 + 1) * filters
    return params, rows * columns * filters * (kernel**2 + channels)


def pixels_once(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """The 1 × 1 convolution as if it worked at a single pixel."""
    params, _ = right_cost(rows, columns, channels, filters, kernel)
    return params, rows * columns * channels * kernel**2 + channels * filters


def one_side(rows: int, columns: int, channels: int, filters: int, kernel: int) -> Counts:
    """k in place of k × k."""
    params = (kernel + 1) * channels + (channels + 1) * filters
    return params, rows * columns * channels * (kernel + filters)


separable_cost = Function(
    "separable_cost",
    right_cost,
    [(29, 29, 32, 64, 3), (14, 9, 3, 8, 5), (7, 11, 6, 2, 1), (4, 5, 10, 3, 7)],
    "Two steps: k·k products for each channel's number, then C products for each output's.",
    [
        Mistake(ordinary_cost, "That is the ordinary convolution: nothing is separated."),
        Mistake(without_mixing, "The second step is missing: a 1 × 1 convolution from C to O."),
        Mistake(
            without_biases, "Both steps have biases: one for each number of channels they make."
        ),
        Mistake(one_bias, "The depthwise step has biases, too: one for each of its C kernels."),
        Mistake(
            mixed_first, "You mix first. Here each *input* channel gets its kernel, then they mix."
        ),
        Mistake(pixels_once, "The 1 × 1 convolution works at every pixel of the output."),
        Mistake(one_side, "A kernel has k rows and k columns: k² weights."),
    ],
)


# ----------------------------------------------------------------------------------- threes_or_one
def right_threes(kernel: int, channels: int) -> Counts:
    """Weights of one k × k convolution, and of 3 × 3 ones that see as much."""
    return kernel**2 * channels**2, (kernel - 1) // 2 * 9 * channels**2


def by_thirds(kernel: int, channels: int) -> Counts:
    """As if 3 × 3 kernels stood side by side."""
    return kernel**2 * channels**2, -(-kernel // 3) * 9 * channels**2


def two_always(kernel: int, channels: int) -> Counts:
    """Two of them, whatever k."""
    return kernel**2 * channels**2, 2 * 9 * channels**2


def one_each(kernel: int, channels: int) -> Counts:
    """One more pixel for each of them."""
    return kernel**2 * channels**2, (kernel - 2) * 9 * channels**2


def one_table(kernel: int, channels: int) -> Counts:
    """C weights at each place, not C · C."""
    return kernel**2 * channels, (kernel - 1) // 2 * 9 * channels


def with_biases(kernel: int, channels: int) -> Counts:
    """Biases counted."""
    one, many = right_threes(kernel, channels)
    return one + channels, many + (kernel - 1) // 2 * channels


def swapped(kernel: int, channels: int) -> Counts:
    """The 3 × 3 ones first."""
    one, many = right_threes(kernel, channels)
    return many, one


threes_or_one = Function(
    "threes_or_one",
    right_threes,
    [(5, 64), (7, 2), (3, 5), (11, 3)],
    "The first 3 × 3 sees 3 pixels along a side, each further one adds 2.",
    [
        Mistake(
            by_thirds, "They do not stand side by side. The first sees 3, each further one adds 2."
        ),
        Mistake(
            two_always, "Two see 5 pixels along a side. For another k it takes another number."
        ),
        Mistake(one_each, "Each further 3 × 3 adds a pixel at *both* ends: two along a side."),
        Mistake(one_table, "Each of the C kernels has weights for each of the C input channels."),
        Mistake(with_biases, "Weights only, this time: leave the biases out."),
        Mistake(swapped, "The one large kernel first, then the 3 × 3 ones: you have swapped them."),
    ],
)


# ------------------------------------------------------------------------------ residual_backward
def right_backward(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """The gradient by x of y = x + ReLU(x w1) w2."""
    return np.asarray(dy + ((dy @ w2.T) * (x @ w1 > 0)) @ w1.T)


def plain_backward(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """Without the way around."""
    return right_backward(dy, x, w1, w2) - dy


def around_only(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """Only the way around."""
    return dy.copy()


def no_mask(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """ReLU forgotten."""
    return np.asarray(dy + (dy @ w2.T) @ w1.T)


def mask_by_gradient(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """The mask asks the gradient, not the input of ReLU."""
    inner = dy @ w2.T
    return np.asarray(dy + (inner * (inner > 0)) @ w1.T)


def one_added(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """1 added in place of dy."""
    return 1 + plain_backward(dy, x, w1, w2)


def input_added(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """x added in place of dy."""
    return x + plain_backward(dy, x, w1, w2)


def multiplied(dy: Array, x: Array, w1: Array, w2: Array) -> Array:
    """The two ways multiplied."""
    return dy * plain_backward(dy, x, w1, w2)


def residual_cases() -> list[tuple[Array, ...]]:
    """Small whole numbers, shapes that are not square."""
    rng = np.random.default_rng(3)
    cases: list[tuple[Array, ...]] = []
    for samples, units, inside in ((1, 2, 3), (3, 4, 2), (2, 3, 5)):
        shapes = ((samples, units), (samples, units), (units, inside), (inside, units))
        dy, x, w1, w2 = (rng.integers(1, 5, s) * rng.choice([-1.0, 1.0], s) for s in shapes)
        cases.append((dy, x, w1, w2))
    return cases


residual_backward = Function(
    "residual_backward",
    right_backward,
    residual_cases(),
    "y = x + F(x): the gradient goes both ways back, and what arrives is added.",
    [
        Mistake(plain_backward, "The way around is missing: x reaches y directly, too. Add dy."),
        Mistake(around_only, "That is the way around alone. F(x) depends on x as well."),
        Mistake(no_mask, "ReLU's mask is missing: the gradient passes where x @ w1 is above 0."),
        Mistake(mask_by_gradient, "The mask asks what went *into* ReLU, x @ w1, not the gradient."),
        Mistake(
            one_added, "The slope of x by x is 1, but it is multiplied with dy: add dy, not 1."
        ),
        Mistake(input_added, "The way back carries gradients: add dy where the way there adds x."),
        Mistake(multiplied, "Two ways that meet are added, not multiplied."),
    ],
)


# ---------------------------------------------------------------------------------- merged_kernel
def right_merged(d: Array, p: Array) -> Array:
    """The ordinary kernel that does what both steps do."""
    return np.asarray(d[:, :, :, None] * p)


def summed(d: Array, p: Array) -> Array:
    """The channels added up."""
    return np.asarray(d @ p)


def added(d: Array, p: Array) -> Array:
    """A sum in place of the product."""
    return np.asarray(d[:, :, :, None] + p)


def turned(d: Array, p: Array) -> Array:
    """The kernel turned by 180°."""
    return right_merged(d[::-1, ::-1], p)


def outputs_first(d: Array, p: Array) -> Array:
    """Output channels before input channels."""
    return right_merged(d, p).swapaxes(2, 3)


def rows_swapped(d: Array, p: Array) -> Array:
    """Rows and columns of the kernel swapped."""
    return right_merged(d.swapaxes(0, 1), p)


def merged_cases() -> list[tuple[Array, ...]]:
    """Kernels that are not square, with whole numbers."""
    rng = np.random.default_rng(4)
    sizes = ((2, 3, 2, 3), (3, 2, 4, 2), (3, 3, 2, 5))
    return [
        (rng.integers(-4, 5, (m, n, c)) * 1.0, rng.integers(1, 6, (c, o)) * 1.0)
        for m, n, c, o in sizes
    ]


merged_kernel = Function(
    "merged_kernel",
    right_merged,
    merged_cases(),
    "In the formula, which number is x[i + m, j + n, c] multiplied with on its way to output o?",
    [
        Mistake(summed, "Do not add up the channels: the convolution that uses the kernel will."),
        Mistake(added, "On its way to an output a pixel is multiplied twice: take the product."),
        Mistake(turned, "Nothing is turned: m and n stay where they are."),
        Mistake(outputs_first, "The last two axes are (input channels, output channels)."),
        Mistake(rows_swapped, "Rows of the kernel first, then its columns."),
    ],
)
