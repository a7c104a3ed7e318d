"""The exercises of the chapter about the forward pass: numbers, shapes, fields, patches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake, Value

Array = NDArray[Any]
Layer = tuple[int, int, int]  # window, stride, dilation

# ------------------------------------------------------------------------------- forward_by_hand
IMAGE = np.array([[1, 0, 2, 1, 0], [3, 1, 0, 1, 2], [0, 2, 1, 1, 3]])
KERNEL = np.array([[1, -1], [2, 0]])


def small_network(
    kernel: Array = KERNEL,
    bias: int = -4,
    bend: Callable[[Array], Array] = lambda z: np.maximum(z, 0),
    pool: Callable[[Array], Any] = np.max,
    weights: Sequence[int] = (2, -1),
    end: Callable[[float], float] = lambda z: z,
) -> dict[str, Any]:
    """The numbers after each step of the network that the exercise describes."""
    places = np.ndindex(2, 4)
    z = [(kernel * IMAGE[i : i + 2, j : j + 2]).sum() + bias for i, j in places]
    map_ = bend(np.array(z).reshape(2, 4))
    pooled = np.array([pool(map_[:, :2]), pool(map_[:, 2:])])
    score = float(pooled @ np.array(weights)) + 1
    return {"map": map_, "pooled": pooled, "score": end(score)}


forward_by_hand = Value(
    "forward_by_hand",
    small_network(),
    "Do one step at a time, and write down the whole map before you go on.",
    [
        Mistake(small_network(kernel=KERNEL[::-1, ::-1]), "Your kernel is turned by 180°."),
        Mistake(small_network(kernel=KERNEL.T), "Rows and columns of your kernel are mixed up."),
        Mistake(small_network(bias=0), "The bias, -4, is added to every number of the map."),
        Mistake(small_network(bend=lambda z: z), "ReLU comes before the pool: below 0 it says 0."),
        Mistake(small_network(pool=np.mean), "The pool takes the largest of four, not the mean."),
        Mistake(
            small_network(weights=(-1, 2)),
            "The first weight, 2, belongs to the left window of the pool.",
        ),
        Mistake(
            small_network(end=lambda z: 1 / (1 + math.exp(-z))),
            "That is the probability. The score is the number that goes into the sigmoid.",
        ),
    ],
)

# -------------------------------------------------------------------------------- shapes_on_paper
SHAPES: dict[str, tuple[int, ...]] = {
    "conv2d": (28, 44, 8),
    "max_pooling2d": (14, 22, 8),
    "conv2d_1": (6, 10, 16),
    "flatten": (960,),
    "dense": (10,),
}

ROUNDED_UP: dict[str, tuple[int, ...]] = {"conv2d_1": (7, 11, 16), "flatten": (1232,)}

shapes_on_paper = Value(
    "shapes_on_paper",
    SHAPES,
    "A window of k fits into a side of h pixels (h - k) // t + 1 times, where t is the stride.",
    [
        Mistake(
            {**SHAPES, "conv2d": (28, 44, 3)},
            "A convolution has as many output channels as it has kernels: 8.",
        ),
        Mistake(
            SHAPES | {"conv2d": (32, 48, 8), "max_pooling2d": (16, 24, 8)} | ROUNDED_UP,
            "Without `padding` a convolution is 'valid': the map is smaller than the image.",
        ),
        Mistake(
            SHAPES | ROUNDED_UP,
            "11 / 2 and 19 / 2 leave a remainder: round down, then add 1.",
        ),
        Mistake(
            {**SHAPES, "conv2d_1": (12, 20, 16), "flatten": (3840,)},
            "The second convolution has a stride of 2.",
        ),
        Mistake(
            SHAPES | {"max_pooling2d": (27, 43, 8), "conv2d_1": (13, 21, 16), "flatten": (4368,)},
            "A pool moves by its own size if no stride is given: its windows do not overlap.",
        ),
        Mistake(
            SHAPES
            | {"conv2d": (27, 43, 8), "max_pooling2d": (13, 21, 8)}
            | {"conv2d_1": (5, 9, 16), "flatten": (720,)},
            "One place is missing: a window of 5 fits into 32 rows 32 - 5 + 1 times.",
        ),
        Mistake(
            {**SHAPES, "flatten": 960, "dense": 10},
            "A shape with one number is a tuple, too: write (960,) and (10,).",
        ),
        Mistake({**SHAPES, "flatten": (60,)}, "Flatten keeps the channels: 6 * 10 * 16 numbers."),
        Mistake(
            {
                name: (shape[1], shape[0], shape[2]) if len(shape) == 3 else shape
                for name, shape in SHAPES.items()
            },
            "Rows come first, then columns.",
        ),
    ],
)


# -------------------------------------------------------------------------------- receptive_field
def field_and_jump(layers: list[Layer]) -> tuple[int, int]:
    """Size and jump after the last layer."""
    size, jump = 1, 1
    for window, stride, dilation in layers:
        size += dilation * (window - 1) * jump
        jump *= stride
    return size, jump


def _early_stride(layers: list[Layer]) -> tuple[int, int]:
    """With the layer's own stride in its own step."""
    size, jump = 1, 1
    for window, stride, dilation in layers:
        jump *= stride
        size += dilation * (window - 1) * jump
    return size, jump


def _without_jump(layers: list[Layer]) -> tuple[int, int]:
    """With steps of one pixel everywhere."""
    return 1 + sum(d * (window - 1) for window, _, d in layers), field_and_jump(layers)[1]


def _product(layers: list[Layer]) -> tuple[int, int]:
    """With sizes multiplied."""
    spans = [dilation * (window - 1) + 1 for window, _, dilation in layers]
    return math.prod(spans), field_and_jump(layers)[1]


def _whole_windows(layers: list[Layer]) -> tuple[int, int]:
    """With k steps in a window of k."""
    size, jump = 1, 1
    for window, stride, dilation in layers:
        size += dilation * window * jump
        jump *= stride
    return size, jump


def _sum_of_strides(layers: list[Layer]) -> tuple[int, int]:
    """With strides added up."""
    size, jump = 1, 1
    for window, stride, dilation in layers:
        size += dilation * (window - 1) * jump
        jump += stride - 1
    return size, jump


receptive_field = Function(
    "receptive_field",
    field_and_jump,
    [
        ([(3, 1, 1), (3, 1, 1)],),
        ([(3, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)],),  # the source's network
        ([(7, 2, 1), (3, 2, 1), (3, 1, 1)],),
        ([(5, 3, 1), (3, 2, 2), (4, 1, 3)],),
        ([],),
    ],
    "Each layer adds (window - 1) steps of the jump *before* it; then its stride multiplies the "
    "jump.",
    [
        Mistake(
            _early_stride,
            "The stride comes too early: a layer's own window steps over its *input*, so it uses "
            "the jump before the stride is multiplied in.",
        ),
        Mistake(
            lambda layers: field_and_jump([(window, t, 1) for window, t, _ in layers]),
            "With a dilation of d, two neighbors of a window are d units apart.",
        ),
        Mistake(
            _without_jump,
            "After a stride, neighboring units lie `jump` pixels apart, and so wide is a step.",
        ),
        Mistake(_product, "Windows overlap: sizes are added up, not multiplied."),
        Mistake(
            _whole_windows,
            "A window of k units has k - 1 steps from its first unit to its last.",
        ),
        Mistake(_sum_of_strides, "A stride multiplies the jump: two strides of 2 make 4."),
    ],
    results=("size", "jump"),
)


# --------------------------------------------------------------------------------- brightest_patch
def cut_brightest(x: Array, maps: Array, o: int, size: tuple[int, int], jump: int) -> Array:
    """The pixels that the brightest unit of map o sees."""
    s, i, j = np.unravel_index(maps[..., o].argmax(), maps.shape[:3])
    return _cut(x, int(s), int(i), int(j), size, jump)


def _cut(x: Array, s: int, i: int, j: int, size: tuple[int, int], jump: int) -> Array:
    """The patch of unit (i, j) of sample s."""
    return x[s, jump * i : jump * i + size[0], jump * j : jump * j + size[1]]


def _cut_turned(x: Array, maps: Array, o: int, size: tuple[int, int], jump: int) -> Array:
    """With row and column exchanged."""
    s, i, j = np.unravel_index(maps[..., o].argmax(), maps.shape[:3])
    return _cut(x, int(s), int(j), int(i), size, jump)


def _cut_around(x: Array, maps: Array, o: int, size: tuple[int, int], jump: int) -> Array:
    """With the unit in the middle of its patch."""
    s, i, j = np.unravel_index(maps[..., o].argmax(), maps.shape[:3])
    top, left = (max(jump * int(k) - n // 2, 0) for k, n in zip((i, j), size, strict=True))
    return x[s, top : top + size[0], left : left + size[1]]


def _cut_of_any_map(x: Array, maps: Array, o: int, size: tuple[int, int], jump: int) -> Array:
    """With the brightest unit of all maps."""
    s, i, j, _ = np.unravel_index(maps.argmax(), maps.shape)
    return _cut(x, int(s), int(i), int(j), size, jump)


def _cut_of_mean(x: Array, maps: Array, o: int, size: tuple[int, int], jump: int) -> Array:
    """With the sample whose map is brightest on average."""
    s = int(maps[..., o].mean(axis=(1, 2)).argmax())
    i, j = np.unravel_index(maps[s, :, :, o].argmax(), maps.shape[1:3])
    return _cut(x, s, int(i), int(j), size, jump)


def _images_and_maps(
    images: tuple[int, int, int], places: tuple[int, int], maps: int, seed: int
) -> tuple[Array, Array]:
    """Numbers that are all different, so that there is one brightest unit and one patch."""
    rng = np.random.default_rng(seed)
    shape = (images[0], *places, maps)
    x = np.arange(np.prod(images)).reshape(images)
    return x, rng.permutation(int(np.prod(shape))).reshape(shape)


brightest_patch = Function(
    "brightest_patch",
    cut_brightest,
    [
        (*_images_and_maps((1, 4, 7), (3, 5), 2, 3), 1, (2, 3), 1),
        (*_images_and_maps((3, 9, 6), (7, 4), 3, 1), 2, (3, 3), 1),
        (*_images_and_maps((4, 9, 14), (4, 6), 5, 7), 0, (3, 4), 2),
    ],
    "Find sample, row and column of the largest number of map o; the patch begins `jump` times "
    "as far down and across.",
    [
        Mistake(_cut_turned, "Row and column are mixed up: `i` counts rows, `j` columns."),
        Mistake(
            lambda x, maps, o, size, jump: cut_brightest(x, maps, o, size[::-1], jump),
            "`size` has the rows first.",
        ),
        Mistake(
            lambda x, maps, o, size, jump: cut_brightest(x, maps, o, size, 1),
            "Unit i begins at pixel `jump * i`, not i.",
        ),
        Mistake(
            _cut_around,
            "Without padding the patch begins at pixel `jump * i`; unit i is its corner, not its "
            "middle.",
        ),
        Mistake(
            lambda x, maps, o, size, jump: cut_brightest(x, -maps, o, size, jump),
            "That is the darkest unit.",
        ),
        Mistake(_cut_of_any_map, "Look at map o alone: maps[..., o]."),
        Mistake(
            lambda x, maps, o, size, jump: cut_brightest(x[:1], maps[:1], o, size, jump),
            "Look at all samples, not at the first alone.",
        ),
        Mistake(
            _cut_of_mean,
            "One unit counts, not the map's mean: the largest number of all samples.",
        ),
    ],
)
