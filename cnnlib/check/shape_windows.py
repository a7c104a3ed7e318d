"""The exercises on windows: the zeros around a side, and how often each pixel is read."""

from __future__ import annotations

import math

from cnnlib.check._exercise import Function, Mistake

Pair = tuple[int, int]


# ------------------------------------------------------------------------------------ same_zeros
ZEROS = [
    (7, 3, 1, 1),
    (8, 4, 1, 1),
    (8, 3, 2, 1),
    (7, 3, 2, 1),
    (224, 7, 2, 1),
    (10, 2, 3, 1),
    (9, 5, 4, 1),
    (8, 1, 2, 1),
    (8, 1, 3, 1),
    (9, 3, 1, 2),
    (10, 2, 1, 3),
    (12, 4, 2, 3),
]


def halves(total: int) -> Pair:
    """A number of zeros, shared; the odd one comes after."""
    return total // 2, total - total // 2


def zeros_needed(length: int, size: int, stride: int, dilation: int) -> int:
    """How many pixels are missing for ceil(length / stride) windows; below 0: some are left."""
    windows = math.ceil(length / stride)
    return (windows - 1) * stride + dilation * (size - 1) + 1 - length


def zeros(H: int, k: int, t: int, d: int) -> Pair:
    """What TensorFlow and Keras put before and after."""
    return halves(max(zeros_needed(H, k, t, d), 0))


def zeros_first(length: int, size: int, stride: int, dilation: int) -> Pair:
    """The odd zero comes before."""
    before, after = zeros(length, size, stride, dilation)
    return after, before


def zeros_alike(length: int, size: int, stride: int, dilation: int) -> Pair:
    """As many before as after."""
    p = dilation * (size - 1) // 2
    return p, p


def zeros_without_stride(length: int, size: int, stride: int, dilation: int) -> Pair:
    """As if the stride were 1."""
    return zeros(length, size, 1, dilation)


def zeros_below_none(length: int, size: int, stride: int, dilation: int) -> Pair:
    """Less than no zeros."""
    return halves(zeros_needed(length, size, stride, dilation))


def zeros_dense(length: int, size: int, stride: int, dilation: int) -> Pair:
    """The dilation is ignored."""
    return zeros(length, size, stride, 1)


def zeros_for_fewer(length: int, size: int, stride: int, dilation: int) -> Pair:
    """H / t is rounded down."""
    windows = length // stride
    return halves(max((windows - 1) * stride + dilation * (size - 1) + 1 - length, 0))


same_zeros = Function(
    "same_zeros",
    zeros,
    ZEROS,
    "How many windows are wanted? Where does the last one end? How many pixels are missing there?",
    [
        Mistake(zeros_first, "If the number is odd, the extra zero comes after, not before."),
        Mistake(
            zeros_alike,
            "That is symmetric padding, as PyTorch's padding=p. With a stride fewer are enough.",
        ),
        Mistake(
            zeros_without_stride,
            "That is right for stride 1 only: with stride t, H / t windows are wanted, rounded up.",
        ),
        Mistake(zeros_below_none, "There cannot be less than 0 zeros: use max(…, 0)."),
        Mistake(zeros_dense, "The last window ends after its span, d·(k − 1) + 1 pixels."),
        Mistake(zeros_for_fewer, "“same” wants H / t windows, rounded up."),
    ],
)


# --------------------------------------------------------------------------------------- readers
ROWS = [
    (7, 3, 2, 1, 0),
    (8, 3, 2, 1, 0),
    (9, 2, 4, 1, 0),
    (8, 3, 1, 2, 0),
    (11, 3, 2, 2, 0),
    (6, 3, 1, 1, 1),
    (6, 3, 2, 1, 1),
    (7, 3, 3, 2, 2),
    (8, 2, 3, 1, 1),
]


def every_read(
    length: int, size: int, stride: int, dilation: int, zeros: int, last: int = 0
) -> list[int]:
    """The pixels of all windows, one after the other; those below 0 or too large are padding."""
    span = dilation * (size - 1) + 1
    starts = range(0, length + 2 * zeros - span + 1 - last, stride)
    return [start + m * dilation - zeros for start in starts for m in range(size)]


def counted(pixels: list[int], length: int) -> list[int]:
    """How often each pixel of a side is among them."""
    return [pixels.count(pixel) for pixel in range(length)]


def count(H: int, k: int, t: int, d: int, p: int) -> list[int]:
    """How many windows read each pixel."""
    return counted(every_read(H, k, t, d, p), H)


def whole_span(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """Holes are counted as read."""
    return count(length, dilation * (size - 1) + 1, stride, 1, zeros)


def every_start(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """As if the stride were 1."""
    return count(length, size, 1, dilation, zeros)


def yes_or_no(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """1 for each pixel that some window reads."""
    return [min(number, 1) for number in count(length, size, stride, dilation, zeros)]


def cut_windows(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """Windows at the end that are cut off count, too."""
    starts = range(0, length + 2 * zeros, stride)
    pixels = [start + m * dilation - zeros for start in starts for m in range(size)]
    return counted(pixels, length)


def one_start_less(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """The last place where a window may begin is left out."""
    return counted(every_read(length, size, stride, dilation, zeros, last=1), length)


def undilated(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """The dilation is ignored."""
    return count(length, size, stride, 1, zeros)


def unpadded(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """The padding is ignored."""
    return count(length, size, stride, dilation, 0)


def zeros_too(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """The zeros of the padding are counted, too."""
    return count(length + 2 * zeros, size, stride, dilation, 0)


def from_the_end(length: int, size: int, stride: int, dilation: int, zeros: int) -> list[int]:
    """A pixel below 0 is taken for one at the end, as Python's lists do."""
    counts = [0] * length
    for pixel in every_read(length, size, stride, dilation, zeros):
        if pixel < length:
            counts[pixel] += 1
    return counts


readers = Function(
    "readers",
    count,
    ROWS,
    "One loop over the starts 0, t, 2t, …, and inside it one over the kernel's pixels m. A place "
    "below 0 or above H − 1 is a zero of the padding: leave it out.",
    [
        Mistake(whole_span, "The holes of a dilated window read nothing: only every d-th pixel."),
        Mistake(every_start, "Windows begin at every t-th pixel only."),
        Mistake(yes_or_no, "Where windows overlap, count all of them: += 1, not = 1."),
        Mistake(cut_windows, "A window that sticks out at the end is none: leave it out."),
        Mistake(one_start_less, "One window is missing: the last start is H + 2p − span itself."),
        Mistake(undilated, "A window's pixels lie d apart: start + m·d."),
        Mistake(unpadded, "With padding there are more starts, and the first pixel is −p."),
        Mistake(zeros_too, "Return H counts: those of the image, without the padding's zeros."),
        Mistake(
            from_the_end,
            "A pixel below 0 is padding; Python takes counts[-1] for the last one. Test for it.",
        ),
    ],
)
