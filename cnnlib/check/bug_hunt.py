"""Two exercises about the five suspects: name each bug, and write one test that finds them all."""

from __future__ import annotations

from operator import index
from typing import Any

import numpy as np

from cnnlib import ops
from cnnlib.check._exercise import Failed, Judged, Mistake
from cnnlib.check.suspects import VERSIONS
from cnnlib.shapes import window

BUGS = (
    *("missing flip", "flip too many", "one axis", "channels mixed"),
    *("stride ignored", "overwrites", "wrong end", "bias over wrong axes"),
)
DIAGNOSIS = {
    "A": "flip too many",
    "B": "one axis",
    "C": "channels mixed",
    "D": "overwrites",
    "E": "wrong end",
}
ADVICE = {
    "A": "Give A a dy of zeros with a single 1. Its dx should be the kernel, upright.",
    "B": "Give B a kernel with a single row, then one with a single column: one of them is right.",
    "C": "B is the same as C but for two lines. Give C one channel only, then two and three.",
    "D": "Give D a stride so large that windows do not overlap: then it is right.",
    "E": "Give E an image where no pixel is left over: then it is right. Where does it put row 0?",
}


def judge_diagnosis(answer: Any) -> Failed | None:
    """Look at the versions in their order; what is wrong with the first wrong diagnosis."""
    if not isinstance(answer, dict) or set(answer) != set(DIAGNOSIS):
        return Failed(
            "a dictionary with the keys A, B, C, D and E was expected",
            'Write {"A": "...", "B": "...", ...}, with a bug of the list for each version.',
        )
    for version, bug in DIAGNOSIS.items():
        if str(answer[version]) not in BUGS:
            hint = f"The list: {', '.join(BUGS)}."
            return Failed(f"{answer[version]!r} for version {version} is not on the list", hint)
        if answer[version] != bug:
            return Failed(f"version {version} has another bug", ADVICE[version])
    return None


five_bugs = Judged(
    "five_bugs",
    judge_diagnosis,
    lambda: DIAGNOSIS,
    [
        *(
            Mistake(lambda version=version: {**DIAGNOSIS, version: "missing flip"}, advice)
            for version, advice in ADVICE.items()
        ),
        Mistake(
            lambda: {**DIAGNOSIS, "D": "it is slow"},
            f"The list: {', '.join(BUGS)}.",
        ),
        Mistake(
            lambda: list(DIAGNOSIS.values()),
            'Write {"A": "...", "B": "...", ...}, with a bug of the list for each version.',
        ),
    ],
)

WHY_IT_PASSES = {
    "A": "Your kernel is the same when it is turned by 180°, or your dy is 0.",
    "B": "Turning the rows is enough for your kernel: it has one column, or each of its rows "
    "reads the same in both directions.",
    "C": "With one channel on a side there is nothing to mix up: take 2 and 3.",
    "D": "Your windows do not overlap, so no pixel is paid twice: take a stride smaller than the "
    "kernel, and two outputs at least.",
    "E": "No pixel is left over, so there is no remainder to put at the wrong end.",
}
SHAPES = (
    "The shapes: dy (s, oh, ow, o), w (kh, kw, c, o), shape (s, h, w, c), and a whole number t."
)


FINITE = "Take small numbers for dy and w, such as those of rng.normal."


def judge_test(answer: Any) -> Failed | None:
    """Run the versions on the reader's numbers; the first of them that is right there."""
    try:
        dy, w, shape, t = answer
        dy, w, t = np.asarray(dy), np.asarray(w), index(t)
        output = window(shape[1:3], w.shape[:2], t).output
        fits = w.shape[2] == shape[3] and dy.shape == (shape[0], *output, w.shape[3])
        right = ops.conv2d_input_gradient(dy, w, tuple(shape), t) if fits else None
    except (TypeError, ValueError, IndexError) as error:
        return Failed(f"dy, w, shape and t do not fit: {error}".rstrip("."), SHAPES)
    if right is None:
        came = f"dy {dy.shape}, w {w.shape}, shape {tuple(shape)}, t = {t}"
        return Failed(f"{came} do not fit; the output has {output[0]} x {output[1]} places", SHAPES)
    if not np.isfinite(right).all():
        return Failed("dx is not finite, and NaN differs from everything", FINITE)
    for version, function in VERSIONS.items():
        if np.allclose(function(dy, w, tuple(shape), t), right):
            return Failed(f"version {version} passes your test", WHY_IT_PASSES[version])
    return None


def _test(shape: tuple[int, ...], size: tuple[int, int], outputs: int, t: int) -> Any:
    """Random numbers for images of this shape."""
    rng = np.random.default_rng(0)
    dy = rng.normal(size=(shape[0], *window((shape[1], shape[2]), size, t).output, outputs))
    return dy, rng.normal(size=(*size, shape[3], outputs)), shape, t


def _with_equal_weights() -> Any:
    """A kernel that is its own mirror image."""
    dy, w, shape, t = _test((2, 8, 9, 2), (2, 3), 3, 2)
    return dy, np.ones_like(w), shape, t


revealing_test = Judged(
    "revealing_test",
    judge_test,
    lambda: _test((2, 7, 8, 2), (2, 3), 3, 2),
    [
        Mistake(_with_equal_weights, WHY_IT_PASSES["A"]),
        Mistake(lambda: _test((2, 8, 8, 2), (3, 1), 3, 2), WHY_IT_PASSES["B"]),
        Mistake(lambda: _test((2, 7, 8, 1), (2, 3), 3, 2), WHY_IT_PASSES["C"]),
        Mistake(lambda: _test((2, 7, 8, 2), (2, 3), 3, 3), WHY_IT_PASSES["D"]),
        Mistake(lambda: _test((2, 7, 8, 2), (2, 3), 3, 1), WHY_IT_PASSES["E"]),
        Mistake(lambda: (*_test((2, 7, 8, 2), (2, 3), 3, 2)[:2], (2, 7, 8, 3), 2), SHAPES),
        Mistake(lambda: (np.ones((3, 4)), np.ones((2, 3)), (4, 6), 1), SHAPES),
    ],
)
