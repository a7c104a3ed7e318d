"""One kernel on a photo, a sound and a text: only the shape of the data changes."""

from __future__ import annotations

import reprlib
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.widgets._figure import Array, Choice, Figure, Whole, finite
from cnnlib.widgets._images import load_photo
from cnnlib.widgets.three_worlds._still import three_worlds_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

WORLDS = ("photo", "sound", "text")
MEANING = {"good": 1, "bad": -1, "not": -1}  # a number for each word; 0 for every other word
HALF = 64  # samples of each of the two tones
WORDS = (8, 10)  # the fewest, so that every kernel fits, and the most
LONGEST = 8  # letters of a word


def check_weights(value: Any) -> NDArray[np.float32]:
    """A kernel of one row, (1, k) with k from 2 to 8, float32; a list is such a row."""
    kernel = np.atleast_2d(finite(value, "kernel"))
    if kernel.ndim != 2 or len(kernel) != 1 or not 2 <= kernel.shape[1] <= 8:
        raise ValueError(
            f"`kernel` must be one row of 2 to 8 weights; got an array of shape {np.shape(value)}."
        )
    return kernel.astype(np.float32)


@cache
def small_photo() -> NDArray[np.uint8]:
    """The photo of KernelLab at half its size, (80, 120)."""
    whole = ops.avg_pool2d(load_photo()[None, :, :, None].astype(np.float32), 2)[0, :, :, 0]
    return whole.round().astype(np.uint8)


def two_tones() -> NDArray[np.float32]:
    """64 samples of a tone that swings once in 8 samples, then 64 of one that does in 4."""
    j = np.arange(2 * HALF)
    return np.sin(2 * np.pi * j / np.where(j < HALF, 8, 4)).round(6).astype(np.float32) + 0


class Sentence(traitlets.TraitType[str, str]):
    """A synced trait: a text of 8 to 10 words."""

    def __init__(self, default: str) -> None:
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        words = value.split() if isinstance(value, str) else []
        if WORDS[0] <= len(words) <= WORDS[1] and max(map(len, words)) <= LONGEST:
            return str(value)
        raise ValueError(
            f"`{self.name}` must have {WORDS[0]} to {WORDS[1]} words of at most {LONGEST} letters; "
            f"got {reprlib.repr(value)}."
        )


class ThreeWorlds(Figure):
    """One kernel slides over a photo, a sound and a text; the sum is the same in all three.

    A sound is an image of height 1, and so is a text in which each word is one number: good is 1,
    bad and not are -1, every other word is 0. The page computes with the kernel of
    :func:`cnnlib.ops.conv2d`.

    Args:
        kernel: A row of 2 to 8 weights; the difference ``[-1, 1]`` if left out.
        direction: How the kernel lies on the photo: ``"row"`` (1 × k), ``"column"`` (k × 1), or
            ``"square"`` (k × k: weight m times weight n).
        stride: From one window to the next, 1 to 4.
        text: 8 to 10 words.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> worlds = ThreeWorlds([-1, 1])
        >>> {name: x.shape for name, x in worlds.inputs.items()}
        {'photo': (1, 80, 120, 1), 'sound': (1, 1, 128, 1), 'text': (1, 1, 8, 1)}
        >>> worlds.outputs["text"].ravel()  # the 2 is at "not good"
        array([ 0.,  0., -1.,  2., -1.,  0.,  0.], dtype=float32)
        >>> worlds.stride = 9
        Traceback (most recent call last):
            ...
        ValueError: `stride` must be a whole number from 1 to 4; got 9.
    """

    _module = "three_worlds/three_worlds.js"
    kernel = Array(check_weights)
    direction = Choice("row", "column", "square")
    stride = Whole(1, 1, 4)
    text = Sentence("the film was not good and very long")
    i, j = Whole(40, 0, 4095), Whole(60, 0, 4095)  # the marked number of the photo's output
    moment, word = Whole(20, 0, 4095), Whole(3, 0, 4095)  # that of the sound's, of the text's
    photo, sound = Array(), Array()
    meaning = traitlets.Dict(MEANING).tag(sync=True)
    _once = ("photo", "sound", "meaning")

    def __init__(
        self,
        kernel: ArrayLike | None = None,
        direction: str = "row",
        stride: int = 1,
        text: str | None = None,
        name: str = "three-worlds",
    ) -> None:
        given = {"text": text} if text is not None else {}
        super().__init__(
            kernel=[-1.0, 1.0] if kernel is None else kernel,
            direction=direction,
            stride=stride,
            name=name,
            photo=small_photo(),
            sound=two_tones(),
            **given,
        )

    @property
    def inputs(self) -> dict[str, NDArray[np.float32]]:
        """The three worlds, each with the axes sample, row, column, channel."""
        words = np.array([self.meaning.get(word, 0) for word in self.text.split()], np.float32)
        return {
            "photo": np.asarray(self.photo, np.float32)[None, :, :, None],
            "sound": np.asarray(self.sound)[None, None, :, None],
            "text": words[None, None, :, None],
        }

    def weights(self, world: str) -> NDArray[np.float32]:
        """The kernel as it slides over a world: (rows, columns, 1, 1).

        Raises:
            ValueError: If there is no such world.
        """
        if world not in WORLDS:
            raise ValueError(f"`world` must be one of {', '.join(WORLDS)}; got {world!r}.")
        row = np.asarray(self.kernel)
        lying = {"row": row, "column": row.T, "square": row.T * row}
        return lying[self.direction if world == "photo" else "row"][:, :, None, None]

    @property
    def outputs(self) -> dict[str, NDArray[np.float32]]:
        """What the kernel makes of each world: three calls of the same function."""
        return {
            world: ops.conv2d(x, self.weights(world), strides=self.stride)
            for world, x in self.inputs.items()
        }

    def describe(self) -> str:
        """Say in words what there is to see."""
        weights = " ".join(f"{weight:g}" for weight in self.kernel[0])
        y = self.outputs
        best = int(y["text"].argmax())
        start, k = best * self.stride, self.kernel.shape[1]
        phrase = " ".join(self.text.split()[start : start + k])
        shapes = ", ".join(f"{world} {array.shape}" for world, array in y.items())
        return (
            f"A kernel of weights {weights} slides over a photo, a sound of two tones and a text "
            f"with stride {self.stride}. The outputs have the shapes {shapes}. The text answers "
            f"most at “{phrase}”, with {y['text'].max():g}."
        )

    def still(self) -> Still:
        """Draw each world with its output."""
        return three_worlds_still(self.inputs, self.outputs, self.text.split(), self.stride)
