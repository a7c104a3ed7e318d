"""How far two arrays of numbers are apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

AGREE = 1e-5  # of the largest number: more is no rounding


class Difference(NamedTuple):
    """The largest difference of two arrays.

    Attributes:
        largest: Itself.
        relative: Divided by the largest number.
        spacings: Divided by the distance of the largest number to the next float32.
    """

    largest: float
    relative: float
    spacings: float

    @property
    def agrees(self) -> bool:
        """Whether that is mere rounding."""
        return self.relative <= AGREE


def compare(theirs: NDArray[Any], ours: NDArray[Any]) -> Difference:
    """How far our numbers are from theirs.

    Example:
        >>> compare(np.float32([1, 4]), np.float32([1, 4 + 2**-20]))
        Difference(largest=9.5367431640625e-07, relative=2.384185791015625e-07, spacings=2.0)
    """
    gaps = np.abs(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64))
    largest, top = float(gaps.max()), float(np.abs(theirs).max())
    if not top:
        return Difference(largest, float("inf") if largest else 0.0, 0.0 if not largest else np.inf)
    return Difference(largest, largest / top, largest / float(np.spacing(np.float32(top))))


def first_beyond(found: dict[str, Difference], layers: int, backwards: bool) -> str | None:
    """The part where the difference begins, in the order in which the parts are computed.

    Gradients are computed from the last layer to the first; those by weights come behind the
    ``layers`` and follow from them.
    """
    names = list(found)
    order = names[:layers][::-1] + names[layers:] if backwards else names
    return next((name for name in order if not found[name].agrees), None)
