"""What one asks a backward pass: its sum, its whole array, and whether its numbers are finite.

The truth is measured: one number of ``x`` is changed a little, and the output is computed again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import ops
from cnnlib.clinic.finding import Finding
from cnnlib.clinic.passes import Backward
from cnnlib.wasm._random import draws

Array = NDArray[Any]
ROWS, COLUMNS = 4, 5  # of x
KERNEL = (2, 3)
H = 0.25  # of a difference quotient: exact here, where all is linear between x - H and x + H
LOGITS = (-120, -20, -5, 0, 5, 20, 120)


def problem(backward: Backward) -> tuple[Array, Array, Array]:
    """What the function is tried on: dy, w, x; of the loss it is z and t, and nothing.

    All numbers are small. The image and the kernel are not square, and the kernel has no symmetry.
    """
    if backward.operation == "loss":
        z = np.array([LOGITS, LOGITS], np.float32)
        t = np.zeros_like(z)
        t[1] = 1
        return z, t, np.zeros(0)
    numbers = draws(backward.seed, 60)
    x = np.floor(8 * numbers[:20]).reshape(1, ROWS, COLUMNS, 1) - 3.5
    w = np.floor(7 * numbers[20:26]).reshape(*KERNEL, 1, 1) - 3
    shape = x.shape if backward.operation == "relu" else (1, 3, 3, 1)
    dy = np.floor(7 * numbers[26 : 26 + np.prod(shape)]).reshape(shape) - 3
    return dy, w, x


def result(backward: Backward) -> Array:
    """What the function gives."""
    given = problem(backward)
    return np.asarray(backward.function(*given[: 2 if backward.operation == "loss" else 3]))


def truth(backward: Backward) -> Array:
    """What it should give: difference quotients, or the loss in more digits."""
    dy, w, x = problem(backward)
    if backward.operation == "loss":
        z, t = np.float64(dy), np.float64(w)
        return np.logaddexp(0, z) - t * z

    def total(x: Array) -> float:
        y = ops.relu(x) if backward.operation == "relu" else ops.conv2d(x, w)
        return float((dy * y).sum())

    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = H
        found[place] = (total(x + step) - total(x - step)) / (2 * H)
    return found


# ------------------------------------------------------------------------------------------- tests
def sum_check(backward: Backward) -> Finding:
    """Is the sum of all numbers right?"""
    came, expected = float(result(backward).sum()), float(truth(backward).sum())
    text = f"the sum is {came:g}, and it should be {expected:g}"
    return Finding(bool(np.isclose(came, expected)), text, {"came": came, "expected": expected})


def array_check(backward: Backward) -> Finding:
    """Is every single number right?"""
    came, expected = result(backward), truth(backward)
    other = ~np.isclose(came, expected, rtol=1e-5, atol=1e-5)
    wrong, all = int(other.sum()), came.size
    text = f"{wrong} of {all} numbers differ from the measured ones"
    if wrong:
        place = tuple(int(k) for k in np.argwhere(other)[0])
        shown = list(place[1:3] if came.ndim == 4 else place)
        text += f"; at {shown} {came[place]:g} came, and {expected[place]:g} was expected"
    return Finding(wrong == 0, text, {"wrong": wrong, "all": all})


def finite(backward: Backward) -> Finding:
    """Is every number finite?"""
    came = result(backward)
    wrong = int((~np.isfinite(came)).sum())
    kinds = [f"{int(np.isnan(came).sum())} nan", f"{int(np.isinf(came).sum())} inf"]
    text = f"{wrong} of {came.size} numbers are not finite"
    return Finding(wrong == 0, f"{text} ({', '.join(kinds)})" if wrong else text, {"wrong": wrong})
