"""ZeroPadding2D. Gradients are in test_base.py."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import layers


@pytest.mark.parametrize(
    ("padding", "output"),
    [
        (1, (5, 6)),
        ((1, 2), (5, 8)),
        (((1, 0), (0, 3)), (4, 7)),
        (0, (3, 4)),
        (np.array([[1, 0], [0, 3]]), (4, 7)),
    ],
)
def test_output_shapes(padding, output):
    layer = layers.ZeroPadding2D(padding)
    assert layer.compute_output_shape((None, 3, 4, 2)) == (None, *output, 2)
    assert layer(np.ones((5, 3, 4, 2))).shape == (5, *output, 2)


def test_zeros_where_they_should_be():
    y = layers.ZeroPadding2D(((1, 0), (0, 2)))(np.ones((1, 1, 2, 1)))
    assert y[0, :, :, 0].tolist() == [[0, 0, 0, 0], [1, 1, 0, 0]]


@pytest.mark.parametrize(
    "padding", [-1, 1.5, (1, 2, 3), "same", None, ((1, 2), (3, -4)), ((1, 2), 3)]
)
def test_bad_padding(padding):
    with pytest.raises(ValueError, match="`padding` must be an integer of 0 or more, two of them"):
        layers.ZeroPadding2D(padding)
