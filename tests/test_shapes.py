"""How large is the output? Against counting, and against TensorFlow's rule for `same`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnlib import shapes
from tests import naive

sizes = st.integers(1, 5)


@given(st.integers(1, 20), sizes, sizes, sizes, st.sampled_from(["valid", "same"]))
def test_window_counts_like_one_who_counts(length, size, stride, dilation, padding):
    assume(padding == "same" or dilation * (size - 1) + 1 <= length)
    expected = naive.positions(length, size, stride, padding, dilation)
    result = shapes.window((length, length), (size, size), stride, padding, dilation)
    assert result.output == (len(expected), len(expected))
    (before, after), _ = result.padding
    last = (len(expected) - 1) * stride + dilation * (size - 1) + 1
    assert last <= before + length + after
    assert 0 <= after - before <= 1, "the odd pixel goes to the end"


def test_the_sizes_of_the_source_program():
    assert shapes.window((64, 64), 3).output == (62, 62)
    assert shapes.window((62, 62), 2, 2, size_name="pool_size").output == (31, 31)
    assert shapes.window((31, 31), 3).output == (29, 29)
    assert shapes.window((29, 29), 2, 2).output == (14, 14)  # a row and a column remain


def test_same_is_as_wide_as_the_image_and_asymmetric():
    assert shapes.window((5, 6), (2, 3), 1, "same").output == (5, 6)
    assert shapes.window((5, 6), (2, 3), 1, "same").padding == ((0, 1), (1, 1))
    assert shapes.window((4, 4), 3, 2, "same").padding == ((0, 1), (0, 1))
    assert shapes.window((5, 5), 1, 3, "same").padding == ((0, 0), (0, 0))
    assert shapes.window((2, 2), 5, 1, "SAME").output == (2, 2)  # a kernel larger than the image


def test_pair_reads_numbers_and_sequences():
    assert shapes.pair(3, "k") == (3, 3)
    assert shapes.pair((2, 5), "k") == (2, 5)
    assert shapes.pair([np.int64(2), np.int32(5)], "k") == (2, 5)


@pytest.mark.parametrize("value", [0, -1, (3, 0), (1, -2)])
def test_pair_wants_positive_numbers(value):
    with pytest.raises(ValueError, match=r"`strides` must be 1 or more; got"):
        shapes.pair(value, "strides")


@pytest.mark.parametrize("value", [1.5, "3", None, (1, 2, 3), (1,), (), True, (2, 2.0), "22"])
def test_pair_wants_integers(value):
    with pytest.raises(ValueError, match=r"`strides` must be an integer or two of them; got"):
        shapes.pair(value, "strides")


@pytest.mark.parametrize("padding", ["full", "", None, 1, ("same",)])
def test_padding_has_two_names(padding):
    with pytest.raises(ValueError, match="`padding` must be 'valid' or 'same'; got"):
        shapes.check_padding(padding)


def test_a_window_larger_than_the_image():
    with pytest.raises(ValueError, match=r"`pool_size` must fit into the image; got \(5, 5\)"):
        shapes.window((4, 9), 5, size_name="pool_size")
    with pytest.raises(ValueError, match="for an image of 4 x 9"):
        shapes.window((4, 9), 2, dilation=4)
