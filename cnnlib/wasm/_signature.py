"""Signatures as short text: ``f4[4], i8, b1 -> f4``."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Types by letter and bytes: floats, integers, an unsigned byte, a truth value.
TYPES = ("f4", "f8", "i4", "i8", "u1", "b1")
ARGUMENT = re.compile(r"(\w\d)(?:\[([1-9])\])?")


class Argument(NamedTuple):
    """The type of a number, or of an array's elements and its rank (0 for a number)."""

    type: str
    rank: int

    def __str__(self) -> str:
        return f"{self.type}[{self.rank}]" if self.rank else self.type


class Signature(NamedTuple):
    """What a kernel takes, and the type of the number it returns (None for nothing)."""

    arguments: tuple[Argument, ...]
    result: str | None

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read a signature.

        Raises:
            TypeError: If it is no text.
            ValueError: If a part is no type.

        Example:
            >>> signature = Signature.parse("f4[2], i8 -> f4")
            >>> signature.arguments[0], signature.result
            (Argument(type='f4', rank=2), 'f4')
        """
        if not isinstance(text, str):
            raise TypeError(f"a signature is text, such as 'f4[2], i8 -> f4'; got {text!r}")
        before, arrow, after = text.partition("->")
        arguments = tuple(_argument(part.strip(), text) for part in before.split(","))
        result = _argument(after.strip(), text) if arrow else None
        if result is not None and (result.rank or result.type in ("u1", "b1")):
            raise ValueError(
                f"a kernel returns one number (f4, f8, i4, i8) or nothing; got {text!r}"
            )
        return cls(arguments, result.type if result else None)

    def __str__(self) -> str:
        return ",".join(map(str, self.arguments)) + (f"->{self.result}" if self.result else "")


def _argument(text: str, whole: str) -> Argument:
    match = ARGUMENT.fullmatch(text)
    if match is None or match[1] not in TYPES:
        raise ValueError(
            "a signature lists numbers and arrays of C order by type (f4, f8, i4, i8, u1, b1) and "
            f"rank, such as 'f4[2], i8 -> f4'; got {text!r} in {whole!r}"
        )
    return Argument(match[1], int(match[2] or 0))
