"""The 1,797 handwritten digits."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from cnnlib import datasets


def test_shapes_and_types():
    (x_train, y_train), (x_test, y_test) = datasets.digits()
    assert x_train.shape == (1438, 8, 8, 1)
    assert x_test.shape == (359, 8, 8, 1)
    assert x_train.dtype == x_test.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    assert x_train.min() == 0
    assert x_train.max() == 1


def test_every_image_is_in_exactly_one_part_with_its_label():
    (x_train, y_train), (x_test, y_test) = datasets.digits(test_size=0.3)
    x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    raw = load_digits()

    def rows(images, labels):
        return sorted(map(tuple, np.column_stack([images.reshape(1797, 64), labels]).tolist()))

    assert rows(x * 16, y) == rows(raw.images, raw.target)


def test_the_split_is_stratified():
    (_, y_train), (_, y_test) = datasets.digits(test_size=0.25)
    share = np.bincount(y_test) / (np.bincount(y_train) + np.bincount(y_test))
    assert abs(share - 0.25).max() < 0.01


def test_the_seed_chooses_the_split():
    first, again, other = (datasets.digits(seed=seed)[1][0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("test_size", [0, 1, -0.1, 30, True, "half", float("nan")])
def test_a_share_lies_between_0_and_1(test_size):
    with pytest.raises(ValueError, match="`test_size` must be more than 0 and less than 1; got"):
        datasets.digits(test_size=test_size)


def test_each_part_has_room_for_ten_digits():
    with pytest.raises(ValueError, match="10 images or more in each part"):
        datasets.digits(test_size=0.001)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_a_seed_is_an_integer(seed):
    with pytest.raises(ValueError, match="`seed` must be an integer of 0 or more; got"):
        datasets.digits(seed=seed)
