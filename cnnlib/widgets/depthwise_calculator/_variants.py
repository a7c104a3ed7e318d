"""Ways to make maps of O channels out of maps of C channels, and what each of them costs.

``variants.js`` does the same arithmetic in the page.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from cnnlib.explain import Totals
from cnnlib.shapes import window

BYTES = 4  # of a float32
NARROW = 4  # a bottleneck has a quarter of the input's channels
WIDE = 4  # a ConvNeXt block is four times as wide inside


class Layer(NamedTuple):
    """What is being built: maps of ``side`` × ``side`` pixels go in, windows slide over them."""

    side: int
    kernel_size: int
    stride: int
    padding: str
    channels: int
    filters: int
    groups: int

    @property
    def sides(self) -> tuple[int, int]:
        """Rows of the input, and rows of the output."""
        return self.side, rows(self.side, self.kernel_size, self.stride, self.padding)


class Stage(NamedTuple):
    """A convolution of ``before`` channels to ``after``; each group reads its part of them."""

    rows: int  # of its output
    kernel_size: int
    before: int
    after: int
    groups: int = 1

    @property
    def products(self) -> int:
        """The products that one number of its output is the sum of."""
        return self.kernel_size**2 * self.before // self.groups


def rows(side: int, kernel_size: int, stride: int, padding: str) -> int:
    """The rows of the output of a convolution of square maps."""
    return window((side, side), kernel_size, stride, padding).output[0]


def stages(variant: str, layer: Layer) -> list[Stage]:
    """The convolutions that a variant is made of.

    Raises:
        ValueError: If the variant cannot be built with these numbers.
    """
    c, o, g, k = layer.channels, layer.filters, layer.groups, layer.kernel_size
    inside, out = layer.sides
    narrow = max(1, c // NARROW)
    if variant == "bottleneck":
        return [Stage(inside, 1, c, narrow), Stage(out, k, narrow, o)]
    if variant == "threes":
        if k < 3 or k % 2 == 0:
            raise ValueError("k must be odd, and 3 or more")
        many = (k - 1) // 2  # each adds two rows to what a number sees; the last has the stride
        steps = [rows(inside, 1 + 2 * n, 1, layer.padding) for n in range(1, many)]
        sides, widths = [*steps, out], [c] + [o] * many
        return [Stage(sides[n], 3, widths[n], widths[n + 1]) for n in range(many)]
    if variant == "grouped":
        if c % g or o % g:
            raise ValueError("g must divide C and O")
        return [Stage(out, k, c, o, g)]
    if variant == "separable":
        return [Stage(out, k, c, c, c), Stage(out, 1, c, o)]
    if variant == "convnext":
        return [Stage(out, k, c, c, c), Stage(out, 1, c, WIDE * c), Stage(out, 1, WIDE * c, o)]
    if variant == "attention":  # queries, keys and values; and what is made of their mixture
        read = [Stage(out, 1, c, o), Stage(inside, 1, c, o), Stage(inside, 1, c, o)]
        return [*read, Stage(out, 1, o, o)]
    return [Stage(out, k, c, o)]


def cost(variant: str, layer: Layer) -> Totals:
    """What a variant costs for one image.

    Raises:
        ValueError: If the variant cannot be built with these numbers.

    Example:
        >>> cost("separable", Layer(31, 3, 1, "valid", 32, 64, 4))
        Totals(params=2432, macs=1964576, memory=322944)
    """
    parts = stages(variant, layer)
    params = sum((part.products + 1) * part.after for part in parts)
    outputs = [part.rows**2 * part.after for part in parts]
    macs = sum(size * part.products for size, part in zip(outputs, parts, strict=True))
    memory = BYTES * sum(outputs)
    if variant == "attention":
        pairs = prod(side**2 for side in layer.sides)  # each output looks at each input pixel
        macs += 2 * pairs * layer.filters
        memory += BYTES * (pairs + layer.sides[1] ** 2 * layer.filters)
    return Totals(params, macs, memory)
