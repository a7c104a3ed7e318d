"""How large is the output? One formula answers for convolution and pooling alike.

A window of ``size`` pixels, its pixels ``dilation`` apart, spans ``dilation * (size - 1) + 1``
pixels and moves by ``stride``. Without padding it fits ``(length - span) // stride + 1`` times. The
remainder of that division is pixels at the end that no window reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from numbers import Integral
from typing import NamedTuple

PADDINGS = ("valid", "same")


class Window(NamedTuple):
    """A window that slides over an image, and what that does to the image's size.

    Attributes:
        size: Rows and columns of the window.
        strides: Pixels from one window to the next, down and across.
        padding: Rows on top and below, columns left and right: ``((top, bottom), (left, right))``.
        dilation: Pixels from one of the window's pixels to the next, down and across.
        output: Rows and columns of the output.
    """

    size: tuple[int, int]
    strides: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    dilation: tuple[int, int]
    output: tuple[int, int]


def pair(value: int | Sequence[int], name: str) -> tuple[int, int]:
    """Read a number, or a sequence of two, as two positive integers (rows, columns).

    Raises:
        ValueError: If it is neither, or if a number is below 1.

    Example:
        >>> pair(3, "kernel_size"), pair([2, 5], "kernel_size")
        ((3, 3), (2, 5))
    """
    if type(value) is int and value > 0:  # nearly always
        return value, value
    items = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    if len(items) == 1 and not isinstance(value, Sequence):
        items *= 2
    if len(items) != 2 or not all(_is_integer(item) for item in items):
        raise ValueError(f"`{name}` must be an integer or two of them; got {value!r}.")
    if min(items) < 1:
        raise ValueError(f"`{name}` must be 1 or more; got {value!r}.")
    return int(items[0]), int(items[1])


def _is_integer(item: object) -> bool:
    return type(item) is int or (isinstance(item, Integral) and not isinstance(item, bool))


def check_padding(padding: str) -> str:
    """Return the padding's name in lower case, or raise a ``ValueError`` that names the choices."""
    if not isinstance(padding, str) or padding.lower() not in PADDINGS:
        raise ValueError(f"`padding` must be 'valid' or 'same'; got {padding!r}.")
    return padding.lower()


def _side(length: int, size: int, stride: int, dilation: int, padding: str) -> tuple[int, int, int]:
    """Padding before, padding after and number of windows along one side of the image."""
    span = dilation * (size - 1) + 1
    if padding == "valid":
        return 0, 0, max((length - span) // stride + 1, 0)
    windows = -(-length // stride)
    total = max((windows - 1) * stride + span - length, 0)
    before = total // 2  # if they are odd, the extra one goes to the end, as in TensorFlow
    return before, total - before, windows


def window(
    image: tuple[int, int],
    size: int | Sequence[int],
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    dilation: int | Sequence[int] = 1,
    size_name: str = "kernel_size",
) -> Window:
    """Work out how a window slides over an image.

    Args:
        image: Height and width of the image.
        size: Rows and columns of the window.
        strides: Pixels from one window to the next.
        padding: ``"valid"``: none. ``"same"``: zeros around the image, so that the output has
            ``ceil(length / stride)`` pixels; the odd one of them goes below and to the right.
        dilation: Pixels from one of the window's pixels to the next.
        size_name: What an error message calls ``size``.

    Raises:
        ValueError: If a number is below 1, or if the window does not fit the image once.

    Example:
        >>> window((64, 64), 3).output
        (62, 62)
        >>> window((29, 29), 2, strides=2).output  # a row and a column are never read
        (14, 14)
        >>> window((4, 4), 3, strides=2, padding="same").padding
        ((0, 1), (0, 1))

    References:
        Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016).
    """
    size, strides = pair(size, size_name), pair(strides, "strides")
    dilation, padding = pair(dilation, "dilation_rate"), check_padding(padding)
    return _window(tuple(image), size, strides, padding, dilation, size_name)


@lru_cache(1024)
def _window(
    image: tuple[int, int],
    size: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int],
    size_name: str,
) -> Window:
    sides = [_side(*side, padding) for side in zip(image, size, strides, dilation, strict=True)]
    if min(count for _, _, count in sides) < 1:
        raise ValueError(
            f"`{size_name}` must fit into the image; got {size} (dilation {dilation}) "
            f"for an image of {image[0]} x {image[1]}."
        )
    (top, bottom, rows), (left, right, cols) = sides
    return Window(size, strides, ((top, bottom), (left, right)), dilation, (rows, cols))
