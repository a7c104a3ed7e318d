"""Your own photos: one folder per class becomes one array of images."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from cnnlib._extras import require
from cnnlib.datasets._check import Images, Labels, Part, fraction, integer

ColorMode = Literal["rgb", "grayscale"]


@overload
def image_folder(
    path: str | os.PathLike[str],
    image_size: tuple[int, int] = ...,
    color_mode: ColorMode = ...,
    test_size: None = ...,
    seed: int = ...,
) -> tuple[Images, Labels, list[str]]: ...


@overload
def image_folder(
    path: str | os.PathLike[str],
    image_size: tuple[int, int] = ...,
    color_mode: ColorMode = ...,
    *,
    test_size: float,
    seed: int = ...,
) -> tuple[Part, Part, list[str]]: ...


def image_folder(
    path: str | os.PathLike[str],
    image_size: tuple[int, int] = (64, 64),
    color_mode: ColorMode = "rgb",
    test_size: float | None = None,
    seed: int = 0,
) -> tuple[Images, Labels, list[str]] | tuple[Part, Part, list[str]]:
    """Load the images of a folder that has one sub-folder per class.

    ``animals/cat/1.jpg, animals/cat/2.png, animals/dog/1.jpg`` gives the classes cat (0) and
    dog (1). Every format that Pillow reads is taken (PNG, JPEG, BMP, GIF, WebP, …); of a moving
    image the first frame. Names that begin with a dot, other endings and deeper folders are
    ignored. Images are turned as their EXIF data say, laid on white where they are transparent,
    and resized without keeping their proportions.

    Args:
        path: The folder.
        image_size: Height and width of all images.
        color_mode: ``"rgb"`` for three channels, ``"grayscale"`` for one.
        test_size: The share of each class that is held out; None holds nothing out.
        seed: Chooses which images are held out.

    Returns:
        ``x, y, class_names``: images (s, h, w, c), float32 in [0, 1], labels int64 (s,) and the
        sub-folders' names in alphabetical order; y is the place in this list, images come class
        by class, in the order of their names. With ``test_size``:
        ``(x_train, y_train), (x_test, y_test), class_names``, the training images shuffled.

    Raises:
        ValueError: If an argument is wrong, a class has no image (or, to be split, only one), or
            a file cannot be read; the message names it.
        NotADirectoryError: If ``path`` is no folder.
        ImportError: If Pillow is missing.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name, color in [("night", "black"), ("day", "white")]:
        ...         (Path(folder) / name).mkdir()
        ...         Image.new("RGB", (80, 60), color).save(Path(folder) / name / "1.png")
        ...     x, y, class_names = image_folder(folder, image_size=(30, 40))
        >>> x.shape, y, class_names
        ((2, 30, 40, 3), array([0, 1]), ['day', 'night'])
    """
    size = _size(image_size)
    if color_mode not in ("rgb", "grayscale"):
        raise ValueError(f"`color_mode` must be 'rgb' or 'grayscale'; got {color_mode!r}.")
    integer("seed", seed, least=0)
    share = None if test_size is None else fraction("test_size", test_size)
    files = _files(Path(path))
    class_names = list(files)
    # The split is decided before the images are read: an impossible one is told at once.
    y = np.repeat(np.arange(len(files)), [len(f) for f in files.values()]).astype(np.int64)
    parts = None if share is None else _split(y, share, class_names, np.random.default_rng(seed))
    x = np.stack([_read(file, size, color_mode) for f in files.values() for file in f])
    if parts is None:
        return x, y, class_names
    train, test = parts
    return (x[train], y[train]), (x[test], y[test]), class_names


def _size(image_size: object) -> tuple[int, int]:
    """Check the height and the width."""
    if not isinstance(image_size, tuple | list) or len(image_size) != 2:
        raise ValueError(f"`image_size` must be a pair (height, width); got {image_size!r}.")
    return integer("image_size[0]", image_size[0], 1), integer("image_size[1]", image_size[1], 1)


def _files(root: Path) -> dict[str, list[Path]]:
    """Class name -> its image files, both in alphabetical order."""
    if not root.is_dir():
        raise NotADirectoryError(
            f"`path` must be a folder with one sub-folder per class; {root} "
            f"{'is a file' if root.exists() else 'does not exist'}."
        )
    image = require("PIL.Image", extra="datasets", what="datasets.image_folder")
    endings = image.registered_extensions()  # ".png" -> "PNG", …
    folders = sorted(d for d in root.iterdir() if d.is_dir() and not d.name.startswith("."))
    if not folders:
        raise ValueError(f"`path` must have one sub-folder per class; {root} has no sub-folder.")
    files = {
        folder.name: sorted(
            f
            for f in folder.iterdir()
            if f.is_file() and f.suffix.lower() in endings and not f.name.startswith(".")
        )
        for folder in folders
    }
    empty = [str(root / name) for name, found in files.items() if not found]
    if empty:
        raise ValueError(f"Each class must have an image; there is none in {', '.join(empty)}.")
    return files


def _split(
    y: Labels, share: float, class_names: list[str], rng: np.random.Generator
) -> tuple[Labels, Labels]:
    """Hold out the same share of each class: at least one image of it, never all."""
    train, test = [], []
    for label, name in enumerate(class_names):
        places = rng.permutation(np.flatnonzero(y == label))
        if len(places) < 2:
            raise ValueError(
                f"To be split, each class must have 2 images or more; {name!r} has one."
            )
        n_test = min(max(round(share * len(places)), 1), len(places) - 1)
        test.append(places[:n_test])
        train.append(places[n_test:])
    return rng.permutation(np.concatenate(train)), np.concatenate(test)


def _read(file: Path, size: tuple[int, int], color_mode: ColorMode) -> Images:
    """One image (h, w, c), turned upright and resized."""
    pillow = require("PIL.Image", extra="datasets", what="datasets.image_folder")
    upright = require("PIL.ImageOps", extra="datasets", what="datasets.image_folder").exif_transpose
    try:
        with pillow.open(file) as opened:
            image = _eight_bits(pillow, upright(opened))
    except (OSError, SyntaxError, ValueError, pillow.DecompressionBombError) as error:
        raise ValueError(f"{file} must be an image that Pillow can read: {error}") from error
    image = image.convert("RGB" if color_mode == "rgb" else "L")
    image = image.resize((size[1], size[0]), pillow.Resampling.BILINEAR)  # Pillow: width first
    return np.asarray(image, np.float32).reshape(*size, -1) / np.float32(255)


def _eight_bits(pillow: Any, image: Any) -> Any:
    """Any mode of Pillow as RGB or gray with 8 bits, without its transparency."""
    if image.mode.startswith("I"):  # 16 bits: Pillow would cut them off at 255
        return pillow.fromarray((np.asarray(image) // 257).clip(0, 255).astype(np.uint8))
    if image.mode == "F":
        raise ValueError("an image of floating-point numbers has no fixed range; convert it first")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return pillow.alpha_composite(pillow.new("RGBA", image.size, "white"), image)
    return image if image.mode == "L" else image.convert("RGB")
