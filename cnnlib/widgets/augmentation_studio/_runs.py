"""What a run of the studio is: its settings, and a list of runs in words."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from cnnlib.datasets._augment import FLIPS, Limits

SAMPLES = (100, 50, 200, 400)  # digits to learn from
LONGEST, MOST_RUNS = 640, 5
#: name -> the largest value; those of the images, then dropout and L2
REALS = {
    "shift": 3.0,
    "rotation": 180.0,
    "zoom": 0.5,
    "brightness": 0.5,
    "contrast": 0.8,
    "noise": 0.5,
    "dropout": 0.8,
    "l2": 0.1,
}
WHOLE = {"erase": 5, "seed": 999_999}


class Run(NamedTuple):
    """All that decides a course of training, and how many steps it has."""

    samples: int
    step: int
    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    noise: float = 0.0
    erase: int = 0
    flip: str = "none"
    dropout: float = 0.0
    l2: float = 0.0
    seed: int = 0

    @property
    def limits(self) -> Limits:
        """How far the variants differ from their image."""
        return Limits(*self[2:10])

    def words(self) -> str:
        """What is not as it comes, such as ``"100 640 shift 1.5"``."""
        given = zip(self._fields[2:], self[2:], Run(0, 0)[2:], strict=True)
        parts = [f"{name} {_short(value)}" for name, value, usual in given if value != usual]
        return " ".join([f"{self.samples} {self.step}", *parts])


def _short(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def parse(text: str) -> list[Run]:
    """The runs in a text: digits to learn from, steps, and what else is set.

    Raises:
        ValueError: If they are not.

    Example:
        >>> parse("100 640, 50 320 shift 1.5 flip horizontal")[1].shift
        1.5
    """
    if not text.strip():
        return []
    try:
        runs = [_run(item.split()) for item in text.split(",")]
    except (ValueError, TypeError):
        runs = []
    if not 0 < len(runs) <= MOST_RUNS:
        raise ValueError(
            f"`runs` must be at most {MOST_RUNS} runs like '100 640, 100 640 shift 1.5': digits to "
            f"learn from, steps, and names with their values; got {text!r}."
        )
    return runs


def _run(words: list[str]) -> Run:
    """One run; a ValueError if it is none."""
    samples, step, *pairs = words
    values = dict(zip(pairs[::2], pairs[1::2], strict=True))
    if len(values) < len(pairs) // 2:
        raise ValueError("a name comes twice")
    found: dict[str, Any] = {
        "samples": _whole(samples, max(SAMPLES)),
        "step": _whole(step, LONGEST),
    }
    for name, text in values.items():
        if name in REALS:
            found[name] = _number(text, REALS[name])
        elif name in WHOLE:
            found[name] = _whole(text, WHOLE[name])
        elif name == "flip" and text in FLIPS:
            found[name] = text
        else:
            raise ValueError(f"no setting {name}")
    if found["samples"] not in SAMPLES:
        raise ValueError("another number of digits")
    return Run(**found)


def _number(text: str, most: float) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?(e-?\d+)?", text, re.ASCII) or float(text) > most:
        raise ValueError(text)
    return float(text)


def _whole(text: str, most: int) -> int:
    value = _number(text, most)
    if value != int(value):
        raise ValueError(text)
    return int(value)
