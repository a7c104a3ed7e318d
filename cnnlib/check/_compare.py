"""How an answer differs from what is right, in words."""

from __future__ import annotations

import reprlib
from numbers import Number
from typing import Any

import numpy as np

RELATIVE = 1e-5  # of the largest number: answers may be computed in float32


def written(value: Any) -> str:
    """A number as a person writes it, anything else briefly.

    Example:
        >>> written(-3.0), written(0.123456789), written(np.zeros((2, 3)))
        ('-3', '0.1234568', 'an array of shape (2, 3)')
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    number = np.asarray(value)[()] if isinstance(value, (Number, np.ndarray)) else None
    if number is not None and not isinstance(number, (bool, np.bool_)):
        whole = isinstance(number, (int, np.integer))
        return str(int(number)) if whole else f"{number:.7g}"
    return reprlib.repr(value)


def _is_numbers(value: Any) -> bool:
    """Whether a tuple, list or array is one array of numbers, not several results."""
    if isinstance(value, (tuple, list)):
        return all(_is_numbers(item) for item in value) and not any(
            isinstance(item, np.ndarray) for item in value
        )
    return isinstance(value, (Number, np.ndarray, np.generic))


def _several(came: Any, right: tuple[Any, ...], names: tuple[str, ...]) -> str | None:
    if not isinstance(came, (tuple, list)) or len(came) != len(right):
        got = f"{len(came)} of them" if isinstance(came, (tuple, list)) else written(came)
        asked = ", ".join(names) if names else f"{len(right)} results"
        return f"{asked} were expected, in this order; {got} came"
    for k, (one, other) in enumerate(zip(came, right, strict=True)):
        if problem := difference(one, other):
            return f"{names[k] if names else f'result {k}'}: {problem}"
    return None


def _named(came: Any, right: dict[Any, Any]) -> str | None:
    if not isinstance(came, dict) or set(came) != set(right):
        got = f"keys {list(came)}" if isinstance(came, dict) else written(came)
        return f"a dictionary with the keys {list(right)} was expected; {got} came"
    for key in right:
        if problem := difference(came[key], right[key]):
            return f"at {key!r}: {problem}"
    return None


def _array(came: Any, right: np.ndarray[Any, Any]) -> str | None:
    try:
        array = np.asarray(came)
    except ValueError:  # rows of different lengths
        return f"numbers of shape {right.shape} were expected; rows of different lengths came"
    if array.dtype.kind not in "biuf":
        what = "a number was" if right.ndim == 0 else "an array of numbers was"
        return f"{what} expected; {written(came)} came"
    if array.shape != right.shape:
        return f"the shape {right.shape} was expected; {array.shape} came"
    exact = right.dtype.kind in "biu"
    largest = float(np.abs(right[np.isfinite(right)]).max(initial=0))
    near = 1e-3 if exact else RELATIVE * max(largest, 1e-3)
    differs = ~np.isclose(array, right, rtol=0, atol=near, equal_nan=True)
    if not differs.any():
        return None
    if right.ndim == 0:
        if right.dtype.kind == "b" or not np.isfinite([array, right]).all():
            return f"{array} came"
        return f"{written(array)} is too {'large' if array > right else 'small'}"
    first = tuple(int(k) for k in np.argwhere(differs)[0])
    index = ", ".join(map(str, first))
    rest = f" ({differs.sum()} of {differs.size} differ)" if differs.size > 1 else ""
    return f"at [{index}] {written(right[first])} was expected, {written(array[first])} came{rest}"


def difference(came: Any, right: Any, names: tuple[str, ...] = ()) -> str | None:
    """The first difference between an answer and what is right; None if there is none.

    Whole arrays are compared. Whole numbers must be equal; others may differ by 1e-5 of the
    largest one. A single number is not given away.

    Args:
        came: The answer: a number, an array, a text, a dictionary, or a tuple of such.
        right: What is right, of the same kind.
        names: What the results of a tuple are called.

    Example:
        >>> difference([1, 2, 4], np.array([1, 2, 3]))
        'at [2] 3 was expected, 4 came (1 of 3 differ)'
        >>> difference(np.zeros((2, 3)), np.zeros((3, 2)))
        'the shape (3, 2) was expected; (2, 3) came'
        >>> difference(864, 896)
        '864 is too small'
        >>> difference((1.0, 2.0), (1.0, 2.0)) is None
        True
    """
    if _is_numbers(right):
        return _array(came, np.asarray(right))
    if isinstance(right, (tuple, list)):
        return _several(came, tuple(right), names)
    if isinstance(right, dict):
        return _named(came, right)
    same = isinstance(came, type(right)) and came == right
    return None if same else f"{written(came)} came"
