"""state.js: what may be in a figure's state, and how it stands in a link."""

from __future__ import annotations

import numpy as np
import pytest

SETUP = """async ({ use, input }) => {
  const state = await import("/cnnlib/widgets/state.js");
  const { choice, integer, number, flag, text, numbers, bits, array, encode, decode } = state;
  const schema = { stride: integer(1, 8), bias: number(), flip: flag(),
    padding: choice("valid", "same"), name: text(), kernel: numbers([2, 2], [3, 3]),
    drawing: bits(4, 4), own: array() };
  const defaults = { stride: 1, bias: 0, flip: false, padding: "valid", name: "", own: null,
    kernel: { shape: [2, 2], data: Float32Array.of(0, 0, 0, 1) },
    drawing: { shape: [4, 4], data: new Uint8Array(16) } };
  return await eval(use)({ ...state, schema, defaults, input });
}"""


@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(SETUP, {"use": use, "input": given})


def test_a_link_holds_what_differs_from_the_defaults(run):
    assert run("({encode, schema, defaults}) => encode(schema, defaults, defaults)") == ""
    changed = run(
        """({encode, schema, defaults}) => encode(schema, {...defaults, stride: 2, flip: true,
        kernel: {shape: [2, 2], data: Float32Array.of(1, -0.5, 1 / 9, 0.1)}}, defaults)"""
    )
    assert changed == "stride=2&flip=1&kernel=1,-0.5,0.1111111,0.1"


def test_a_state_comes_back_from_its_link(run):
    same = run(
        """({encode, decode, schema, defaults}) => {
        const kernel = {shape: [3, 3], data: Float32Array.from({length: 9}, (_, k) => Math.sin(k))};
        const drawing = {shape: [4, 4], data: Uint8Array.from({length: 16}, (_, k) => k % 3 === 0)};
        const state = {...defaults, stride: 8, bias: -2.5e-7, flip: true, padding: "same",
          name: "a&b=c ü", kernel, drawing};
        const {values, problems} = decode(schema, encode(schema, state, defaults));
        return [problems, Object.keys(state).filter((key) => schema[key].write)
          .filter((key) => !schema[key].equal(values[key], state[key])),
          Math.max(...kernel.data.map((w, k) => Math.abs(w - values.kernel.data[k])))];
      }"""
    )
    problems, different, error = same
    assert problems == []
    assert different in ([], ["kernel"])  # seven digits of a float32
    assert error < 1e-6


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("stride=0", "“stride” must be a whole number from 1 to 8; got 0."),
        ("stride=1.5", "“stride” must be a whole number from 1 to 8; got 1.5."),
        ("stride=", '“stride” must be a whole number from 1 to 8; got "".'),
        ("bias=x", '“bias” must be a number; got "x".'),
        ("bias=Infinity", '“bias” must be a number; got "Infinity".'),
        ("flip=yes", '“flip” must be true or false; got "yes".'),
        ("padding=full", '“padding” must be one of valid, same; got "full".'),
        ("kernel=1,2,3", "“kernel” must be finite numbers of shape 2 × 2 or 3 × 3; got [1,2,3]."),
        (
            "kernel=1,2,3,x",
            "“kernel” must be finite numbers of shape 2 × 2 or 3 × 3; got [1,2,3,null].",
        ),
        ("drawing=ff", "“drawing” must be zeros and ones of shape 4 × 4; got [8]."),
        ("drawing=zzzz", '“drawing” must be letters 0 to f; got "zzzz".'),
        ("own=1", "“own” is not part of this figure."),
        ("toString=1", "“toString” is not part of this figure."),
    ],
)
def test_what_is_wrong_in_a_link_is_left_out_and_named(run, link, problem):
    found = run("({decode, schema, input}) => decode(schema, input)", f"{link}&name=kept")
    assert found == {"values": {"name": "kept"}, "problems": [problem]}


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int32"])
def test_an_array_crosses_from_python_and_back(run, dtype):
    numbers = np.arange(6, dtype=dtype)
    # the bytes lie somewhere inside a larger buffer, as they do in a message from Python
    back = run(
        """({arrayOf, packed, input: {bytes, dtype}}) => {
        const all = Uint8Array.of(9, 9, 9, ...bytes);
        const data = new DataView(all.buffer, 3, bytes.length);
        const array = arrayOf({shape: [2, 3], dtype, data});
        const sent = packed(array);
        return [array.shape, [...array.data], sent.shape, sent.dtype,
          [...new Uint8Array(sent.data.buffer)]];
      }""",
        {"bytes": list(numbers.tobytes()), "dtype": dtype},
    )
    assert back == [[2, 3], numbers.tolist(), [2, 3], dtype, list(numbers.tobytes())]


def test_arrays_are_equal_by_their_numbers_and_types(run):
    equal = """({array}) => {
      const of = (shape, data) => ({shape, data});
      const x = of([1, 2], Float32Array.of(1, NaN));
      return [of([1, 2], Float32Array.of(1, NaN)), of([2, 1], Float32Array.of(1, NaN)),
        of([1, 2], Float32Array.of(1, 2)), of([1, 2], Int32Array.of(1, 2)), null]
        .map((y) => array().equal(x, y));
    }"""
    assert run(equal) == [True, False, False, False, False]
