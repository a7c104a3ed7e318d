"""Ops on register tiles: with the tiles of every processor they give the numbers of plain loops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib import ops
from cnnlib.kernels import tiling
from cnnlib.ops import _tiled
from tests.kernels.tiles import forget

needs_compiler = pytest.mark.skipif(
    not tiling.available(), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)


def whole_numbers(rng, *shape):
    """Small whole numbers, whose sums are exact in any order."""
    return rng.integers(-3, 4, shape).astype(np.float32)


@pytest.fixture
def tiles(monkeypatch):
    """Choose the tiles of another processor; forget them afterwards."""

    def choose(name):
        monkeypatch.setenv("CNNLIB_TILES", name)
        forget()
        assert tiling.instruction_set() == name

    yield choose
    monkeypatch.undo()
    forget()


# ------------------------------------------------------------------------------ where a task begins
sizes = st.integers(1, 300)


@given(st.integers(1, 20), sizes, st.integers(1, 70), st.integers(0, 5))
@settings(max_examples=200)
def test_every_pixel_of_every_channel_belongs_to_one_task(samples, pixels, outputs, power):
    lanes = min(2**power, 1 << (outputs.bit_length() - 1))
    times = np.zeros((pixels, outputs), int)
    for p0, p1, o0, o1 in _tiled.pixel_parts(samples, pixels, outputs, lanes):
        assert p0 < p1 <= pixels
        assert o0 < o1 <= outputs
        assert o0 % lanes == 0
        assert o1 % lanes == 0 or o1 == outputs, "no vector reaches into another task's channels"
        times[p0:p1, o0:o1] += 1
    assert (times == 1).all()


@given(sizes, st.integers(1, 70), st.integers(1, 14), st.booleans())
def test_every_weight_belongs_to_one_task(weights, outputs, rows, whole):
    times = np.zeros(weights, int)
    table = _tiled.weight_parts(weights, outputs, rows, 1, whole)
    for k0, k1, o0, o1 in table:
        assert (o0, o1) == (0, outputs)
        assert k0 < k1
        times[k0:k1] += 1
    assert (times == 1).all()
    assert len(table) == 1 or not whole


def test_tables_are_made_once():
    assert _tiled.places(2, 3, 10, 2) is _tiled.places(2, 3, 10, 2)
    assert _tiled.places(2, 3, 10, 2, 1).tolist() == [1, 3, 5, 11, 13, 15]
    assert _tiled.taps((2, 2), 20, 4, 2).tolist() == [0, 1, 4, 5, 20, 21, 24, 25]
    assert _tiled.places(2, 3, 10, 2).dtype == np.int32


# ---------------------------------------------------------------------------------- every processor
#: Kernel larger than its stride, as large, smaller; dilated; not square; batches of 1 and of 9.
CONVOLUTIONS = [
    (1, (9, 8), (3, 3), {"padding": "same"}),
    (2, (8, 9), (2, 3), {"strides": (2, 3)}),
    (9, (7, 6), (1, 2), {"strides": (3, 1), "padding": "same"}),
    (2, (9, 7), (3, 2), {"dilation_rate": (2, 3), "padding": "same"}),
    (1, (8, 11), (2, 3), {"strides": (3, 2), "dilation_rate": (2, 3)}),
    (1, (20, 11), (2, 2), {"strides": 1}),  # more pixels than one task takes
]


def assert_convolution_is_exact(rng, samples, image, size, options, channels, outputs):
    """Float32 on tiles against float64 in plain loops: equal, for all sums are exact."""
    x, b = whole_numbers(rng, samples, *image, channels), whole_numbers(rng, outputs)
    w = whole_numbers(rng, *size, channels, outputs)
    expected = ops.conv2d(x.astype(np.float64), w, b, **options)
    y = ops.conv2d(x, w, b, **options)
    assert (y.dtype, expected.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(y, expected)
    dy = whole_numbers(rng, *y.shape)
    slow = ops.conv2d_backward(dy.astype(np.float64), x, w, **options)
    for gradient, plain in zip(ops.conv2d_backward(dy, x, w, **options), slow, strict=True):
        assert gradient.dtype == np.float32
        np.testing.assert_array_equal(gradient, plain)
    return y


@needs_compiler
@pytest.mark.parametrize("name", list(tiling.TARGETS))
def test_with_the_tiles_of_every_processor_the_numbers_are_the_same(rng, tiles, name):
    tiles(name)
    for case in CONVOLUTIONS:
        assert_convolution_is_exact(rng, *case, channels=20, outputs=20)
    for samples, image, _, options in CONVOLUTIONS:  # channels that do not fill a vector
        assert_convolution_is_exact(rng, samples, image, (2, 3), options, channels=3, outputs=6)
    x, w, dy = whole_numbers(rng, 20, 150), whole_numbers(rng, 150, 20), whole_numbers(rng, 20, 20)
    b = whole_numbers(rng, 20)
    assert _tiled.usable(x.dtype, len(x) * w.size)
    np.testing.assert_array_equal(ops.dense(x, w, b), x.astype(np.float64) @ w + b)
    dx, dw, _ = ops.dense_backward(dy, x, w)
    np.testing.assert_array_equal(dx, dy.astype(np.float64) @ w.T)
    np.testing.assert_array_equal(dw, x.T.astype(np.float64) @ dy)


@needs_compiler
def test_a_gradient_of_many_weights(rng):
    """More than are summed up in groups of samples; and few, of as many samples."""
    for channels, outputs in ((64, 128), (64, 32)):
        weights = 9 * channels * outputs
        assert (weights > _tiled.GROUPED) == (outputs == 128)
        case = (_tiled.GROUPS + 1, (5, 4), (3, 3), {"padding": "same"}, channels, outputs)
        assert_convolution_is_exact(rng, *case)


@needs_compiler
def test_results_do_not_depend_on_what_lay_in_memory(rng):
    """Also where strides leave pixels out and phases without a weight."""
    case = (2, (8, 9), (1, 2), {"strides": 3}, 4, 8)
    first = assert_convolution_is_exact(np.random.default_rng(1), *case)
    for _ in range(5):  # memory that was used before
        np.full(1 << 14, np.nan, np.float32)
        again = assert_convolution_is_exact(np.random.default_rng(1), *case)
        assert again.tobytes() == first.tobytes()


# -------------------------------------------------------------------------------------- interpreted
PROGRAM = """
import json
import sys
import numpy as np
from cnnlib import ops
from cnnlib.kernels import tiling

def numbers(*shape):
    return rng.integers(-3, 4, shape).astype(np.float32)

rng = np.random.default_rng(5)
x, w, b = numbers(2, 5, 6, 3), numbers(2, 3, 3, 4), numbers(4)
options = {"strides": (1, 2), "padding": "same"}
y = ops.conv2d(x, w, b, **options, relu=True)
results = [y, *ops.conv2d_backward(numbers(*y.shape), x, w, **options)]
x, w, b = numbers(3, 5), numbers(5, 4), numbers(4)
results += [ops.dense(x, w, b), *ops.dense_backward(numbers(3, 4), x, w)]
assert all(a.dtype == np.float32 for a in results)
print(json.dumps([tiling.available(), [a.tolist() for a in results]]))
"""


def test_interpreted_the_numbers_are_the_same():
    outputs = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert done.returncode == 0, done.stderr
        outputs.append(json.loads(done.stdout))
    (compiled, fast), (interpreted, slow) = outputs
    assert (compiled, interpreted) == (True, False)
    assert fast == slow


def test_an_image_too_large_for_the_tables_is_refused():
    assert _tiled.places(1, 2, 0, 2**31 - 1).tolist() == [0, 2**31 - 1]
    with pytest.raises(ValueError, match=r"at most 2,147,483,647 numbers; got 2,147,483,648"):
        _tiled.places(1, 2, 0, 2**31)
