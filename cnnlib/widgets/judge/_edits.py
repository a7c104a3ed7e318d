"""Pixels that the reader has painted, as a text: "5w6w64b" is two white ones and a black one."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXT = re.compile(r"([0-9]{1,9}[wb])*")


def check_edits(text: str, pixels: int) -> str:
    """The text, if it names pixels of the image."""
    if not TEXT.fullmatch(text):
        raise ValueError(
            f"`edits` must be pixels' numbers, each with w or b, such as '5w64b'; got {text!r}."
        )
    wrong = [int(k) for k in re.findall(r"\d+", text) if int(k) >= pixels]
    if wrong:
        raise ValueError(f"`edits` must name pixels from 0 to {pixels - 1}; got {wrong[0]}.")
    return text


def edited(image: NDArray[Any], text: str) -> NDArray[Any]:
    """The image with these pixels painted.

    Example:
        >>> edited(np.full((1, 3, 1), 0.5), "0b2w").ravel()
        array([0. , 0.5, 1. ])
    """
    pixels = np.array(image).reshape(-1, image.shape[-1])
    for number, color in re.findall(r"(\d+)([wb])", text):
        pixels[int(number)] = color == "w"
    return pixels.reshape(image.shape)
