"""Convolution on register tiles: exact sums for whole numbers, at every width, in any pieces."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.kernels import conv2d_tiles as kernels
from tests import naive
from tests.kernels import tiles
from tests.kernels.tiles import (
    assert_guards,
    compiled,
    cut,
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

#: Rows and lanes of a tile, and for how many cores it is compiled.
VARIANTS = [(5, 1, 1), (1, 2, 1), (3, 4, 2), (2, 8, 1), (14, 16, 1), (7, 32, 1)]
variants = pytest.mark.parametrize(("T", "L", "cores"), VARIANTS)
NO_FLOOR, ZERO = np.float32(-np.inf), np.float32(0)


def tables(image, channels, size, strides, dilation):
    """Where the windows begin and where the weights look."""
    counts = outputs_of(image, size, strides, dilation)
    start = tiles.starts(image, channels, counts, strides)
    return start, tiles.taps(image, channels, size, dilation)


def parts(pixels, channels):
    """A table of tasks: every piece of one side with every piece of the other."""
    return positions([(*a, *b) for a, b in product(pixels, channels)])


def flat(array):
    return shielded(array.reshape(len(array), -1))


def run_conv2d(function, x, w, b, geometry, floor=NO_FLOOR, place=None, part=None, y=None):
    """Call a kernel with images (s, h, w, c) and weights (m, n, c, o); one task if none are given.

    Returns (s, p, o), or the array that was given.
    """
    start, tap = tables(x.shape[1:3], x.shape[3], *geometry)
    outputs = len(b)
    if y is None:
        y = output(len(x), start.size * outputs)
    if place is None:
        place = positions(np.arange(start.size) * outputs)
    if part is None:
        part = parts([(0, start.size)], [(0, outputs)])
    weights = shielded(w.reshape(-1, outputs))
    function(flat(x), start, tap, weights, shielded(b), floor, place, part, y)
    assert_guards(y)
    return y.reshape(len(x), -1, outputs) if y.shape[1] == start.size * outputs else y


def run_weight_gradient(function, dy, x, geometry, groups=1, part=None, band=128, place=None):
    """Call a kernel with gradients (s, i, j, o) and images (s, h, w, c): (g, m, n, c, o)."""
    start, tap = tables(x.shape[1:3], x.shape[3], *geometry)
    outputs = dy.shape[3]
    if place is None:
        place = positions(np.arange(start.size) * outputs)
    if part is None:
        part = parts([(0, tap.size)], [(0, outputs)])
    dw = output(groups, tap.size, outputs)
    function(flat(dy), flat(x), start, tap, place, part, band, dw)
    assert_guards(dw)
    return dw.reshape(groups, *geometry[0], x.shape[3], outputs)


@st.composite
def convolutions(draw, lanes):
    """Images and weights in whole numbers, with no fewer outputs than lanes."""
    image, *geometry = draw(geometries())
    samples, channels = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    outputs = lanes + draw(st.integers(0, min(lanes + 2, 9)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = whole_numbers(rng, samples, *image, channels)
    w, b = whole_numbers(rng, *geometry[0], channels, outputs), whole_numbers(rng, outputs)
    return x, w, b, tuple(geometry), rng


# -------------------------------------------------------------------------------------- the oracle
@given(convolutions(1))
@settings(max_examples=15)
def test_the_oracle_of_these_tests_agrees_with_the_slow_loops(case):
    x, w, b, (size, strides, dilation), rng = case
    y = tiles.conv2d(x, w, b, strides, dilation)
    np.testing.assert_array_equal(y, naive.conv2d(x, w, b, strides, "valid", dilation))
    dy = whole_numbers(rng, *y.shape)
    dx, dw, _ = naive.conv2d_backward(dy, x, w, strides, "valid", dilation)
    np.testing.assert_array_equal(tiles.input_gradient(dy, w, x.shape, strides, dilation), dx)
    np.testing.assert_array_equal(tiles.weight_gradient(dy, x, size, strides, dilation), dw)


# ----------------------------------------------------------------------------------------- forward
@needs_compiler
@variants
@given(data=st.data())
@settings(max_examples=12)
def test_every_sum_is_exact(T, L, cores, data):
    x, w, b, geometry, rng = data.draw(convolutions(L))
    expected = tiles.conv2d(x, w, b, *geometry[1:])
    samples, rows, cols, outputs = expected.shape
    pixels = rows * cols
    part = parts(cut(data.draw, pixels), cut(data.draw, outputs, L))
    function = compiled(kernels.conv2d_tiles(T, L), cores)

    y = run_conv2d(function, x, w, b, geometry, part=part)
    np.testing.assert_array_equal(y, expected.reshape(samples, pixels, outputs))
    y = run_conv2d(function, x, w, b, geometry, floor=ZERO, part=part)
    np.testing.assert_array_equal(y, np.maximum(expected, 0).reshape(y.shape))

    # pixels in any order, with room between them that stays as it was
    gap = data.draw(st.integers(1, 3))
    place = gap + rng.permutation(pixels) * (outputs + gap)
    y = output(samples, gap + pixels * (outputs + gap))
    wanted = y.astype(np.float64)
    for p, first in enumerate(place):
        wanted[:, first : first + outputs] = expected.reshape(samples, pixels, outputs)[:, p]
    run_conv2d(function, x, w, b, geometry, place=positions(place), part=part, y=y)
    np.testing.assert_array_equal(y, wanted)


@needs_compiler
@pytest.mark.parametrize(("T", "L", "cores"), [(3, 4, 1), (14, 8, 2), (2, 16, 1), (1, 1, 1)])
@given(data=st.data())
@settings(max_examples=12)
def test_lanes_that_are_no_channels_are_not_stored(T, L, cores, data):
    """Weights for L outputs, the first of which exist: what lies behind them stays as it was."""
    x, w, b, geometry, rng = data.draw(convolutions(L))
    w, b = w[..., :L], b[:L]
    expected = tiles.conv2d(x, w, b, *geometry[1:])
    samples, rows, cols, _ = expected.shape
    pixels, outputs = rows * cols, data.draw(st.integers(1, L))
    part = parts(cut(data.draw, pixels), [(0, outputs)])
    gap = data.draw(st.integers(0, 2))
    place = rng.permutation(pixels) * (outputs + gap)  # a later pixel is not spoiled by an earlier
    y = output(samples, pixels * (outputs + gap) - gap)
    wanted = y.astype(np.float64)
    for p, first in enumerate(place):
        wanted[:, first : first + outputs] = expected.reshape(samples, pixels, L)[:, p, :outputs]
    function = compiled(kernels.conv2d_tiles(T, L, True), cores)
    start, tap = tables(x.shape[1:3], x.shape[3], *geometry)
    w, b = shielded(w.reshape(-1, L)), shielded(b)
    function(flat(x), start, tap, w, b, NO_FLOOR, positions(place), part, y)
    np.testing.assert_array_equal(y, wanted)
    assert_guards(y)


@needs_compiler
@pytest.mark.parametrize("floor", [NO_FLOOR, ZERO])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("spoiled", ["x", "w", "b"])
def test_nan_and_infinity_reach_what_they_should_and_no_more(rng, spoiled, bad, floor):
    geometry = ((2, 3), (2, 1), (1, 1))
    arrays = {
        "x": whole_numbers(rng, 2, 7, 6, 3),
        "w": whole_numbers(rng, 2, 3, 3, 6),
        "b": whole_numbers(rng, 6),
    }
    arrays[spoiled].flat[arrays[spoiled].size // 2] = bad
    expected = tiles.conv2d(*arrays.values(), *geometry[1:])
    assert 0 < np.isfinite(expected).sum() < expected.size
    if floor == 0:
        expected = np.maximum(expected, 0)  # keeps NaN
    for T, L, cores in ((3, 4, 2), (1, 2, 1)):
        function = compiled(kernels.conv2d_tiles(T, L), cores)
        y = run_conv2d(function, *arrays.values(), geometry, floor)
        np.testing.assert_array_equal(y, expected.reshape(y.shape))


# ---------------------------------------------------------------------------- the weights' gradient
@needs_compiler
@variants
@given(data=st.data())
@settings(max_examples=12)
def test_every_gradient_is_exact(T, L, cores, data):
    x, w, b, geometry, rng = data.draw(convolutions(L))
    size, strides, dilation = geometry
    dy = whole_numbers(rng, *tiles.conv2d(x, w, b, strides, dilation).shape)
    samples, rows, cols, outputs = dy.shape
    groups = data.draw(st.integers(1, 4))  # some have no sample where there are more than these
    part = parts(cut(data.draw, w[..., 0].size), cut(data.draw, outputs, L))
    band = data.draw(st.integers(1, rows * cols + 1))
    function = compiled(kernels.conv2d_weight_gradient_tiles(T, L), cores)

    expected = sum_groups(
        samples, groups, lambda s: tiles.weight_gradient(dy[s], x[s], size, strides, dilation)
    )
    dw = run_weight_gradient(function, dy, x, geometry, groups, part, band)
    np.testing.assert_array_equal(dw, expected)

    # the same gradient with room between its pixels
    gap = data.draw(st.integers(1, 3))
    wide = np.full((samples, rows, cols, outputs + gap), np.nan)
    wide[..., :outputs] = dy
    place = positions(np.arange(rows * cols) * (outputs + gap))
    start, tap = tables(x.shape[1:3], x.shape[3], *geometry)
    dw = output(groups, tap.size, outputs)
    function(flat(wide), flat(x), start, tap, place, part, band, dw)
    np.testing.assert_array_equal(dw.reshape(expected.shape), expected)
    assert_guards(dw)


@needs_compiler
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("spoiled", ["dy", "x"])
def test_nan_and_infinity_reach_the_gradients(rng, spoiled, bad):
    size, strides, dilation = geometry = ((2, 2), (1, 2), (1, 1))
    x, dy = whole_numbers(rng, 2, 5, 6, 3), whole_numbers(rng, 2, 4, 3, 6)
    array = {"dy": dy, "x": x}[spoiled]
    array[-1, -1, -1, 1] = bad
    expected = tiles.weight_gradient(dy, x, size, strides, dilation)
    assert 0 < np.isfinite(expected).sum() < expected.size
    for T, L, cores in ((3, 4, 2), (1, 2, 1)):
        function = compiled(kernels.conv2d_weight_gradient_tiles(T, L), cores)
        dw = run_weight_gradient(function, dy, x, geometry)
        np.testing.assert_array_equal(dw[0], expected)


# ------------------------------------------------------------------------------------ many threads
@needs_compiler
def test_the_number_of_threads_changes_no_bit(rng, threads):
    T, L = 3, 4
    geometry = ((3, 3), (1, 1), (1, 1))
    x, w = rng.standard_normal((4, 12, 11, 5)), rng.standard_normal((3, 3, 5, 37))
    b, dy = rng.standard_normal(37), rng.standard_normal((4, 10, 9, 37))
    pixels = parts([(0, 40), (40, 90)], [(0, 5 * L), (5 * L, 37)])
    weights = parts([(0, 14), (14, 45)], [(0, 5 * L), (5 * L, 37)])
    results = []
    for count in (1, 2):
        threads(count)
        y = run_conv2d(kernels.conv2d_tiles(T, L), x, w, b, geometry, ZERO, part=pixels)
        function = kernels.conv2d_weight_gradient_tiles(T, L)
        dw = run_weight_gradient(function, dy, x, geometry, 3, weights, 16)
        results.append((y, dw))
    for one, two in zip(*results, strict=True):
        assert same_bits(one, two)
    y, dw = results[0]
    expected = np.maximum(tiles.conv2d(x, w, b, *geometry[1:]), 0)
    np.testing.assert_allclose(y, expected.reshape(y.shape), rtol=1e-5, atol=1e-5)
    expected = tiles.weight_gradient(dy, x, *geometry)
    np.testing.assert_allclose(dw.sum(axis=0), expected, rtol=1e-5, atol=1e-4)


# ----------------------------------------------------------------------------------------- a frame
SIDES = st.tuples(st.integers(1, 6), st.integers(1, 6))


@given(SIDES, SIDES, st.tuples(st.integers(-7, 7), st.integers(-7, 7)), st.integers(1, 3))
def test_a_frame_of_zeros(image, room, corner, channels):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, *image, channels)).astype(np.float32)
    expected = np.zeros((2, *room, channels), np.float32)
    for h, k in np.ndindex(image):
        i, j = h + corner[0], k + corner[1]
        if 0 <= i < room[0] and 0 <= j < room[1]:
            expected[:, i, j] = x[:, h, k]
    plain = getattr(kernels.frame, "py_func", kernels.frame)
    for function in (kernels.frame, plain):
        y = output(*expected.shape)
        function(shielded(x), *corner, y)
        np.testing.assert_array_equal(y, expected)
        assert_guards(y)
