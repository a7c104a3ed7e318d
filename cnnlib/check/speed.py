"""Exercises on speed: a loop made twenty times as fast, work and bytes, and registers."""

from __future__ import annotations

import dis
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._compare import difference, has_dots
from cnnlib.check._exercise import Failed, Judged, Mistake, Value, Verdict

Array = NDArray[Any]


def numbers(*shape: int, seed: int = 1) -> Array:
    """Small whole numbers without symmetry, float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


# ----------------------------------------------------------------------------------- twenty_times
def slow(image: Array, weights: Array) -> Array:
    """The loop of the exercise: one channel, stride 1, no padding."""
    rows, cols = weights.shape
    out = np.zeros((image.shape[0] - rows + 1, image.shape[1] - cols + 1), np.float32)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for m in range(rows):
                for n in range(cols):
                    out[i, j] += weights[m, n] * image[i + m, j + n]
    return out


def shifted(image: Array, weights: Array) -> Array:
    """The same with a loop over the weights alone."""
    rows, cols = (a - b + 1 for a, b in zip(image.shape, weights.shape, strict=True))
    out = np.zeros((rows, cols), np.float32)
    for m, n in np.ndindex(weights.shape):
        out += weights[m, n] * image[m : m + rows, n : n + cols]
    return out


def windowed(image: Array, weights: Array) -> Array:
    """Each window in one go, but window after window."""
    rows, cols = (a - b + 1 for a, b in zip(image.shape, weights.shape, strict=True))
    out = np.zeros((rows, cols), np.float32)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = np.sum(image[i : i + weights.shape[0], j : j + weights.shape[1]] * weights)
    return out


def in_place(image: Array, weights: Array) -> Array:
    """The right result, put into the argument too."""
    out = shifted(image, weights)
    image[: out.shape[0], : out.shape[1]] = out
    return out


FACTOR = 20
SMALL = ((5, 7), (3, 3)), ((6, 4), (2, 3))  # images and kernels whose outputs are compared
LARGE = (48, 40), (3, 3)  # those that are timed
FUNCTION = "Hand over the function itself, without calling it: `check.twenty_times(fast)`."
FLIP = "Your kernel is flipped: weight [m, n] meets the pixel [i + m, j + n]."
SIDES = "Rows and columns have changed places somewhere: look at every pair of indices."
FRAME = "The windows must stay inside: there are H - kh + 1 rows, and no padding."
AXES = "The output has rows and columns alone: take the axes of length 1 away, `[0, :, :, 0]`."
DTYPE = (
    "A float64 takes twice the memory, and half as many of them fit into a register: "
    "make `out` with `np.float32`."
)
CHANGED = "Write into an array of your own, not into the image."
ALL_LOOPS = (
    "All loops still run in Python. Let Numba compile the function, or turn it around: loop over "
    "the weights only, each times a whole shifted image."
)
PIXELS = (
    "A Python loop over the pixels is left: it makes a step for each of them. Let the loop over "
    "the few weights be the Python one, and NumPy's the one over the pixels."
)
SLOWLY = "There is no loop left to see; look for copies of large arrays, and calls made often."
WRONG = "Compare with `slow` on a small image, number by number."


def quickest(run: Callable[[], Any], least: int, seconds: float) -> float:
    """The shortest of at least so many runs, and of as many as fit into a time."""
    times: list[float] = []
    end = perf_counter() + seconds
    while len(times) < least or perf_counter() < end:
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def loops(function: Callable[..., Any]) -> int:
    """How many ``for`` a Python function has; 0 if it is compiled."""
    if not hasattr(function, "__code__"):
        return 0
    return sum(step.opname == "FOR_ITER" for step in dis.get_instructions(function))


def wrong(came: Any, image: Array, weights: Array) -> Failed | None:
    """What is wrong with an output, and what that looks like."""
    right = slow(image, weights)
    problem = difference(came, right)
    if problem is None:
        return None
    turned = (image, weights[::-1, ::-1]), (image.T, weights)
    seen = [slow(*turned[0]), slow(*turned[1]), slow(*turned[1]).T]
    hints = [FLIP, SIDES, SIDES]
    hint = next((h for h, s in zip(hints, seen, strict=True) if difference(came, s) is None), WRONG)
    if hint is WRONG and np.ndim(came) != right.ndim:
        hint = AXES
    elif hint is WRONG and np.shape(came) != right.shape:
        hint = SIDES if np.shape(came) == right.T.shape else FRAME
    return Failed(f"{problem}, for an image of {image.shape}, weights {weights.shape}", hint)


def judge_fast(fast: Any) -> Failed | None:
    """Whether a function computes what ``slow`` does, at least twenty times as fast."""
    if not callable(fast):
        return Failed("a function was expected", FUNCTION)
    for k, shapes in enumerate(SMALL):
        image, weights = (numbers(*shape, seed=7 + k) for shape in shapes)
        given = image.copy()
        came = fast(given, weights.copy())
        if failed := wrong(came, image, weights):
            return failed
        if np.asarray(came).dtype != np.float32:
            return Failed(f"the result is right, but {np.asarray(came).dtype}", DTYPE)
        if not np.array_equal(given, image):
            return Failed("the result is right, but the image was changed", CHANGED)
    image, weights = (numbers(*shape) for shape in LARGE)
    before = quickest(lambda: slow(image, weights), 2, 0)
    after = quickest(lambda: fast(image, weights), 5, 0.05)
    if before >= FACTOR * after:
        return None
    left = loops(fast)
    hint = ALL_LOOPS if left > 2 else PIXELS if left else SLOWLY
    return Failed(f"right, but only {before / after:.2g} times as fast", hint)


class Timed(Judged):
    """A function that is judged; one without a body is not there yet."""

    def _judge(self, answer: Any) -> Verdict:
        if callable(answer):
            try:
                came = answer(*(numbers(*shape) for shape in SMALL[0]))
            except NotImplementedError:
                return self._not_yet("Write the function's body first.")
            except Exception:  # the judge says so
                return super()._judge(answer)
            if came is None or has_dots(came):
                return self._not_yet("The function returned nothing: end it with a `return`.")
        return super()._judge(answer)


twenty_times = Timed(
    "twenty_times",
    judge_fast,
    lambda: shifted,
    [
        Mistake(lambda: slow, ALL_LOOPS),
        Mistake(lambda: windowed, PIXELS),
        Mistake(lambda: lambda image, weights: shifted(image, weights[::-1, ::-1]), FLIP),
        Mistake(lambda: lambda image, weights: shifted(image.T, weights), SIDES),
        Mistake(lambda: lambda image, weights: shifted(np.pad(image, 1), weights), FRAME),
        Mistake(lambda: lambda image, weights: shifted(image, weights)[None, :, :, None], AXES),
        Mistake(lambda: lambda image, weights: shifted(image, weights).astype(float), DTYPE),
        Mistake(lambda: lambda image, weights: shifted(image, weights) + 1, WRONG),
        Mistake(lambda: in_place, CHANGED),
        Mistake(lambda: shifted(numbers(5, 7), numbers(3, 3)), FUNCTION),
    ],
)


# -------------------------------------------------------------------------------------- intensity
def costs(macs: int, moved: int) -> dict[str, float]:
    """An answer: multiply-adds, bytes, and how many for each."""
    return {"macs": macs, "bytes": moved, "intensity": macs / moved}


IMAGE, KERNEL, OUTPUT = 64 * 64 * 3, 3 * 3 * 3 * 32, 62 * 62 * 32
MATRIX = 62 * 62 * 27
MACS = OUTPUT * 27
ONCE = 4 * (IMAGE + KERNEL + OUTPUT)

intensity = Value(
    "intensity",
    costs(MACS, ONCE),
    "27 products for each number of the output; 4 bytes for each number of image, kernel, output.",
    [
        Mistake(costs(2 * MACS, ONCE), "A multiply-add counts once here, not as two operations."),
        Mistake(costs(MACS, ONCE // 4), "A float32 has 4 bytes."),
        Mistake(costs(MACS, 2 * ONCE), "A float32 has 4 bytes; 8 are a float64."),
        Mistake(costs(MACS, 4 * (IMAGE + KERNEL)), "The output must be written, too."),
        Mistake(costs(MACS, 4 * (IMAGE + OUTPUT)), "The kernel must be read, too."),
        Mistake(
            costs(MACS, ONCE + 2 * 4 * MATRIX),
            "That is with im2col, whose matrix is written and read. The question is the least.",
        ),
        Mistake(
            costs(64 * 64 * 32 * 27, 4 * (IMAGE + KERNEL + 64 * 64 * 32)),
            "Without padding the output has 62 × 62 places, not 64 × 64.",
        ),
    ],
)


# -------------------------------------------------------------------------------------- best_tile
def tiles(registers: list[int], loads: list[float], best: list[int]) -> dict[str, Any]:
    """An answer for the three tiles 12 × 8, 6 × 16 and 3 × 32."""
    return {"registers": registers, "loads": loads, "best": best}


LOADS = [1 / 12 + 1, 1 / 6 + 1 / 2, 1 / 3 + 1 / 4]
NEEDED = [14, 15, 17]

best_tile = Value(
    "best_tile",
    tiles(NEEDED, LOADS, [6, 16]),
    "Registers: T·L/V for sums, L/V for weights, one for a pixel. Loads: 1/T + V/L.",
    [
        Mistake(
            tiles(NEEDED, LOADS, [3, 32]),
            "It has the fewest loads, but needs 17 registers: the processor has 16.",
        ),
        Mistake(tiles(NEEDED, LOADS, [12, 8]), "It fits, but loads more than once per product."),
        Mistake(
            tiles([12, 12, 12], LOADS, [3, 32]),
            "The weights and a pixel need registers, too: L/V and one more.",
        ),
        Mistake(
            tiles([25, 20, 19], LOADS, [6, 16]),
            "Pixels take turns: one register for them is enough, and weights need L/V.",
        ),
        Mistake(
            tiles(NEEDED, [1 / 12 + 1 / 8, 1 / 6 + 1 / 16, 1 / 3 + 1 / 32], [6, 16]),
            "L weights are L/V vectors: the second fraction is V/L.",
        ),
    ],
)
