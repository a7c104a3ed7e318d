"""Digits drawn by hand for the tests: strokes, and pictures of them. No network has learned them.

``stroke_digits.json`` has the drawings on a grid of 100 × 140, y downwards. A smooth curve goes
through the points of a stroke; a point that comes twice is a corner.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Array = NDArray[Any]


class Drawing(NamedTuple):
    digit: int
    style: str
    strokes: list[Array]  # each (points, 2): x, y


def drawings() -> list[Drawing]:
    """The drawings as they stand in the file."""
    stored = json.loads((Path(__file__).parent / "stroke_digits.json").read_text("utf-8"))
    return [
        Drawing(int(digit), entry["style"], [smooth(points) for points in entry["strokes"]])
        for digit, entries in stored.items()
        for entry in entries
    ]


def moved(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """The drawing elsewhere, half to twice as large, turned by up to 8° and slanted a little."""
    angle, slant = np.deg2rad(rng.uniform(-8, 8)), rng.uniform(-0.15, 0.15)
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    matrix = 2 ** rng.uniform(-1, 1) * np.array(turn) @ [[1, slant], [0, 1]]
    shift = rng.uniform(-50, 50, 2)
    strokes = [(stroke - [50, 70]) @ matrix.T + shift for stroke in drawing.strokes]
    return drawing._replace(strokes=strokes)


def on_pad(drawing: Drawing, rng: np.random.Generator, grid: int = 64) -> Drawing:
    """The drawing as the figure's pad takes it: whole numbers below 64, at some size and place."""
    points = np.vstack(drawing.strokes)
    size = rng.uniform(0.3, 0.95) * (grid - 1)
    corner = rng.uniform(0, grid - 1 - size, 2)
    scale = size / np.ptp(points, axis=0).max()
    strokes = [(stroke - points.min(0)) * scale + corner for stroke in drawing.strokes]
    return drawing._replace(strokes=[stroke.round().astype(int) for stroke in strokes])


def smooth(points: list[list[int]], steps: int = 8) -> Array:
    """A curve through the points (Catmull and Rom's), with corners where a point comes twice."""
    pieces: list[list[list[int]]] = [[points[0]]]
    for before, point in pairwise(points):
        if point == before:
            pieces.append([point])
        else:
            pieces[-1].append(point)
    curves = [_curve(np.array(piece, float), steps) for piece in pieces if len(piece) > 1]
    return np.vstack([*curves, points[-1:]])


def _curve(p: Array, steps: int) -> Array:
    """All of a smooth curve but its last point."""
    closed = len(p) > 3 and (p[0] == p[-1]).all()
    ends = (p[-2], p[1]) if closed else (2 * p[0] - p[1], 2 * p[-1] - p[-2])
    a, b, c, d = (np.vstack([ends[0], p, ends[1]])[k : k + len(p) - 1, None] for k in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = b + (c - a) * t / 2 + (a - 2.5 * b + 2 * c - d / 2) * t**2
    return (curve + (1.5 * b - a / 2 - 1.5 * c + d / 2) * t**3).reshape(-1, 2)


def picture(drawing: Drawing, rng: np.random.Generator, side: int = 160) -> Array:
    """A photo of the drawing, gray (side, side): dark ink, light paper, shade and grain."""
    points = np.vstack(drawing.strokes)
    size = np.ptp(points, axis=0).max()
    image = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(image)
    width = int(rng.integers(5, 14))
    for stroke in drawing.strokes:
        stroke = (stroke - points.min(0)) / size * 0.7 * side + 0.12 * side
        pen.line([tuple(point) for point in stroke], fill=30, width=width, joint="curve")
    shade = np.linspace(0.75, 1, side)[:, None]
    gray = np.asarray(image, float) / 255 * shade + rng.normal(0, 0.02, (side, side))
    return gray.clip(0, 1)
