"""Every kernel on tiles, native and in WebAssembly, and how a page chooses among them.

The numbers are small and whole, so sums are exact in any order: results must be equal.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnnlib import wasm
from cnnlib.kernels import tiling
from cnnlib.wasm._page import TILES, tiled
from tests.kernels import tiles
from tests.wasm.machine import Machine

pytestmark = pytest.mark.skipif(
    not tiling.available(), reason="nothing is compiled under NUMBA_DISABLE_JIT"
)

KERNELS = tiled()
SEEDS = range(6)
IMAGE, SIZE, STRIDES, DILATION = (11, 9), (3, 2), (1, 2), (2, 1)


@pytest.fixture(scope="module")
def machine():
    return Machine(wasm.build())


# ------------------------------------------------------------------------------------- arguments
def whole(rng, *shape):
    return tiles.whole_numbers(rng, *shape).astype(np.float32)


def empty(*shape):
    return np.full(shape, np.nan, np.float32)


def tables(channels, each=True):
    """Windows of a convolution: how many, where each begins, where its weights look."""
    counts = tiles.outputs_of(IMAGE, SIZE, STRIDES, DILATION)
    start = tiles.starts(IMAGE, channels, counts, STRIDES)
    return start, tiles.taps(IMAGE, channels, SIZE, DILATION, each)


def images(rng, channels):
    return whole(rng, int(rng.integers(1, 4)), IMAGE[0] * IMAGE[1] * channels)


def conv2d_tiles(rng, lanes):
    """In one piece, or in two: pixels and channels are cut."""
    channels, outputs = int(rng.integers(1, 5)), lanes + int(rng.integers(0, 2 * lanes))
    x, (start, tap) = images(rng, channels), tables(channels)
    place = np.arange(start.size, dtype=np.int32)[::-1].copy() * outputs
    cut, last = int(rng.integers(1, start.size)), start.size
    parts = [[0, cut, 0, outputs], [cut, last, 0, outputs]]
    part = np.array(parts if rng.random() < 0.5 else [[0, last, 0, outputs]], np.int32)
    floor = np.float32(rng.choice([-np.inf, 0]))
    w, b = whole(rng, tap.size, outputs), whole(rng, outputs)
    return x, start, tap, w, b, floor, place, part, empty(len(x), start.size * outputs)


def conv2d_weight_gradient_tiles(rng, lanes):
    channels, outputs = int(rng.integers(1, 5)), lanes + int(rng.integers(0, 2 * lanes))
    x, (start, tap) = images(rng, channels), tables(channels)
    place = np.arange(start.size, dtype=np.int32) * outputs
    dy = whole(rng, len(x), start.size * outputs)
    part = np.array([[0, tap.size, 0, outputs]], np.int32)
    groups, band = int(rng.integers(1, 3)), int(rng.integers(1, start.size + 2))
    return dy, x, start, tap, place, part, band, empty(groups, tap.size, outputs)


def pools(channels, each):
    """Pools of a block: where each begins, where weights look, how far its windows lie apart."""
    rows, cols = (n // 2 for n in tiles.outputs_of(IMAGE, SIZE, STRIDES, DILATION))
    start = tiles.starts(IMAGE, channels, (rows, cols), (2 * STRIDES[0], 2 * STRIDES[1]))
    down, across = STRIDES[0] * IMAGE[1] * channels, STRIDES[1] * channels
    side = tiles.positions([0, across, down, down + across])
    return start, tiles.taps(IMAGE, channels, SIZE, DILATION, each), side


def conv_block(rng, lanes):
    channels, outputs = int(rng.integers(1, 5)), lanes + int(rng.integers(0, 2 * lanes))
    x, (start, tap, side) = images(rng, channels), pools(channels, True)
    winner = np.full((len(x), start.size, outputs), 9, np.uint8)
    w, b = whole(rng, tap.size, outputs), whole(rng, outputs)
    return x, start, tap, side, w, b, winner, empty(*winner.shape)


def after_a_block(rng, samples, start, outputs):
    """dy, winner and y; zeros among the last ones."""
    shape = (samples, start.size, outputs)
    winner = rng.integers(0, 4, shape).astype(np.uint8)
    return whole(rng, *shape), winner, np.maximum(whole(rng, *shape), 0)


def conv_block_weight_gradient(rng, lanes):
    channels, outputs = lanes + int(rng.integers(0, 2 * lanes)), int(rng.integers(1, 7))
    x, (start, tap, side) = images(rng, channels), pools(channels, False)
    groups, band = int(rng.integers(1, 3)), int(rng.integers(1, start.size + 2))
    scratch = np.zeros((groups, start.size + 1), np.int32), empty(groups, start.size + 1)
    back = after_a_block(rng, len(x), start, outputs)
    sums = empty(groups, outputs), empty(groups, outputs, tap.size * channels)
    return x, start, tap, side, *back, band, *scratch, *sums


def conv_block_input_gradient(rng, lanes):
    channels, outputs = lanes + int(rng.integers(0, 2 * lanes)), int(rng.integers(1, 7))
    dx, (start, tap, side) = images(rng, channels), pools(channels, False)
    wt = whole(rng, outputs, tap.size * channels)
    lists = (4 * len(dx), outputs + 1)
    scratch = np.zeros(lists, np.int32), empty(*lists)
    back = after_a_block(rng, len(dx), start, outputs)
    return start, tap, side, *back, wt, *scratch, empty(*dx.shape)


def arguments(name, seed):
    kind, lanes = re.fullmatch(r"(\w+)_(\d+)", name).groups()
    return globals()[kind](np.random.default_rng(seed), int(lanes))


def without_scratch(name, values):
    """The arrays of a call; what a kernel leaves in its scratch does not count."""
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    skipped = {"conv_block_weight_gradient": (7, 8), "conv_block_input_gradient": (7, 8)}
    found = skipped.get(name.rsplit("_", 1)[0], ())
    return [array for k, array in enumerate(arrays) if k not in found]


# ----------------------------------------------------------------------------------------- tests
@pytest.mark.parametrize("name", KERNELS)
def test_wasm_gives_what_the_processor_gives(machine, name):
    native = tiles.one_core(KERNELS[name][0])
    for seed in SEEDS:
        mine, theirs = arguments(name, seed), arguments(name, seed)
        getattr(machine, name)(*mine)
        native(*theirs)
        pairs = zip(without_scratch(name, mine), without_scratch(name, theirs), strict=True)
        for a, b in pairs:
            np.testing.assert_array_equal(a, b, err_msg=f"seed {seed}")
            assert not np.isnan(a).any()


@pytest.mark.parametrize("name", [name for name in KERNELS if "gradient" not in name])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_come_out_where_they_do_on_the_processor(machine, name, bad):
    native = tiles.one_core(KERNELS[name][0])
    for seed in SEEDS:
        mine, theirs = arguments(name, seed), arguments(name, seed)
        for values in (mine, theirs):
            values[0][:, ::17] = bad
        getattr(machine, name)(*mine)
        native(*theirs)
        for a, b in zip(without_scratch(name, mine), without_scratch(name, theirs), strict=True):
            np.testing.assert_array_equal(a, b)
        assert not np.isfinite(mine[-1]).all()


def test_of_equal_sums_the_first_wins_and_nan_above_all(machine):
    """One pool of four windows of one pixel: what they see, who wins, and what comes out."""
    cases = [
        ((2, 2, 2, 2), 0, 2), ((1, 3, 3, 2), 1, 3), ((-1, -2, -1, -3), 0, 0), ((0, 0, 1, 1), 2, 1),
        ((1, 9, np.nan, np.nan), 2, np.nan), ((np.inf, 1, 2, np.inf), 0, np.inf),
        ((np.nan, np.inf, 1, np.nan), 0, np.nan),
    ]  # fmt: skip
    start, tap, side = tiles.positions([0]), tiles.positions([0]), tiles.positions([0, 1, 2, 3])
    for pixels, which, best in cases:
        for lanes in (4, 8):
            w, b = np.ones((1, lanes), np.float32), np.zeros(lanes, np.float32)
            winner, y = np.full((1, 1, lanes), 9, np.uint8), empty(1, 1, lanes)
            x = np.array([pixels], np.float32)
            getattr(machine, f"conv_block_{lanes}")(x, start, tap, side, w, b, winner, y)
            assert (winner == which).all(), pixels
            np.testing.assert_array_equal(y, np.full_like(y, best))


def test_every_size_is_in_the_module():
    sizes = sum(len(sizes) for _, _, sizes in TILES.values())
    assert sizes == len(KERNELS)
    assert set(KERNELS) <= set(wasm.build().kernels)


@pytest.mark.parametrize(
    ("channels", "lanes"),
    [(1, None), (3, None), (4, 4), (6, 4), (8, 8), (10, 8), (16, 16), (20, 8), (24, 8), (84, 16)],
)
def test_a_page_takes_the_size_with_the_least_work(module_page, channels, lanes):
    code = """async (channels) => {
      const { kernels } = await import("/cnnlib/wasm/kernels.js");
      const { fitting } = await import("/cnnlib/wasm/tiles.js");
      const { run } = await kernels();
      const kernel = fitting(run, "conv2d_tiles", channels);
      return Object.keys(run).find((name) => run[name] === kernel) ?? null;
    }"""
    assert module_page.evaluate(code, channels) == (lanes and f"conv2d_tiles_{lanes}")
