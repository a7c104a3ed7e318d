"""The JavaScript side: arrays, scopes, checked calls."""

from __future__ import annotations

import pytest

START = """const { load, decode, supported, Tensor } = await import("/cnnlib/wasm/runtime.js");
const { kernels } = await import("/cnnlib/wasm/kernels.js");
const cnn = await kernels();
"""


@pytest.fixture
def run(module_page):
    """Run lines of JavaScript that end with ``return``, with ``cnn`` at hand."""
    return lambda code: module_page.evaluate(f"async () => {{ {START} {code} }}")


@pytest.fixture
def message(run):
    """The message of the error that lines of JavaScript throw."""
    return lambda code: run(
        f"try {{ {code} }} catch (e) {{ return e.message; }} return 'no error';"
    )


def test_a_kernel_fills_its_output(run):
    code = """const x = cnn.array([2, 3], [1, -2, 3, -4, 5, -6]), y = cnn.array([2, 3]);
    cnn.run.relu(x.flat, y.flat);
    return [...y.data];"""
    assert run(code) == [1, 0, 3, 0, 5, 0]


def test_a_call_that_is_ready_can_be_made_again_and_again(run, message):
    code = """const own = cnn.another();
    const x = own.array([2], [1, -2]), y = own.array([2]);
    const call = own.run.relu.ready(x, y);
    const seen = [[...y.data]];
    call();
    seen.push([...y.data]);
    own.array([1024, 1024]);  // memory moves
    x.set([-3, 4]);
    call();
    return [...seen, [...y.data]];"""
    assert run(code) == [[0, 0], [1, 0], [0, 4]]
    wrong = message("cnn.run.relu.ready(cnn.array([2]))")
    assert wrong == "relu takes 2 arguments (f4[1],f4[1]); got 1"


def test_the_kernels_are_loaded_once(run):
    assert run("return (await kernels()) === cnn")
    assert run("return supported")


def test_arrays_start_as_zeros_even_on_used_memory(run):
    code = """cnn.scope(() => cnn.array([9]).fill(7));
    return [...cnn.scope(() => cnn.array([9]).data)];"""
    assert run(code) == [0] * 9


def test_a_scope_gives_its_memory_back_also_after_an_error(run):
    code = """const before = cnn.used;
    try { cnn.scope(() => { cnn.array([100]); throw new Error(); }); } catch {}
    const inside = cnn.scope(() => { cnn.array([100]); return cnn.used; });
    return [inside - before, cnn.used - before];"""
    assert run(code) == [400, 0]


def test_memory_grows_and_arrays_move_with_it(run):
    code = """return cnn.scope(() => {
      const small = cnn.array([2], [3, 4]);
      const before = small.data;
      cnn.array([1024, 1024]);
      return [before.length, ...small.data];
    });"""
    assert run(code) == [0, 3, 4]


def test_arrays_of_every_type(run):
    code = """return ["f4", "f8", "i4", "u1", "i8"].map((type) => cnn.scope(() =>
      Number(cnn.array([3], type === "i8" ? [1n, 2n, 3n] : [1, 2, 3], type).data[2])));"""
    assert run(code) == [3] * 5


def test_reshape_shares_memory(run):
    code = """const x = cnn.array([2, 3]); x.reshape(3, 2).data[5] = 8;
    return [x.data[5], ...x.reshape(6, 1).shape];"""
    assert run(code) == [8, 6, 1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cnn.run.relu(cnn.array([2]))", "relu takes 2 arguments (f4[1],f4[1]); got 1"),
        (
            "cnn.run.relu(cnn.array([2, 2]), cnn.array([4]))",
            "relu: argument 1 must be f4[1]; got f4[2]",
        ),
        (
            "cnn.run.relu(cnn.array([2], [1, 2], 'i4'), cnn.array([2]))",
            "relu: argument 1 must be f4[1]; got i4[1]",
        ),
        ("cnn.run.relu([1, 2], cnn.array([2]))", "relu: argument 1 must be f4[1]; got object"),
        (
            "cnn.run.sgd(cnn.array([2]), '1', cnn.array([2]))",
            "sgd: argument 2 must be f4; got string",
        ),
        (
            "const x = cnn.array([1, 4, 4, 1]);"
            "cnn.run.avg_pool2d(x, 2, 2.5, 2, 2, 0, 0, cnn.array([1, 2, 2, 1]))",
            "avg_pool2d: argument 3 must be i8; got 2.5",
        ),
        (
            "const x = cnn.array([4]); cnn.run.relu(x, x)",
            "relu: the last array is the output and must lie apart from the others",
        ),
        ("cnn.array([3], [1, 2])", "an array of shape [3] takes 3 numbers; got 2"),
        ("cnn.array([2, -1])", "a shape is a list of whole numbers; got [2,-1]"),
        ("cnn.array([2], undefined, 'f2')", "a type is one of f4,f8,i4,i8,u1,b1; got f2"),
        ("cnn.array([4]).reshape(3)", "an array of shape [4] cannot have shape [3]"),
        (
            "await load(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
            "the module was not built by cnnlib.wasm",
        ),
    ],
)
def test_a_wrong_call_says_the_rule_and_what_came(message, code, expected):
    assert message(code) == expected
