"""Seeds and one-hot rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from cnnlib import _random, utils


def test_the_same_seed_gives_the_same_numbers():
    utils.set_random_seed(3)
    first = _random.generator().random(4)
    utils.set_random_seed(3)
    assert _random.generator().random(4).tolist() == first.tolist()
    assert _random.generator().random(4).tolist() != first.tolist()


def test_a_seed_of_its_own_leaves_the_common_generator_alone():
    utils.set_random_seed(3)
    expected = _random.generator().random()
    utils.set_random_seed(3)
    _random.generator(7).random(100)
    assert _random.generator().random() == expected


def test_a_seed_for_a_while_is_one_thread_s_own():
    utils.set_random_seed(3)
    expected = _random.generator().random(2).tolist()
    utils.set_random_seed(3)
    inside, over = Event(), Event()

    def elsewhere():
        with _random.seeded(7):
            inside.set()
            assert over.wait(20)
            return _random.generator().random()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(elsewhere)
        assert inside.wait(20)
        first = _random.generator().random()
        over.set()
        assert other.result() == np.random.default_rng(7).random()
    assert [first, _random.generator().random()] == expected


def test_a_seed_within_a_while_ends_with_it():
    utils.set_random_seed(3)
    expected = _random.generator().random()
    utils.set_random_seed(3)
    with _random.seeded(7):
        utils.set_random_seed(5)
        assert _random.generator().random() == np.random.default_rng(5).random()
    assert _random.generator().random() == expected


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None])
def test_a_seed_is_an_integer(seed):
    with pytest.raises(ValueError, match="`seed` must be an integer of 0 or more; got"):
        utils.set_random_seed(seed)


def test_one_hot_rows():
    rows = utils.to_categorical([[2], [0]], num_classes=4)
    assert rows.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]
    assert rows.dtype == np.float32
    assert utils.to_categorical(np.array([1.0, 0.0])).tolist() == [[0, 1], [1, 0]]
    assert utils.to_categorical([True, False]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("labels", [[-1, 0], [0.5], [np.nan], [np.inf], [], ["a"], [1j], [None]])
def test_one_hot_rows_of_what_is_no_class_number(labels):
    with pytest.raises(ValueError, match="`x` must hold class numbers"):
        utils.to_categorical(labels)


def test_one_hot_rows_of_too_large_a_class_number():
    with pytest.raises(ValueError, match="below `num_classes`, 2; got 2"):
        utils.to_categorical([0, 2], num_classes=2)


@pytest.mark.parametrize("classes", [0, -3, 2.5, "3"])
def test_the_number_of_classes_is_a_positive_integer(classes):
    with pytest.raises(ValueError, match="num_classes"):
        utils.to_categorical([0, 1], num_classes=classes)
