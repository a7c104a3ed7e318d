"""How sure, how wrong, and which way: one logit on a dial, and a few that share a softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import losses, ops
from cnnlib.widgets._figure import Array, Choice, Figure, Real, Whole, finite
from cnnlib.widgets.confidence_dial._still import classes_still, logit_still
from cnnlib.widgets.confidence_dial._ways import naive_softmax, ways

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

FAR = 150  # the largest logit
CLASSES = (2, 5)


def check_logits(value: Any) -> NDArray[np.float32]:
    """Two to five logits, float32."""
    logits = finite(value, "logits")
    if logits.ndim != 1 or not CLASSES[0] <= logits.size <= CLASSES[1]:
        raise ValueError(f"`logits` must have shape (2,) to (5,); got {logits.shape}.")
    if np.abs(logits).max() > FAR:
        raise ValueError(
            f"`logits` must be numbers from -{FAR} to {FAR}; got {logits.min():g} to "
            f"{logits.max():g}."
        )
    return logits.astype(np.float32)


class ConfidenceDial(Figure):
    """A logit on a dial: its probability, its loss, and the gradient that teaches it.

    The loss is computed in four ways: the cross-entropy from the logit, from a probability, from a
    probability kept within [1e-7, 1 - 1e-7], and a squared error. The dial goes far enough to see
    where float32 ends. A second view has a softmax of two to five logits.

    Args:
        z: The logit, from -150 to 150.
        t: Its target, from 0 to 1; between them it is a soft label.
        logits: Two to five logits of the second view; ``[2, 1, 0]`` if left out.
        label: The right class among them, counted from 0; the last one if there are not so many.
        temperature: What the logits of the second view are divided by, from 0.1 to 10.
        shift: What is added to all of them before, from -150 to 150.
        view: ``"one"`` logit or ``"several"``.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> dial = ConfidenceDial(z=20, t=0)
        >>> for way, (loss, gradient) in dial.ways.items():
        ...     print(f"{way:8} {loss:6.2f} {gradient:4.2f}")
        logits    20.00 1.00
        naive       inf  nan
        clipped   15.94 0.00
        squared    1.00 0.00
        >>> dial.logits = np.log([4, 3, 1])
        >>> dial.probabilities
        array([0.5  , 0.375, 0.125], dtype=float32)
        >>> dial.class_gradient
        array([ 0.5  , -0.625,  0.125], dtype=float32)
    """

    _module = "confidence_dial/confidence_dial.js"
    view = Choice("one", "several")
    z, t = Real(2.0, -FAR, FAR), Real(0.0, 0, 1)
    logits = Array(check_logits)
    label = Whole(1, 0, CLASSES[1] - 1)
    temperature, shift = Real(1.0, 0.1, 10), Real(0.0, -FAR, FAR)

    def __init__(
        self,
        z: float = 2.0,
        t: float = 0.0,
        logits: ArrayLike | None = None,
        label: int = 1,
        temperature: float = 1.0,
        shift: float = 0.0,
        view: str = "one",
        name: str = "confidence-dial",
    ) -> None:
        several = [2, 1, 0] if logits is None else logits
        state = {"label": label, "temperature": temperature, "shift": shift, "view": view}
        super().__init__(z=z, t=t, logits=several, name=name, **state)

    # -------------------------------------------------------------------------------- one logit
    @property
    def p(self) -> float:
        """The probability: the sigmoid of the logit, in float32."""
        return float(ops.sigmoid(np.array([self.z], np.float32))[0])

    @property
    def ways(self) -> dict[str, tuple[float, float]]:
        """The loss and its gradient by the logit, in float32: by four ways to compute them.

        ``"logits"`` is what ``from_logits=True`` does, ``"naive"`` the formula as it stands,
        ``"clipped"`` what the library and Keras do with probabilities, and ``"squared"`` another
        loss, ``(p - t)**2``.
        """
        found = ways(np.array([self.z], np.float32), self.t)
        return {way: (float(loss[0]), float(slope[0])) for way, (loss, slope) in found.items()}

    # ------------------------------------------------------------------------------- several
    @property
    def scaled(self) -> NDArray[np.float32]:
        """What goes into the softmax: (logits + shift) / temperature."""
        return ((self.logits.astype(float) + self.shift) / self.temperature).astype(np.float32)

    @property
    def target(self) -> NDArray[np.float32]:
        """The one-hot row: 1 for the right class, 0 for the others."""
        row = np.zeros(self.logits.size, np.float32)
        row[min(self.label, self.logits.size - 1)] = 1
        return row

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """The softmax."""
        return ops.softmax(self.scaled)

    @property
    def naive_probabilities(self) -> NDArray[np.float32]:
        """The softmax as its formula stands, in float32: NaN where ``exp`` is beyond it."""
        return naive_softmax(self.scaled)

    @property
    def class_loss(self) -> float:
        """The cross-entropy of the right class, from the logits."""
        return losses.CategoricalCrossentropy(from_logits=True)([self.target], [self.scaled])

    @property
    def class_gradient(self) -> NDArray[np.float32]:
        """Its gradient by what goes into the softmax: ``probabilities - target``."""
        loss = losses.CategoricalCrossentropy(from_logits=True)
        return loss.gradient([self.target], [self.scaled])[0]

    # --------------------------------------------------------------------------------- for paper
    def describe(self) -> str:
        """Say in words what there is to see."""
        return self._describe_one() if self.view == "one" else self._describe_several()

    def _describe_one(self) -> str:
        found = {way: f"{loss:.4g} and {slope:.4g}" for way, (loss, slope) in self.ways.items()}
        return (
            f"A logit of {self.z:g} is a probability of {self.p:.4g}. With the target {self.t:g}, "
            f"loss and gradient are {found['logits']} from the logit, {found['naive']} by the "
            f"plain formula in float32, {found['clipped']} with a clipped probability, and "
            f"{found['squared']} for a squared error."
        )

    def _describe_several(self) -> str:
        def listed(values: NDArray[np.float32]) -> str:
            return ", ".join(f"{value:.3g}" for value in values)

        naive = "NaN" if np.isnan(self.naive_probabilities).any() else "the same"
        return (
            f"The softmax of {listed(self.scaled)} is {listed(self.probabilities)}. Class "
            f"{int(self.target.argmax())} is right: the loss is {self.class_loss:.4g}, its "
            f"gradient {listed(self.class_gradient)}. The plain formula in float32 gives {naive}."
        )

    def still(self) -> Still:
        """Draw the curves and the logit on them, or a bar for every class."""
        if self.view == "one":
            return logit_still(self.z, self.t)
        return classes_still(self.probabilities, self.class_gradient)
