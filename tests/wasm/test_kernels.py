"""Every plain loop, native and in WebAssembly: in Python by wasmtime, and in a real browser."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cnnlib import wasm
from cnnlib.kernels import KERNELS, sequential
from cnnlib.wasm._page import LEFT_OUT, tiled
from tests.kernels.cases import ARGUMENTS
from tests.wasm.machine import Machine

NAMES = sorted(set(KERNELS) - LEFT_OUT)
SEEDS = (1, 2, 3)
CLOSE = {"rtol": 2e-5, "atol": 2e-5}
# Runs cases in the page and gives back every array as it is afterwards (NaN and infinity are no
# JSON, so numbers travel as text).
RUN = """async (cases) => {
  const cnn = await kernels();
  const number = Number, text = (v) => Object.is(v, -0) ? "-0" : String(v);
  return cases.map(({name, args}) => cnn.scope(() => {
    const values = args.map((a) => a.shape ? cnn.array(a.shape, a.data.map(number)) : a);
    cnn.run[name](...values);
    return values.filter((v) => v.shape).map((v) => Array.from(v.data, text));
  }));
}"""


@pytest.fixture(scope="module")
def machine():
    return Machine(wasm.build())


def arguments(name, seed):
    return ARGUMENTS[name](np.random.default_rng(seed), np.float32)


def native(name, values):
    """Run a kernel on this processor; the arrays as they are afterwards."""
    sequential(name)(*values)
    return [value for value in values if isinstance(value, np.ndarray)]


def test_every_kernel_is_exported():
    assert sorted(wasm.build().kernels) == sorted([*NAMES, *tiled()])


def test_a_loss_without_a_clip_is_infinite_there_too(machine):
    t, p = np.array([0, 1, 0.5], np.float32), np.array([1, 0, 1], np.float32)
    loss, dp = np.empty_like(t), np.empty_like(t)
    machine.binary_crossentropy(t, p, 0.0, loss, dp)
    np.testing.assert_array_equal(loss, np.inf)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_wasm_gives_what_the_processor_gives(machine, name, seed):
    expected = native(name, arguments(name, seed))
    values = arguments(name, seed)
    getattr(machine, name)(*values)
    for a, b in zip((v for v in values if isinstance(v, np.ndarray)), expected, strict=True):
        np.testing.assert_allclose(a, b, **CLOSE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_come_out_where_they_do_in_python(machine, name, bad):
    """Where a number diverges in Python it diverges in the page."""
    for k, value in enumerate(arguments(name, 7)[:-1]):
        if not isinstance(value, np.ndarray) or not np.isfinite(value).all():
            continue
        mine, theirs = arguments(name, 7), arguments(name, 7)
        mine[k].flat[1] = theirs[k].flat[1] = bad
        getattr(machine, name)(*mine)
        with np.errstate(all="ignore"):
            KERNELS[name][0].py_func(*theirs)
        expected = [value for value in theirs if isinstance(value, np.ndarray)]
        for a, b in zip((v for v in mine if isinstance(v, np.ndarray)), expected, strict=True):
            finite = np.isfinite(b)
            np.testing.assert_array_equal(np.isfinite(a), finite)
            np.testing.assert_allclose(a[finite], b[finite], rtol=1e-4, atol=1e-4)
            if np.isnan(bad):  # reordered sums may make inf - inf of an infinity, and so NaN
                np.testing.assert_array_equal(np.isnan(a), np.isnan(b))


def as_json(value):
    if isinstance(value, np.ndarray):
        return {"shape": value.shape, "data": [repr(float(v)).title() for v in value.flat]}
    return value if isinstance(value, bool) else np.asarray(value).item()


def test_a_browser_gives_the_same_from_a_file(browser, tmp_path):
    """The module in one file with its runtime, opened from disk, as a reader may."""
    text = wasm.javascript(wasm.build()).replace("export default ", "globalThis.kernels = ")
    (tmp_path / "kernels.js").write_text(text, "utf-8")
    page_text = "<!doctype html><title>Kernels</title><script src=kernels.js></script>"
    (tmp_path / "page.html").write_text(page_text, "utf-8")
    cases = [{"name": n, "args": [*map(as_json, arguments(n, s))]} for n in NAMES for s in SEEDS]
    text = json.dumps(cases).replace('"Inf"', '"Infinity"').replace('"Nan"', '"NaN"')
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        results = page.evaluate(RUN, json.loads(text))
    assert len(results) == len(NAMES) * len(SEEDS)
    for case, (name, seed) in zip(results, [(n, s) for n in NAMES for s in SEEDS], strict=True):
        for a, b in zip(case, native(name, arguments(name, seed)), strict=True):
            array = np.array([float(v) for v in a], np.float32).reshape(b.shape)
            np.testing.assert_allclose(array, b, err_msg=name, **CLOSE)
