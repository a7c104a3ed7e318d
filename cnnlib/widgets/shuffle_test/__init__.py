"""One new order for the pixels of all images: who notices?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib import datasets
from cnnlib.widgets._figure import Array, Figure, Flag, Whole, finite
from cnnlib.widgets._training_data import packed
from cnnlib.widgets.shuffle_test import _courses
from cnnlib.widgets.shuffle_test._order import places
from cnnlib.widgets.shuffle_test._still import shuffle_test_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

DENSE = "Flatten, Dense 42, ReLU"
CONVOLUTIONAL = "Conv2D 16 3, ReLU, Conv2D 16 3, ReLU, MaxPooling2D 4, Flatten"
SHAPE, CLASSES, LONGEST = (8, 8, 1), 10, 600
WHERE = {
    1: "no pixel changes its place",
    2: "pixels change places within squares of 2 × 2",
    4: "pixels change places within squares of 4 × 4",
    8: "pixels change places anywhere in the image",
}


class Among(Whole):
    """A synced trait: one of some whole numbers, the first unless it is set."""

    def __init__(self, *options: int) -> None:
        self.options = options
        super().__init__(options[0], min(options), max(options))

    def validate(self, obj: Any, value: Any) -> int:
        number = super().validate(obj, value)
        if number not in self.options:
            raise ValueError(
                f"`{self.name}` must be one of {', '.join(map(str, self.options))}; got {number}."
            )
        return number


class ShuffleTest(Figure):
    """Four networks learn in the page: dense and convolutional, from plain and shuffled pixels.

    All images, to learn from and held out, get their pixels in one new order. A dense network
    does not notice: with its first weights in the same order it puts out the same numbers, which
    the page shows on all held-out digits. A CNN loses the neighborhoods that it looks at.

    Args:
        block: Pixels change places within squares of so many rows and columns: 8 (anywhere), 4, 2
            or 1 (nowhere).
        shuffle: Which order of the pixels.
        samples: How many digits to learn from: 1438, 300 or 100.
        alike: Whether the dense network on shuffled pixels begins with weights shuffled alike.
        seed: Decides the first weights and the order of the samples.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> test = ShuffleTest(block=2, shuffle=3)
        >>> test.order[:8].tolist()
        [1, 9, 3, 11, 13, 12, 7, 15]
        >>> x = np.arange(64).reshape(1, 8, 8, 1)
        >>> test.shuffled(x)[0, :2, :2, 0].tolist()
        [[1, 9], [0, 8]]
    """

    _module = "shuffle_test/shuffle_test.js"
    _once = ("images", "labels", "levels", "held_out", "classes", "dense", "convolutional")
    block, samples = Among(8, 4, 2, 1), Among(1438, 300, 100)
    shuffle, seed = Whole(1, 0, 999_999), Whole(0, 0, 999_999)
    alike = Flag(True)
    step = Whole(0, 0, LONGEST)
    playing = Flag()
    sample = Whole(1, 0, 358)  # the held-out digit that is shown
    unit = Whole(0, 0, 255)  # of the dense network's first layer
    pixel = Whole(27, 0, 63)  # the marked one, of the plain digit
    images, labels, levels = Array(), Array(), Whole(0, 0, 255)
    held_out, classes = Whole(0, 0, 10**6), Whole(CLASSES, 2, 100)
    dense = traitlets.Unicode(DENSE, read_only=True).tag(sync=True)
    convolutional = traitlets.Unicode(CONVOLUTIONAL, read_only=True).tag(sync=True)
    settings = traitlets.Dict(
        {"optimizer": "adam", "learningRate": _courses.RATE, "batch": _courses.BATCH},
        read_only=True,
    ).tag(sync=True)
    present = traitlets.Dict().tag(sync=True)  # what the page has come to

    def __init__(
        self,
        block: int = 8,
        shuffle: int = 1,
        samples: int = 1438,
        alike: bool = True,
        seed: int = 0,
        name: str = "shuffle-test",
    ) -> None:
        state = {"block": block, "shuffle": shuffle, "samples": samples, "seed": seed}
        super().__init__(name=name, alike=alike, **state, **packed(datasets.digits()))

    @property
    def order(self) -> NDArray[np.int64]:
        """The order of the pixels: place k gets the pixel ``order[k]``; (64,)."""
        return places(self.shuffle, self.block, SHAPE[0])

    def shuffled(self, images: Any) -> NDArray[Any]:
        """Images (s, 8, 8, c) with the pixels of each in this order.

        Raises:
            ValueError: If they have another shape.
        """
        images = finite(images, "images")
        if images.ndim != 4 or images.shape[1:3] != SHAPE[:2]:
            raise ValueError(f"`images` must have shape (s, 8, 8, c); got {images.shape}.")
        return _courses.shuffled(images, self.order)

    @property
    def accuracy(self) -> dict[str, dict[str, float]]:
        """The shares of held-out digits that are right in the page; empty before any step."""
        if not self.present:
            return {}
        a, b, c, d = self.present["accuracy"]
        return {
            "dense": {"plain": a, "shuffled": b},
            "convolutional": {"plain": c, "shuffled": d},
        }

    def _found(self) -> tuple[_courses.Course, ...]:
        settings = (self.block, self.shuffle, self.samples, self.alike, self.seed)
        return _courses.courses(self.dense, self.convolutional, *settings)

    def describe(self) -> str:
        """Say who learns from what, and how good they get in a short course in Python."""
        found = self._found()
        right = "; ".join(f"{one.name} {one.accuracy[-1]:.1%}" for one in found)
        return (
            f"Four networks learn from {self.samples:,} handwritten digits in the page: a dense "
            f"one with {found[0].parameters:,} parameters and a CNN with "
            f"{found[2].parameters:,}, each from plain and from shuffled pixels; "
            f"{WHERE[self.block]}. After {found[0].step[-1]} steps of the same course in Python, "
            f"of {self.held_out} held-out digits are right: {right}."
        )

    def still(self) -> Still:
        """Draw digits, plain and shuffled, and a short course of the four networks."""
        images, labels = datasets.digits()[1]
        digits = images[[int(np.flatnonzero(labels == digit)[0]) for digit in range(CLASSES)]]
        return shuffle_test_still(digits[..., 0], self.shuffled(digits)[..., 0], self._found())
