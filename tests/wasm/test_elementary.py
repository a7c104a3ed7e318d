"""exp, log, log1p and tanh of the page, against NumPy in double precision."""

from __future__ import annotations

import numpy as np
import pytest

from cnnlib.kernels.elementary import LIBM
from cnnlib.wasm import compile
from tests.wasm.machine import Machine

EDGES = [0, np.inf, np.nan, 1e-45, 1e-40, 1.1754944e-38, 3.4028235e38, 1, 5e-8, 0.99999]
EDGES += [88.72, 88.73, 87.3, 87.4, 95, 103.9, 104.1]  # where exp leaves the range of float32
SPECIAL = np.array([*EDGES, *(-x for x in EDGES)], np.float32)


@pytest.fixture(scope="module")
def functions():
    """NumPy's functions as kernels, compiled to WebAssembly."""

    def exp(x, y):
        for k in range(x.size):
            y[k] = np.exp(x[k])

    def log(x, y):
        for k in range(x.size):
            y[k] = np.log(x[k])

    def log1p(x, y):
        for k in range(x.size):
            y[k] = np.log1p(x[k])

    def tanh(x, y):
        for k in range(x.size):
            y[k] = np.tanh(x[k])

    def of(kernel):
        module = compile(kernel, "f4[1], f4[1]")
        assert module.manifest["imports"] == [], "it is in the module itself, not JavaScript's"
        machine = Machine(module)

        def call(x):
            y = np.zeros_like(x)
            getattr(machine, kernel.__name__)(x, y)
            return y

        return call

    return {kernel.__name__: of(kernel) for kernel in (exp, log, log1p, tanh)}


def units_in_the_last_place(result, exact):
    """How far a float32 is from a float64, in steps between float32s there."""
    step = np.spacing(np.abs(exact).astype(np.float32)).astype(float)
    return np.abs(result.astype(float) - exact) / step


RANGES = {
    "exp": [(-87, 88), (-1, 1), (-104, -87)],
    "log": [(1e-3, 10), (0.9, 1.1), (1, 1e38), (1e-44, 1e-38)],
    "log1p": [(-0.99, 10), (-1e-3, 1e-3), (1, 1e38)],
    "tanh": [(-10, 10), (-0.7, 0.7), (-1e-6, 1e-6)],
}


def test_every_function_is_tested():
    assert {f"{name}f" for name in RANGES} == set(LIBM)


@pytest.mark.parametrize(("name", "low", "high"), [(n, *r) for n, rs in RANGES.items() for r in rs])
def test_within_three_units_in_the_last_place(functions, rng, name, low, high):
    x = rng.uniform(low, high, 20_000).astype(np.float32)
    exact = getattr(np, name)(x.astype(float))
    assert units_in_the_last_place(functions[name](x), exact).max() < 3


@pytest.mark.parametrize("name", RANGES)
def test_infinity_nan_zero_and_denormals(functions, name):
    with np.errstate(all="ignore"):
        exact = getattr(np, name)(SPECIAL.astype(float)).astype(np.float32)
    np.testing.assert_allclose(functions[name](SPECIAL), exact, rtol=5e-7, atol=3e-45)


def test_infinities_have_the_right_sign(functions):
    """assert_allclose compares them, but says so nowhere; here it is in plain words."""
    x = np.array([np.inf, -np.inf, 0.0], np.float32)
    assert functions["exp"](x).tolist() == [np.inf, 0, 1]
    assert functions["tanh"](x).tolist() == [1, -1, 0]
    assert functions["log"](np.array([0, np.inf], np.float32)).tolist() == [-np.inf, np.inf]
    assert np.isnan(functions["log"](np.array([-1, -np.inf], np.float32))).all()
