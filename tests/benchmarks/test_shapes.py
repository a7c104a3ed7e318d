"""The table of convolutions: as many and as various as it says, and counted right."""

from __future__ import annotations

import json

import pytest

from benchmarks.shapes import SHAPES, Shape
from cnnlib.shapes import window


def values(name):
    return {getattr(shape, name) for shape in SHAPES}


def test_there_are_24_with_names_of_their_own():
    assert len(SHAPES) == len(values("name")) == len(values("text")) == 24


def test_the_ranges_are_covered():
    channels = values("channels") | values("filters")
    assert values("kernel") == {1, 3, 5, 7}
    assert values("stride") == {1, 2}
    assert values("padding") == {"valid", "same"}
    assert (min(channels), max(channels)) == (1, 256)
    assert {3, 6, 20, 48} <= channels
    assert (min(values("batch")), max(values("batch"))) == (1, 128)
    assert sum(shape.batch == 1 for shape in SHAPES) >= 3
    kinds = {(shape.stride, shape.padding) for shape in SHAPES}
    assert kinds == {(1, "valid"), (1, "same"), (2, "valid"), (2, "same")}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_outputs_are_those_of_the_library(shape):
    found = window(shape.image, shape.kernel, shape.stride, shape.padding)
    assert shape.output == found.output


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_padding_alike_on_both_sides_gives_the_same_output(shape):
    """PyTorch pads so."""
    margin = shape.kernel // 2 if shape.padding == "same" else 0
    sides = [(side + 2 * margin - shape.kernel) // shape.stride + 1 for side in shape.image]
    assert shape.output == tuple(sides)


def test_multiply_adds_are_counted():
    by_hand = Shape("by hand", 2, (4, 5), 3, 7, 2)  # 3 rows, 4 columns of windows with 12 numbers
    assert by_hand.macs == 2 * 3 * 4 * 12 * 7
    assert SHAPES[0].macs == 32 * 62 * 62 * 27 * 32


def test_no_shape_takes_long():
    assert max(shape.macs for shape in SHAPES) < 6e8


def test_a_shape_survives_json():
    assert all(Shape.read(json.loads(json.dumps(shape.as_dict()))) == shape for shape in SHAPES)
