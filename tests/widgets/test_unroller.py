"""Unroller: the matrix of windows, its memory and the race, in Python and in the page."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnnlib import ops
from cnnlib.widgets import Unroller
from cnnlib.widgets.unroller import BYTES, KERNELS, LAYERS
from cnnlib.widgets.unroller._race import PART, SIZES, part, racers
from tests.accessible import fits, violations
from tests.naive import conv2d as naive_conv2d

SLIDES = list(itertools.product(KERNELS, (1, 2, 3), ("valid", "same")))
TIMES = {
    "machine": "a processor",
    "one_core": True,
    "seconds": {name: {"loop": 8.0, "numpy": 0.02, "numba": 1e-3, "tiles": 2e-4} for name in SIZES},
}


def some(rng, kernel, stride, padding, **settings):
    """A figure with whole numbers by chance."""
    x = rng.integers(-3, 4, rng.integers(3, 7, 2))
    w = rng.integers(-3, 4, kernel)
    return Unroller(x, w, stride, padding, **settings)


# ---------------------------------------------------------------------------------------- Python
@pytest.mark.parametrize(("kernel", "stride", "padding"), SLIDES)
def test_the_product_is_the_convolution(rng, kernel, stride, padding):
    unroller = some(rng, kernel, stride, padding)
    w = unroller.w.ravel()
    np.testing.assert_array_equal(w @ unroller.matrix, unroller.y.ravel())
    columns = unroller.matrix
    unroller.windows = "rows"
    np.testing.assert_array_equal(unroller.matrix, columns.T)
    x, k = unroller.x[None, :, :, None], unroller.w[:, :, None, None]
    right = naive_conv2d(x, k, np.zeros(1), (stride, stride), padding)
    np.testing.assert_array_equal(unroller.y, right[0, :, :, 0])


@pytest.mark.parametrize(("kernel", "stride", "padding"), SLIDES)
def test_copies_are_counted(rng, kernel, stride, padding):
    shape = rng.integers(3, 7, 2)
    image = np.arange(1, shape.prod() + 1).reshape(shape)  # 0 is padding
    unroller = Unroller(image, np.ones(kernel), stride, padding)
    numbers = unroller.matrix.astype(int).ravel()
    counts = np.bincount(numbers, minlength=image.size + 1)[1:]
    np.testing.assert_array_equal(unroller.copies.ravel(), counts)


def test_the_memory_of_the_source_s_second_convolution():
    unroller = Unroller()
    assert unroller.memory == {"image": 48, "matrix": 96, "output": 24}
    unroller.layer = "second"
    memory = unroller.memory
    assert memory["matrix"] == BYTES * 288 * 841 == 968_832
    assert memory["matrix"] / memory["image"] == pytest.approx(7.9, abs=0.05)
    assert memory["output"] == BYTES * 841 * 64
    unroller.layer = "pointwise"
    assert unroller.memory["matrix"] == unroller.memory["image"]


@pytest.mark.parametrize("name", SIZES)
def test_all_racers_compute_the_same(name):
    size = SIZES[name]
    found = {key: run().copy() for key, run in racers(size).items()}
    assert found["tiles"].shape == (1, size.output, size.output, size.filters)
    for key in ("numpy", "numba"):
        np.testing.assert_array_equal(found[key], found["tiles"])
    np.testing.assert_array_equal(found["loop"], found["tiles"][:, :1, : part(size)])
    assert part(size) * size.macs / size.output**2 <= max(PART, size.macs / size.output**2)


@pytest.mark.parametrize("limit", [-1, None, "1", np.nan])
def test_a_race_has_a_limit(limit):
    with pytest.raises(ValueError, match="`limit` must be a number of 0 or more; got"):
        Unroller().race(limit)


def test_a_race_names_every_time():
    unroller = Unroller()
    unroller.race(limit=0)
    times = unroller.python_times
    assert times["machine"]
    assert set(times["seconds"]) == set(SIZES)
    for found in times["seconds"].values():
        assert set(found) == {"loop", "numpy", "numba", "tiles"}
        assert all(seconds > 0 for seconds in found.values())


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", np.ones((2, 5)), r"`x` must have shape \(3, 3\) to \(6, 6\); got \(2, 5\)"),
        ("x", np.ones((3, 7)), r"got \(3, 7\)"),
        ("x", [[np.nan] * 4] * 4, "`x` must hold finite numbers"),
        ("w", np.ones((3, 2)), r"`w` must have one of the shapes \(1, 1\), .*; got \(3, 2\)"),
        ("w", [[np.inf]], "`w` must hold finite numbers"),
        ("stride", 4, "`stride` must be a whole number from 1 to 3; got 4"),
        ("padding", "full", "`padding` must be one of 'valid', 'same'; got 'full'"),
        ("windows", "lines", "`windows` must be one of 'columns', 'rows'; got 'lines'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(name, value, message):
    unroller = Unroller()
    before = unroller.get_state()
    with pytest.raises(ValueError, match=message):
        setattr(unroller, name, value)
    assert unroller.get_state() == before
    with pytest.raises(ValueError, match=message):
        Unroller(**{name: value})


def test_the_still_shows_image_copies_matrix_and_memory():
    unroller = Unroller(np.arange(30).reshape(5, 6), np.ones((3, 3)), padding="same")
    figure = unroller.still()
    tables = [np.asarray(axes.images[0].get_array()) for axes in figure.axes[:3]]
    for table, wanted in zip(tables, (unroller.x, unroller.copies, unroller.matrix), strict=True):
        np.testing.assert_array_equal(table, wanted)
    bars = [bar.get_width() for bar in figure.axes[3].patches]
    assert bars == list(unroller.memory.values())
    assert figure.get_figwidth() <= 7.6


def test_the_description_counts():
    unroller = Unroller()
    text = unroller.describe()
    assert "6 windows of 2 × 2, stride 1 and valid padding, of an image of 3 × 4" in text
    assert "the columns of a matrix of 24 numbers. A pixel stands in it 1 to 4 times." in text
    assert text.endswith("The matrix takes 96 bytes, 2.0 times its image.")
    unroller.layer = "second"
    assert "'second' takes 968,832 bytes, 7.9 times its image" in unroller.describe()


# ------------------------------------------------------------------------------- pure functions
def test_the_page_s_numbers_are_python_s(module_page, rng):
    figures = [some(rng, *slide) for slide in SLIDES]
    states = [
        {
            "x": {"shape": list(f.x.shape), "data": f.x.ravel().tolist()},
            "w": {"shape": list(f.w.shape), "data": f.w.ravel().tolist()},
            "stride": f.stride,
            "padding": f.padding,
        }
        for f in figures
    ]
    found = module_page.evaluate(
        """async (states) => {
        const unrolled = await import("/cnnlib/widgets/unroller/unrolled.js");
        const { copiesOf, compute, entry, memoryOf } = unrolled;
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const array = ({ shape, data }) => ({ shape, data: Float32Array.from(data) });
        return states.map(({ x, w, ...rest }) => {
          const state = { x: array(x), w: array(w), ...rest };
          const { win, matrix, y, direct, counts } = compute(runtime, state);
          const listed = Array.from(x.data, (_, at) => {
            const [row, column] = [Math.floor(at / x.shape[1]), at % x.shape[1]];
            const places = copiesOf(win, row, column);
            const same = places.every(({ k, p }) => matrix[p * win.K + k] === x.data[at]);
            return [places.length, same];
          });
          const memory = memoryOf({ layer: "own", ...state }, win);
          return { matrix: [...matrix], y: [...y], direct: [...direct], counts, listed, memory };
        });
      }""",
        states,
    )
    for figure, got in zip(figures, found, strict=True):
        np.testing.assert_array_equal(got["matrix"], figure.matrix.T.ravel())
        for name in ("y", "direct"):
            np.testing.assert_array_equal(got[name], figure.y.ravel())
        counts = figure.copies.ravel().tolist()
        assert got["counts"] == counts
        assert got["listed"] == [[count, True] for count in counts]
        assert {key: got["memory"][key] for key in figure.memory} == figure.memory


def test_the_page_s_layers_and_sizes_are_python_s(module_page):
    memory, sizes, names = module_page.evaluate(
        """async () => {
        const { LAYERS, memoryOf } = await import("/cnnlib/widgets/unroller/unrolled.js");
        const { SIZES, macsOf, outputSide } = await import("/cnnlib/widgets/unroller/race.js");
        const text = await import("/cnnlib/widgets/unroller/unroller_text.js");
        const x = { data: [0] };
        const memory = Object.fromEntries(
          Object.keys(LAYERS).map((layer) => [layer, memoryOf({ layer, x, w: null }, {})]));
        const sizes = Object.fromEntries(Object.entries(SIZES).map(([name, size]) =>
          [name, [...["side", "channels", "kernel", "filters"].map((key) => size[key]),
            outputSide(size), macsOf(size)]]));
        return [memory, sizes, Object.keys(text.LAYER_NAMES), text.SIZE_NAMES];
      }"""
    )[:3]
    unroller = Unroller()
    for layer in LAYERS:
        unroller.layer = layer
        assert {key: memory[layer][key] for key in unroller.memory} == unroller.memory
    assert sizes == {name: [*size, size.output, size.macs] for name, size in SIZES.items()}
    assert names == ["own", *LAYERS]


def test_the_page_s_racers_compute_the_same(module_page):
    found = module_page.evaluate(
        """async () => {
        const { SIZES, racersOf, race } = await import("/cnnlib/widgets/unroller/race.js");
        const { kernels } = await import("/cnnlib/wasm/kernels.js");
        const runtime = await kernels();
        const outputs = runtime.scope(() => {
          const array = (...given) => runtime.array(...given);
          const racers = racersOf({ run: runtime.run, array }, SIZES.tiny);
          for (const { run } of racers) run();
          return Object.fromEntries(racers.map(({ key, y }) => [key, [...y()]]));
        });
        const x = racersOf({ run: runtime.run, array: (...g) => runtime.array(...g) }, SIZES.tiny);
        let clock = 0;  // a clock that stands still but for our ticks
        const rounds = [];
        const news = race(runtime, SIZES.tiny,
          { limit: 0, now: () => (clock += 30), onRound: ({ rounds: n }) => rounds.push(n) });
        return { outputs, news, rounds, used: runtime.used > 0, count: x.length };
      }"""
    )
    script = found["outputs"]["script"]
    assert len(script) == 10 * 10 * 16
    assert len(set(script)) > 20
    for key in ("plain", "tiled"):
        assert found["outputs"][key] == script
    assert found["rounds"] == [1, 2, 3]  # in any case
    assert found["news"]["numbers"] == len(script)
    assert found["news"]["differ"] == {"script": 0, "plain": 0, "tiled": 0}


def test_the_loop_of_the_page_is_a_convolution(module_page, rng):
    x, w = rng.integers(-3, 4, (1, 6, 6, 2)), rng.integers(-3, 4, (3, 3, 2, 5))
    b = rng.integers(-3, 4, 5)
    got = module_page.evaluate(
        """async ([x, w, b]) => {
        const { loop } = await import("/cnnlib/widgets/unroller/race.js");
        const y = new Float32Array(4 * 4 * 5);
        const arrays = [x, w, b].map((a) => Float32Array.from(a));
        loop(...arrays, y, { side: 6, channels: 2, kernel: 3, filters: 5 });
        return [...y];
      }""",
        [a.ravel().tolist() for a in (x, w, b)],
    )
    right = ops.conv2d(*(a.astype(np.float32) for a in (x, w, b)))
    np.testing.assert_array_equal(got, right.ravel())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12.34, "12.3 s"),
        (0.0123, "12.3 ms"),
        (0.25, "250 ms"),
        (145e-6, "145 µs"),
        (3e-6, "3.00 µs"),
    ],
)
def test_times_have_units(module_page, seconds, words):
    script = """async (seconds) =>
      (await import("/cnnlib/widgets/unroller/unroller_text.js")).duration(seconds)"""
    assert module_page.evaluate(script, seconds) == words


# ----------------------------------------------------------------------------------------- a page
def numbers(page, name):
    """The numbers of a grid, row by row."""
    script = "row => [...row.children].map((c) => c.firstElementChild?.value ?? c.innerText)"
    rows = page.get_by_role("grid", name=name, exact=True).get_by_role("row").all()
    texts = [row.evaluate(script) for row in rows]
    return [[float(text.replace("−", "-")) for text in row if text] for row in texts]


def story(page):
    return page.locator(".stc-u-story").inner_text()


def grid(page, name):
    return page.get_by_role("grid", name=name, exact=True)


def bars(page, kind):
    rows = page.get_by_role("list", name=kind).get_by_role("listitem").all()
    return dict(
        row.inner_text().split("\n")[:: len(row.inner_text().split("\n")) - 1] for row in rows
    )


def test_the_grids_show_python_s_numbers(show, rng):
    unroller = some(rng, (2, 3), 2, "same")
    page = show(unroller)
    inside = numbers(page, "Image x")
    assert [row for row in inside if row] == unroller.x.tolist()
    assert numbers(page, "Kernel w") == unroller.w.tolist()
    assert numbers(page, "Kernel as a vector") == [unroller.w.ravel().tolist()]
    assert numbers(page, "im2col matrix") == unroller.matrix.tolist()
    assert numbers(page, "Product") == [unroller.y.ravel().tolist()]
    assert numbers(page, "Output y") == unroller.y.tolist()
    assert numbers(page, "Way back, col2im") == unroller.copies.tolist()
    page.get_by_label("rows", exact=True).check()
    assert numbers(page, "im2col matrix") == unroller.matrix.T.tolist()
    assert numbers(page, "Product") == unroller.y.reshape(-1, 1).tolist()


def test_a_place_of_the_matrix_is_a_pixel(show):
    page = show(Unroller())
    said = story(page)
    assert "Column 4 is the window of y[1, 1]." in said
    assert "it begins at position 5. Weight w[1, 0] (row 2) looks 4 places further" in said
    assert "at position 9: x[2, 1] = 9." in said
    assert "x[2, 1] stands in the matrix 2 times: columns 3, 4." in said
    assert "y[1, 1] = 1·5 + 2·6 + 3·9 + 4·10 = 84." in said
    grid(page, "im2col matrix").get_by_role("gridcell").nth(3).click()  # row 0, column 3
    said = story(page)
    assert "Column 3 is the window of y[1, 0]." in said
    assert "x[1, 0] stands in the matrix 2 times: columns 0, 3." in said
    lit = grid(page, "im2col matrix").locator(".stc-u-lit")
    assert lit.count() == 2
    assert set(lit.all_inner_texts()) == {"4"}


def test_a_pixel_lights_its_copies(show):
    page = show(Unroller())
    page.get_by_role("textbox", name="x[1, 2]").click()
    assert "x[1, 2] stands in the matrix 4 times: columns 1, 2, 4, 5." in story(page)
    assert grid(page, "im2col matrix").locator(".stc-u-lit").all_inner_texts() == ["6"] * 4
    assert grid(page, "Way back, col2im").locator(".stc-u-lit").all_inner_texts() == ["4"]


def test_the_pointer_shows_another_window(show):
    page = show(Unroller())
    dashed = page.locator(".stc-dashed")
    assert dashed.count() == 0
    grid(page, "Product").get_by_role("gridcell").nth(1).hover()
    assert dashed.count() == 4  # image, matrix, product, output
    page.mouse.move(1, 1)
    assert dashed.count() == 0


def test_the_keyboard_alone_walks_through_the_matrix(show):
    page = show(Unroller())
    grid(page, "im2col matrix").get_by_role("gridcell").first.focus()
    for key in ["ArrowRight", "ArrowRight", "ArrowDown"]:
        page.keyboard.press(key)
    said = story(page)
    assert "Column 2 is the window of y[0, 2]." in said
    assert "Weight w[0, 1] (row 1)" in said
    page.keyboard.press("Tab")  # one tab stop for a grid
    focused = "() => document.activeElement.closest('[role=grid]').getAttribute('aria-label')"
    assert page.evaluate(focused) == "Product"
    page.keyboard.press("ArrowRight")
    assert "Column 1 is the window of y[0, 1]." in story(page)


def test_numbers_are_typed_into_image_and_kernel(show):
    unroller = Unroller()
    page = show(unroller)
    page.get_by_role("textbox", name="x[1, 1]").fill("50")
    page.get_by_role("textbox", name="w[0, 1]").fill("−1.5")
    x, w = unroller.x.copy(), unroller.w.copy()
    x[1, 1], w[0, 1] = 50, -1.5
    wanted = Unroller(x, w)
    assert numbers(page, "im2col matrix") == wanted.matrix.tolist()
    assert numbers(page, "Output y") == wanted.y.tolist()
    page.get_by_role("textbox", name="x[1, 1]").focus()
    page.keyboard.type("many")
    assert page.get_by_role("textbox", name="x[1, 1]").get_attribute("aria-invalid") == "true"
    assert numbers(page, "im2col matrix") == wanted.matrix.tolist()


def test_a_redraw_leaves_what_is_being_typed(show):
    page = show(Unroller())
    box = page.get_by_role("textbox", name="w[0, 1]")
    box.fill("1/")  # no number yet
    page.evaluate("document.documentElement.dataset.theme = 'dark'")  # draws all anew
    assert box.input_value() == "1/"
    box.fill("0.123")  # another number as float32, and shorter when it is shown
    assert box.input_value() == "0.123"
    page.keyboard.press("PageUp")
    assert box.input_value() == "1.12"
    box.fill("0.125")
    page.get_by_role("textbox", name="w[0, 0]").focus()
    assert box.input_value() == "0.13"


def refitted(shape):
    return np.arange(np.prod(shape)).reshape(shape)


CONTROLS = {
    "stride": (lambda page: page.get_by_label("2", exact=True).check(), {"stride": 2}),
    "padding": (lambda page: page.get_by_label("same").check(), {"padding": "same"}),
    "numbers": (
        lambda page: page.get_by_role("combobox", name="Numbers").select_option("all ones"),
        {"x": np.ones((3, 4))},
    ),
    "rows": (
        lambda page: page.get_by_role("combobox", name="Rows").select_option("5"),
        {"x": refitted((5, 4))},
    ),
    "columns": (
        lambda page: page.get_by_role("combobox", name="Columns").select_option("6"),
        {"x": refitted((3, 6))},
    ),
    "kernel": (
        lambda page: page.get_by_role("combobox", name="Size").select_option("2 × 3"),
        {"w": refitted((2, 3)) + 1},
    ),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_picture(show, name):
    unroller = Unroller()
    page = show(unroller)
    act, change = CONTROLS[name]
    act(page)
    for key, value in change.items():
        setattr(unroller, key, value)
    assert numbers(page, "im2col matrix") == unroller.matrix.tolist()
    assert numbers(page, "Way back, col2im") == unroller.copies.tolist()
    page.get_by_role("button", name="Reset").click()
    assert numbers(page, "im2col matrix") == Unroller().matrix.tolist()


def test_without_adding_up_copies_are_lost(show):
    page = show(Unroller())
    box = page.locator(".stc-u-part").first
    expect(box).to_contain_text(
        "24 numbers of the matrix are 24 copies of 12 pixels. With += every"
    )
    page.get_by_label("=", exact=True).check()
    expect(box).to_contain_text("With = the last copy wins: 8 of 12 pixels get too little.")
    assert numbers(page, "Way back, col2im") == np.ones((3, 4)).tolist()
    assert grid(page, "Way back, col2im").locator(".stc-u-wrong").count() == 7  # one more is lit
    page.get_by_label("3", exact=True).check()  # one window of 2 × 2 in each row and column
    expect(box).to_contain_text("are 4 copies of 12 pixels. 8 pixels are in no window.")
    expect(box).to_contain_text("With = nothing is lost here")


def test_the_memory_meter(show):
    unroller = Unroller()
    page = show(unroller)
    assert bars(page, "Memory") == {
        "image": "48 bytes",
        "matrix": "96 bytes, 2.0 ×",
        "output": "24 bytes",
    }
    layer = "source, 2nd convolution: 31 × 31 × 32 → 64"
    page.get_by_role("combobox", name="Memory of").select_option(layer)
    assert bars(page, "Memory") == {
        "image": "0.12 MB",
        "matrix": "0.97 MB, 7.9 ×",
        "output": "0.22 MB",
    }
    text = "The matrix is 288 × 841: 968,832 bytes, 7.9 times the 123,008 bytes of the image."
    assert text in page.locator(".stc-u-memory").inner_text()


def test_the_race_is_run_and_its_outputs_are_equal(show):
    unroller = Unroller()
    unroller.python_times = TIMES
    unroller.size = "tiny"
    page = show(unroller)
    assert bars(page, "Times")["JavaScript loop"] == "not measured"
    assert bars(page, "Times")["Python loop"].startswith("8.00 s, ")
    button = page.locator(".stc-u-start")
    assert button.inner_text() == "Start the race"
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.stc-u-start').innerText === 'Stop'")
    page.wait_for_function("() => /so far/.test(document.querySelector('.stc-u-told').innerText)")
    page.wait_for_function("() => document.querySelector('.stc-u-start').innerText !== 'Stop'")
    said = page.locator(".stc-u-told").inner_text()
    assert "All three outputs are equal, number for number (1,600 each)." in said
    assert re.search(r"Your browser, \d+ rounds: compiled, the plain loop is [\d.]+ times", said)
    times = bars(page, "Times")
    assert len(times) == 7
    assert all(re.fullmatch(r"[\d.]+ (s|ms|µs), [\d.e-]+ GF/s", text) for text in times.values())
    page.get_by_label("linear").check()
    assert page.locator(".stc-u-ticks").last.is_hidden()
    page.get_by_label("31 × 31 × 32 → 64", exact=True).check()
    assert bars(page, "Times")["JavaScript loop"] == "not measured"


def test_a_race_can_be_stopped(show):
    page = show(Unroller())
    button = page.locator(".stc-u-start")
    button.click()
    page.wait_for_function("() => document.querySelector('.stc-u-start').innerText === 'Stop'")
    button.click()
    page.wait_for_function("() => document.querySelector('.stc-u-start').innerText !== 'Stop'")
    assert page.locator(".stc-note:visible").count() == 0


def test_what_the_reader_does_is_in_the_link(show):
    page = show(Unroller())
    page.get_by_label("rows", exact=True).check()
    page.get_by_role("textbox", name="x[0, 0]").fill("7")
    page.get_by_role("combobox", name="Size").select_option("1 × 1")
    page.get_by_role("button", name="Copy link").click()
    wanted = numbers(page, "im2col matrix")
    link = page.evaluate("() => location.hash")
    assert link.startswith("#unroller?x=7,1,2,3_4,")
    assert "windows=rows" in link
    assert numbers(show(Unroller(), link=link), "im2col matrix") == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("windows", ["columns", "rows"])
def test_everybody_can_use_it(show, theme, windows):
    unroller = Unroller(np.ones((6, 6)), np.ones((3, 3)), padding="same", windows=windows)
    unroller.python_times = TIMES
    page = show(unroller, theme=theme)
    page.get_by_label("=", exact=True).check()
    assert not violations(page)


def test_a_phone_has_room_for_it(show):
    unroller = Unroller(np.ones((6, 6)), np.ones((3, 3)), padding="same")
    unroller.python_times = TIMES
    page = show(unroller, width=360)
    assert fits(page)
    cell = grid(page, "im2col matrix").get_by_role("gridcell").first.bounding_box()
    assert cell["width"] >= 24


def test_words_say_what_is_seen(show):
    unroller = Unroller()
    unroller.python_times = TIMES
    page = show(unroller)
    page.locator(".stc-words summary").click()
    text = "() => document.querySelector('.stc-words p').innerText"
    page.wait_for_function("() => document.querySelector('.stc-words p').innerText.length > 100")
    said = page.evaluate(text)
    assert "6 windows of 2 × 2, stride 1 and valid padding, of an image of 3 × 4" in said
    assert "In Python: Python loop 8.00 s, NumPy, im2col 20.0 ms" in said
