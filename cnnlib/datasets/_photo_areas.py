"""Six photographs that come with scikit-learn and scikit-image, and where patches are cut."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnlib._extras import require
from cnnlib.datasets._check import Images

PHOTO_CLASSES = ("alive", "made")

Box = tuple[int, int, int, int]  # rows top…bottom-1, columns left…right-1


class PhotoArea(NamedTuple):
    """A rectangle of a photo from which patches are cut, for one class and one part."""

    name: str  #: what is in it, such as "cat"; `photo_image(name)` gives the photo
    class_name: str  #: "alive" or "made"
    split: str  #: "train" or "test"
    box: Box  #: (top, left, bottom, right) in pixels; bottom and right lie just outside
    file: str  #: the photo's file, such as "chelsea.png"
    credit: str  #: whose photo it is, and its license


class _Photo(NamedTuple):
    class_name: str
    package: str
    file: str
    credit: str
    train: tuple[Box, ...]
    test: tuple[Box, ...]


# Each thing alive has a made one of its color: fur and wood, eye and spacesuit, trees and towers.
# Credits and licenses are those that scikit-image and scikit-learn state beside the files.
_PHOTOS = {
    "cat": _Photo(
        "alive",
        "skimage",
        "chelsea.png",
        "Chelsea the cat, by Stefan van der Walt, CC0",
        train=((0, 36, 256, 244),),
        test=((0, 244, 240, 332),),
    ),
    "eye": _Photo(
        "alive",
        "skimage",
        "retina.jpg",
        "Fundus photograph of a normal left eye, by Mikael Häggström, CC0",
        train=((100, 200, 560, 1000),),
        test=((860, 200, 1300, 1000),),
    ),
    "trees": _Photo(
        "alive",
        "sklearn",
        "china.jpg",
        "Summer Palace, by danielbuechele (flickr.com/photos/danielbuechele/6061409035), CC BY 2.0",
        train=((290, 400, 427, 540), (345, 0, 427, 200), (140, 0, 280, 66)),
        test=((180, 550, 427, 640),),
    ),
    "table": _Photo(
        "made",
        "skimage",
        "coffee.png",
        "Coffee cup, Pikolo Espresso Bar, by Rachel Michetti, CC0",
        train=((0, 484, 270, 600), (180, 0, 400, 110)),
        test=((270, 440, 400, 600),),
    ),
    "spacesuit": _Photo(
        "made",
        "skimage",
        "astronaut.png",
        "Eileen Collins, NASA Great Images (flic.kr/p/r9qvLn), public domain",
        train=((200, 16, 380, 370), (380, 190, 512, 276)),
        test=((380, 16, 512, 190),),
    ),
    "tower": _Photo(
        "made",
        "skimage",
        "rocket.jpg",
        "DSCOVR launch pad, by SpaceX (flickr.com/photos/spacexphotos/16511594820), public domain",
        train=((0, 0, 427, 92), (124, 160, 427, 226), (300, 556, 427, 640)),
        test=((0, 556, 300, 640),),
    ),
}
_FOLDERS = {"skimage": ("scikit-image", "data"), "sklearn": ("scikit-learn", "datasets/images")}


def photo_areas() -> list[PhotoArea]:
    """List the areas that ``photos`` cuts its patches from; no two of them share a pixel.

    Returns:
        One ``PhotoArea(name, class_name, split, box, file, credit)`` for each rectangle.

    Example:
        >>> area = photo_areas()[0]
        >>> area.name, area.class_name, area.split, area.box
        ('cat', 'alive', 'train', (0, 36, 256, 244))
        >>> top, left, bottom, right = area.box
        >>> photo_image(area.name)[top:bottom, left:right].shape
        (256, 208, 3)
    """
    return [
        PhotoArea(name, photo.class_name, split, box, photo.file, photo.credit)
        for name, photo in _PHOTOS.items()
        for split, boxes in (("train", photo.train), ("test", photo.test))
        for box in boxes
    ]


def photo_image(name: str) -> Images:
    """Load one of the six photographs as a whole.

    Args:
        name: ``"cat"``, ``"eye"``, ``"trees"``, ``"table"``, ``"spacesuit"`` or ``"tower"``.

    Returns:
        The photo (h, w, 3), float32 in [0, 1].

    Raises:
        ValueError: If there is no photo of this name.
        FileNotFoundError: If the installed package came without the file.
        ImportError: If scikit-image, scikit-learn or Pillow is missing.

    Example:
        >>> photo_image("cat").shape
        (300, 451, 3)
    """
    if name not in _PHOTOS:
        raise ValueError(f"A photo must be one of {', '.join(_PHOTOS)}; got {name!r}.")
    path = _path(name)
    image = require("PIL.Image", extra="datasets", what="datasets.photos")
    with image.open(path) as opened:
        pixels: NDArray[np.uint8] = np.asarray(opened.convert("RGB"))
    return pixels.astype(np.float32) / np.float32(255)


def _path(name: str) -> Path:
    """The file inside the installed package. Nothing is downloaded."""
    photo = _PHOTOS[name]
    package = require(photo.package, extra="datasets", what="datasets.photos")
    project, folder = _FOLDERS[photo.package]
    path = Path(str(package.__file__)).parent / folder / photo.file
    if not path.is_file():
        raise FileNotFoundError(
            f"datasets.photos needs {photo.file}, which {project} brings along; this {project} "
            f"{version(project)} has no {path}."
        )
    return path
