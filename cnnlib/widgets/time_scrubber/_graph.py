"""A computation graph as a list of nodes: read, computed forwards and back, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np

from cnnlib.widgets._figure import finite
from cnnlib.widgets.time_scrubber._layout import lay_out
from cnnlib.widgets.time_scrubber._ops import ONE, OPS, ZERO, Number

Node = dict[str, Any]
NODES = (2, 24)  # a graph has at least and at most so many

PRESETS: dict[str, list[tuple[Any, ...]]] = {
    "chain": [("a", 2), ("b", -3), ("c", 2), ("u", "mul", "a", "b"), ("L", "mul", "u", "c")],
    "fork": [("a", 2), ("b", 3), ("u", "add", "a", "b"), ("L", "mul", "u", "b")],
    "network": [
        *(("x1", 1), ("x2", 2), ("w11", 1), ("w21", 0.5), ("b1", 0)),
        *(("w12", -1), ("w22", -1), ("b2", 1), ("w13", 1), ("w23", -3), ("b3", 0)),
        ("t", 0, "constant"),
        ("z1", "unit", "x1", "x2", "w11", "w21", "b1"),
        ("z2", "unit", "x1", "x2", "w12", "w22", "b2"),
        *(("a1", "relu", "z1"), ("a2", "relu", "z2")),
        ("z3", "unit", "a1", "a2", "w13", "w23", "b3"),
        ("L", "bce", "z3", "t"),
    ],
    "convolution": [
        *(("x0", 1), ("x1", 2), ("x2", 0), ("x3", -1), ("w0", 3), ("w1", -1)),
        *((f"y{i}", "unit", f"x{i}", f"x{i + 1}", "w0", "w1") for i in range(3)),
        ("L", "squares", "y0", "y1", "y2"),
    ],
}


def read(nodes: Sequence[Sequence[Any]]) -> list[Node]:
    """Check a list of nodes, and give each its place.

    Raises:
        ValueError: If the list is no graph that ends in one number.
    """
    try:
        nodes = [tuple(given) for given in nodes]
    except TypeError as error:
        raise ValueError(f"`nodes` must be a list of tuples; got {error}.") from None
    if not NODES[0] <= len(nodes) <= NODES[1]:
        raise ValueError(f"`nodes` must be a list of {NODES[0]} to {NODES[1]}; got {len(nodes)}.")
    known: list[Node] = []
    for number, given in enumerate(nodes):
        node = _node(given, [other["name"] for other in known], number == len(nodes) - 1)
        known.append(node)
    used = {name for node in known for name in node["inputs"]}
    for node in known[:-1]:
        if node["name"] not in used:
            raise ValueError(f"Every node but the last must be used; got {node['name']!r} unused.")
    lay_out(known)
    return known


def _node(given: Sequence[Any], before: list[str], last: bool) -> Node:
    name, what, *rest = given if len(given) > 1 else (*given, None, None)[:2]
    if not (isinstance(name, str) and name.isidentifier() and len(name) <= 4):
        raise ValueError(f"A node's name must be 1 to 4 letters and digits; got {name!r}.")
    if name in before:
        raise ValueError(f"Each node must have a name of its own; got {name!r} twice.")
    if isinstance(what, Real) and not isinstance(what, bool):
        if rest not in ([], ["constant"]) or last:
            raise ValueError(
                f"An input must be (name, number) or (name, number, 'constant'), and not the last "
                f"node; got {tuple(given)!r}."
            )
        number = float(finite(what, name))
        return {"name": name, "op": "", "inputs": [], "value": number, "constant": bool(rest)}
    if not isinstance(what, str) or what not in OPS:
        raise ValueError(f"A node's step must be one of {', '.join(OPS)}; got {what!r}.")
    for other in rest:
        if other not in before:
            raise ValueError(f"{name!r} must use nodes that stand before it; got {other!r}.")
    op = OPS[what]
    if not op.fits(len(rest)):
        raise ValueError(f"{what!r} must have {op.rule}; got {len(rest)} inputs.")
    return {"name": name, "op": what, "inputs": list(rest), "value": 0.0, "constant": False}


def inputs(nodes: list[Node]) -> list[Node]:
    """The nodes that are given a number."""
    return [node for node in nodes if not node["op"]]


def computed(nodes: list[Node]) -> list[Node]:
    """The others, in the order in which they are computed."""
    return [node for node in nodes if node["op"]]


def forward(
    nodes: list[Node], values: Sequence[Any], instead: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The number of every node; ``instead`` puts another in the place of some."""
    given = iter(values)
    found: dict[str, Any] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            v = [found[name] for name in node["inputs"]]
            number = OPS[node["op"]].forward(v) if node["op"] else next(given)
            found[node["name"]] = Number((instead or {}).get(node["name"], number))
    return found


def backward(
    nodes: list[Node], values: dict[str, Any], accumulate: bool = True, steps: int | None = None
) -> dict[str, Any]:
    """The gradient of every node that has one after so many steps: the first is dL/dL = 1."""
    order = computed(nodes)[::-1][: None if steps is None else max(0, steps - 1)]
    constant = {node["name"] for node in nodes if node["constant"]}
    found: dict[str, Any] = {} if steps == 0 else {nodes[-1]["name"]: ONE}
    with np.errstate(all="ignore"):
        for node in order:
            v = [values[name] for name in node["inputs"]]
            dy = found.get(node["name"], ZERO)
            parts = OPS[node["op"]].backward(dy, v, values[node["name"]])
            for name, part in zip(node["inputs"], parts, strict=True):
                if name not in constant:
                    found[name] = Number(found.get(name, ZERO) + part if accumulate else part)
    return found


def measure(nodes: list[Node], values: Sequence[Any], name: str, h: float) -> float:
    """The central difference by one node, in float32: (L(v + h) − L(v − h)) / 2h."""
    v, step, loss = forward(nodes, values)[name], Number(h), nodes[-1]["name"]
    with np.errstate(all="ignore"):
        up, down = (forward(nodes, values, {name: v + side})[loss] for side in (step, -step))
        return float((up - down) / (step + step))
