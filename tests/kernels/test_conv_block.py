"""Convolution, ReLU and pooling as one step: its sums, its winners and its gradients, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.kernels import conv_block as kernels
from tests import naive
from tests.kernels import tiles
from tests.kernels.tiles import (
    assert_guards,
    compiled,
    geometries,
    needs_compiler,
    output,
    outputs_of,
    positions,
    same_bits,
    shielded,
    sum_groups,
    whole_numbers,
)

pytestmark = needs_compiler

#: Pools and lanes, or weights and lanes; and for how many cores it is compiled.
FORWARD = [(3, 1, 1), (1, 2, 2), (2, 4, 1), (1, 8, 1), (3, 16, 1), (2, 32, 1)]
BACKWARD = [(4, 1, 1), (3, 2, 1), (2, 4, 2), (1, 8, 1), (9, 16, 1), (5, 32, 1)]


class Block(NamedTuple):
    """A convolution (of images that are padded already) with its pools, in float64."""

    x: np.ndarray
    w: np.ndarray
    b: np.ndarray
    strides: tuple[int, int]
    dilation: tuple[int, int]

    @property
    def pools(self):
        """Rows and columns of pools. A last row or column of windows that has no partner is out."""
        image = self.x.shape[1:3]
        counts = outputs_of(image, self.w.shape[:2], self.strides, self.dilation)
        return counts[0] // 2, counts[1] // 2

    def four(self):
        """The four sums of every pool, in row-major order: (4, s, p, o)."""
        rows, cols = self.pools
        z = tiles.conv2d(self.x, self.w, self.b, self.strides, self.dilation)
        z = z[:, : 2 * rows, : 2 * cols].reshape(len(z), rows, 2, cols, 2, -1)
        return z.transpose(2, 4, 0, 1, 3, 5).reshape(4, len(z), rows * cols, -1)

    def forward(self):
        """Winners and results. NumPy's argmax has our rules: the first wins, NaN above all."""
        four = self.four()
        winner = four.argmax(axis=0)
        return winner, np.maximum(np.take_along_axis(four, winner[None], axis=0)[0], 0)

    def owed(self, dy):
        """The gradient by the sums, (s, i, j, o): dy where a sum has won and is above zero."""
        winner, y = self.forward()
        alive = np.where(y > 0, dy, 0)
        rows, cols = self.pools
        four = np.where(winner == np.arange(4)[:, None, None, None], alive, 0)
        four = four.reshape(2, 2, len(y), rows, cols, -1).transpose(2, 3, 0, 4, 1, 5)
        return four.reshape(len(y), 2 * rows, 2 * cols, -1)

    def weight_gradient(self, dy, samples=slice(None)):
        """The gradient by the weights, (m, n, c, o), of some samples."""
        owed, (rows, cols) = self.owed(dy)[samples], self.pools
        read = tiles.windows(self.x[samples], self.w.shape[:2], self.strides, self.dilation)
        read = read[:, : 2 * rows, : 2 * cols]
        return np.einsum("sijcmn,sijo->mnco", read, owed)

    def input_gradient(self, dy):
        owed = self.owed(dy)
        return tiles.input_gradient(owed, self.w, self.x.shape, self.strides, self.dilation)

    # ---------------------------------------------------------------------------- what kernels take
    @property
    def images(self):
        return shielded(self.x.reshape(len(self.x), -1))

    def tables(self, each):
        """start, tap and side."""
        _, _, width, channels = self.x.shape
        image, (down, right) = self.x.shape[1:3], self.strides
        side = [0, right * channels, down * width * channels]
        return (
            tiles.starts(image, channels, self.pools, (2 * down, 2 * right)),
            tiles.taps(image, channels, self.w.shape[:2], self.dilation, each),
            positions([*side, side[1] + side[2]]),
        )

    def results(self):
        """What the forward pass leaves to the backward pass."""
        winner, y = self.forward()
        return winner.astype(np.uint8), shielded(y)

    def shape(self):
        return len(self.x), self.pools[0] * self.pools[1], len(self.b)


@st.composite
def blocks(draw, outputs=1, channels=1):
    """A block in whole numbers with at least so many outputs and channels: ties everywhere."""
    image, size, strides, dilation = draw(geometries())
    image = tuple(n + s for n, s in zip(image, strides, strict=True))  # two windows each way
    samples = draw(st.integers(1, 3))
    channels += draw(st.integers(0, min(channels + 2, 7)))
    outputs += draw(st.integers(0, min(outputs + 2, 7)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = whole_numbers(rng, samples, *image, channels)
    w, b = whole_numbers(rng, *size, channels, outputs), whole_numbers(rng, outputs)
    return Block(x, w, b, strides, dilation), rng


def run_forward(function, block):
    outputs = len(block.b)
    winner, y = output(*block.shape(), dtype=np.uint8), output(*block.shape())
    w = shielded(block.w.reshape(-1, outputs))
    function(block.images, *block.tables(each=True), w, shielded(block.b), winner, y)
    assert_guards(winner, y)
    return winner, y


def run_weight_gradient(function, block, dy, groups=1, band=None):
    """The partial sums (g, m, n, c, o) and (g, o)."""
    start, tap, side = block.tables(each=False)
    outputs, shape = len(block.b), block.w.shape
    band = band or start.size
    db, dw = output(groups, outputs), output(groups, outputs, block.w[..., 0].size)
    where = output(groups, min(band, start.size), dtype=np.int32)
    value = output(*where.shape)
    function(
        block.images, start, tap, side, shielded(dy), *block.results(), band, where, value, db, dw
    )
    assert_guards(where, value, db, dw)
    return np.moveaxis(dw.reshape(groups, outputs, *shape[:3]), 1, -1), db


def run_input_gradient(function, block, dy):
    tables, samples, outputs = block.tables(each=False), len(dy), len(block.b)
    where = output(4 * samples, outputs, dtype=np.int32)
    value, dx = output(*where.shape), output(samples, block.x[0].size)
    wt = shielded(block.w.reshape(-1, outputs).T)
    function(*tables, shielded(dy), *block.results(), wt, where, value, dx)
    assert_guards(where, value, dx)
    return dx.reshape(block.x.shape)


def run_narrow_gradient(function, block, dy, groups=1):
    tables, outputs = block.tables(each=True), len(block.b)
    db, dw = output(groups, outputs), output(groups, block.w[..., 0].size, outputs)
    function(block.images, *tables, shielded(dy), *block.results(), db, dw)
    assert_guards(db, dw)
    return dw.reshape(groups, *block.w.shape), db


# ---------------------------------------------------------------------------------------- on paper
def test_on_paper():
    x = np.array([[1, 5, 2, 2], [5, 0, 2, 2], [-1, -2, 0, 0], [-3, -4, 7, 9]], float)
    block = Block(x.reshape(1, 4, 4, 1), np.ones((1, 1, 1, 1)), np.zeros(1), (1, 1), (1, 1))
    winner, y = run_forward(compiled(kernels.conv_block(1, 1), 1), block)
    assert y.ravel().tolist() == [5, 2, 0, 9]
    assert winner.ravel().tolist() == [1, 0, 0, 3]  # of two fives the first in row-major order
    dy = np.array([10, 20, 30, 40.0]).reshape(1, 4, 1)  # 30 goes to a sum below zero: to nobody
    dx = run_input_gradient(compiled(kernels.conv_block_input_gradient(1, 1), 1), block, dy)
    assert dx[0, :, :, 0].tolist() == [[0, 10, 20, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 40]]
    dw, db = run_weight_gradient(compiled(kernels.conv_block_weight_gradient(1, 1), 1), block, dy)
    assert dw.item() == 5 * 10 + 2 * 20 + 9 * 40
    assert db.item() == 10 + 20 + 40
    narrow = compiled(kernels.conv_block_narrow_gradient(1, 1), 1)
    assert [a.item() for a in run_narrow_gradient(narrow, block, dy)] == [dw.item(), db.item()]


@given(blocks())
@settings(max_examples=20)
def test_the_oracle_of_these_tests_is_the_slow_loops_in_a_row(case):
    block, rng = case
    x, w, b, strides, dilation = block
    z = naive.conv2d(x, w, b, strides, "valid", dilation)
    a = naive.relu(z)
    y = naive.max_pool2d(a, (2, 2), (2, 2))
    winner, expected = block.forward()
    np.testing.assert_array_equal(y.reshape(expected.shape), expected)
    first = [column.tolist().index(max(column)) for column in block.four().reshape(4, -1).T]
    np.testing.assert_array_equal(winner.ravel(), first)

    dy = whole_numbers(rng, *expected.shape)
    dz = naive.max_pool2d_backward(dy.reshape(y.shape), a, (2, 2), (2, 2))
    dz = naive.relu_backward(dz, z)
    dx, dw, db = naive.conv2d_backward(dz, x, w, strides, "valid", dilation)
    np.testing.assert_array_equal(block.input_gradient(dy), dx)
    np.testing.assert_array_equal(block.weight_gradient(dy), dw)
    np.testing.assert_array_equal(block.owed(dy).sum(axis=(0, 1, 2)), db)


# ------------------------------------------------------------------------------------ whole numbers
@pytest.mark.parametrize(("Q", "L", "cores"), FORWARD)
@given(data=st.data())
@settings(max_examples=12)
def test_sums_and_winners_are_exact(Q, L, cores, data):
    block, _ = data.draw(blocks(outputs=L))
    winner, y = run_forward(compiled(kernels.conv_block(Q, L), cores), block)
    expected = block.forward()
    np.testing.assert_array_equal(y, expected[1])
    np.testing.assert_array_equal(winner, expected[0])


@pytest.mark.parametrize(("T", "L", "cores"), BACKWARD)
@given(data=st.data())
@settings(max_examples=12)
def test_the_weights_gradient_is_exact(T, L, cores, data):
    block, rng = data.draw(blocks(channels=L))
    dy = whole_numbers(rng, *block.shape())
    groups, band = data.draw(st.integers(1, 4)), data.draw(st.integers(1, block.shape()[1] + 1))
    function = compiled(kernels.conv_block_weight_gradient(T, L), cores)
    dw, db = run_weight_gradient(function, block, dy, groups, band)
    expected = sum_groups(len(dy), groups, lambda s: block.weight_gradient(dy, s))
    np.testing.assert_array_equal(dw, expected)
    owed = block.owed(dy)
    expected = sum_groups(len(dy), groups, lambda s: owed[s].sum(axis=(0, 1, 2)))
    np.testing.assert_array_equal(db, expected)


@pytest.mark.parametrize(("T", "L", "cores"), BACKWARD)
@given(data=st.data())
@settings(max_examples=12)
def test_the_images_gradient_is_exact(T, L, cores, data):
    block, rng = data.draw(blocks(channels=L))
    dy = whole_numbers(rng, *block.shape())
    function = compiled(kernels.conv_block_input_gradient(T, L), cores)
    dx = run_input_gradient(function, block, dy)
    np.testing.assert_array_equal(dx, block.input_gradient(dy))


@pytest.mark.parametrize(("T", "L", "cores"), BACKWARD)
@given(data=st.data())
@settings(max_examples=12)
def test_the_gradient_for_few_channels_is_exact(T, L, cores, data):
    block, rng = data.draw(blocks(outputs=L))
    dy = whole_numbers(rng, *block.shape())
    groups = data.draw(st.integers(1, 4))
    function = compiled(kernels.conv_block_narrow_gradient(T, L), cores)
    dw, db = run_narrow_gradient(function, block, dy, groups)
    expected = sum_groups(len(dy), groups, lambda s: block.weight_gradient(dy, s))
    np.testing.assert_array_equal(dw, expected)
    owed = block.owed(dy)
    expected = sum_groups(len(dy), groups, lambda s: owed[s].sum(axis=(0, 1, 2)))
    np.testing.assert_array_equal(db, expected)


# ------------------------------------------------------------------------------ ties, NaN, nothing
def example(rng, samples=2, channels=5, outputs=6, size=(2, 3), make=whole_numbers):
    x, w = make(rng, samples, 8, 9, channels), make(rng, *size, channels, outputs)
    return Block(x, w, make(rng, outputs), (1, 1), (1, 1))


GRADIENTS = [
    (kernels.conv_block_weight_gradient, run_weight_gradient),
    (kernels.conv_block_input_gradient, run_input_gradient),
    (kernels.conv_block_narrow_gradient, run_narrow_gradient),
]


def gradient(factory, run, block, dy):
    """dw, or dx, by tiles of 2 weights and 4 lanes."""
    result = run(compiled(factory(2, 4), 1), block, dy)
    return result[0][0] if isinstance(result, tuple) else result


def expected_gradient(factory, block, dy):
    by_input = factory is kernels.conv_block_input_gradient
    return block.input_gradient(dy) if by_input else block.weight_gradient(dy)


@pytest.mark.parametrize("mask", range(1, 16))
def test_of_equal_sums_the_first_in_row_major_order_wins(mask):
    largest = [k for k in range(4) if mask >> k & 1]
    for best in (3.0, np.nan, np.inf):
        x = np.array([best if k in largest else -1.0 for k in range(4)])
        x = np.repeat(x.reshape(1, 2, 2, 1), 2, axis=0)
        block = Block(x, np.ones((1, 1, 1, 5)), np.zeros(5), (1, 1), (1, 1))
        winner, y = run_forward(compiled(kernels.conv_block(2, 4), 1), block)
        assert (winner == largest[0]).all()
        np.testing.assert_array_equal(y, np.full((2, 1, 5), best))


@pytest.mark.parametrize("second", [-np.inf, 0, 7, np.inf, np.nan])
@pytest.mark.parametrize("place", range(4))
def test_the_first_nan_wins_the_pool(place, second):
    x = np.full(4, 5.0)
    x[place], x[(place + 1) % 4] = np.nan, second
    block = Block(x.reshape(1, 2, 2, 1), np.ones((1, 1, 1, 4)), np.zeros(4), (1, 1), (1, 1))
    winner, y = run_forward(compiled(kernels.conv_block(2, 4), 1), block)
    assert np.isnan(y).all()
    assert (winner == np.isnan(x).argmax()).all()


@pytest.mark.parametrize("bias", [-1.0, 0.0])
@pytest.mark.parametrize(("factory", "run"), GRADIENTS)
def test_what_is_not_above_zero_has_no_gradient(rng, factory, run, bias):
    block = example(rng)._replace(w=np.zeros((2, 3, 5, 6)), b=np.full(6, bias))
    winner, y = run_forward(compiled(kernels.conv_block(2, 4), 1), block)
    assert not y.any()
    assert not winner.any(), "all are equal: the first"
    result = run(compiled(factory(2, 4), 1), block, np.full(block.shape(), np.nan))
    for array in result if isinstance(result, tuple) else [result]:
        assert not array.any(), "not even dy's NaN is seen"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("spoiled", ["x", "w", "b"])
def test_nan_and_infinity_reach_the_pools_that_see_them(rng, spoiled, bad):
    block = example(rng)
    array = getattr(block, spoiled)
    array.flat[array.size // 2] = bad
    winner, y = run_forward(compiled(kernels.conv_block(2, 4), 1), block)
    expected = block.forward()
    assert 0 < np.isfinite(block.four()).sum() < block.four().size
    np.testing.assert_array_equal(y, expected[1])
    np.testing.assert_array_equal(winner, expected[0])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("factory", "run"), GRADIENTS)
def test_nan_and_infinity_in_dy_reach_what_their_window_pays(rng, factory, run, bad):
    block = example(rng)
    block.x[block.x == 0] = 1  # 0 times infinity would be for the next test
    block.w[block.w == 0] = 1
    dy = whole_numbers(rng, *block.shape())
    alive = np.argwhere(block.forward()[1] > 0)
    dy[tuple(alive[len(alive) // 2])] = bad
    expected = expected_gradient(factory, block, dy)
    assert not np.isfinite(expected).all()
    np.testing.assert_array_equal(gradient(factory, run, block, dy), expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize(("factory", "run"), GRADIENTS)
@pytest.mark.parametrize("spoiled", ["x", "w"])
def test_nan_and_infinity_in_x_and_w_spread_no_further_than_in_plain_loops(
    rng, factory, run, spoiled, bad
):
    """Listing the winners leaves out products of zero and NaN; whatever else there is stays."""
    block = example(rng)
    array = getattr(block, spoiled)
    array.flat[array.size // 2] = bad
    dy = whole_numbers(rng, *block.shape())
    result, plain = gradient(factory, run, block, dy), expected_gradient(factory, block, dy)
    finite = np.isfinite(plain)
    assert finite.any()
    np.testing.assert_array_equal(result[finite], plain[finite])
    if factory is kernels.conv_block_narrow_gradient:
        np.testing.assert_array_equal(result, plain)


# ------------------------------------------------------------------------------------ many threads
def test_the_number_of_threads_changes_no_bit(rng, threads):
    block = example(rng, 5, 10, 11, make=lambda rng, *shape: rng.standard_normal(shape))
    dy = rng.standard_normal(block.shape())
    results = []
    for count in (1, 2):
        threads(count)
        winner, y = run_forward(kernels.conv_block(1, 2), block)
        dw, db = run_weight_gradient(kernels.conv_block_weight_gradient(2, 4), block, dy, 3, 5)
        dx = run_input_gradient(kernels.conv_block_input_gradient(2, 4), block, dy)
        narrow = run_narrow_gradient(kernels.conv_block_narrow_gradient(2, 4), block, dy, 3)
        results.append((winner, y, dw, db, dx, *narrow))
    for one, two in zip(*results, strict=True):
        assert same_bits(one, two)

    winner, y, dw, db, dx, *narrow = results[0]
    close = {"rtol": 1e-5, "atol": 1e-4}
    np.testing.assert_allclose(y, block.forward()[1], **close)
    np.testing.assert_array_equal(winner, block.forward()[0])
    np.testing.assert_allclose(dx, block.input_gradient(dy), **close)
    for by_weight, by_bias in ((dw, db), narrow):
        np.testing.assert_allclose(by_weight.sum(axis=0), block.weight_gradient(dy), **close)
        owed = block.owed(dy).sum(axis=(0, 1, 2))
        np.testing.assert_allclose(by_bias.sum(axis=0), owed, **close)
