"""cnnlib: convolutional networks one can read, with the names they have in Keras.

>>> import cnnlib
>>> model = cnnlib.Sequential([cnnlib.layers.Dense(1, input_shape=(3,))])
>>> model.count_params()
4
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cnnlib import (
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    utils,
)
from cnnlib.layers import Input
from cnnlib.models import Sequential, load_model

__version__ = "0.1.0"
__all__ = [
    "Input",
    "Sequential",
    "__version__",
    "callbacks",
    "check",
    "clinic",
    "datasets",
    "explain",
    "initializers",
    "interop",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "parallel",
    "plots",
    "utils",
    "wasm",
    "widgets",
]

# Some need an extra, and without them an import of cnnlib is fast.
_ON_DEMAND = (
    *("check", "clinic", "datasets", "explain", "interop", "parallel", "plots", "wasm"),
    "widgets",
)


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        return import_module(f"cnnlib.{name}")
    raise AttributeError(f"module 'cnnlib' has no attribute {name!r}")
