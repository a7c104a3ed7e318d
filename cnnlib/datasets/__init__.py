"""Images to learn from: ``(x_train, y_train), (x_test, y_test)``, pixels between 0 and 1.

``digits``, ``photos`` and ``shapes`` need no network. ``mnist`` and ``fashion_mnist`` are
downloaded once; ``image_folder`` reads your own images. ``augment`` makes random variants of them.
"""

from __future__ import annotations

from cnnlib.datasets._augment import augment
from cnnlib.datasets._digits import digits
from cnnlib.datasets._folder import image_folder
from cnnlib.datasets._idx import read_idx
from cnnlib.datasets._mnist import FASHION_CLASSES, fashion_mnist, mnist
from cnnlib.datasets._photo_areas import PHOTO_CLASSES, PhotoArea, photo_areas, photo_image
from cnnlib.datasets._photos import photos
from cnnlib.datasets._shapes import SHAPES, draw_shape, shapes

__all__ = [
    "FASHION_CLASSES",
    "PHOTO_CLASSES",
    "SHAPES",
    "PhotoArea",
    "augment",
    "digits",
    "draw_shape",
    "fashion_mnist",
    "image_folder",
    "mnist",
    "photo_areas",
    "photo_image",
    "photos",
    "read_idx",
    "shapes",
]
