"""Memory that is used again, and never while somebody still has it."""

from __future__ import annotations

import gc
import pickle
import threading

import numpy as np
import pytest

from cnnlib import Sequential, layers, ops
from cnnlib.ops import _memory
from cnnlib.ops._memory import LARGE, Pool, empty


@pytest.fixture(autouse=True)
def pool(monkeypatch):
    """An empty pool before and after."""
    gc.collect()
    _memory.POOL.clear()
    yield _memory.POOL
    _memory.POOL.clear()


def address(array):
    return array.ctypes.data


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int32])
@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (7, 1 << 14), (0, 4)])
def test_an_array_is_aligned_writable_and_in_c_order(shape, dtype):
    array = empty(shape, dtype)
    assert array.shape == shape
    assert array.dtype == dtype
    assert array.flags.carray
    assert address(array) % 64 == 0 or array.size == 0


def test_memory_of_an_array_that_is_gone_is_used_again():
    first = empty((LARGE,), np.uint8)
    where = address(first)
    del first
    assert address(empty((LARGE // 4,), np.float32)) == where


def test_memory_is_not_used_while_a_view_of_it_lives():
    first = empty((2, LARGE), np.uint8)
    where, view = address(first), first[1, ::2]
    del first
    second = empty((2, LARGE), np.uint8)
    assert address(second) != where
    view[:] = 7
    second[:] = 0
    assert (view == 7).all()
    del view
    assert address(empty((2, LARGE), np.uint8)) == where


def test_small_arrays_do_not_come_back(pool):
    del pool
    array = empty((10,))
    del array
    assert _memory.POOL.bytes == 0


def test_too_much_is_not_kept():
    pool = Pool(most=1000)
    a, b, c = pool.take(400), pool.take(500), pool.take(400)
    for memory in (a, b, c):
        pool.give(memory)
    assert 0 < pool.bytes <= 1000
    pool.clear()
    assert pool.bytes == 0


def test_sizes_that_are_no_longer_asked_for_go_first():
    pool = Pool(most=1000)
    old, new = pool.take(600), pool.take(400)
    pool.give(old)
    pool.give(new)
    again = pool.take(600)
    pool.give(again)  # used last
    pool.give(pool.take(300))
    assert 400 not in pool.free
    assert 600 in pool.free


def test_results_that_are_kept_stay_as_they_are():
    x = np.random.default_rng(0).standard_normal((8, 40, 40, 4)).astype(np.float32)
    w = np.ones((3, 3, 4, 4), np.float32)
    kept = [ops.conv2d(x * k, w) for k in range(6)]
    copies = [y.copy() for y in kept]
    for k in range(6):
        ops.relu(ops.conv2d(x * -k, w))
    for y, copy in zip(kept, copies, strict=True):
        np.testing.assert_array_equal(y, copy)


def test_threads_do_not_get_the_same_memory():
    wrong = []

    def work(number):
        for _ in range(300):
            array = empty((LARGE,), np.uint8)
            array[:] = number
            if not (array == number).all():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_result_can_be_copied_and_pickled():
    y = ops.relu(np.ones((LARGE,), np.float32))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(y)), y)


def test_fit_leaves_nothing_behind():
    model = Sequential(
        [
            layers.Conv2D(8, 3, activation="tanh", input_shape=(20, 20, 1)),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(np.ones((16, 20, 20, 1)), np.ones(16), batch_size=8, verbose=0)
    assert _memory.POOL.bytes == 0
