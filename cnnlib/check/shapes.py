"""The exercises on shapes: how large is the output, and which padding keeps the size?"""

from __future__ import annotations

import math
from collections.abc import Callable

from cnnlib.check._exercise import Function, Mistake, Value

Pair = tuple[int, int]


# ---------------------------------------------------------------------------------- output_shape
# Image, kernel, strides, padding, dilation: remainders, even kernels, strides beyond the kernel.
CASES = [
    ((8, 10), (3, 3), (1, 1), "valid", (1, 1)),
    ((10, 7), (3, 2), (1, 1), "valid", (1, 1)),
    ((64, 64), (3, 3), (1, 1), "valid", (1, 1)),
    ((62, 60), (2, 2), (2, 2), "valid", (1, 1)),
    ((29, 28), (2, 2), (2, 2), "valid", (1, 1)),
    ((10, 12), (4, 2), (3, 3), "valid", (1, 1)),
    ((11, 9), (3, 4), (4, 2), "valid", (1, 1)),
    ((12, 13), (1, 2), (5, 4), "valid", (1, 1)),
    ((5, 6), (5, 6), (3, 2), "valid", (1, 1)),
    ((8, 9), (3, 3), (1, 1), "valid", (2, 2)),
    ((14, 20), (3, 4), (1, 1), "valid", (3, 2)),
    ((13, 16), (2, 3), (2, 3), "valid", (4, 2)),
    ((23, 19), (4, 5), (3, 2), "valid", (3, 3)),
    ((7, 9), (3, 5), (1, 1), "same", (1, 1)),
    ((6, 8), (4, 2), (1, 1), "same", (1, 1)),
    ((8, 6), (3, 3), (2, 2), "same", (1, 1)),
    ((224, 225), (7, 7), (2, 2), "same", (1, 1)),
    ((10, 11), (3, 3), (3, 4), "same", (1, 1)),
    ((9, 5), (2, 1), (4, 3), "same", (1, 1)),
    ((15, 13), (3, 3), (2, 2), "same", (3, 2)),
]

Side = Callable[[int, int, int, str, int], float]


def both(side: Side) -> Callable[..., tuple[float, float]]:
    """A rule for one side, used for rows and for columns."""

    def output_shape(
        image: Pair, size: Pair, strides: Pair, padding: str, dilation: Pair
    ) -> tuple[float, float]:
        rows, cols = (side(image[a], size[a], strides[a], padding, dilation[a]) for a in range(2))
        return rows, cols

    return output_shape


def right_side(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The formula of the chapter."""
    if padding == "same":
        return math.ceil(length / stride)
    return (length - dilation * (size - 1) - 1) // stride + 1


def no_last_start(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The first start is forgotten."""
    return right_side(length, size, stride, padding, dilation) - (padding == "valid")


def rounded_up(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The division is rounded up."""
    if padding == "same":
        return math.ceil(length / stride)
    return math.ceil((length - dilation * (size - 1) - 1) / stride) + 1


def not_rounded(length: int, size: int, stride: int, padding: str, dilation: int) -> float:
    """The division keeps its decimals."""
    if padding == "same":
        return math.ceil(length / stride)
    return (length - dilation * (size - 1) - 1) / stride + 1


def dense(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The dilation is ignored."""
    return right_side(length, size, stride, padding, 1)


def times_too_often(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The span is taken for d k."""
    if padding == "same":
        return math.ceil(length / stride)
    return (length - dilation * size) // stride + 1


def as_holes(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The rate is taken for a number of holes; 1 for dense all the same."""
    return right_side(length, size, stride, padding, dilation + (dilation > 1))


def same_as_input(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """The name "same" is taken literally."""
    if padding == "same":
        return length
    return right_side(length, size, stride, padding, dilation)


def same_down(length: int, size: int, stride: int, padding: str, dilation: int) -> int:
    """With "same" padding, H / t is rounded down."""
    if padding == "same":
        return length // stride
    return right_side(length, size, stride, padding, dilation)


def swapped(
    image: Pair, size: Pair, strides: Pair, padding: str, dilation: Pair
) -> tuple[float, float]:
    """Columns first."""
    rows, cols = both(right_side)(image, size, strides, padding, dilation)
    return cols, rows


output_shape = Function(
    "output_shape",
    both(right_side),
    CASES,
    "Write a function for one side first, and use it for rows and columns.",
    [
        Mistake(both(no_last_start), "Add 1: the window that begins at pixel 0 counts, too."),
        Mistake(
            both(rounded_up),
            "You round up: a window that does not fit any more is not there. Use //.",
        ),
        Mistake(both(not_rounded), "A number of windows is whole: round the division down."),
        Mistake(both(dense), "The dilation: a kernel of k weights spans d·(k − 1) + 1 pixels."),
        Mistake(
            both(times_too_often),
            "The span is not d·k: behind the last weight there is no hole. It is d·(k − 1) + 1.",
        ),
        Mistake(
            both(as_holes),
            "You take the rate d for d holes between two weights; there are d − 1 of them.",
        ),
        Mistake(
            both(same_as_input),
            "“same” keeps the size only with stride 1. Otherwise it is H / t, rounded up.",
        ),
        Mistake(both(same_down), "With “same” padding H / t is rounded up, not down."),
        Mistake(swapped, "Rows first, then columns: you have swapped them."),
    ],
)


# ------------------------------------------------------------------------------------- keep_size
keep_size = Value(
    "keep_size",
    (1, 2, 3, 4),
    "With stride 1 the size is kept if 2p = span − 1.",
    [
        Mistake((1, 2, 3, 1), "The dilated kernel spans 4·(3 − 1) + 1 = 9 pixels, not 3."),
        Mistake((2, 4, 6, 8), "That is both sides together; p is what stands on each."),
        Mistake((1, 2, 3, 5), "A rate of 4 is 3 holes between two weights, not 4."),
        Mistake((2, 3, 4, 5), "One too many: a kernel of 1 pixel needs no padding at all."),
        Mistake((0, 0, 0, 0), "Without padding a map loses span − 1 pixels per side."),
        Mistake((1, 2, 3, 6), "The span is d·(k − 1) + 1, not d·k: 9 pixels, not 12."),
    ],
)

# ------------------------------------------------------------------------------------------ stem
stem = Value(
    "stem",
    {"output": 112, "same": (2, 3), "shift": 1},
    "Where does the first window begin, with 3 zeros before the image and with those of “same”?",
    [
        Mistake(
            {"output": 112, "same": (3, 3), "shift": 0},
            "“same” takes no more zeros than needed: 111·2 + 7 − 224 = 5 in all.",
        ),
        Mistake(
            {"output": 112, "same": (3, 2), "shift": 0},
            "The odd zero comes after the image, not before.",
        ),
        Mistake(
            {"output": 112, "same": (2, 3), "shift": 0},
            "As many outputs, but the first windows begin at pixels −3 and −2.",
        ),
        Mistake(
            {"output": 112, "same": (2, 3), "shift": -1},
            "Give the distance without a sign: how many pixels, not which way.",
        ),
        Mistake(
            {"output": 112, "same": (2, 3), "shift": 2},
            "The windows of one network lie one pixel before those of the other, not one stride.",
        ),
        Mistake(
            {"output": 113, "same": (2, 3), "shift": 1},
            "(224 + 6 − 7) / 2 = 111.5 is rounded down, then 1 is added.",
        ),
    ],
)
