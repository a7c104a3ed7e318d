"""What a convolution costs, and what the ways to build it for less do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cnnlib.explain import Totals
from cnnlib.widgets._figure import Choice, Figure, Flag, Whole
from cnnlib.widgets.depthwise_calculator._still import calculator_still
from cnnlib.widgets.depthwise_calculator._variants import Layer, cost

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

#: variant -> what it is called
VARIANTS = {
    "ordinary": "ordinary",
    "bottleneck": "1 × 1 bottleneck",
    "threes": "3 × 3 repeated",
    "grouped": "grouped",
    "separable": "depthwise separable",
    "convnext": "ConvNeXt block",
    "attention": "attention",
}
MEASURES = {"params": "parameters", "macs": "multiply-adds", "memory": "bytes of outputs"}


class DepthwiseCalculator(Figure):
    """Six ways to build a layer that looks at neighbors and mixes channels, and their costs.

    The input has ``side`` × ``side`` pixels with C channels, the output O channels. An ordinary
    convolution is compared with: a 1 × 1 convolution to a quarter of the channels before it; 3 × 3
    convolutions, as many as see ``kernel_size`` pixels; one in groups, each of which reads its part
    of the channels; a depthwise separable one; a block of ConvNeXt (depthwise, and two 1 × 1, four
    times as wide between them); and, if wanted, attention of one head over all pixels. For each the
    figure counts parameters, multiply-adds for one image, and the bytes of all its outputs, and
    draws which channels feed which.

    Args:
        side: Rows and columns of the input, 11 to 512.
        kernel_size: Rows and columns of the kernel, 1 to 11.
        channels: C, 1 to 2048.
        filters: O, 1 to 2048.
        stride: Pixels from one window to the next, 1 to 4.
        padding: ``"valid"`` or ``"same"``.
        groups: Of the grouped convolution, 1 to 64; they must divide C and O.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> calculator = DepthwiseCalculator()  # the source document's second convolution
        >>> calculator.cost("ordinary").macs, calculator.cost("separable").macs
        (15501312, 1964576)
        >>> round(calculator.ratio("separable"), 4) == round(1 / 64 + 1 / 3**2, 4)
        True
    """

    _module = "depthwise_calculator/depthwise_calculator.js"
    side, kernel_size, stride = Whole(31, 11, 512), Whole(3, 1, 11), Whole(1, 1, 4)
    channels, filters = Whole(32, 1, 2048), Whole(64, 1, 2048)
    groups = Whole(4, 1, 64)
    padding = Choice("valid", "same")
    show = Choice("macs", "params", "memory")  # what the bars show
    attention = Flag(False)  # whether it has a bar, too
    marked = Choice("separable", *(name for name in VARIANTS if name != "separable"))

    def __init__(
        self,
        side: int = 31,
        kernel_size: int = 3,
        channels: int = 32,
        filters: int = 64,
        stride: int = 1,
        padding: str = "valid",
        groups: int = 4,
        name: str = "depthwise-calculator",
    ) -> None:
        sizes = {"side": side, "kernel_size": kernel_size, "channels": channels, "filters": filters}
        super().__init__(stride=stride, padding=padding, groups=groups, name=name, **sizes)

    @property
    def _layer(self) -> Layer:
        """The sizes, in one."""
        slide = (self.side, self.kernel_size, self.stride, self.padding)
        return Layer(*slide, self.channels, self.filters, self.groups)

    def cost(self, variant: str) -> Totals:
        """What a variant costs for one image: ``params``, ``macs`` and ``memory`` (bytes).

        Args:
            variant: ``"ordinary"``, ``"bottleneck"``, ``"threes"``, ``"grouped"``, ``"separable"``,
                ``"convnext"`` or ``"attention"``.

        Raises:
            ValueError: If there is no such variant, or it cannot be built with these numbers.
        """
        if variant not in tuple(VARIANTS):
            raise ValueError(f"`variant` must be one of {', '.join(VARIANTS)}; got {variant!r}.")
        return cost(variant, self._layer)

    @property
    def costs(self) -> dict[str, Totals]:
        """The costs of all variants that can be built with these numbers."""
        found = {}
        for variant in VARIANTS:
            with suppress(ValueError):
                found[variant] = self.cost(variant)
        return found

    def field(self, variant: str) -> int | None:
        """The side of the square of pixels that a number of the output sees; None for all.

        Args:
            variant: As in :meth:`cost`.

        Raises:
            ValueError: If there is no such variant, or it cannot be built with these numbers.
        """
        self.cost(variant)
        return None if variant == "attention" else self.kernel_size

    def ratio(self, variant: str, what: str = "macs") -> float:
        """A variant's part of what the ordinary convolution costs.

        Args:
            variant: As in :meth:`cost`.
            what: ``"macs"``, ``"params"`` or ``"memory"``.

        Raises:
            ValueError: If there is no such variant or cost.
        """
        if what not in tuple(MEASURES):
            raise ValueError(f"`what` must be one of {', '.join(MEASURES)}; got {what!r}.")
        return float(getattr(self.cost(variant), what) / getattr(self.cost("ordinary"), what))

    def describe(self) -> str:
        """Say in words what the variants cost."""
        params, macs, memory = self.cost("ordinary")
        others = [v for v in self.costs if v != "ordinary" and (v != "attention" or self.attention)]
        said = [f"{VARIANTS[v]} {100 * self.ratio(v, self.show):.1f} %" for v in others]
        k, side = self.kernel_size, self.side
        return (
            f"An ordinary convolution of {k} × {k} from {self.channels} to {self.filters} channels "
            f"over {side} × {side} pixels has {params:,} parameters, does {macs:,} multiply-adds, "
            f"and its outputs take {memory:,} bytes. Of its {MEASURES[self.show]}, others need: "
            f"{', '.join(said)}."
        )

    def still(self) -> Still:
        """Draw what each variant costs, as a part of the ordinary one's costs."""
        shown = {v: c for v, c in self.costs.items() if v != "attention" or self.attention}
        return calculator_still({VARIANTS[v]: c for v, c in shown.items()}, MEASURES)
