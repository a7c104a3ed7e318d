"""Few digits, many variants: what closes the gap between training and new data?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib import datasets
from cnnlib.datasets._augment import FLIPS
from cnnlib.models import Sequential
from cnnlib.widgets._figure import Array, Choice, Figure, Flag, Real, Text, Whole
from cnnlib.widgets._training_data import packed
from cnnlib.widgets.augmentation_studio import _course
from cnnlib.widgets.augmentation_studio._runs import (
    LONGEST,
    REALS,
    SAMPLES,
    WHOLE,
    Run,
    parse,
)
from cnnlib.widgets.augmentation_studio._still import studio_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

SHOWN = 9  # variants
ON_PAPER = 320  # steps, before there are any in the page


class AugmentationStudio(Figure):
    """A CNN learns in the page from few digits, and from random variants of them.

    The page shows the variants of one digit, the accuracy and the loss on the digits that are
    learned from and on 359 held-out ones, the gap between the two, and what is left on held-out
    digits that are shifted by up to 1.5 pixels or turned by up to 25 degrees. Other settings begin
    a new run; the ones before stay in sight.

    Every round shows 400 images in 16 steps of Adam: with 100 digits each of them four times, in
    four new variants. The same settings lead to the same course, in the page and in Python.

    Args:
        samples: How many digits to learn from: 50, 100, 200 or 400.
        shift: See :func:`cnnlib.datasets.augment` for this and the next seven.
        rotation: Up to so many degrees.
        zoom: Up to this share larger or smaller.
        brightness: Up to so much is added.
        contrast: Up to this share more or less.
        noise: Its standard deviation.
        erase: The side of a square that is set to 0.
        flip: ``"none"``, ``"horizontal"`` or ``"vertical"``.
        dropout: The share of the last features that is dropped in training.
        l2: λ; λ·Σw² over all kernels is added to the loss.
        seed: Decides the first weights, the variants, the order and the dropout.
        step: The step that is shown, up to 640.
        runs: Runs before, such as ``"100 640, 100 640 shift 1.5"``: digits to learn from, steps,
            and what else was set.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> studio = AugmentationStudio(shift=1.5, step=64)
        >>> studio.variants.shape
        (9, 8, 8, 1)
        >>> plain = AugmentationStudio(step=64)
        >>> studio.accuracy["shifted"] > plain.accuracy["shifted"]
        True
    """

    _module = "augmentation_studio/augmentation_studio.js"
    _once = ("images", "labels", "levels", "held_out", "classes")
    samples = Whole(SAMPLES[0], min(SAMPLES), max(SAMPLES))
    shift, rotation, zoom = Real(0.0), Real(0.0), Real(0.0)
    brightness, contrast, noise = Real(0.0), Real(0.0), Real(0.0)
    erase = Whole(0, 0, WHOLE["erase"])
    flip = Choice(*FLIPS)
    dropout, l2 = Real(0.0), Real(0.0)
    seed, step = Whole(0, 0, WHOLE["seed"]), Whole(0, 0, LONGEST)
    runs = Text()
    playing = Flag()
    digit = Whole(46, 0, max(SAMPLES) - 1)  # whose variants are shown; at first a 2
    glance = Whole(0, 0, 999_999)  # which variants of it
    images, labels, levels = Array(), Array(), Whole(0, 0, 255)
    held_out, classes = Whole(0, 0, 10**6), Whole(10, 2, 100)

    def __init__(
        self,
        samples: int = 100,
        shift: float = 0.0,
        rotation: float = 0.0,
        zoom: float = 0.0,
        brightness: float = 0.0,
        contrast: float = 0.0,
        noise: float = 0.0,
        erase: int = 0,
        flip: str = "none",
        dropout: float = 0.0,
        l2: float = 0.0,
        seed: int = 0,
        step: int = 0,
        runs: str = "",
        name: str = "augmentation-studio",
    ) -> None:
        moves = {"shift": shift, "rotation": rotation, "zoom": zoom, "erase": erase, "flip": flip}
        light = {"brightness": brightness, "contrast": contrast, "noise": noise}
        rest = {"samples": samples, "dropout": dropout, "l2": l2, "seed": seed}
        (x, y), held = datasets.digits()
        data = packed(((x[: max(SAMPLES)], y[: max(SAMPLES)]), held))
        super().__init__(name=name, step=step, runs=runs, **moves, **light, **rest, **data)

    @traitlets.validate(*REALS)
    def _check_limits(self, proposal: dict[str, Any]) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        if not 0 <= value <= REALS[name]:
            raise ValueError(f"`{name}` must be a number from 0 to {REALS[name]:g}; got {value:g}.")
        return float(value)

    @traitlets.validate("samples")
    def _check_samples(self, proposal: dict[str, Any]) -> int:
        if proposal["value"] not in SAMPLES:
            allowed = ", ".join(map(str, sorted(SAMPLES)))
            raise ValueError(f"`samples` must be one of {allowed}; got {proposal['value']}.")
        return int(proposal["value"])

    @traitlets.validate("runs")
    def _check_runs(self, proposal: dict[str, Any]) -> str:
        parse(proposal["value"])
        return str(proposal["value"])

    # ---------------------------------------------------------------------------------- the course
    @property
    def variants(self) -> NDArray[np.float32]:
        """The variants of a digit that the page shows, (9, 8, 8, 1)."""
        digit = self.images[self.digit : self.digit + 1].astype(np.float32) / self.levels
        seed = self.glance * _course.APART + _course.GLANCES
        return _course.variants(np.repeat(digit, SHOWN, axis=0), self._run().limits, seed)

    @property
    def accuracy(self) -> dict[str, float]:
        """The shares that are right: ``training``, ``held_out``, ``shifted``, ``turned``."""
        exam = _course.exams(self._run())[-1]
        return {name: getattr(exam, name) for name in ("training", "held_out", "shifted", "turned")}

    @property
    def gap(self) -> float:
        """How much better the network is on the digits that it has learned from, in points."""
        exam = _course.exams(self._run())[-1]
        return 100 * (exam.training - exam.held_out)

    def model(self) -> Sequential:
        """The network at the step that is shown; trained in Python, as the page trains it."""
        course = _course.Course(datasets.digits(), self._run())
        course.go(self.step)
        return course.model

    def _run(self, step: int | None = None) -> Run:
        own = self.step if step is None else step
        return Run(self.samples, own, *(getattr(self, name) for name in Run._fields[2:]))

    # ------------------------------------------------------------------------------ words and paper
    def describe(self) -> str:
        """Say what is learned from, and how well it goes."""
        run = self._run(self.step or ON_PAPER)
        exam = _course.exams(run)[-1]
        given = run.words().split(" ", 2)[2:]
        return (
            f"A CNN learns from {self.samples} handwritten digits in the page; settings: "
            f"{given[0] if given else 'no augmentation, no dropout, no L2'}. After {exam.step} "
            f"steps it is right on {exam.training:.1%} of them and on {exam.held_out:.1%} of "
            f"{self.held_out} held-out digits, a gap of "
            f"{100 * (exam.training - exam.held_out):.1f} points; shifted by up to 1.5 pixels, on "
            f"{exam.shifted:.1%}, turned by up to 25°, on {exam.turned:.1%}."
        )

    def still(self) -> Still:
        """Draw a digit with its variants, the curves, and the four accuracies."""
        digit = self.images[self.digit : self.digit + 1].astype(np.float32) / self.levels
        images = np.concatenate([digit, self.variants])[..., 0]
        found = _course.exams(self._run(self.step or ON_PAPER))
        return studio_still(images, found, [_course.exams(run) for run in parse(self.runs)])
