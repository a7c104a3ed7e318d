"""A small network learns; filters that fall silent go dark, and a leaky slope brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib import datasets
from cnnlib.models import Sequential
from cnnlib.widgets._figure import Array, Choice, Figure, Flag, Real, Text, Whole
from cnnlib.widgets._training_data import packed
from cnnlib.widgets.graveyard._course import Census, Course, Part, parse
from cnnlib.widgets.graveyard._still import graveyard_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

MOST = 1000  # steps
SHOWN = 100  # steps on paper, before there are any in the page
LOOKS = 40  # at the course, for its curves on paper


class Graveyard(Figure):
    """A network learns digits in the page: which of its ReLUs are still alive?

    It has 16 filters of 3 × 3 with ReLU, a max-pool, 32 hidden units with ReLU, and ten outputs; it
    is trained with Adam in batches of 32. A filter that is 0 at every place of every held-out image
    is silent: with a slope of 0 it gets no gradient and is dead.

    A change of the learning rate or the slope holds from that step on; the course before it is kept
    in ``past``. All other settings begin a new course. The same state leads to the same course, in
    the page and in Python.

    Args:
        learning_rate: 0.0001 to 1.
        slope: Of all ReLUs below 0, from 0 (ReLU) to 1.
        bias: What the biases of the filters begin with, -4 to 2.
        start: How kernels begin: ``"he"``, ``"glorot"``, or ``"small"`` with a standard deviation
            of 0.01.
        seed: Decides the weights and the order of the samples.
        step: The step that is shown, up to 1000.
        past: Other learning rates and slopes before, such as ``"0.05 0 60"``: rate, slope, and the
            step until which they held.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> graves = Graveyard(bias=-4, step=20)
        >>> graves.silent
        {'filters': 16, 'units': 32}
        >>> graves.past, graves.slope, graves.step = "0.05 0 20", 0.3, 80
        >>> graves.silent["filters"] < 16
        True
    """

    _module = "graveyard/graveyard.js"
    _once = ("images", "labels", "levels", "held_out", "classes")
    learning_rate, slope, bias = Real(0.05, 1e-4, 1), Real(0.0, 0, 1), Real(0.0, -4, 2)
    start = Choice("he", "glorot", "small")
    seed, step = Whole(0, 0, 999_999), Whole(0, 0, MOST)
    past = Text()
    playing = Flag()
    sample = Whole(0, 0, 358)  # the held-out image whose maps are shown
    images, labels, levels = Array(), Array(), Whole(0, 0, 255)
    held_out, classes = Whole(0, 0, 10**6), Whole(10, 2, 100)
    _key: tuple[Any, ...] | None = None  # of the course that was looked at last
    _looks: dict[int, Census]

    def __init__(
        self,
        learning_rate: float = 0.05,
        slope: float = 0.0,
        bias: float = 0.0,
        start: str = "he",
        seed: int = 0,
        step: int = 0,
        past: str = "",
        name: str = "graveyard",
    ) -> None:
        numbers = {"learning_rate": learning_rate, "slope": slope, "bias": bias}
        state = numbers | {"start": start, "seed": seed, "step": step, "past": past}
        super().__init__(name=name, **state, **packed(datasets.digits()))

    @traitlets.validate("past")
    def _check_past(self, proposal: dict[str, Any]) -> str:
        parse(proposal["value"])
        return str(proposal["value"])

    # ---------------------------------------------------------------------------------- the course
    def model(self) -> Sequential:
        """The network at the step that is shown; trained in Python, as the page trains it."""
        course = self._course()
        course.go(self._parts(), self.step)
        course.bend(self.slope)
        return course.model

    @property
    def active(self) -> dict[str, NDArray[Any]]:
        """On which share they are active: ``filters`` (16) of places, ``units`` (32) of images."""
        last = self._seen([self.step])[-1]
        return {"filters": last.filters, "units": last.units}

    @property
    def silent(self) -> dict[str, int]:
        """How many of the 16 filters and of the 32 hidden units are never active."""
        return {name: int((share == 0).sum()) for name, share in self.active.items()}

    @property
    def accuracy(self) -> float:
        """The share of the held-out digits that are read right."""
        return self._seen([self.step])[-1].accuracy

    def _parts(self) -> list[Part]:
        return [*parse(self.past), Part(self.learning_rate, self.slope, np.inf)]

    def _course(self) -> Course:
        x = self.images.astype(np.float32) / np.float32(self.levels)
        y, cut = self.labels.astype(np.int64), len(x) - self.held_out
        data = (x[:cut], y[:cut]), (x[cut:], y[cut:])
        return Course(data, self.start, self.bias, self.seed)

    def _seen(self, steps: list[int]) -> list[Census]:
        """What a look at the course at some steps finds; looks are kept until the state changes."""
        key = (*self._parts(), self.start, self.bias, self.seed)
        if self._key != key:
            self._key, self._looks = key, {}
        missing = sorted({*steps} - {*self._looks})
        course = self._course() if missing else None
        for step in missing:
            assert course is not None
            course.go(self._parts(), step)
            self._looks[step] = course.census()
        return [self._looks[step] for step in steps]

    # ------------------------------------------------------------------------------ words and paper
    def describe(self) -> str:
        """Say how many are silent, and how well the network reads."""
        bend = f"slope {self.slope:g} below 0" if self.slope else "plain ReLU"
        steps = sorted({self.step, self.step or SHOWN})
        said = [
            f"At step {look.step}, {(look.filters == 0).sum()} of the 16 filters and "
            f"{(look.units == 0).sum()} of the 32 units are silent on all {self.held_out} held-out "
            f"images; {look.accuracy:.1%} of these are read right."
            for look in self._seen(steps)
        ]
        return (
            f"A network of 16 filters and 32 hidden units learns digits with Adam, learning rate "
            f"{self.learning_rate:g}, {bend}, biases from {self.bias:g}, {self.start} weights. "
            + " ".join(said)
        )

    def still(self) -> Still:
        """Draw the filters with their shares, the curve of the silent ones, and the accuracy."""
        last = self.step or SHOWN
        steps = sorted({round(k * last / LOOKS) for k in range(LOOKS + 1)})
        looks = self._seen(steps)
        course = self._course()
        course.go(self._parts(), last)
        kernels = course.model.layers[0].params["kernel"][:, :, 0]
        return graveyard_still(kernels, looks, leaks=self.slope > 0)
