"""The exercises on explanations: three maps of what speaks for a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.check._exercise import Function, Mistake

Array = NDArray[Any]


# ------------------------------------------------------------------------------------- grad_cam
def cam(maps: Array, slopes: Array) -> Array:
    """Each map times the mean of its gradient, added up; what is below 0 becomes 0."""
    return np.maximum((maps * slopes.mean(axis=(0, 1))).sum(axis=-1), 0)


def cam_signed(maps: Array, slopes: Array) -> Array:
    """Without the ReLU."""
    return (maps * slopes.mean(axis=(0, 1))).sum(axis=-1)


def cam_max(maps: Array, slopes: Array) -> Array:
    """With the largest gradient of a map."""
    return np.maximum((maps * slopes.max(axis=(0, 1))).sum(axis=-1), 0)


def cam_sum(maps: Array, slopes: Array) -> Array:
    """With the sum of a map's gradients."""
    return np.maximum((maps * slopes.sum(axis=(0, 1))).sum(axis=-1), 0)


def cam_by_activation(maps: Array, slopes: Array) -> Array:
    """Weights from the maps, not from their gradients."""
    return np.maximum((slopes * maps.mean(axis=(0, 1))).sum(axis=-1), 0)


def cam_by_place(maps: Array, slopes: Array) -> Array:
    """Each number by its own gradient."""
    return np.maximum((maps * slopes).sum(axis=-1), 0)


def cam_early_relu(maps: Array, slopes: Array) -> Array:
    """ReLU before the sum: what speaks against the class is lost."""
    return np.maximum(maps * slopes.mean(axis=(0, 1)), 0).sum(axis=-1)


def cam_mean(maps: Array, slopes: Array) -> Array:
    """The mean over the channels in the place of the sum."""
    return cam(maps, slopes) / maps.shape[-1]


def cam_across(maps: Array, slopes: Array) -> Array:
    """The mean of the gradient over the channels: a weight for each place."""
    return np.maximum((maps * slopes.mean(axis=-1, keepdims=True)).sum(axis=-1), 0)


grad_cam = Function(
    "grad_cam",
    cam,
    [
        (np.array([[[1, 2], [0, 4]], [[3, 0], [5, 1]]]), np.full((2, 2, 2), [2, -1])),
        (
            np.array([[[4, 0, 1], [2, 6, 0], [0, 1, 3]], [[8, 2, 2], [0, 3, 5], [1, 0, 9]]]),
            np.array([[[6, 0, -6], [0, 12, 0], [6, 0, 0]], [[0, -30, 0], [6, 0, -6], [0, 0, 6]]]),
        ),
    ],
    "A weight for each map, the mean of its gradient over rows and columns; then the weighted sum "
    "over the maps, and ReLU.",
    [
        Mistake(
            cam_signed,
            "There are numbers below 0. Where the maps speak against the class, Grad-CAM shows 0: "
            "a ReLU at the end.",
        ),
        Mistake(
            cam_max,
            "You weight a map by its largest gradient. One place would speak for all: take the "
            "mean.",
        ),
        Mistake(
            cam_sum,
            "You weight a map by the sum of its gradients. Divide it by the number of places: take "
            "the mean.",
        ),
        Mistake(
            cam_by_activation,
            "You weight by how active a map is. That says nothing of the class: the mean of the "
            "gradient is the weight, and the map is what is weighted.",
        ),
        Mistake(
            cam_by_place,
            "You multiply each number by its own gradient. Grad-CAM has one weight for a whole "
            "map: the mean over its places.",
        ),
        Mistake(
            cam_early_relu,
            "ReLU comes too early: a map that speaks against the class must be subtracted first. "
            "Add up the maps, then ReLU.",
        ),
        Mistake(cam_mean, "You took the mean over the maps. It is their sum."),
        Mistake(
            cam_across,
            "You took the mean over the channels: that gives a weight for each place. The axes to "
            "average over are rows and columns, (0, 1).",
        ),
    ],
)


# -------------------------------------------------------------------------------- occlusion_map
class Plain:
    """A score to try things on: a weight for each pixel, and a bonus for one pair of pixels."""

    def __init__(self, name: str, shape: tuple[int, ...], pair: float = 0) -> None:
        self.name, self.pair = name, pair
        self.weights = 10 + np.arange(np.prod(shape)).reshape(shape) % 7

    def __repr__(self) -> str:
        return self.name

    def __call__(self, image: Array) -> float:
        bonus = self.pair * image[0, 1].sum() * image[2, 2].sum()
        return float((self.weights * image).sum() + bonus)


Score = Callable[[Array], float]


def drops(
    score: Score, x: Array, patch: int, t: int, fill: float, sign: int = 1, copies: bool = True
) -> Array:
    """How much the score drops for every place of the patch."""
    rows, columns = ((side - patch) // t + 1 for side in x.shape[:2])
    whole, found = score(x), np.empty((rows, columns))
    left = x.copy()
    for i, j in np.ndindex(rows, columns):
        left = x.copy() if copies else left
        left[i * t : i * t + patch, j * t : j * t + patch] = fill
        found[i, j] = sign * (whole - score(left))
    return found


def occluded(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """The score of the image minus that of the covered image."""
    return drops(score, x, patch, t, fill)


def occluded_rises(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """The other way round."""
    return drops(score, x, patch, t, fill, sign=-1)


def occluded_black(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """Always with 0."""
    return drops(score, x, patch, t, 0)


def occluded_stays(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """On one image that gets darker and darker."""
    return drops(score, x, patch, t, fill, copies=False)


def occluded_itself(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """On the image itself, whose score was asked for before."""
    found = occluded_stays(score, x, patch, t, fill)
    for i, j in np.ndindex(found.shape):
        x[i * t : i * t + patch, j * t : j * t + patch] = fill
    return found


def occluded_second_name(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """On the image itself: both scores are those of the covered one."""
    return 0 * occluded_itself(score, x, patch, t, fill)


def occluded_one_short(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """Without the last row and column of places."""
    return drops(score, x, patch, t, fill)[:-1, :-1]


def occluded_scores(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """The score that is left."""
    return score(x) - drops(score, x, patch, t, fill)


def occluded_no_stride(score: Score, x: Array, patch: int, t: int, fill: float) -> Array:
    """With the patch at i, j."""
    whole = drops(score, x, patch, 1, fill)
    rows, columns = ((side - patch) // t + 1 for side in x.shape[:2])
    return whole[:rows, :columns]


def _image(*shape: int) -> Array:
    """Small whole numbers without symmetry, none of them 0 or 1."""
    return np.array(2 + np.arange(np.prod(shape)) * 5 % 11, float).reshape(shape)


SECOND_NAME = (
    "`left = x` is a second name for the same image: covering one covers the other. Cover a fresh "
    "copy each time: `left = x.copy()`."
)

occlusion_map = Function(
    "occlusion_map",
    occluded,
    [
        (Plain("a weighted sum", (4, 6, 1)), _image(4, 6, 1), 2, 2, 1.0),
        (Plain("a sum with a pair", (5, 4, 2), pair=3), _image(5, 4, 2), 2, 1, 1.0),
        (Plain("a weighted sum", (7, 8, 1)), _image(7, 8, 1), 3, 2, -2.0),
    ],
    "For each place: a copy of the image, the patch from row i*t and column j*t filled, and the "
    "score of the image minus the score of the copy.",
    [
        Mistake(
            occluded_rises,
            "Your signs are turned round: the map is the score of the whole image minus that of "
            "the covered one, above 0 where the patch was needed.",
        ),
        Mistake(occluded_black, "You cover with 0. Use `fill`."),
        Mistake(
            occluded_stays,
            "The patches of earlier places are still there. Cover a fresh copy of the image each "
            "time: `left = x.copy()`.",
        ),
        Mistake(occluded_second_name, SECOND_NAME),
        Mistake(occluded_itself, SECOND_NAME),
        Mistake(
            occluded_one_short,
            "The last row and column of places are missing: (h - patch) // t + 1.",
        ),
        Mistake(occluded_scores, "That is the score that is left. How much has it dropped?"),
        Mistake(
            occluded_no_stride,
            "The patch of place (i, j) begins at row i*t and column j*t, not at i and j.",
        ),
    ],
)


# ------------------------------------------------------------------------------- two_class_maps
def two_maps(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """Saliency, and what each pixel adds to the score of the label."""
    slopes = np.where(np.reshape(label, (-1, 1, 1, 1)) == 1, dz, -dz)
    return np.abs(slopes).max(axis=-1), (slopes * x).sum(axis=-1)


def two_maps_one_sign(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """Always for class 1."""
    return two_maps(dz, x, np.ones_like(label))


def two_maps_late_abs(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """The largest gradient, then its size."""
    slopes = np.where(np.reshape(label, (-1, 1, 1, 1)) == 1, dz, -dz)
    return np.abs(slopes.max(axis=-1)), (slopes * x).sum(axis=-1)


def two_maps_no_abs(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """The largest gradient, with its sign."""
    slopes = np.where(np.reshape(label, (-1, 1, 1, 1)) == 1, dz, -dz)
    return slopes.max(axis=-1), (slopes * x).sum(axis=-1)


def two_maps_sum(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """The sum over the channels in both."""
    return np.abs(dz).sum(axis=-1), two_maps(dz, x, label)[1]


def two_maps_sizes(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """Contributions without a sign."""
    saliency, added = two_maps(dz, x, label)
    return saliency, np.abs(added)


def two_maps_slopes(dz: Array, x: Array, label: Array) -> tuple[Array, Array]:
    """The second one without the pixel."""
    return two_maps(dz, x, label)[0], two_maps(dz, np.ones_like(x), label)[1]


two_class_maps = Function(
    "two_class_maps",
    two_maps,
    [
        (
            np.array([[[[1, -4], [3, 0]]], [[[-2, 5], [-6, -1]]]]),
            np.array([[[[2, 1], [5, 3]]], [[[4, 1], [2, 3]]]]),
            np.array([1, 0]),
        ),
        (
            np.array([[[[-3, 2, -7]], [[4, 4, -9]], [[1, 2, 3]]]]),
            np.array([[[[1, 2, 1]], [[2, 3, 1]], [[5, 1, 2]]]]),
            np.array([0]),
        ),
    ],
    "The score of class 1 is z, that of class 0 is -z: turn the sign of dz where the label is 0. "
    "Then |dz|, the largest over the channels; and dz * x, the sum over the channels.",
    [
        Mistake(
            two_maps_one_sign,
            "Those are the contributions to z, the score of class 1. Where the label is 0 the "
            "score is -z, and its gradient -dz.",
        ),
        Mistake(
            two_maps_late_abs,
            "You take the largest gradient over the channels and then its size: a large one below "
            "0 loses to a small one above. First the size, then the largest.",
        ),
        Mistake(
            two_maps_no_abs,
            "A saliency below 0: it asks how much the score reacts, whichever way. Take np.abs of "
            "the gradients first.",
        ),
        Mistake(
            two_maps_sum,
            "For the saliency you add up the channels. It is the largest of them.",
        ),
        Mistake(
            two_maps_sizes,
            "Keep the sign of the contributions: a pixel may speak against its class.",
        ),
        Mistake(
            two_maps_slopes,
            "The second map is the gradient times the pixel; yours has the gradient alone.",
        ),
    ],
    results=["the saliency", "the contributions"],
)
