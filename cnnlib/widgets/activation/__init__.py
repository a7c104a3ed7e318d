"""The bend between two layers: its curve, its slope, and what they do to a map and its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib import ops
from cnnlib.widgets._figure import Array, Choice, Figure, Real, Whole, finite
from cnnlib.widgets._images import load_digits, load_photo
from cnnlib.widgets.activation._still import activation_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

STACK = 20  # units that a gradient goes back through at most
TOPS = {"photo": 255, "digit": 16}  # white
EDGES = np.outer([1, 2, 1], [-1, 0, 1]) / 4  # Sobel's for vertical edges
RANGES = {"sigmoid": (0, 1), "tanh": (-1, 1)}  # those that have an end
NAMES = {"relu": "ReLU", "leaky_relu": "Leaky ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh"}


class Activation(Figure):
    """An activation function: its curve and slope at a point, and both at work on a feature map.

    Args:
        function: ``"relu"``, ``"leaky_relu"``, ``"sigmoid"`` or ``"tanh"``.
        slope: That of leaky ReLU below 0, from 0 to 1.
        at: The point on the curve.
        source: Whose edges the feature map shows: those of a ``"photo"`` or of a ``"digit"``.
        gain: What Sobel's weights are multiplied with, 1 to 16.
        bias: What is added to every number of the map, -4 to 4.
        gradient: What comes back: ``"ones"``, 1 everywhere, or ``"waves"`` of both signs.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> figure = Activation(function="sigmoid", at=0)
        >>> float(figure.f(0)), float(figure.f_slope(0))
        (0.5, 0.25)
        >>> figure.stack[:2].round(3)  # 0.25, and that times the slope at sigmoid(0)
        array([0.25 , 0.059], dtype=float32)
        >>> figure.source = "digit"
        >>> figure.z.shape == figure.dx.shape == (6, 6)
        True
    """

    _module = "activation/activation.js"
    function = Choice(*NAMES)
    slope, at = Real(0.3, 0, 1), Real(1.0, -20, 20)
    source = Choice("photo", "digit")
    digit = Whole(3, 0, 9)
    edges = Choice("vertical", "horizontal")
    gain, bias = Whole(4, 1, 16), Real(0.0, -4, 4)
    gradient = Choice("ones", "waves")
    depth = Whole(8, 1, STACK)  # the marked unit of the stack
    photo, digits = Array(), Array()
    _once = ("photo", "digits")

    def __init__(
        self,
        function: str = "relu",
        slope: float = 0.3,
        at: float = 1.0,
        source: str = "photo",
        gain: int = 4,
        bias: float = 0.0,
        gradient: str = "ones",
        name: str = "activation",
    ) -> None:
        files = {"photo": load_photo(), "digits": load_digits()}
        state = {"slope": slope, "at": at, "source": source, "gain": gain, "bias": bias}
        super().__init__(function=function, gradient=gradient, name=name, **state, **files)

    def f(self, x: ArrayLike) -> NDArray[np.float32]:
        """The function of any numbers."""
        slope = (self.slope,) if self.function == "leaky_relu" else ()
        return getattr(ops, self.function)(finite(x, "x").astype(np.float32), *slope)

    def f_slope(self, x: ArrayLike, dy: ArrayLike | None = None) -> NDArray[np.float32]:
        """Its slope there, or a gradient ``dy`` times the slope."""
        x = finite(x, "x").astype(np.float32)
        gradient = np.ones_like(x) if dy is None else finite(dy, "dy").astype(np.float32)
        slope = (self.slope,) if self.function == "leaky_relu" else ()
        return getattr(ops, f"{self.function}_backward")(gradient, x, *slope)

    @property
    def z(self) -> NDArray[np.float32]:
        """The feature map before the function, (rows, columns)."""
        image = self.photo if self.source == "photo" else self.digits[self.digit]
        kernel = self.gain * (EDGES if self.edges == "vertical" else EDGES.T)
        x = np.asarray(image, np.float32)[None, :, :, None] / TOPS[self.source]
        w, b = kernel[:, :, None, None].astype(np.float32), np.array([self.bias], np.float32)
        return ops.conv2d(x, w, b)[0, :, :, 0]

    @property
    def y(self) -> NDArray[np.float32]:
        """The map after it."""
        return self.f(self.z)

    @property
    def dy(self) -> NDArray[np.float32]:
        """The gradient that comes back."""
        shape = self.z.shape
        if self.gradient == "ones":
            return np.ones(shape, np.float32)
        down, across = (
            np.sin(2 * np.pi * waves * (np.arange(length) + 0.5) / length)
            for length, waves in zip(shape, (1.5, 2.5), strict=True)
        )
        return np.outer(down, across).astype(np.float32)

    @property
    def dx(self) -> NDArray[np.float32]:
        """What the function lets through of it: ``dy`` times the slope."""
        return self.f_slope(self.z, self.dy)

    @property
    def stack(self) -> NDArray[np.float32]:
        """What is left of a gradient of 1 after it has gone back through 1 to 20 units.

        The first takes ``at``, every other one what the one before puts out; all weights are 1.
        """
        x, gradient, left = np.array([self.at], np.float32), np.ones(1, np.float32), []
        for _ in range(STACK):
            gradient = self.f_slope(x, gradient)
            x = self.f(x)
            left.append(gradient[0])
        return np.array(left)

    def describe(self) -> str:
        """Say in words what there is to see."""
        size, left = abs(self.dx).mean() / abs(self.dy).mean(), self.stack[self.depth - 1]
        return (
            f"{NAMES[self.function]} at x = {self.at:g} is {float(self.f(self.at)):.4g}, its slope "
            f"{float(self.f_slope(self.at)):.4g}. On the {self.edges} edges of a {self.source} it "
            f"makes {np.mean(self.y == 0):.0%} of the numbers 0, and lets through {size:.0%} of "
            f"the mean size of the gradient. Of a gradient of 1, {left:.2g} is left after "
            f"{self.depth} units in a row."
        )

    def still(self) -> Still:
        """Draw the curve, its slope and a tangent; map and gradient before and after."""
        t = np.linspace(-4, 4, 801)
        point = self.at, float(self.f(self.at)), float(self.f_slope(self.at))
        maps = (self.z, self.y, self.dx, self.dy)
        return activation_still(
            t, self.f(t), self.f_slope(t), point, maps, RANGES.get(self.function)
        )
