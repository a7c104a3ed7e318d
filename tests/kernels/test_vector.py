"""Every word of the vocabulary of vectors, at every width, against NumPy."""

from __future__ import annotations

from functools import cache

import numba
import numpy as np
import pytest
from numba import njit, types
from numba.core.errors import TypingError

from cnnlib.kernels._compile import OPTIONS
from cnnlib.kernels.vector import (
    at,
    beats,
    codes,
    load,
    put,
    root,
    select,
    splat,
    store,
    store_first,
    store_from,
    tile,
)
from tests.kernels.tiles import GUARD, assert_guards, guarded, needs_compiler, output

pytestmark = needs_compiler

LANES = [1, 2, 4, 8, 16, 32]
every_width = pytest.mark.parametrize("lanes", LANES)

TINY, HUGE = np.float32(1e-45), np.float32(3.4e38)
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1, -1, 1.5, -0.1, 1 / 3, 7, TINY, HUGE, -HUGE, 1e-38]
SPECIAL = np.array([*SPECIAL, 16777216], np.float32)
#: All pairs of special numbers: 256, which every width divides.
A, B = (grid.ravel() for grid in np.meshgrid(SPECIAL, SPECIAL))


def assert_same(result, expected):
    """Equal to the last bit, the sign of a zero too; any NaN is like any other."""
    expected = np.asarray(expected, result.dtype)
    np.testing.assert_array_equal(result, expected)
    if result.dtype == np.float32:
        numbers = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(result[numbers]), np.signbit(expected[numbers]))


# ------------------------------------------------------------------------------------- arithmetic
@cache
def arithmetic(L):
    @njit(**OPTIONS)
    def fill(a, b, number, out):
        n = a.size
        for i in range(0, n, L):
            x, y = load(a, i, L), load(b, i, L)
            store(out, i, x + y)
            store(out, n + i, x - y)
            store(out, 2 * n + i, x * y)
            store(out, 3 * n + i, x / y)
            z = x
            z += y
            store(out, 4 * n + i, z)
            z = x
            z -= y
            store(out, 5 * n + i, z)
            z = x
            z *= y
            store(out, 6 * n + i, z)
            z = x
            z /= y
            store(out, 7 * n + i, z)
            store(out, 8 * n + i, x + number)
            store(out, 9 * n + i, number - x)
            store(out, 10 * n + i, x * number)
            store(out, 11 * n + i, number / x)
            store(out, 12 * n + i, 3 - x)  # whole numbers
            store(out, 13 * n + i, x / 3)
            z = x
            z *= number
            store(out, 14 * n + i, z)
            store(out, 15 * n + i, root(x))

    return fill


@every_width
@pytest.mark.parametrize("number", [np.float32(0.7), np.float64(0.7)])
def test_arithmetic(lanes, number):
    out, f = output(16, A.size), np.float32(0.7)  # float64 is rounded first
    arithmetic(lanes)(A, B, number, out)
    pairs = [A + B, A - B, A * B, A / B]
    numbers = [A + f, f - A, A * f, f / A, 3 - A, A / np.float32(3), A * f, np.sqrt(A)]
    for row, expected in zip(out, [*pairs, *pairs, *numbers], strict=True):
        assert_same(row, expected)
    assert_guards(out)


@every_width
def test_a_product_that_is_added_is_rounded_once_or_twice(lanes, rng):
    @njit(**OPTIONS)
    def fill(a, b, c, out):
        for i in range(0, a.size, lanes):
            store(out, i, load(a, i, lanes) * load(b, i, lanes) + load(c, i, lanes))

    a, b, c = rng.standard_normal((3, 64)).astype(np.float32)
    out = output(64)
    fill(a, b, c, out)
    once = (a.astype(np.float64) * b + c).astype(np.float32)
    assert ((out == once) | (out == a * b + c)).all()


# ------------------------------------------------------------------------------ comparing, choosing
@cache
def choices(L):
    @njit(**OPTIONS)
    def fill(a, b, out):
        n = a.size
        for i in range(0, n, L):
            x, y = load(a, i, L), load(b, i, L)
            store(out, i, select(x > y, x, y))
            store(out, n + i, select(x == y, x, y))
            store(out, 2 * n + i, select(beats(x, y), splat(1, L), splat(0, L)))

    return fill


@every_width
def test_comparing_and_choosing(lanes):
    out = output(3, A.size)
    choices(lanes)(A, B, out)
    assert_same(out[0], np.where(A > B, A, B))
    assert_same(out[1], np.where(A == B, A, B))
    assert_same(out[2], (A > B) | (np.isnan(A) & ~np.isnan(B)))
    assert_guards(out)


@every_width
def test_bytes(lanes):
    @njit(**OPTIONS)
    def fill(a, b, equal, mixed, numbers):
        for i in range(0, a.size, lanes):
            x, y = load(a, i, lanes), load(b, i, lanes)
            store(equal, i, select(x == y, codes(200, lanes), codes(3, lanes)))
            store(mixed, i, select(x == codes(255, lanes), x, y))
            store(numbers, i, select(x == y, splat(1, lanes), splat(2, lanes)))

    some = np.array([0, 1, 127, 128, 254, 255, 2, 3], np.uint8)
    a, b = (grid.ravel() for grid in np.meshgrid(some, some))
    equal, mixed = output(a.size, dtype=np.uint8), output(a.size, dtype=np.uint8)
    numbers = output(a.size)
    fill(a, b, equal, mixed, numbers)
    assert equal.tolist() == np.where(a == b, 200, 3).tolist()
    assert mixed.tolist() == np.where(a == 255, a, b).tolist()
    assert numbers.tolist() == np.where(a == b, 1, 2).tolist()
    assert_guards(equal, mixed, numbers)


# ------------------------------------------------------------------------------------------ memory
@cache
def copy(L):
    @njit(**OPTIONS)
    def copy(a, i, out, j):
        store(out, j, load(a, i, L))

    return copy


@every_width
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_a_vector_is_stored_where_it_belongs_and_nowhere_else(lanes, dtype):
    a, room = np.arange(80).astype(dtype), 40
    for i, j in [(0, 0), (1, 3), (7, 5), (80 - lanes, room - lanes)]:  # at any position
        out = output(5, 8, dtype=dtype)  # flat positions, whatever the shape
        expected = out.ravel().copy()
        copy(lanes)(a, i, out, j)
        expected[j : j + lanes] = a[i : i + lanes]
        np.testing.assert_array_equal(out.ravel(), expected)
        assert_guards(out)


@cache
def copy_from(L):
    @njit(**OPTIONS)
    def copy_from(a, out, j, first):
        store_from(out, j, load(a, 0, L), first)

    return copy_from


@every_width
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_lanes_before_the_first_stay(lanes, dtype):
    a = np.arange(1, lanes + 1).astype(dtype)
    for first in range(-1, lanes + 2):
        out = guarded(np.arange(100, 140), dtype)
        expected = out.copy()
        copy_from(lanes)(a, out, 3, first)
        kept = max(first, 0)
        expected[3 + min(kept, lanes) : 3 + lanes] = a[kept:]
        np.testing.assert_array_equal(out, expected)
        assert_guards(out)


@every_width
def test_lanes_behind_the_last_stay(lanes):
    @njit(**OPTIONS)
    def copy_first(a, out, j, count):
        store_first(out, j, load(a, 0, lanes), count)

    a = np.resize(SPECIAL, lanes)
    for count in range(-1, lanes + 2):
        kept = min(max(count, 0), lanes)
        out = output(3 + kept)  # the lanes that are not stored would lie in the guard
        copy_first(a, out, 3, count)
        assert np.isnan(out[:3]).all()
        assert_same(out[3:], a[:kept])
        assert_guards(out)


@every_width
def test_nan_and_infinity_are_moved_as_they_are(lanes):
    a = np.resize(SPECIAL, lanes)
    out = output(lanes)
    copy(lanes)(a, 0, out, 0)
    assert out.tobytes() == a.tobytes()


@njit(**OPTIONS)
def read(a, i, out):
    out[0] = at(a, i)


@njit(**OPTIONS)
def read_and_double(a, i, out):
    out[0] = 2 * at(a, i) + 1


@njit(**OPTIONS)
def write(a, i, x):
    put(a, i, x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_number(dtype):
    a, out = np.resize(SPECIAL, (5, 4)).astype(dtype), np.zeros(1, dtype)
    for i in range(20):
        read(a, i, out)
        assert out.tobytes() == a.ravel()[i].tobytes()


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint32, np.int64])
def test_integers_of_any_width_come_as_pythons(dtype):
    limits = np.iinfo(dtype)
    values = [0, 1, limits.max, limits.min] if dtype != np.int64 else [0, 1, 2**61, -(2**61)]
    a, out = np.array(values, dtype), np.zeros(1, np.int64)
    number = njit(lambda a: at(a, 0))
    number(a)
    assert number.nopython_signatures[0].return_type == types.intp
    for i, value in enumerate(values):
        read_and_double(a, i, out)
        assert out[0] == 2 * value + 1, "nothing overflows in the narrow type"


def test_negative_positions_lie_before_the_array():
    a, out = np.arange(10, dtype=np.float32), np.zeros(1, np.float32)
    read(a[4:], -1, out)
    assert out[0] == 3
    write(a[4:], -2, np.float32(50))
    assert a.tolist() == [0, 1, 50, 3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("dtype", [np.float32, np.uint8, np.int32, np.int64])
@pytest.mark.parametrize("value", [9, np.float32(9), np.float64(9), np.int32(9), np.uint8(9)])
def test_put_writes_one_number_in_the_arrays_type(dtype, value):
    a = guarded(np.arange(6), dtype)
    for i in (0, 5):
        write(a, i, value)
    assert a.tolist() == [9, 1, 2, 3, 4, 9]
    assert_guards(a)


def test_put_rounds_to_float32():
    a = output(3)
    write(a, 1, np.float64(1 / 3))
    assert a[1] == np.float32(1 / 3)
    write(a, 1, np.nan)
    assert np.isnan(a).all()


@every_width
def test_copies_of_a_number(lanes):
    @njit(**OPTIONS)
    def fill(x, out, whole, bytes_):
        store(out, 2, splat(x, lanes))
        store(whole, 2, splat(-3, lanes))
        store(bytes_, 2, codes(254, lanes))

    for x in [*SPECIAL, np.float64(1 / 3)]:
        out, whole, bytes_ = output(36), output(36), output(36, dtype=np.uint8)
        fill(x, out, whole, bytes_)
        for array, value in ((out, np.float32(x)), (whole, -3), (bytes_, 254)):
            assert_same(array[2 : 2 + lanes], np.full(lanes, value))
            left = np.r_[array[:2], array[2 + lanes :]]
            assert ((left == 255) | (left != left)).all(), "the neighbors stay garbage"
            assert_guards(array)


# ------------------------------------------------------------------------------------------- tiles
@every_width
@pytest.mark.parametrize("count", [1, 3])
def test_a_tile_holds_vectors_or_integers(lanes, count):
    @njit(**OPTIONS)
    def sums(a, rounds, out, numbers):
        acc, other, place = tile(count, lanes), tile(count, lanes), tile(count, 0)
        for t in range(count):
            acc[t], other[t] = load(a, t * lanes, lanes), splat(-1, lanes)
            place[t] = (count - 1 - t) * lanes  # backwards
        for r in range(rounds):
            for t in range(count):
                acc[t] += load(a, t * lanes, lanes) * at(a, r)
                other[t] = other[t] - acc[t]
        for t in range(count):
            store(out, place[t], acc[t])
            store(out, count * lanes + place[t], other[t])
            put(numbers, t, place[t] + 2**40)

    a = np.arange(1, count * lanes + 4, dtype=np.float32)
    out, numbers = output(2, count, lanes), np.zeros(count, np.int64)
    sums(a, 3, out, numbers)
    rows = a[: count * lanes].reshape(count, lanes)[::-1]
    factors = 1 + np.cumsum(a[:3])  # of the first, the second and the third round
    np.testing.assert_array_equal(out[0], rows * factors[2])
    np.testing.assert_array_equal(out[1], -1 - rows * factors.sum())
    assert numbers.tolist() == [2**40 + (count - 1 - t) * lanes for t in range(count)]
    assert_guards(out)


# ------------------------------------------------------------------------------------------ errors
@pytest.mark.parametrize(
    "call",
    [
        lambda a, n: tile(n, 4),
        lambda a, n: tile(4, n),
        lambda a, n: load(a, 0, n),
        lambda a, n: splat(a[0], n),
        lambda a, n: codes(n, 4),
        lambda a, n: codes(0, n),
    ],
)
def test_sizes_must_be_constants(call):
    inner = njit(call)

    @njit
    def kernel(a, n):
        inner(a, n)

    for function in (kernel, inner):
        with pytest.raises(TypingError, match="take constants for T and L"):
            function(np.ones(8, np.float32), 4)


def test_a_tile_takes_vectors_of_its_own_width_only():
    @njit
    def kernel(a):
        acc = tile(2, 4)
        acc[0] = load(a, 0, 8)

    with pytest.raises(TypingError, match="f4x8"):
        kernel(np.ones(8, np.float32))


def test_vectors_of_two_kinds_are_not_compared():
    @njit
    def kernel(a, out):
        store(out, 0, select(load(a, 0, 4) > load(a, 0, 8), load(a, 0, 4), load(a, 0, 4)))

    with pytest.raises(TypingError, match="f4x4"):
        kernel(np.ones(8, np.float32), np.ones(8, np.float32))


def test_the_guards_of_these_tests_can_fail():
    out = output(4)
    copy(8)(np.arange(8, dtype=np.float32), 0, out, 0)
    with pytest.raises(AssertionError):
        assert_guards(out)
    assert out.base[GUARD + 4] == 4


# ---------------------------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (lambda a: load(a, 0, 4), ("f8",), "float32 or uint8"),
        (lambda a: load(a, 0, 4), ("i4",), "float32 or uint8"),
        (lambda a, b: store(a, 0, load(b, 0, 4)), ("u1", "f4"), "the array's type"),
        (lambda a, b: load(a, 0, 4) + load(b, 0, 8), ("f4", "f4"), "as many float32"),
        (lambda a, b: load(a, 0, 4) * load(b, 0, 4), ("u1", "u1"), "as many float32"),
        (lambda a, b: beats(load(a, 0, 4), load(b, 0, 4)), ("u1", "u1"), "vectors of float32"),
        (
            lambda a, b: select(load(a, 0, 4) > load(b, 0, 4), load(a, 0, 8), load(b, 0, 8)),
            ("f4", "f4"),
            "two vectors alike",
        ),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_compiled(function, arguments, message):
    with pytest.raises(numba.core.errors.TypingError, match=message):
        numba.njit(function)(*(np.zeros(16, dtype) for dtype in arguments))
