"""What a network costs, layer by layer, while its layers are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from cnnlib import explain
from cnnlib.models import Sequential
from cnnlib.widgets._figure import Choice, Figure, Text, Whole
from cnnlib.widgets.ledger import _networks
from cnnlib.widgets.ledger._still import ledger_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

#: The network of the source document.
LAYERS = (
    "Input 64 64 3, Conv2D 32 3, MaxPooling2D 2, Conv2D 64 3, MaxPooling2D 2, "
    "Flatten, Dense 128, Dense 1"
)
MEASURES = {
    "params": "of the parameters",
    "macs": "of the multiply-adds",
    "memory": "of the outputs' memory",
}
FAMILIES = {"Conv2D": "convolutions", "Dense": "dense layers"}


class Ledger(Figure):
    """A list of layers to edit, and what each of them costs for one image.

    For every layer the figure counts its parameters, its multiply-adds, the bytes of its output
    (float32), and what a unit of it sees of the image. Bars show who has how much of one of the
    first three. A list that is no network changes nothing: the figure says why, and keeps the last.

    Args:
        layers: The network, as words such as ``"Input 64 64 3, Conv2D 32 3 2 same, Flatten"`` (32
            filters of 3 × 3, stride 2, ``same`` padding; a stride of 1 and ``valid`` may be left
            out), or as a model. That of the source document if left out.
        show: What the bars show: ``"params"``, ``"macs"`` or ``"memory"``.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If the list is no network, or too large. A figure that is there stays as it is.

    Example:
        >>> ledger = Ledger()
        >>> ledger.costs.totals.params
        1625281
        >>> ledger.layers = ledger.layers.replace("Flatten", "GlobalAveragePooling2D")
        >>> ledger.costs.totals.params
        27841
    """

    _module = "ledger/ledger.js"
    layers = Text(LAYERS)
    show = Choice(*MEASURES)
    marked = Whole(2, 0, _networks.MOST_LAYERS - 1)  # the layer whose numbers are worked out

    def __init__(
        self, layers: str | Sequential = LAYERS, show: str = "params", name: str = "ledger"
    ) -> None:
        words = _networks.written(layers) if isinstance(layers, Sequential) else layers
        super().__init__(layers=words, show=show, name=name)

    @traitlets.validate("layers")
    def _check_layers(self, proposal: dict[str, Any]) -> str:
        _networks.build(proposal["value"])
        return str(proposal["value"])

    @property
    def costs(self) -> explain.Ledger:
        """The table: :func:`cnnlib.explain.ledger` of a model with these layers."""
        return explain.ledger(_networks.build(self.layers))

    def share(self, layer: str, what: str = "params") -> float:
        """The part of a total that all layers of a class have.

        Args:
            layer: The class, such as ``"Conv2D"``.
            what: ``"params"``, ``"macs"`` or ``"memory"``.

        Raises:
            ValueError: If a list can have no such layer, or the costs have no such column.

        Example:
            >>> ledger = Ledger()
            >>> round(ledger.share("Conv2D", "params"), 3), round(ledger.share("Conv2D", "macs"), 3)
            (0.012, 0.921)
        """
        if layer not in tuple(_networks.KINDS):
            kinds = ", ".join(_networks.KINDS)
            raise ValueError(f"`layer` must be one of {kinds}; got {layer!r}.")
        if what not in tuple(MEASURES):
            raise ValueError(f"`what` must be one of {', '.join(MEASURES)}; got {what!r}.")
        costs = self.costs
        part = sum(getattr(row, what) for row in costs if row.layer == layer)
        return float(part / (getattr(costs.totals, what) or 1))

    def describe(self) -> str:
        """Say in words what the network costs."""
        params, macs, memory = self.costs.totals
        said = [
            f"{name} have {self.share(kind, 'params'):.1%} of the parameters and do "
            f"{self.share(kind, 'macs'):.1%} of the multiply-adds"
            for kind, name in FAMILIES.items()
        ]
        return (
            f"A network of the layers {self.layers} has {params:,} parameters, does {macs:,} "
            f"multiply-adds for an image, and its outputs take {memory:,} bytes. "
            f"Its {said[0]}; its {said[1]}."
        )

    def still(self) -> Still:
        """Draw each layer's share of the parameters, the multiply-adds and the memory."""
        return ledger_still(self.costs)
