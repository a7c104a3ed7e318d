"""Downhill from one start: SGD, momentum and Adam on a loss of two weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib.optimizers import SGD, Adam, Optimizer
from cnnlib.widgets._figure import Array, Choice, Figure, Flag, Real, Whole
from cnnlib.widgets.valley._landscapes import LANDSCAPES, check_start, descend, factor, left
from cnnlib.widgets.valley._still import valley_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

RUNNERS = ("sgd", "momentum", "adam")


class Valley(Figure):
    """A race downhill: SGD, momentum and Adam go from one start, each with its own learning rate.

    Every landscape is L(x, y) = g(x) + a/2 (y - c(x))²: a floor, and walls of the steepness a.
    Three floors are straight; that of the curved valley is a parabola, as in Rosenbrock's function.

    Args:
        landscape: ``"valley"``, ``"curved"``, ``"saddle"`` or ``"basins"``.
        steepness: The curvature a, from 1 to 50; what suits the landscape if left out.
        start: (x, y) with x from -5 to 5 and y from -2.5 to 2.5; likewise.
        sgd: The learning rate of SGD, from 0.001 to 1.
        momentum: That of SGD with momentum.
        adam: That of Adam.
        mu: How much of the last step momentum keeps, from 0 to 0.99.
        nesterov: Whether momentum looks one step ahead.
        step: How many steps, from 0 to 100.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> figure = Valley(step=2)
        >>> figure.paths["sgd"].round(3)  # each step multiplies x by 0.93 and y by -0.75
        array([[-4.5  ,  1.2  ],
               [-4.185, -0.9  ],
               [-3.892,  0.675]], dtype=float32)
        >>> figure.losses["sgd"].round(1)
        array([28.1, 18.9, 13.3])
    """

    _module = "valley/valley.js"
    landscapes = traitlets.Dict(read_only=True).tag(sync=True)  # those that there are, for the page
    _once = ("landscapes",)
    landscape = Choice(*LANDSCAPES)
    steepness = Real(25.0, 1, 50)
    start = Array(check_start)
    sgd, momentum, adam = Real(0.07, 0.001, 1), Real(0.02, 0.001, 1), Real(0.2, 0.001, 1)
    mu, nesterov = Real(0.8, 0, 0.99), Flag()
    step = Whole(40, 0, 100)
    show_sgd, show_momentum, show_adam = Flag(True), Flag(True), Flag(True)

    def __init__(
        self,
        landscape: str = "valley",
        steepness: float | None = None,
        start: ArrayLike | None = None,
        sgd: float = 0.07,
        momentum: float = 0.02,
        adam: float = 0.2,
        mu: float = 0.8,
        nesterov: bool = False,
        step: int = 40,
        name: str = "valley",
    ) -> None:
        land = LANDSCAPES.get(str(landscape), LANDSCAPES["valley"])
        rates = {"sgd": sgd, "momentum": momentum, "adam": adam, "mu": mu, "nesterov": nesterov}
        steepness = land.steepness if steepness is None else steepness
        place = {"steepness": steepness, "start": land.start if start is None else start}
        super().__init__(landscape=landscape, step=step, name=name, **rates, **place)

    @traitlets.default("landscapes")
    def _all_landscapes(self) -> dict[str, dict[str, Any]]:
        return {key: land._asdict() for key, land in LANDSCAPES.items()}

    @property
    def paths(self) -> dict[str, NDArray[np.float32]]:
        """Where ``"sgd"``, ``"momentum"`` and ``"adam"`` have been, (step + 1, 2) each."""
        runners: dict[str, Optimizer] = {
            "sgd": SGD(self.sgd),
            "momentum": SGD(self.momentum, self.mu, self.nesterov),
            "adam": Adam(self.adam),
        }
        given = LANDSCAPES[self.landscape], self.steepness, self.start
        return {key: descend(*given, one, self.step) for key, one in runners.items()}

    @property
    def losses(self) -> dict[str, NDArray[np.float64]]:
        """The loss after 0, 1, 2, … steps of each."""
        loss, paths = LANDSCAPES[self.landscape].loss, self.paths
        with np.errstate(all="ignore"):  # where one diverges
            return {k: loss(path.T.astype(float), self.steepness) for k, path in paths.items()}

    @property
    def left(self) -> dict[str, int]:
        """Who is outside of the picture, and since which step."""
        found = {key: left(path) for key, path in self.paths.items()}
        return {key: step for key, step in found.items() if step is not None}

    @property
    def factors(self) -> dict[str, tuple[float, float]]:
        """What a step multiplies x and y with in the narrow valley (momentum: in the long run).

        Adam has no such numbers, and neither has another landscape.
        """
        if self.landscape != "valley":
            return {}
        ball = (self.momentum, self.mu, self.nesterov)
        return {
            key: (factor(1, *given), factor(self.steepness, *given))
            for key, given in (("sgd", (self.sgd, 0.0, False)), ("momentum", ball))
        }

    def _names(self) -> dict[str, str]:
        """What each is called, with its numbers."""
        kind = "Nesterov" if self.nesterov else "momentum"
        return {
            "sgd": f"SGD {self.sgd:g}",
            "momentum": f"{kind} {self.momentum:g}, {self.mu:g}",
            "adam": f"Adam {self.adam:g}",
        }

    def describe(self) -> str:
        """Say in words what there is to see."""
        (x, y), losses, gone = self.start, self.losses, self.left
        kind = LANDSCAPES[self.landscape].name
        said = ", ".join(
            f"{losses[key][-1]:.3g} with {name}"
            + (f" (it left the picture in step {gone[key]})" if key in gone else "")
            for key, name in self._names().items()
        )
        return (
            f"Paths from x = {x:g}, y = {y:g} on a loss of two weights ({kind}, "
            f"a = {self.steepness:g}). After {self.step} steps the loss is {said}."
        )

    def still(self) -> Still:
        """Draw lines of equal loss and the paths; beside them, the losses step by step."""
        names, paths, losses = self._names(), self.paths, self.losses
        shown = [key for key in RUNNERS if getattr(self, f"show_{key}")]
        runs = {key: (names[key], paths[key], losses[key]) for key in shown}
        return valley_still(LANDSCAPES[self.landscape], self.steepness, runs)
