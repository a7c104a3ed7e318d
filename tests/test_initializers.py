"""The weights a layer starts from."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib import initializers, utils

SHAPE = (3, 3, 16, 32)  # an output adds up 144 numbers; an input feeds 288


def test_fans():
    assert initializers.fans(SHAPE) == (144, 288)
    assert initializers.fans((12, 5)) == (12, 5)
    assert initializers.fans((7,)) == (7, 7)


@pytest.mark.parametrize(
    ("initializer", "limit", "deviation"),
    [
        (initializers.GlorotUniform(seed=1), (6 / 432) ** 0.5, (2 / 432) ** 0.5),
        (initializers.HeUniform(seed=1), (6 / 144) ** 0.5, (2 / 144) ** 0.5),
        (initializers.HeNormal(seed=1), 2 * (2 / 144) ** 0.5 / 0.8796, (2 / 144) ** 0.5),
        (initializers.RandomUniform(-0.1, 0.1, seed=1), 0.1, 0.1 / 3**0.5),
        (initializers.RandomNormal(0, 0.2, seed=1), 2, 0.2),
    ],
)
def test_random_numbers_have_the_size_they_should(initializer, limit, deviation):
    w = initializer(SHAPE)
    assert w.shape == SHAPE
    assert w.dtype == np.float32
    assert abs(w).max() <= limit * 1.0001
    assert abs(w.mean()) < 5 * deviation / w.size**0.5
    assert abs(w.std() / deviation - 1) < 0.05


def test_numbers_that_are_not_random():
    assert initializers.Zeros()((2,)).tolist() == [0, 0]
    assert initializers.Ones()((2,)).tolist() == [1, 1]
    assert initializers.Constant(0.25)((2,), "float64").tolist() == [0.25, 0.25]


@pytest.mark.parametrize("name", sorted(initializers.NAMES))
def test_seed_dtype_and_configuration(name):
    initializer = initializers.get(name)
    utils.set_random_seed(5)
    first = initializer((4, 3), "float64")
    assert first.dtype == np.float64
    utils.set_random_seed(5)
    assert np.array_equal(initializer((4, 3), "float64"), first)

    saved = initializers.serialize(initializer)
    assert type(initializers.get(saved)) is type(initializer)
    assert initializers.serialize(initializers.get(saved)) == saved


def test_a_seed_of_its_own_gives_the_same_numbers_every_time():
    initializer = initializers.GlorotUniform(seed=2)
    assert np.array_equal(initializer((5, 5)), initializer((5, 5)))
    again = initializers.get(initializers.serialize(initializer))
    assert np.array_equal(again((5, 5)), initializer((5, 5)))


@pytest.mark.parametrize("unknown", ["glorot", None, 3, {}, {"class_name": "nothing"}, [1]])
def test_an_unknown_initializer(unknown):
    with pytest.raises(ValueError, match="An initializer must be one of constant, zeros"):
        initializers.get(unknown)


def test_an_initializer_of_ones_own_can_be_used_but_not_saved():
    class Half(initializers.Initializer):
        def __call__(self, shape, dtype=np.float32):
            return np.full(shape, 0.5, dtype)

    half = Half()
    assert initializers.get(half) is half
    with pytest.raises(ValueError, match="Only cnnlib's own initializers can be saved; got"):
        initializers.serialize(half)
