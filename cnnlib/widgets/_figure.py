"""What all live figures share: traits that hold arrays, a still picture, a description."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable
from contextlib import suppress
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

INHERITED = {*dir(anywidget.AnyWidget)}
DTYPES = ("float32", "uint8", "int32")  # those that the page knows


def _single(number: Any) -> Any:
    """A number or an array as float32, in which the page computes; infinity if it is too large."""
    with np.errstate(over="ignore"):
        return np.asarray(number).astype(np.float32)


def finite(value: Any, name: str) -> NDArray[Any]:
    """An array of real numbers that are finite as float32, or an error."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"`{name}` must be an array; got {error}.") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"`{name}` must hold real numbers; got dtype {array.dtype}.")
    if not np.isfinite(_single(array)).all():
        raise ValueError(
            f"`{name}` must hold finite numbers; got NaN, infinity or a number beyond float32."
        )
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
    """A synced trait that holds a NumPy array; None before it is set.

    The array is a copy that cannot be written to: a figure follows assignments, not changes inside.

    Args:
        check: Gets what is assigned, and returns an array or raises an error.
        optional: Whether it can be set to None.
    """

    info_text = "an array"

    def __init__(
        self, check: Callable[[Any], NDArray[Any]] = np.asarray, optional: bool = False
    ) -> None:
        self.check, self.optional = check, optional
        super().__init__(default_value=None, allow_none=True)
        self.tag(sync=True, to_json=to_page, from_json=from_page)

    def set(self, obj: Any, value: Any) -> None:
        if value is None and not self.optional:
            raise ValueError(f"`{self.name}` must be an array; got None.")
        super().set(obj, value)

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
                f"got {reprlib.repr(value)}."
            )
        return int(value)


class Real(traitlets.TraitType[float, float]):
    """A synced trait: a finite number, from ``least`` to ``most`` if these are given."""

    def __init__(self, default: float, least: float = -np.inf, most: float = np.inf) -> None:
        self.least, self.most = least, most
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> float:
        with suppress(OverflowError):  # a whole number of hundreds of digits
            if isinstance(value, RealNumber) and np.isfinite(_single(float(value))):
                if self.least <= float(value) <= self.most:
                    return float(value)
                raise ValueError(
                    f"`{self.name}` must be a number from {self.least} to {self.most}; "
                    f"got {float(value):g}."
                )
        raise ValueError(f"`{self.name}` must be a finite number; got {reprlib.repr(value)}.")


class Flag(traitlets.TraitType[bool, bool]):
    """A synced trait: True or False."""

    def __init__(self, default: bool = False) -> None:
        super().__init__(default)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"`{self.name}` must be True or False; got {reprlib.repr(value)}.")
        return bool(value)


class Choice(traitlets.TraitType[str, str]):
    """A synced trait: one of some texts, the first unless it is set."""

    def __init__(self, *options: str) -> None:
        self.options = options
        super().__init__(options[0])
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(
                f"`{self.name}` must be one of {', '.join(map(repr, self.options))}; "
                f"got {reprlib.repr(value)}."
            )
        return str(value)


class Text(traitlets.TraitType[str, str]):
    """A synced trait: a text."""

    def __init__(self, default: str = "", help: str = "") -> None:
        super().__init__(default, help=help)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"`{self.name}` must be a text; got {reprlib.repr(value)}.")
        return str(value)


class Figure(anywidget.AnyWidget):
    """A live figure: its state is a set of traits, its pictures are drawn in the page.

    A subclass names its JavaScript module, gives each variable of its state a trait, and says how
    it looks on paper (``still``) and in words (``describe``).
    """

    _module = ""  # such as "kernel_lab/kernel_lab.js"
    _once: tuple[str, ...] = ()  # what cannot be set any more when the figure is there
    _esm = traitlets.Unicode().tag(sync=True)
    name = Text(help="What links to the figure call it.")
    title = Text(help="What stands above it.")

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a variable of the figure: another name would change nothing, without a word."""
        kind, own = type(self).__name__, not name.startswith("_") and name not in INHERITED
        if own and not hasattr(getattr(type(self), name, None), "__set__"):
            raise AttributeError(
                f"{kind} has no variable {name!r} to set; it has {', '.join(self._variables())}."
            )
        if name in self._once and self.comm is not None:
            raise AttributeError(f"`{name}` cannot be set any more: make another {kind}.")
        super().__setattr__(name, value)

    @classmethod
    def _variables(cls) -> list[str]:
        """The names that can be set."""
        new = sorted({*dir(cls)} - INHERITED - {*cls._once})
        kinds = {name: getattr(cls, name) for name in new if not name.startswith("_")}
        return [n for n, k in kinds.items() if hasattr(k, "__set__") and getattr(k, "fset", True)]

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
