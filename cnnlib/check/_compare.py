"""How an answer differs from what is right, in words."""

from __future__ import annotations

import reprlib
from numbers import Number, Real
from typing import Any

import numpy as np

RELATIVE = 1e-5  # of the largest number: answers may be computed in float32
ROUNDED = 0.01  # of a number that was asked for: three digits are enough
LARGE = 1e12  # from here on numbers are written with a power of ten
FIRST = 3  # numbers of an array that are shown


class _Brief(reprlib.Repr):
    """Short texts; those of arrays and of the numbers in them are made for people."""

    def repr1(self, x: Any, level: int) -> str:
        if isinstance(x, np.ndarray) and x.ndim:
            shown = [self.repr1(item, level) for item in x.flat[:FIRST]]
            rest = [self.fillvalue] if x.size > FIRST else []
            what = "an array of shape" if level == self.maxlevel else "shape"
            return f"{what} {x.shape} [{', '.join(shown + rest)}]"
        number = x.item() if isinstance(x, (np.ndarray, np.generic)) else x
        if isinstance(number, float) and number.is_integer() and abs(number) < LARGE:
            return str(int(number))
        if isinstance(number, (float, complex, np.inexact)):
            return f"{number:.7g}"
        return super().repr1(number, level)


def written(value: Any) -> str:
    """A number as a person writes it, an array by its shape and first numbers, the rest briefly.

    Example:
        >>> written(-3.0), written(0.123456789), written(np.ones((2, 3)))
        ('-3', '0.1234568', 'an array of shape (2, 3) [1, 1, 1, ...]')
        >>> written([np.arange(2), "conv"])
        "[shape (2,) [0, 1], 'conv']"
    """
    return _Brief().repr(value)


def has_dots(answer: Any) -> bool:
    """Whether the dots of the task are still in an answer.

    Example:
        >>> has_dots({"p": [0.5, ...]}), has_dots([0.5, 0.5])
        (True, False)
    """
    parts = answer.values() if isinstance(answer, dict) else answer
    return any(map(has_dots, parts)) if isinstance(answer, (tuple, list, dict)) else answer is ...


def _is_numbers(value: Any) -> bool:
    """Whether a tuple, list or array is one array of numbers, not several results."""
    if isinstance(value, (tuple, list)):
        return all(_is_numbers(item) for item in value) and not any(
            isinstance(item, np.ndarray) for item in value
        )
    return isinstance(value, (Number, np.ndarray, np.generic))


def _several(came: Any, right: tuple[Any, ...], names: tuple[str, ...], asked: bool) -> str | None:
    if not isinstance(came, (tuple, list)) or len(came) != len(right):
        got = f"{len(came)} of them" if isinstance(came, (tuple, list)) else written(came)
        listed = " and ".join([", ".join(names[:-1]), *names[-1:]])
        what = listed if names else f"{len(right)} results"
        return f"{what} were expected, in this order; {got} came"
    for k, (one, other) in enumerate(zip(came, right, strict=True)):
        if problem := difference(one, other, asked=asked):
            return f"{names[k] if names else f'result {k}'}: {problem}"
    return None


def _named(came: Any, right: dict[Any, Any], asked: bool) -> str | None:
    if not isinstance(came, dict) or set(came) != set(right):
        got = f"keys {list(came)}" if isinstance(came, dict) else written(came)
        return f"a dictionary with the keys {list(right)} was expected; {got} came"
    for key in right:
        if problem := difference(came[key], right[key], asked=asked):
            return f"at {key!r}: {problem}"
    return None


def _array(came: Any, right: np.ndarray[Any, Any], asked: bool) -> str | None:
    kind = "a number" if right.ndim == 0 else "an array of numbers"
    try:
        array = np.asarray(came)
        if array.dtype == object and all(isinstance(item, Real) for item in array.flat):
            array = array.astype(float)  # fractions
    except ValueError:  # rows of different lengths
        asked_for = f"numbers of shape {right.shape} were" if right.ndim else "a number was"
        return f"{asked_for} expected; rows of different lengths came"
    except Exception:  # some other library's, which gives no array
        return f"{kind} was expected; {written(came)} came"
    if array.dtype.kind not in "biuf":
        return f"{kind} was expected; {written(came)} came"
    if asked and right.ndim == 0 and array.size == 1:  # a number in brackets
        array = array.reshape(())
    if array.shape != right.shape:
        return f"the shape {right.shape} was expected; {array.shape} came"
    exact = right.dtype.kind in "biu"
    largest = float(np.abs(right[np.isfinite(right)]).max(initial=0))
    near = np.full(right.shape, 1e-3 if exact else RELATIVE * max(largest, 1e-3))
    if asked and not exact:
        part = right != np.rint(right)
        near[part] = np.maximum(near, ROUNDED * np.abs(right))[part]
    differs = ~np.isclose(array, right, rtol=0, atol=near, equal_nan=True)
    if not differs.any():
        return None
    first = tuple(int(k) for k in np.argwhere(differs)[0])
    said = _number(array[first], right[first], asked)
    if right.ndim == 0:
        return said
    rest = f" ({differs.sum()} of {differs.size} differ)" if differs.size > 1 else ""
    return f"at [{', '.join(map(str, first))}] {said}{rest}"


def _number(came: Any, right: Any, asked: bool) -> str:
    if not asked:
        return f"{written(right)} was expected, {written(came)} came"
    if isinstance(right, np.bool_) or not np.isfinite([came, right]).all():
        return f"{written(came)} came"
    return f"{written(came)} is too {'large' if came > right else 'small'}"


def difference(
    came: Any, right: Any, names: tuple[str, ...] = (), asked: bool = False
) -> str | None:
    """The first difference between an answer and what is right; None if there is none.

    Whole arrays are compared. Whole numbers must be equal; others may differ by 1e-5 of the
    largest one.

    Args:
        came: The answer: a number, an array, a text, a dictionary, or a tuple of such.
        right: What is right, of the same kind.
        names: What the results of a tuple are called.
        asked: Whether these numbers are what the exercise asks for. Then they are not given away,
            and those that are not whole may be rounded to three digits.

    Example:
        >>> difference([1, 2, 4], np.array([1, 2, 3]))
        'at [2] 3 was expected, 4 came (1 of 3 differ)'
        >>> difference(np.zeros((2, 3)), np.zeros((3, 2)))
        'the shape (3, 2) was expected; (2, 3) came'
        >>> difference([864, 32], [896, 32], asked=True)
        'at [0] 864 is too small (1 of 2 differ)'
        >>> difference(0.667, 2 / 3, asked=True) is None
        True
    """
    if _is_numbers(right):
        return _array(came, np.asarray(right), asked)
    if isinstance(right, (tuple, list)):
        return _several(came, tuple(right), names, asked)
    if isinstance(right, dict):
        return _named(came, right, asked)
    same = isinstance(came, type(right)) and came == right
    return None if same else f"{written(came)} came"
