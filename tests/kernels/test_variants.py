"""One Python function, three ways to run it: interpreted, compiled for one core, for several."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from cnnlib.kernels import KERNELS, sequential
from tests.kernels.cases import ARGUMENTS, IN_PLACE

NAMES = sorted(KERNELS)
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-12}
COMPILED = not numba.config.DISABLE_JIT
needs_compiler = pytest.mark.skipif(
    not COMPILED, reason="nothing is compiled under NUMBA_DISABLE_JIT"
)


def run(function, name, dtype):
    """Call a kernel on copies of its case's arguments; return all arrays as they are afterwards."""
    arguments = ARGUMENTS[name](np.random.default_rng(7), dtype)
    before = [np.copy(a) for a in arguments if isinstance(a, np.ndarray)]
    assert function(*arguments) is None, "a kernel fills its last arguments and returns nothing"
    return before, [a for a in arguments if isinstance(a, np.ndarray)]


def interpreted(name):
    compiled = KERNELS[name][0]
    return getattr(compiled, "py_func", compiled)


def test_every_kernel_has_a_case():
    assert sorted(ARGUMENTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_interpreted_runs_and_fills_its_output(name, dtype):
    before, after = run(interpreted(name), name, dtype)
    assert all(np.isfinite(a).all() for a in after)
    assert all(a.dtype == dtype for a in after)
    changed = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    assert changed[-1], "the last argument is the output"
    if name not in IN_PLACE:  # only what was empty has changed
        assert changed == [bool(np.isnan(b).any()) for b in before]


@needs_compiler
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_gives_what_interpreted_gives(name, dtype):
    _, expected = run(interpreted(name), name, dtype)
    for compiled in (sequential(name), KERNELS[name][0]):
        _, result = run(compiled, name, dtype)
        for a, b in zip(result, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@needs_compiler
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_compiled_and_interpreted_see_nan_and_infinity_alike(name, bad):
    """Also min and max, where Python and processors have their own ideas about NaN."""

    def spoiled(function):
        results = []
        inputs = len(ARGUMENTS[name](np.random.default_rng(7), np.float64)) - 1
        for k in range(inputs):
            arguments = ARGUMENTS[name](np.random.default_rng(7), np.float64)
            if isinstance(arguments[k], np.ndarray) and np.isfinite(arguments[k]).all():
                arguments[k].flat[1] = bad
                function(*arguments)
                results += [a for a in arguments if isinstance(a, np.ndarray)]
        return results

    expected = spoiled(interpreted(name))
    for compiled in (sequential(name), KERNELS[name][0]):
        for a, b in zip(spoiled(compiled), expected, strict=True):
            finite = np.isfinite(b)
            np.testing.assert_array_equal(np.isfinite(a), finite)
            np.testing.assert_allclose(a[finite], b[finite], rtol=1e-10, atol=1e-10)
            if np.isnan(bad):  # reordered sums may make inf - inf of an infinity, and so NaN
                np.testing.assert_array_equal(np.isnan(a), np.isnan(b))


@needs_compiler
@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_threads_changes_no_bit(name, threads):
    results = []
    for count in (1, 2):
        threads(count)
        arguments = ARGUMENTS[name](np.random.default_rng(7), np.float32)
        if all(np.ndim(a) < 2 for a in arguments):  # flat arrays long enough for every thread
            arguments = [np.tile(a, 300) if np.ndim(a) else a for a in arguments]
        KERNELS[name][0](*arguments)
        results.append([a for a in arguments if np.ndim(a)])
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a.view(np.uint32), b.view(np.uint32))


@needs_compiler
def test_the_sequential_variant_starts_no_threads():
    assert sequential("conv2d").targetoptions["parallel"] is False
    assert KERNELS["conv2d"][0].targetoptions["parallel"] is True
    assert sequential("conv2d") is sequential("conv2d")
