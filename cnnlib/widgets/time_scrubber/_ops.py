"""The steps that a computation graph is made of, each forwards and back, on single numbers.

Sums and products are bookkeeping, in float32 as in the page; what is a layer goes through the
library's kernels.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from cnnlib import ops
from cnnlib.kernels import losses as kernels

Number = np.float32
ONE, ZERO, TWO = Number(1), Number(0), Number(2)


class Op(NamedTuple):
    """A kind of step.

    ``forward(inputs)`` is its number, ``backward(dy, inputs, y)`` what each input gets of ``dy``,
    ``says(names)`` its formula; ``fits(count)`` tells whether it takes so many inputs.
    """

    rule: str
    fits: Callable[[int], bool]
    forward: Callable[[Sequence[Any]], Any]
    backward: Callable[[Any, Sequence[Any], Any], Sequence[Any]]
    says: Callable[[Sequence[str]], str]


def _pair(count: int) -> bool:
    return count == 2


def _single(count: int) -> bool:
    return count == 1


def _some(count: int) -> bool:
    return count >= 1


def _one(function: Callable[..., Any], *numbers: Any) -> Number:
    """An elementwise op of single numbers."""
    return Number(function(*(np.array([number], Number) for number in numbers))[0])


def _parts(v: Sequence[Any]) -> tuple[Any, Any, Any]:
    """The inputs (1, c), weights (c, 1) and bias (1,) of a unit; its bias is 0 if it has none."""
    count = len(v) // 2
    array = np.array([*v, ZERO], Number)
    return array[None, :count], array[count : 2 * count, None], array[2 * count : 2 * count + 1]


def _unit(v: Sequence[Any]) -> Number:
    return Number(ops.dense(*_parts(v))[0, 0])


def _unit_back(dy: Any, v: Sequence[Any], y: Any) -> Sequence[Any]:
    x, w, _ = _parts(v)
    dx, dw, db = ops.dense_backward(np.array([[dy]], Number), x, w)
    return [*dx[0], *dw[:, 0], *db][: len(v)]


def _unit_says(n: Sequence[str]) -> str:
    count = len(n) // 2
    products = (f"{n[k]} · {n[count + k]}" for k in range(count))
    return " + ".join([*products, *n[2 * count :]])


def _crossentropy(v: Sequence[Any]) -> tuple[Number, Number]:
    """Loss and gradient of a logit and a target."""
    z, t = np.array(v[:1], Number), np.array(v[1:], Number)
    loss, dz = np.empty(1, Number), np.empty(1, Number)
    kernels.binary_crossentropy_logits(t, z, loss, dz)
    return loss[0], dz[0]


OPS = {
    "add": Op(
        "1 input or more",
        _some,
        lambda v: reduce(operator.add, v),
        lambda dy, v, y: [dy] * len(v),
        " + ".join,
    ),
    "sub": Op(
        "2 inputs",
        _pair,
        lambda v: v[0] - v[1],
        lambda dy, v, y: [dy, -dy],
        " − ".join,
    ),
    "mul": Op(
        "2 inputs",
        _pair,
        lambda v: v[0] * v[1],
        lambda dy, v, y: [dy * v[1], dy * v[0]],
        " · ".join,
    ),
    "max": Op(
        "2 inputs",
        _pair,
        max,
        lambda dy, v, y: [dy, ZERO] if v[0] >= v[1] else [ZERO, dy],
        lambda n: f"max({', '.join(n)})",
    ),
    "squares": Op(
        "1 input or more",
        _some,
        lambda v: reduce(operator.add, [x * x for x in v]),
        lambda dy, v, y: [dy * (TWO * x) for x in v],
        lambda n: " + ".join(f"{name}²" for name in n),
    ),
    "relu": Op(
        "1 input",
        _single,
        lambda v: _one(ops.relu, *v),
        lambda dy, v, y: [_one(ops.relu_backward, dy, *v)],
        lambda n: f"ReLU({n[0]})",
    ),
    "sigmoid": Op(
        "1 input",
        _single,
        lambda v: _one(ops.sigmoid, *v),
        lambda dy, v, y: [_one(ops.sigmoid_backward, dy, *v)],
        lambda n: f"σ({n[0]})",
    ),
    "unit": Op(
        "inputs, as many weights, and a bias or none",
        lambda count: count >= 2,
        _unit,
        _unit_back,
        _unit_says,
    ),
    "bce": Op(
        "2 inputs, a logit and a target",
        _pair,
        lambda v: _crossentropy(v)[0],
        lambda dy, v, y: [dy * _crossentropy(v)[1], dy * -v[0]],
        lambda n: f"BCE({n[0]}, {n[1]})",
    ),
}
