"""Alive or made? Small patches of real photographs, in two classes that share their colors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnlib.datasets._check import Images, Part, Split, integer
from cnnlib.datasets._photo_areas import PHOTO_CLASSES, PhotoArea, photo_areas, photo_image

SIZE = 64  # height and width of a patch


def photos(n_train: int = 960, n_test: int = 384, seed: int = 0) -> Split:
    """Cut 64 × 64 patches out of six photographs: things alive (0) and things made (1).

    A cat's fur, the back of an eye and trees are alive; a wooden table, a spacesuit and the steel
    towers of a launch pad are made. Each thing alive has a made one of nearly its color, so that
    the mean color of a patch says little about its class: one has to look at the texture.

    Train and test patches come from areas of the photos that share no pixel (``photo_areas()``
    lists them). They are areas of the same six photos, though: a good score says that a network
    knows these things again in another place, not that it knows all cats and all tables. Patches
    of one area overlap; none comes twice.

    Args:
        n_train: Number of training patches, spread evenly over the six photos.
        n_test: Number of test patches.
        seed: Chooses where the patches are cut, and their order.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: patches (s, 64, 64, 3), float32 in [0, 1], and
        labels int64 (s,); ``datasets.PHOTO_CLASSES[label]`` is a label's name.

    Raises:
        ValueError: If a number is less than 6 (one patch for each photo) or more than there are
            places to cut.
        FileNotFoundError: If an installed package came without its photo.
        ImportError: If scikit-image, scikit-learn or Pillow is missing.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = photos()
        >>> x_train.shape, x_test.shape
        ((960, 64, 64, 3), (384, 64, 64, 3))
        >>> np.bincount(y_train), PHOTO_CLASSES
        (array([480, 480]), ('alive', 'made'))
    """
    names = dict.fromkeys(area.name for area in photo_areas())
    counts = {"train": integer("n_train", n_train, 6), "test": integer("n_test", n_test, 6)}
    integer("seed", seed, least=0)
    whole = {name: photo_image(name) for name in names}
    train, test = (
        _part(split, n, whole, np.random.default_rng([seed, number]))
        for number, (split, n) in enumerate(counts.items())
    )
    return train, test


def _part(split: str, n: int, whole: dict[str, Images], rng: np.random.Generator) -> Part:
    """Cut n patches; photos of the two classes take turns, so that n is shared out evenly."""
    areas = [area for area in photo_areas() if area.split == split]
    by_class = [[a.name for a in areas if a.class_name == c] for c in PHOTO_CLASSES]
    turns = [name for pair in zip(*map(dict.fromkeys, by_class), strict=True) for name in pair]
    patches, labels = [], []
    for place, name in enumerate(turns):
        own = [area for area in areas if area.name == name]
        corners = np.concatenate([_corners(area) for area in own])
        count = len(range(place, n, len(turns)))
        if count > len(corners):
            raise ValueError(
                f"`n_{split}` must be {len(turns) * len(corners)} or less; got {n}: {name!r} has "
                f"only {len(corners)} places to cut."
            )
        for top, left in rng.choice(corners, count, replace=False):
            patches.append(whole[name][top : top + SIZE, left : left + SIZE])
            labels.append(PHOTO_CLASSES.index(own[0].class_name))
    order = rng.permutation(n)
    return np.stack(patches)[order], np.array(labels, np.int64)[order]


def _corners(area: PhotoArea) -> NDArray[np.intp]:
    """The upper left corners (corners, 2) of all patches that lie wholly in an area."""
    top, left, bottom, right = area.box
    rows, columns = np.arange(top, bottom - SIZE + 1), np.arange(left, right - SIZE + 1)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
