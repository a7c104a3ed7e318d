"""Time on a computation graph: forwards for the values, then backwards for the gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib.widgets._figure import Array, Figure, Flag, Text, Whole, finite
from cnnlib.widgets.time_scrubber import _graph
from cnnlib.widgets.time_scrubber._ops import OPS
from cnnlib.widgets.time_scrubber._still import time_scrubber_still

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

OWN = "own"  # the name of a graph that is given as a list


def check_values(value: Any) -> NDArray[np.float32]:
    """A row of finite numbers, float32."""
    values = finite(value, "values")
    if values.ndim != 1:
        raise ValueError(f"`values` must be a list of numbers; got shape {values.shape}.")
    return values.astype(np.float32)


class TimeScrubber(Figure):
    """A computation graph, step by step: every value forwards, then every gradient backwards.

    The local rule of the present step is written out in numbers, and beside each gradient stands
    the same number measured: the loss with the node a little larger, less the loss with it a little
    smaller, divided by the distance. All arithmetic is float32.

    Args:
        graph: ``"chain"`` (two products), ``"fork"`` (a number is used twice), ``"network"`` (two
            inputs, two units with ReLU, one unit, binary cross-entropy) or ``"convolution"`` (two
            weights, shared by three outputs).
        values: A number for each input, in their order; those of the graph if left out.
        step: The present step, 0 (nothing is computed) to :attr:`steps`, the end, if left out.
        accumulate: Whether gradients are added up where a number is used twice. They must be.
        nodes: A graph of your own instead, in an order in which it can be computed: inputs are
            ``(name, number)`` or, if they need no gradient, ``(name, number, "constant")``; the
            others ``(name, step, *names)``. A step is ``"add"``, ``"sub"``, ``"mul"``, ``"max"``,
            ``"squares"`` (their sum), ``"relu"``, ``"sigmoid"``, ``"unit"`` (inputs, as many
            weights, a bias or none) or ``"bce"`` (a logit and a target). The last one is the loss.
        name: What links to the figure call it: small letters, digits and hyphens.

    Raises:
        ValueError: If a value does not fit. A figure that is there stays as it is.

    Example:
        >>> fork = TimeScrubber("fork")  # L = (a + b) · b
        >>> fork.value["L"], fork.gradients["a"], fork.gradients["b"]
        (15.0, 3.0, 8.0)
        >>> fork.accumulate = False  # one of both ways is lost
        >>> fork.gradients["b"]
        3.0
        >>> square = TimeScrubber(nodes=[("a", 5), ("L", "mul", "a", "a")])
        >>> square.gradients["a"], square.measured("a")
        (10.0, 10.0...)
    """

    _module = "time_scrubber/time_scrubber.js"
    graphs = traitlets.Dict(help="Every graph: a list of its nodes, with their places.").tag(
        sync=True
    )
    graph = Text(help="The name of the graph that is shown.")
    values = Array(check_values)
    step = Whole(0, 0, 2 * _graph.NODES[1])
    accumulate = Flag(True)
    probe = Whole(0, 0, _graph.NODES[1] - 1)  # the node whose measurement is written out
    digits = Whole(2, 1, 8)  # a node is nudged by h, 10 to the power of minus this
    _once = ("graphs",)

    def __init__(
        self,
        graph: str = "fork",
        values: ArrayLike | None = None,
        step: int | None = None,
        accumulate: bool = True,
        nodes: Sequence[Sequence[Any]] | None = None,
        name: str = "time-scrubber",
    ) -> None:
        lists = _graph.PRESETS if nodes is None else {OWN: nodes}
        graphs = {key: _graph.read(given) for key, given in lists.items()}
        super().__init__(
            graphs=graphs,
            graph=graph if nodes is None else OWN,
            accumulate=accumulate,
            name=name,
        )
        if values is not None:
            self.values = values
        self.step = self.steps if step is None else step

    @traitlets.validate("graph")
    def _check_graph(self, proposal: dict[str, Any]) -> str:
        if proposal["value"] not in self.graphs:
            names = ", ".join(map(repr, self.graphs))
            raise ValueError(f"`graph` must be one of {names}; got {proposal['value']!r}.")
        return str(proposal["value"])

    @traitlets.validate("values")
    def _check_values(self, proposal: dict[str, Any]) -> NDArray[np.float32]:
        values, names = proposal["value"], [node["name"] for node in _graph.inputs(self._nodes)]
        if len(values) != len(names):
            raise ValueError(
                f"`values` must have a number for each of {', '.join(names)}; got {len(values)}."
            )
        return values

    @traitlets.observe("graph")
    def _follow(self, change: Any) -> None:
        """Another graph starts with its own numbers, unless numbers came with it."""
        given = _graph.inputs(self._nodes)
        if self.values is None or len(self.values) != len(given):
            self.values = [node["value"] for node in given]
            self.step, self.probe = self.steps, 0

    @property
    def _nodes(self) -> list[_graph.Node]:
        return self.graphs[self.graph]

    @property
    def steps(self) -> int:
        """How many steps there are: one for each computed node and each way, and dL/dL = 1."""
        return 2 * len(_graph.computed(self._nodes)) + 1

    @property
    def h(self) -> float:
        """By how much a node is nudged."""
        return float(f"1e-{self.digits}")

    @property
    def value(self) -> dict[str, float]:
        """The number of every node."""
        found = _graph.forward(self._nodes, self.values)
        return {name: float(number) for name, number in found.items()}

    @property
    def gradients(self) -> dict[str, float]:
        """The gradient of the last node by every node, as the backward pass ends with it."""
        return self._gradients(None)

    @property
    def so_far(self) -> dict[str, float]:
        """The gradients at the present step; those that nothing has reached are left out."""
        return self._gradients(max(0, min(self.step, self.steps) - self.steps // 2))

    def _gradients(self, steps: int | None) -> dict[str, float]:
        values = _graph.forward(self._nodes, self.values)
        found = _graph.backward(self._nodes, values, self.accumulate, steps)
        names = (node["name"] for node in self._nodes)
        return {name: float(found[name]) for name in names if name in found}

    def measured(self, name: str) -> float:
        """The gradient by one node as the central difference with :attr:`h` finds it, in float32.

        Args:
            name: The node's name.

        Raises:
            ValueError: If there is no such node.
        """
        names = [node["name"] for node in self._nodes]
        if name not in names:
            raise ValueError(f"`name` must be one of {', '.join(names)}; got {name!r}.")
        return _graph.measure(self._nodes, self.values, name, self.h)

    def describe(self) -> str:
        """Say what is computed, and what has been found so far."""
        made = _graph.computed(self._nodes)
        formulas = [f"{n['name']} = {OPS[n['op']].says(n['inputs'])}" for n in made]
        step, value = min(self.step, self.steps), self.value
        known = [*_graph.inputs(self._nodes), *made[:step]]
        numbers = ", ".join(f"{node['name']} = {value[node['name']]:.4g}" for node in known)
        found = ", ".join(f"{name} {number:.4g}" for name, number in self.so_far.items())
        wrong = "" if self.accumulate else " They replace each other, which is wrong at a fork."
        return (
            f"A computation graph: {'; '.join(formulas)}. Step {step} of {self.steps}: {numbers}. "
            f"Gradients of {made[-1]['name']} so far: {found or 'none'}.{wrong}"
        )

    def still(self) -> Still:
        """Draw the graph with its values and the gradients so far."""
        step = min(self.step, self.steps)
        made = [node["name"] for node in _graph.computed(self._nodes)]
        value = {name: v for name, v in self.value.items() if name not in made[step:]}
        return time_scrubber_still(self._nodes, value, self.so_far)
