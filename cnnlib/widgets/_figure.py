"""What all live figures share: traits that hold arrays, a still picture, a description."""

from __future__ import annotations

import re
from collections.abc import Callable
from numbers import Integral
from numbers import Real as RealNumber
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib import wasm
from cnnlib._extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Still

anywidget: Any = require("anywidget", extra="widgets", what="cnnlib.widgets")

DTYPES = ("float32", "uint8", "int32")  # those that the page knows


def finite(value: Any, name: str) -> NDArray[Any]:
    """An array of finite real numbers, or an error."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"`{name}` must hold real numbers; got dtype {array.dtype}.")
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` must hold finite numbers; got NaN or infinity.")
    return array


def to_page(array: NDArray[Any] | None, owner: object = None) -> dict[str, Any] | None:
    r"""An array as the page reads it.

    Example:
        >>> to_page(np.zeros((1, 2), np.uint8))
        {'shape': [1, 2], 'dtype': 'uint8', 'data': b'\x00\x00'}
    """
    if array is None:
        return None
    return {"shape": list(array.shape), "dtype": array.dtype.name, "data": array.tobytes()}


def from_page(sent: dict[str, Any] | None, owner: object = None) -> NDArray[Any] | None:
    """The way back.

    Example:
        >>> from_page({"shape": [1, 2], "dtype": "uint8", "data": memoryview(bytes(2))})
        array([[0, 0]], dtype=uint8)
    """
    if sent is None:
        return None
    if sent["dtype"] not in DTYPES:
        raise ValueError(f"An array's dtype must be one of {DTYPES}; got {sent['dtype']!r}.")
    return np.frombuffer(sent["data"], sent["dtype"]).reshape(sent["shape"])


class Array(traitlets.TraitType[Any, Any]):
    """A synced trait that holds a NumPy array, or None.

    The array is a copy that cannot be written to: a figure follows assignments, not changes inside.

    Args:
        check: Gets what is assigned, and returns an array or raises an error.
    """

    info_text = "an array"

    def __init__(self, check: Callable[[Any], NDArray[Any]] = np.asarray, **kwargs: Any) -> None:
        self.check = check
        super().__init__(default_value=None, allow_none=True, **kwargs)
        self.tag(sync=True, to_json=to_page, from_json=from_page)

    def validate(self, obj: Any, value: Any) -> NDArray[Any]:
        array = np.array(self.check(value))
        if array.dtype.name not in DTYPES:
            raise TypeError(f"`{self.name}` must be one of {DTYPES}; got {array.dtype}.")
        array.flags.writeable = False
        return array


class Whole(traitlets.TraitType[int, int]):
    """A synced trait: a whole number from ``least`` to ``most``."""

    def __init__(self, default: int, least: int, most: int) -> None:
        self.least, self.most = least, most
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> int:
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not whole or not self.least <= value <= self.most:
            raise ValueError(
                f"`{self.name}` must be a whole number from {self.least} to {self.most}; "
                f"got {value!r}."
            )
        return int(value)


class Real(traitlets.TraitType[float, float]):
    """A synced trait: a finite number."""

    def __init__(self, default: float) -> None:
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> float:
        if not isinstance(value, RealNumber) or not np.isfinite(float(value)):
            raise ValueError(f"`{self.name}` must be a finite number; got {value!r}.")
        return float(value)


class Choice(traitlets.TraitType[str, str]):
    """A synced trait: one of some texts, the first unless it is set."""

    def __init__(self, *options: str) -> None:
        self.options = options
        super().__init__(options[0])
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        if value not in self.options:
            raise ValueError(
                f"`{self.name}` must be one of {', '.join(map(repr, self.options))}; got {value!r}."
            )
        return str(value)


class Figure(anywidget.AnyWidget):
    """A live figure: its state is a set of traits, its pictures are drawn in the page.

    A subclass names its JavaScript module, gives each variable of its state a trait, and says how
    it looks on paper (``still``) and in words (``describe``).
    """

    _module = ""  # such as "kernel_lab/kernel_lab.js"
    _esm = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode(help="What links to the figure call it.").tag(sync=True)
    title = traitlets.Unicode(help="What stands above it.").tag(sync=True)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return wasm.compose(f"widgets/{self._module}")

    @traitlets.default("name")
    def _default_name(self) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    @traitlets.default("title")
    def _default_title(self) -> str:
        return self.name.replace("-", " ").capitalize()

    @traitlets.validate("name")
    def _check_name(self, proposal: dict[str, Any]) -> str:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", proposal["value"]):
            raise ValueError(
                "`name` must be small letters and digits, with single hyphens between words; "
                f"got {proposal['value']!r}."
            )
        return str(proposal["value"])

    def still(self) -> Still:
        """Draw the figure as it is now with matplotlib."""
        raise NotImplementedError

    def describe(self) -> str:
        """Say in one to three sentences what the figure shows now."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live figure, and for a place without scripts a picture and a text."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/plain"] = self.describe()
        try:
            still: Any = self.still()
        except ImportError:  # no matplotlib
            return data, metadata
        data["image/png"], size = still._repr_png_()
        return data, {**metadata, "image/png": size}
