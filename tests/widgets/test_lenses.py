"""lenses.js: three ways to the same gradients, after every step, as the library has them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cnnlib import ops

KERNELS = [(1, 2), (1, 3), (2, 2), (2, 3), (3, 3)]
IMAGES = [(3, 4), (3, 6), (4, 5), (5, 5), (5, 6)]
CASES = list(product(IMAGES, KERNELS, (1, 2, 3), ("valid", "same")))
RUN = """async ([use, input]) => {
  const lenses = await import("/cnnlib/widgets/gradients/lenses.js");
  const table = ({ shape, data }) => ({ shape, data: Float32Array.from(data) });
  const read = ({ image, kernel, dy, ...rest }) =>
    lenses.convolution({ image: table(image), kernel: table(kernel), dy: table(dy), ...rest });
  return eval(use)({ ...lenses, read, input });
}"""


@pytest.fixture
def run(module_page):
    return lambda use, given=None: module_page.evaluate(RUN, [use, given])


def table(array):
    return {"shape": list(array.shape), "data": array.ravel().tolist()}


def case(rng, shape, kernel, stride, padding):
    """Random whole numbers, so that no sum is rounded: the arrays, and what the page gets."""
    x, w = rng.integers(-9, 10, shape).astype(float), rng.integers(-9, 10, kernel).astype(float)
    y = ops.conv2d(x[None, :, :, None], w[:, :, None, None], None, stride, padding)[0, :, :, 0]
    dy = rng.integers(-9, 10, y.shape).astype(float)
    sent = {"image": table(x), "kernel": table(w), "dy": table(dy)}
    return x, w, dy, {**sent, "stride": stride, "padding": padding}


def backward(x, w, dy, stride, padding):
    dx, dw, db = ops.conv2d_backward(
        dy[None, :, :, None], x[None, :, :, None], w[:, :, None, None], stride, padding
    )
    return dx.ravel(), dw.ravel(), db[0]


@pytest.fixture
def cases(rng):
    return [(case(rng, *one), one[2:]) for one in CASES]


def test_every_lens_agrees_with_the_library_after_every_step(run, cases):
    use = """({ read, input, scatter, gather, col2im, payments, scatterWeights, gatherWeights,
        productWeights, im2col, sumOf }) => input.map((state) => {
      const c = read(state);
      return Array.from({ length: c.outputs + 1 }, (_, steps) => ({
        dx: [scatter(c, steps), gather(c, steps), col2im(c, payments(c), steps)].map((a) => [...a]),
        dw: [
          scatterWeights(c, steps), gatherWeights(c, steps), productWeights(c, im2col(c), steps),
        ].map((a) => [...a]),
        db: sumOf(c.dy, steps),
      }));
    })"""
    found = run(use, [sent for (*_, sent), _ in cases])
    for ((x, w, dy, _), options), steps in zip(cases, found, strict=True):
        assert len(steps) == dy.size + 1
        for count, step in enumerate(steps):
            part = np.where(np.arange(dy.size).reshape(dy.shape) < count, dy, 0)
            dx, dw, db = backward(x, w, part, *options)
            for lens in step["dx"]:
                np.testing.assert_array_equal(lens, dx)
            for lens in step["dw"]:
                np.testing.assert_array_equal(lens, dw)
            assert step["db"] == db


def test_the_compiled_kernels_give_the_same(run, module_page, cases):
    found = module_page.evaluate(
        """async (states) => {
        const { convolution } = await import("/cnnlib/widgets/gradients/lenses.js");
        const { gradients } = await import("/cnnlib/widgets/gradients/gradients.js");
        const runtime = await (await import("/cnnlib/wasm/kernels.js")).kernels();
        const table = ({ shape, data }) => ({ shape, data: Float32Array.from(data) });
        const read = ({ image, kernel, dy, ...rest }) =>
          convolution({ image: table(image), kernel: table(kernel), dy: table(dy), ...rest });
        const found = states.map((state) => Object.values(gradients(runtime, read(state))));
        return found.map((all) => all.map((a) => [...a]));
      }""",
        [sent for (*_, sent), _ in cases],
    )
    for ((x, w, dy, _), options), (dx, dw, db) in zip(cases, found, strict=True):
        wanted = backward(x, w, dy, *options)
        np.testing.assert_array_equal(dx, wanted[0])
        np.testing.assert_array_equal(dw, wanted[1])
        assert db == [wanted[2]]


def test_without_the_flip_the_kernel_is_the_turned_one_and_the_sum_is_kept(run, cases):
    use = """({ read, input, gather }) => input.map((state) => {
      const c = read(state);
      return [...gather(c, c.outputs, false)];
    })"""
    found = run(use, [sent for (*_, sent), _ in cases])
    differ = 0
    for ((x, w, dy, _), options), dx in zip(cases, found, strict=True):
        np.testing.assert_array_equal(dx, backward(x, w[::-1, ::-1], dy, *options)[0])
        right = backward(x, w, dy, *options)[0]
        differ += not np.array_equal(dx, right)
        if options[1] == "valid":
            assert sum(dx) == dy.sum() * w.sum() == right.sum()
    assert differ > 0.9 * len(cases)


def test_the_terms_of_a_number_add_up_to_it_and_dy_comes_forwards(run, cases):
    use = """({ read, input, terms }) => input.map((state) => {
      const c = read(state);
      const all = (name, count) => Array.from({ length: count }, (_, cell) => terms(c, name, cell));
      return { dx: all("dx", c.pixels), dw: all("dw", c.weights), db: all("db", 1) };
    })"""
    found = run(use, [sent for (*_, sent), _ in cases])
    for ((x, w, dy, _), options), lists in zip(cases, found, strict=True):
        wanted = backward(x, w, dy, *options)
        for name, numbers in zip(("dx", "dw", "db"), (*wanted[:2], [wanted[2]]), strict=True):
            for terms, number in zip(lists[name], numbers, strict=True):
                assert sum(term["value"] for term in terms) == number
                order = [term["o"] for term in terms]
                assert order == sorted(set(order))
        for terms in lists["dx"]:  # the flip: weights come from the last to the first
            weights = [term["q"] for term in terms]
            assert weights == sorted(set(weights), reverse=True)
        for terms in lists["dw"]:  # no flip: pixels come from the first to the last
            pixels = [term["p"] for term in terms if term["p"] >= 0]
            assert pixels == sorted(set(pixels))


def test_numbers_by_hand(run):
    """The chapter's examples: 2 × 3 on 3 × 4, and stride 2 with a pixel that is left over."""
    use = "({ read, input, gather }) => [...gather(read(input), 9, input.flip)]"
    w, dy = np.arange(1.0, 7).reshape(2, 3), np.array([[1.0, 10], [100, 1000]])
    state = {"image": table(np.zeros((3, 4))), "kernel": table(w), "dy": table(dy)}
    plain = {"stride": 1, "padding": "valid", "flip": True}
    right = [1, 12, 23, 30, 104, 1245, 2356, 3060, 400, 4500, 5600, 6000]
    assert run(use, {**state, **plain}) == right
    wrong = [6, 65, 54, 40, 603, 6532, 5421, 4010, 300, 3200, 2100, 1000]
    assert run(use, {**state, **plain, "flip": False}) == wrong
    line = {"image": table(np.zeros((1, 6))), "kernel": table(np.array([[2.0, 3, 5]]))}
    line = {**line, "dy": table(np.array([[1.0, 10]])), **plain, "stride": 2}
    assert run(use, line) == [2, 3, 25, 30, 50, 0]
    read = run("({ read, input, readPixels }) => [...readPixels(read(input))]", line)
    assert read == [1, 1, 1, 1, 1, 0]


def test_dy_among_zeros_is_what_the_turned_kernel_slides_over(run):
    use = """({ read, input, spread }) => {
      const { shape, data, from } = spread(read(input));
      return [shape, [...data], [...from]];
    }"""
    line = {"image": table(np.zeros((1, 6))), "kernel": table(np.array([[2.0, 3, 5]]))}
    line = {**line, "dy": table(np.array([[1.0, 10]])), "stride": 2, "padding": "valid"}
    shape, data, origin = run(use, line)
    assert shape == [1, 8]
    assert data == [0, 0, 1, 0, 10, 0, 0, 0]
    assert origin == [-2, -2, 0, -1, 1, -2, -2, -2]


def test_the_checks(run, rng):
    use = """({ read, input, checks, gather, scatter }) => {
      const c = read(input);
      const both = [true, false].map((flip) => checks(c, gather(c, c.outputs, flip), scatter(c)));
      return both.map(({ sums, array }) => [sums.applies, sums.passes, array.passes, array.size]);
    }"""
    w, dy = np.arange(1.0, 7).reshape(2, 3), np.array([[1.0, 10], [100, 1000]])
    state = {"image": table(np.zeros((3, 4))), "kernel": table(w), "dy": table(dy)}
    state |= {"stride": 1, "padding": "valid"}
    assert run(use, state) == [[True, True, True, 0], [True, True, False, 5287]]
    even = {**state, "kernel": table(np.ones((2, 3)))}
    assert run(use, even) == [[True, True, True, 0], [True, True, True, 0]]
    same = {**state, "padding": "same", "dy": table(rng.normal(size=(3, 4)))}
    assert [checks[0] for checks in run(use, same)] == [False, False]
    wrong = """({ read, input, checks, scatter }) => {
      const c = read(input), dx = scatter(c);
      dx[5] += 0.01;
      const { sums, array } = checks(c, dx, scatter(c));
      return [sums.passes, array.passes, array.at];
    }"""
    small = {**state, "dy": table(dy / 1000)}
    assert run(wrong, small) == [False, False, 5]


# ---------------------------------------------------------------- tables, and numbers to begin with
def test_a_table_in_a_link_comes_back(module_page):
    found = module_page.evaluate("""async () => {
      const { table, tableOf } = await import("/cnnlib/widgets/tables.js");
      const { encode, decode } = await import("/cnnlib/widgets/state.js");
      const schema = { x: table([2, 2], [1, 4]), y: table([2, 2], [1, 4]) };
      const state = { x: tableOf([[1, -2], [0.25, 1 / 3]]), y: tableOf([[1, 2, 3, 4]]) };
      const zeros = tableOf([[0, 0], [0, 0]]);
      const link = encode(schema, state, { x: zeros, y: zeros });
      const { values, problems } = decode(schema, link);
      const texts = ["x=1,2,3", "x=1,2_3", "x=1,a_3,4", "x=1,,2,3"];
      const bad = texts.map((text) => decode(schema, text).problems[0]);
      return [link, values.x.shape, [...values.x.data], values.y.shape, problems, bad];
    }""")
    link, shape, data, other, problems, bad = found
    assert link == "x=1,-2_0.25,0.3333333&y=1,2,3,4"
    assert (shape, other, problems) == ([2, 2], [1, 4], [])
    assert data == pytest.approx([1, -2, 0.25, 1 / 3])
    assert all(bad)
    assert "2 × 2 or 1 × 4; got 1 × 3" in bad[0]


def test_tables_follow_each_others_sizes(module_page):
    found = module_page.evaluate("""async () => {
      const examples = await import("/cnnlib/widgets/gradients/gradient_examples.js");
      const { EXAMPLES, fitted, resizedKernel } = examples;
      const { tableOf } = await import("/cnnlib/widgets/tables.js");
      const row = ({ shape, data }, k) => [...data.slice(k * shape[1], (k + 1) * shape[1])];
      const rows = (table) => Array.from({ length: table.shape[0] }, (_, k) => row(table, k));
      const start = fitted(EXAMPLES["asymmetric kernel"]);
      const strided = fitted({ ...start, stride: 2 });
      const own = fitted({ ...start, dy: tableOf([[7, 8], [9, 5]]), padding: "same" });
      const spike = fitted({ ...fitted(EXAMPLES["one spike in dy"]), stride: 2 });
      const kernel = resizedKernel(start.kernel, [3, 3]);
      const tall = fitted({ ...fitted(EXAMPLES["one dimension"]), kernel });
      return [start.dy, strided.dy, own.dy, spike.dy, tall.image, tall.kernel].map(rows);
    }""")
    assert found == [
        [[1, 10], [100, 1000]],
        [[1]],
        [[7, 8, 0, 0], [9, 5, 0, 0], [0, 0, 0, 0]],
        [[1, 0], [0, 0]],
        [[1, 2, 3, 4], [0, 0, 0, 0], [0, 0, 0, 0]],
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    ]


def test_shown_products_add_up_to_the_shown_sum(module_page, rng):
    values = [rng.normal(size=n).tolist() for n in (1, 4, 9, 9, 9)] + [[1 / 3, 1 / 3, 1 / 3]]
    found = module_page.evaluate(
        """async (lists) => {
        const { rounded } = await import("/cnnlib/widgets/gradients/sum_strip.js");
        const { written, parse } = await import("/cnnlib/widgets/controls.js");
        return lists.map((list) => {
          const { products, sum } = rounded(list.map((value, o) => ({ value, o })), 99);
          return [products.map((p) => parse(written(p))), parse(written(sum))];
        });
      }""",
        values,
    )
    for list_, (products, total) in zip(values, found, strict=True):
        assert round(sum(products), 6) == total
        np.testing.assert_allclose(products, list_, atol=1.1e-4)
