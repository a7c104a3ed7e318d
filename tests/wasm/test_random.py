"""The page's random numbers, in Python."""

from __future__ import annotations

import pytest

from cnnlib.wasm._random import draws, shuffled


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**32 - 1])
def test_draws_are_even_and_repeat(seed):
    numbers = draws(seed, 4000)
    assert (numbers == draws(seed, 4000)).all()
    assert 0 <= numbers.min() < numbers.max() < 1
    assert numbers.mean() == pytest.approx(0.5, abs=0.02)
    assert (draws(seed, 10) == numbers[:10]).all()


def test_a_shuffle_loses_nothing():
    assert sorted(shuffled(101, seed=3)) == list(range(101))
    assert not (shuffled(101, seed=3) == shuffled(101, seed=4)).all()
